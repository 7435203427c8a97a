"""Every worked case of progress: its ledgers read as a user's workbook, its figures as they are printed."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.cases.reading import Case, cases, ledgers_of
from yinfeng.core.figures import Figure, rounded, shown
from yinfeng.core.period import year_to
from yinfeng.core.progress.credit import Credit
from yinfeng.core.progress.printed import VERDICT, Comparison
from yinfeng.core.progress.rates import OpenItem
from yinfeng.core.progress.result import ZoneResult
from yinfeng.core.progress.rules import KEYS
from yinfeng.core.progress.solve import solve
from yinfeng.tables.progress import read_dispatch
from yinfeng.tables.progress_rules import progress_rules
from yinfeng.tables.rulebook import read_rules


@pytest.mark.parametrize("case", cases("progress"), ids=lambda case: case.id)
def test_case(case: Case, tmp_path: Path) -> None:
    rules = progress_rules(read_rules(case.rulebook, case.on, KEYS))
    dispatch = read_dispatch(ledgers_of(case, tmp_path))
    zones = {zone.zone: zone for zone in solve(dispatch.problem, rules, year_to(case.on)).zones}
    expected = dict(case.expect)
    zone = zones[expected.pop("zone", next(iter(zones)))]
    assert [fault.say("zh") for fault in dispatch.faults] == expected.pop("faults", [])
    assert {name: _answer(zone, name, told) for name, told in expected.items()} == expected


def _answer(zone: ZoneResult, name: str, told: Any) -> Any:
    """Give what a case asks for, said as the case says it."""
    return ANSWERS[name](zone, told)


ANSWERS: Mapping[str, Callable[[ZoneResult, Any], Any]] = {
    "figures": lambda zone, told: {code: _said(zone.figure(code)) for code in told},
    "cohorts": lambda zone, _: {
        one.through.name: [_said(figure) for figure in one.figures] for one in zone.cohorts
    },
    "notes": lambda zone, told: {code: [note.zh for note in _known(zone, code).notes] for code in told},
    "rows": lambda zone, told: {code: list(_numerator(zone, code)) for code in told},
    "printed": lambda zone, _: {_name(one): _verdict(one) for one in zone.comparisons},
    "open_items": lambda zone, _: [_open(one) for one in zone.open_items],
    "lights": lambda zone, _: {
        one.standing.project.name: [f"{light.about.zh}{light.color}：{light.why.zh}" for light in one.lights]
        for one in zone.projects
    },
    "stages": lambda zone, _: {one.standing.project.name: one.standing.stage for one in zone.projects},
    "credits": lambda zone, _: [_credit(one) for one in zone.credits],
    "balance": lambda zone, _: {f"{one.title.zh} {one.code}": _balance(one) for one in zone.balance},
}


def _open(one: OpenItem) -> str:
    started = "，项目已开工" if one.has_started else ""
    return f"{one.project_name}：{one.procedure.item}（{one.procedure.desk}）{started}"


def _credit(one: Credit) -> str:
    counts = f"{_plain(one.number)}个 {_plain(one.amount)}亿元"
    return f"{one.signing.name} {one.signing.on}：{counts}，{one.reason.zh}"


def _balance(one: Any) -> str:
    return f"{len(one.rows)}个 {rounded(one.number_share * 100, 1)}%，{_plain(one.investment)}亿元"


def _known(zone: ZoneResult, code: str) -> Figure:
    figure = zone.figure(code)
    assert figure is not None
    return figure


def _numerator(zone: ZoneResult, code: str) -> tuple[str, ...]:
    side = _known(zone, code).numerator
    return side.rows if side is not None else ()


def _name(one: Comparison) -> str:
    return f"{one.printed.indicator} {one.printed.printed.raw}"


def _verdict(one: Comparison) -> str:
    """Say a comparison: ``末位舍入不符：按行 72.16%，差 0.01``."""
    words = [VERDICT[one.verdict].zh]
    for label, check in (("按行", one.by_rows), ("按公布的分子分母", one.by_parts)):
        if check.value is not None and check.difference is not None and one.verdict != "agrees":
            scale = 1 if one.printed.kind in ("count", "amount") else 100
            words.append(f"{label} {rounded(check.value * scale, 2)}，差 {_plain(check.difference * scale)}")
    return "；".join(words)


def _said(figure: Figure | None) -> str:
    """Say a figure with its parts: ``18/19 = 94.7%``."""
    if figure is None:
        return "—"
    if figure.kind == "share" and figure.numerator is not None and figure.denominator is not None:
        return f"{_plain(figure.numerator.value)}/{_plain(figure.denominator.value)} = {shown(figure)}"
    return shown(figure)


def _plain(value: Fraction) -> str:
    return f"{float(value):.10g}"


def test_every_case_expects_something_that_can_be_told() -> None:
    assert {name for case in cases("progress") for name in case.expect} <= {*ANSWERS, "zone", "faults"}
