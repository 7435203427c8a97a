"""Suppositions as people write them: quotas, projects, pins and bars, checked against the ledgers."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np

from yinfeng.core.errors import Fault, InputError, problem_fault
from yinfeng.core.matching.facts import Override
from yinfeng.core.matching.model import Model
from yinfeng.core.matching.offers import JOINT, parts_of
from yinfeng.core.matching.problem import Ints
from yinfeng.core.matching.suppose import Supposition, candidate_at
from yinfeng.core.text import Text
from yinfeng.tables import schema
from yinfeng.tables.matching import Row, facts_of
from yinfeng.tables.needs import read_change
from yinfeng.tables.plan_files import PLAN, read_sheet
from yinfeng.tables.quantities import parse
from yinfeng.tables.reasons import UNIT, number
from yinfeng.tables.spelling import Unreadable, fold, header_key

_PER_CENT: Final = re.compile(r"([+-])(\d+(?:\.\d+)?)%")
_JOINS: Final = re.compile(r"[+、,，]")
_SUPPOSED: Final = "what-if"
_PLACED: Final = (
    ("项目编号", "Project id"),
    ("场地编号", "Place id"),
    ("取用面积（平方米）", "Area taken (m²)"),
)
"""Headers of a plan workbook that say who is placed where, in both languages."""


@dataclass(frozen=True)
class Words:
    """A supposition as it was written on the command line."""

    quotas: Sequence[str] = ()  # Q1=+20MVA, Q1=-20%, Z9:energy=500
    withdraw: Sequence[str] = ()  # X3
    pins: Sequence[str] = ()  # X3@A1
    bars: Sequence[str] = ()
    changes: Sequence[str] = ()  # X3 area_mu=20


@dataclass(frozen=True, eq=False)
class Said:
    """A supposition, and what is different in words."""

    supposition: Supposition
    lines: tuple[Text, ...]
    asked: Mapping[str, Text]  # project → what was supposed of it


def read_supposition(words: Words, rows: Mapping[str, Mapping[str, Row]], model: Model) -> Said:
    """Read a supposition; rows: by ledger, then id. Raises InputError with every fault."""
    faults: list[Fault] = []
    quotas, quota_lines = _collected(words.quotas, lambda text: _quota(text, rows, model), faults)
    withdrawn, _ = _collected(words.withdraw, lambda name: (_project(name, model), None), faults)
    overrides: list[Override] = []
    for texts, action in ((words.pins, "pin"), (words.bars, "bar")):
        found, _ = _collected(texts, partial(_override, action, model), faults)
        overrides += found
    changed, _ = _collected(words.changes, lambda text: (_change(text, rows, model), None), faults)
    faults += _twice([quota for quota, _ in quotas])
    faults += _twice([*withdrawn, *(name for name, _ in changed)])
    faults += _withdrawn_yet_pinned(withdrawn, overrides)
    if not (quotas or withdrawn or overrides or changed or faults):
        expected = Text("至少一处改变", "at least one change")
        fix = Text(
            "写 --quota、--withdraw、--pin、--bar 或 --change",
            "give --quota, --withdraw, --pin, --bar or --change",
        )
        faults.append(problem_fault("no-change", "", expected, fix))
    if faults:
        raise InputError(faults)
    projects = facts_of({"projects": [row for _, row in changed], "places": ()}, model.policy).projects
    gone = [name for name, _ in changed if name not in projects.id]  # by their stage they no longer look
    asked = _asked(withdrawn, overrides, changed, gone)
    return Said(
        Supposition(
            quotas=dict(quotas),
            withdrawn=tuple(sorted({*withdrawn, *gone})),
            changed=projects if len(projects) else None,
            overrides=tuple(overrides),
        ),
        tuple(quota_lines) + tuple(asked.values()),
        asked,
    )


def _collected(
    texts: Iterable[str], read: Callable[[str], tuple[Any, Text | None]], faults: list[Fault]
) -> tuple[list[Any], list[Text]]:
    found, lines = [], []
    for text in texts:
        try:
            one, line = read(text)
        except InputError as error:
            faults += error.faults
        else:
            found.append(one)
            lines += [line] if line is not None else []
    return found, lines


def _asked(
    withdrawn: Sequence[str],
    overrides: Sequence[Override],
    changed: Sequence[tuple[str, Row]],
    gone: Sequence[str],
) -> dict[str, Text]:
    asked = {name: Text(f"{name} 撤回", f"{name} withdrawn") for name in [*withdrawn, *gone]}
    for override in overrides:
        place = JOINT.join(override.places)
        pin = Text(f"{override.project} 指定在 {place}", f"{override.project} pinned at {place}")
        bar = Text(f"{override.project} 不得在 {place}", f"{override.project} barred from {place}")
        said = pin if override.action == "pin" else bar
        before = asked.get(override.project)
        asked[override.project] = said if before is None else _and(before, said)
    for name, _ in changed:
        if name not in gone:
            said = Text(f"{name} 需求改变", f"{name} with other needs")
            asked[name] = said if name not in asked else _and(asked[name], said)
    return asked


def _and(one: Text, other: Text) -> Text:
    return Text(f"{one.zh}，{other.zh}", f"{one.en}, {other.en}")


def _twice(names: Sequence[str]) -> list[Fault]:
    once = Text("每个编号只改一次", "each id changed once")
    return [
        problem_fault("said-twice", name, once, Text("合并成一处", "say it in one place"))
        for name in sorted({name for name in names if names.count(name) > 1})
    ]


def _withdrawn_yet_pinned(withdrawn: Sequence[str], overrides: Sequence[Override]) -> list[Fault]:
    expected = Text("没有撤回的项目", "a project that is not withdrawn")
    fix = Text("去掉 --pin 或 --withdraw", "leave out --pin or --withdraw")
    return [
        problem_fault("withdrawn", f"{pin.project}@{JOINT.join(pin.places)}", expected, fix)
        for pin in overrides
        if pin.action == "pin" and pin.project in withdrawn
    ]


def unknown(wanted: str, ids: Sequence[str], kind: Text) -> InputError:
    """Say that an id is not known, and name those like it."""
    near = [name for name in ids if wanted and wanted.lower() in name.lower()][:5] or list(ids[:5])
    expected = Text(f"台账中的{kind.zh}编号", f"the id of a {kind.en} in the ledger")
    none = Text(f"台账中没有{kind.zh}", f"the ledger has no {kind.en}")
    fix = Text("例如 " + "、".join(near), "for example " + ", ".join(near)) if near else none
    return InputError([problem_fault("unknown-id", wanted, expected, fix)])


def _project(name: str, model: Model) -> str:
    if name not in model.facts.projects.id:
        raise unknown(name, model.facts.projects.id, Text("可安排的项目", "project that can be placed"))
    return name


def _override(action: Any, model: Model, text: str) -> tuple[Override, None]:
    name, sign, place = text.partition("@")
    if not sign:
        expected = Text("项目@场地，例如 X3@A1", "project@place, e.g. X3@A1")
        fix = Text("补上 @ 和场地编号；几处合用写 B1+B2", "add @ and the place; for a bundle write B1+B2")
        raise InputError([problem_fault("not-a-pin", text, expected, fix)])
    places = tuple(part.strip() for part in _JOINS.split(place))
    for part in places:
        if part not in model.facts.places.id:
            raise unknown(part, model.facts.places.id, Text("场地", "place"))
    return Override(_project(name.strip(), model), places, action, _SUPPOSED, ""), None


def _change(text: str, rows: Mapping[str, Mapping[str, Row]], model: Model) -> tuple[str, Row]:
    name, cells = read_change(text)
    return name, {**rows["projects"][_project(name, model)], **cells}


def _quota(
    text: str, rows: Mapping[str, Mapping[str, Row]], model: Model
) -> tuple[tuple[str, int], Text | None]:
    """Read ``Q1=+20MVA``, ``Q1=-20%`` or ``Z9:energy=500``; amounts are of the ledger's total."""
    name, sign, amount = text.partition("=")
    if not sign or not amount.strip():
        raise InputError([_not_a_quota(text)])
    quota_id = _quota_id(name.strip(), rows.get("quotas", {}))
    row = rows["quotas"][quota_id]
    unit = schema.QUOTA_UNIT[row["resource"]]
    total = _new_total(amount, float(row["capacity"]), unit)
    if total < 0:
        expected = Text("改后不小于 0", "a total not below 0")
        fix = Text(f"原总量 {row['capacity']:g}", f"the total is {row['capacity']:g}")
        raise InputError([problem_fault("negative", text, expected, fix)])
    quota = facts_of(
        {"quotas": [{**row, "capacity": total}], "places": (), "projects": ()}, model.policy
    ).quotas[0]
    what = schema.choice_label("quota_resource", row["resource"])
    ends = number(float(row["capacity"])), number(total)
    line = Text(
        f"配额 {quota_id}（{row['scope']} {what.zh}）：总量 {ends[0]} → {ends[1]} {UNIT[unit].zh}",
        f"quota {quota_id} ({row['scope']} {what.en}): total {ends[0]} → {ends[1]} {UNIT[unit].en}",
    )
    return (quota_id, quota.capacity), line


