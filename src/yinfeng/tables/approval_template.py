"""Templates of approvals: the items of a rulebook, with changes laid over it, read for a day."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar

from yinfeng.core.approvals.conditions import ALWAYS, Condition, Every, Fact, Some, facts_of
from yinfeng.core.approvals.rules import ApprovalRules
from yinfeng.core.approvals.template import (
    Figure,
    Item,
    Kind,
    Limit,
    Replacement,
    Span,
    Template,
    Validity,
    Variant,
    Within,
    in_order,
)
from yinfeng.core.errors import Fault, InputError
from yinfeng.core.rulebook import Entry, Rules
from yinfeng.core.text import Text
from yinfeng.tables import schema
from yinfeng.tables.rulebook import BASES, held_on, layers

BEGINNING: Final = "approvals."
ITEM: Final = "approvals.item."
REPLACE: Final = "approvals.replace."
_GENERAL: Final = ("notice", "joint", "excluded", "clock", "soon_days")

_T = TypeVar("_T")

Layers = tuple[tuple[Entry, ...], ...]
"""Entries by rulebook or change laid over it, nearest first."""


@dataclass(frozen=True, eq=False, slots=True)
class Basis:
    """What a template was read from."""

    template: Template
    rules: ApprovalRules
    entries: Rules
    """Every entry of approvals that holds on the day."""


def read_layers(rulebook: str, changes: Sequence[Path] = ()) -> Layers:
    """Give the entries of a rulebook with changes laid over it, the last change nearest.

    Raises InputError with every fault of the files at once.
    """
    faults: list[Fault] = []
    over: list[tuple[Entry, ...]] = []
    for change in changes:
        try:
            over.append(_own_layer(change))
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    return (*reversed(over), *layers(rulebook, BEGINNING))


def _own_layer(change: Path) -> tuple[Entry, ...]:
    own = layers(str(change), BEGINNING)[0]
    if not own:
        expected = Text(
            f"至少一条 key 以 {ITEM} 或 {BEGINNING} 开头的 [[entry]]",
            f"at least one [[entry]] whose key begins with {ITEM} or {BEGINNING}",
        )
        fix = Text(
            "照自带的 national/approvals.toml 写", "write it after the bundled national/approvals.toml"
        )
        raise InputError([_fault(change.name, "empty-template", "", expected, fix)])
    return own


def first_day(own: Sequence[Entry]) -> date:
    """Give the first day on which one of the entries holds."""
    return min(entry.valid_from for entry in own)


def read_basis(own: Layers, name: str, on: date) -> Basis:
    """Read the template and the general clocks that hold on a day.

    Raises InputError with every item that cannot be read, and for items that need one another in a circle.
    """
    held = held_on(own, on)
    reader = _Reader(name, held, [])
    items = {}
    versions: dict[str, tuple[Item, ...]] = {}
    for key in [key for key in held if key.startswith(ITEM)]:
        many = [item for entry in _timeline(own, key, on) if (item := reader.item(entry)) is not None]
        now = reader.item(held[key])
        if now is not None:
            items[now.key] = now
            versions[now.key] = tuple(many)
    replacements: dict[str, list[Replacement]] = {}
    for key in sorted(key for key in held if key.startswith(REPLACE)):
        replacement = reader.replacement(held[key])
        if replacement is not None:
            replacements.setdefault(replacement.item, []).append(replacement)
    rules = reader.general(on)
    ordered, circle = in_order(items)
    known = {entry.key.removeprefix(ITEM) for layer in own for entry in layer if entry.key.startswith(ITEM)}
    faults = reader.faults + list(_dangling(name, known, items, replacements, circle))
    if faults or rules is None:
        raise InputError(list(dict.fromkeys(faults)))
    template = Template(name, ordered, versions, {key: tuple(many) for key, many in replacements.items()})
    return Basis(template, rules, Rules(name, on, dict(sorted(held.items()))))


def _timeline(own: Layers, key: str, on: date) -> list[Entry]:
    """Give the entries of a key that held one after the other up to a day."""
    mine = tuple(tuple(entry for entry in layer if entry.key == key) for layer in own)
    days = sorted({entry.valid_from for layer in mine for entry in layer if entry.valid_from <= on})
    timeline = [replace(held_on(mine, day)[key], valid_from=day) for day in days]
    return [now for before, now in zip([None, *timeline], timeline, strict=False)
            if before is None or now.value != before.value or now.source != before.source]  # fmt: skip


class _Wrong(Exception):  # noqa: N818 - reads as what the value is
    """A value of an entry cannot be read."""


@dataclass(frozen=True, eq=False, slots=True)
class _Reader:
    """Reads entries, and keeps the faults it meets."""

    name: str
    held: Mapping[str, Entry]
    faults: list[Fault]

    def item(self, entry: Entry) -> Item | None:
        """Read an item; None where it is withdrawn or cannot be read."""
        if isinstance(entry.value, Mapping) and entry.value.get("withdrawn") is True:
            return None
        return self._read(entry, _ITEM_FIELDS, self._item)

    def replacement(self, entry: Entry) -> Replacement | None:
        """Read a replacement; None where it is withdrawn or cannot be read."""
        if isinstance(entry.value, Mapping) and entry.value.get("withdrawn") is True:
            return None
        return self._read(entry, _REPLACE_FIELDS, self._replacement)

    def general(self, on: date) -> ApprovalRules | None:
        """Read the clocks of every item; None where one is missing or cannot be read."""
        keys = [BEGINNING + name for name in _GENERAL]
        missing = [key for key in keys if key not in self.held]
        for key in missing:
            expected = Text(f"{on} 有效的条目 {key}", f"an entry {key} that holds on {on}")
            fix = Text("补上条目，或改日期", "add the entry, or change the date")
            self.faults.append(_fault(self.name, "rulebook-missing", key, expected, fix))
        if missing:
            return None
        notice, joint, excluded, clock, soon = (self.held[key] for key in keys)
        try:
            return ApprovalRules(
                notice=_span(notice.value),
                joint=_span({k: v for k, v in joint.value.items() if k != "extension"}),
                joint_extension_days=int(joint.value["extension"]),
                excluded=frozenset(_requests(excluded.value)),
                stops_after_acceptance=bool(clock.value["after_acceptance_stops"]),
                stops_after_notice=bool(clock.value["after_notice_stops"]),
                rolls=bool(clock.value["rolls"]),
                soon_days=int(soon.value),
            )
        except (_Wrong, KeyError, TypeError, ValueError, AttributeError) as error:
            self.faults.append(_value_fault(self.name, f"{BEGINNING}…：{error}"))
            return None

    def _read(self, entry: Entry, fields: frozenset[str], read: Callable[[Entry], _T]) -> _T | None:
        try:
            strange = sorted(set(entry.value) - fields)
            if strange:
                raise _Wrong(f"unknown {', '.join(strange)}")
            return read(entry)
        except (_Wrong, KeyError, TypeError, ValueError, AttributeError) as error:
            self.faults.append(_value_fault(entry.rulebook, f"{entry.key}：{error}"))
            return None

    def _item(self, entry: Entry) -> Item:
        value = entry.value
        return Item(
            key=entry.key.removeprefix(ITEM),
            entry=entry.key,
            title=entry.title,
            kind=Kind(value.get("kind", "procedure")),
            stage=int(value["stage"]),
            agency=_text(value["agency"]),
            needs=tuple(value.get("needs", ())),
            when=self._condition(value.get("when")),
            valid_from=entry.valid_from,
            basis=entry.basis,
            source=entry.source,
            aliases=tuple(value.get("aliases", ())),
            variants=tuple(self._variant(one) for one in value.get("variant", ())),
            limit=_limit(value.get("limit")),
            least=_span(value["least"]) if "least" in value else None,
            notice=_span(value["notice"]) if "notice" in value else None,
            excludes=tuple(_requests(value.get("excludes", ()))),
            caps={kind: int(value["caps"][kind]) for kind in _requests(value.get("caps", {}))},
            validity=_validity(value.get("validity")),
            gate=_gate(value.get("gate", "")),
            first_desk=_one_of(value.get("first", "applicant"), ("applicant", "agency")),
            within=_within(value.get("within")),
            fact=str(value.get("fact", "")),
        )

    def _variant(self, value: Mapping[str, Any]) -> Variant:
        return Variant(
            code=str(value["code"]),
            title=_text(value),
            when=self._condition(value.get("when")),
            limit=_limit(value.get("limit")),
            gate=_gate(value["gate"]) if "gate" in value else None,
            agency=_text(value["agency"]) if "agency" in value else None,
        )

    def _replacement(self, entry: Entry) -> Replacement:
        value = entry.value
        by = _one_of(value["by"], ("area_evaluation", "commitment"))
        evaluation = str(value.get("evaluation", ""))
        if by == "area_evaluation":
            _one_of(evaluation, tuple(choice.code for choice in schema.choices("area_evaluation")))
        return Replacement(
            key=entry.key.removeprefix(REPLACE),
            entry=entry.key,
            title=entry.title,
            item=str(value["item"]),
            by=by,
            effect=_one_of(value["effect"], ("replaces", "commitment", "simplifies")),
            evaluation=evaluation,
            when=self._condition(value.get("when")),
            limit=_limit(value.get("limit")),
            basis=entry.basis,
            source=entry.source,
        )

    def _condition(self, value: Mapping[str, Any] | None) -> Condition:
        if value is None:
            return ALWAYS
        if "all" in value:
            return Every(tuple(self._condition(part) for part in value["all"]))
        if "any" in value:
            return Some(tuple(self._condition(part) for part in value["any"]))
        fact = str(value["fact"])
        (relation,) = set(value) - {"fact"}
        bound = value[relation]
        _check_fact(fact, relation, bound)
        if relation == "is":
            return Fact(fact, "is", bound)
        if relation == "in":
            return Fact(fact, "in", tuple(bound))
        if relation not in ("at_least", "below"):
            raise _Wrong(f"when: {relation}")
        if bound not in self.held:
            raise _Wrong(f"when: no entry {bound}")
        number = float(self.held[bound].value)
        return Fact(fact, "at_least" if relation == "at_least" else "below", number, bound)


_ITEM_FIELDS: Final = frozenset(
    {
        "kind", "stage", "agency", "aliases", "needs", "when", "variant", "limit", "least", "notice",
        "excludes", "caps", "validity", "gate", "first", "within", "fact",
    }
)  # fmt: skip
_REPLACE_FIELDS: Final = frozenset({"item", "by", "evaluation", "effect", "when", "limit"})


@cache
def fact_columns() -> Mapping[str, schema.Column]:
    """Give the columns of the ledger of facts that a condition may ask for."""
    own = schema.load("approval_facts").columns
    return {c.name: c for c in own if c.type in ("bool", "choice", "quantity")}


def _check_fact(fact: str, relation: str, bound: object) -> None:
    columns = fact_columns()
    if fact not in columns:
        raise _Wrong(f"when: no fact {fact} ({', '.join(columns)})")
    column = columns[fact]
    words: list[object] = [True, False] if column.type == "bool" else []
    if column.type == "choice":
        words = [choice.code for choice in schema.choices(column.target)]
    if (column.type == "quantity") != (relation in ("at_least", "below")):
        raise _Wrong(f"when: {fact} {relation}")
    wanted = bound if isinstance(bound, list) else [bound]
    strange = [one for one in wanted if words and one not in words]
    if strange:
        raise _Wrong(f"when: {fact} {relation} {strange[0]}")


def _dangling(
    name: str,
    known: Set[str],
    items: Mapping[str, Item],
    replacements: Mapping[str, Iterable[Replacement]],
    circle: Sequence[str],
) -> Iterator[Fault]:
    """Name keys that lead nowhere, and items that need one another."""
    wanted = [(item.key, need) for item in items.values() for need in item.needs]
    wanted += [(item.key, item.within.after) for item in items.values() if item.within is not None]
    wanted += [(one.key, one.item) for many in replacements.values() for one in many]
    for key, need in wanted:
        if need not in known:
            expected = Text("模板中有的事项", "an item of the template")
            fix = Text(f"改正 {key} 中的这一项", f"mend it in {key}")
            yield _fault(name, "no-item", need, expected, fix)
    if circle:
        expected = Text("不绕回自身的前置", "items that do not need one another in a circle")
        fix = Text("改正其中一个 needs", "mend the needs of one of them")
        yield _fault(name, "item-cycle", "、".join(circle), expected, fix)


def _text(value: Mapping[str, Any]) -> Text:
    return Text(str(value["zh"]), str(value["en"]))


def _one_of(value: Any, allowed: tuple[Any, ...]) -> Any:
    if value not in allowed:
        raise _Wrong(f"{value!r} is none of {', '.join(map(repr, allowed))}")
    return value


def _gate(value: str) -> str:
    return str(_one_of(value, ("", "start", "production")))


def _requests(value: Iterable[str]) -> list[str]:
    codes = tuple(choice.code for choice in schema.choices("request_kind"))
    return [str(_one_of(kind, codes)) for kind in value]


def _days(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MOST_DAYS:
        raise _Wrong(f"days = {value!r}")
    return value


_MOST_DAYS: Final = 3_650


def _span(value: Mapping[str, Any]) -> Span:
    strange = sorted(set(value) - {"days", "kind"})
    if strange:
        raise _Wrong(f"unknown {', '.join(strange)}")
    return Span(_days(value["days"]), _one_of(value["kind"], ("working", "calendar")))


def _figure(value: Mapping[str, Any]) -> Figure | None:
    if "basis" not in value and "source" not in value:
        return None
    return Figure(str(_one_of(value["basis"], BASES)), str(value["source"]))


def _limit(value: Mapping[str, Any] | None) -> Limit | None:
    if value is None:
        return None
    strange = sorted(set(value) - {"days", "kind", "from", "extension", "basis", "source"})
    if strange:
        raise _Wrong(f"limit: unknown {', '.join(strange)}")
    return Limit(
        _span({"days": value["days"], "kind": value["kind"]}),
        _one_of(value.get("from", "accepted"), ("received", "accepted")),
        _days(value.get("extension", 0)),
        _figure(value),
    )


def _validity(value: Mapping[str, Any] | None) -> Validity | None:
    if value is None:
        return None
    return Validity(
        number=_days(value["number"]),
        unit=_one_of(value["unit"], ("years", "months", "days")),
        then=_one_of(value["then"], ("lapses", "recheck", "renew")),
        until_start=bool(value.get("until_start", True)),
        extensions=_days(value.get("extensions", 0)),
        extension_months=_days(value.get("extension_months", 0)),
        from_=_figure(value),
    )


def _within(value: Mapping[str, Any] | None) -> Within | None:
    if value is None:
        return None
    return Within(str(value["after"]), _span({"days": value["days"], "kind": value["kind"]}))


def _value_fault(rulebook: str, found: str) -> Fault:
    expected = Text(
        "与自带的 national/approvals.toml 同样形状的取值",
        "values of the same shape as in the bundled national/approvals.toml",
    )
    return _fault(rulebook, "template-value", found, expected, Text("照它改正", "mend it after that one"))


def _fault(name: str, code: str, found: str, expected: Text, fix: Text) -> Fault:
    return Fault(code, name, "", "", "", Text("审批模板", "approval template"), found, expected, fix)


def conditions_of(item: Item) -> frozenset[str]:
    """Name the facts that decide an item."""
    return facts_of(item.when).union(*(facts_of(variant.when) for variant in item.variants))