def _quota_id(name: str, quotas: Mapping[str, Row]) -> str:
    if name in quotas:
        return name
    scope, _, resource = re.sub("[：:]", " ", name).strip().rpartition(" ")
    found = [
        quota_id
        for quota_id, row in quotas.items()
        if header_key(str(row["scope"])) == header_key(scope) and _is_resource(resource, row["resource"])
    ]
    if len(found) != 1:
        raise unknown(name, found or list(quotas), Text("配额", "quota"))
    return found[0]


def _is_resource(word: str, code: str) -> bool:
    label = schema.choice_label("quota_resource", code)
    return header_key(word) in {header_key(code), header_key(label.zh), header_key(label.en)}


def _new_total(amount: str, total: float, unit: str) -> float:
    said = fold(amount).replace(" ", "")
    share = _PER_CENT.fullmatch(said)
    if share:
        return total * (1 + float(share[1] + share[2]) / 100)
    try:
        if said[0] in "+-":
            sign = 1 if said[0] == "+" else -1
            return total + sign * parse(said[1:], unit).value
        return parse(said.removeprefix("="), unit).value
    except Unreadable as error:
        raise InputError([problem_fault("not-an-amount", amount, error.expected, error.fix)]) from error


def _not_a_quota(text: str) -> Fault:
    return problem_fault(
        "not-a-quota",
        text,
        Text("配额=改变，例如 Q1=+20MVA、Q1=-20%、Q1=500", "quota=change, e.g. Q1=+20MVA, Q1=-20%, Q1=500"),
        Text("写明加、减多少，或改成多少", "say how much more or less, or how much in all"),
    )


def placements(plan: Path, model: Model) -> Ints | None:
    """Read where a plan as it was written places the projects, as candidates; (n,), None if it is no plan."""
    grid = read_sheet(plan, PLAN, 0)
    if grid is None:
        return None
    headers = [str(cell) for cell in grid.rows[0]] if grid.rows else []
    columns = []
    for label in _PLACED:
        column = next((at for at, header in enumerate(headers) if header in label), None)
        if column is None:
            return None
        columns.append(column)
    project_at = {name: i for i, name in enumerate(model.facts.projects.id)}
    chosen = np.full(len(project_at), -1, dtype=np.int64)
    for row in grid.rows[1:]:
        name, place, area = (row[at] if at < len(row) else None for at in columns)
        if str(name) in project_at and place and area:
            offer = JOINT.join(parts_of(str(place)))
            i = project_at[str(name)]
            chosen[i] = candidate_at(model, i, offer, int(float(str(area))))
    return chosen
