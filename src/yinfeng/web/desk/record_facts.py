"""The facts of a record: each column in words, with its unit and meaning, and whether it is made up."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from yinfeng.core.text import Lang, Text
from yinfeng.core.units import M2_PER_MU
from yinfeng.tables.difference_cells import Bounded, Value, cell
from yinfeng.tables.difference_sheets import shown
from yinfeng.tables.schema import QUANTITY_TYPES, QUOTA_UNIT, Column
from yinfeng.tables.spelling import header_key
from yinfeng.web.accounts.models import User
from yinfeng.web.desk.record_sections import SECTIONS, Section
from yinfeng.web.ledgers.addresses import record_address
from yinfeng.web.ledgers.bridge import Row
from yinfeng.web.ledgers.named_firms import FIRM_COLUMNS, named_firms
from yinfeng.web.ledgers.queries import all_columns
from yinfeng.web.ledgers.registry import HELD
from yinfeng.web.zones.policy import visible

ALL_MADE_UP: Final = frozenset({"全部", "all"})
_OTHER_AREA: Final = {"m2": ("mu", 1 / M2_PER_MU), "mu": ("m2", M2_PER_MU)}
_DECIMALS: Final = 4
_NAMING_A_FIRM: Final = frozenset(column for _, column in FIRM_COLUMNS)
Names = Mapping[tuple[str, str], str]
"""Ledger and key → name, of records that may be seen; ("users", username) → name shown; ("firm", text) → id
of the firm that a text names."""


@dataclass(frozen=True, slots=True)
class Link:
    """A record that another names."""

    text: str
    address: str
    """Empty where the reader may not see it, or it is not there."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One column of a record as its page shows it."""

    column: Column
    said: str
    """In words with its unit; — where it is blank."""
    other_unit: str = ""
    """An area in the other of mu and m²."""
    written: str = ""
    """As it was written, where that tells more."""
    links: tuple[Link, ...] = ()
    is_made_up: bool = False
    is_blank: bool = False


def sections_of(ledger: str, row: Row, names: Names, lang: Lang) -> list[tuple[Section, list[Fact]]]:
    """Give the sections of a record with their facts; a section without any fact is left out."""
    columns = all_columns(ledger)
    made_up = made_up_columns(ledger, row.get("synthetic"))
    found = []
    for section in SECTIONS[ledger]:
        facts = [fact_of(columns[name], row, names, lang, made_up) for name in section.columns]
        if not all(fact.is_blank for fact in facts):
            found.append((section, facts))
    return found


def fact_of(column: Column, row: Row, names: Names, lang: Lang, made_up: Collection[str] = ()) -> Fact:
    """Give one column of a record in words."""
    column = with_unit_of(column, row)
    value = cell(row, column)
    said = say_value(column, row, names, lang)
    written = str(row.get(f"{column.name}.raw") or "")
    return Fact(
        column,
        said,
        _in_other_unit(column, value, lang),
        written if written not in {said, ""} else "",
        _links(column, value, names),
        column.name in made_up and value not in (None, "", []),
        value in (None, "", []),
    )


def say_value(column: Column, row: Row, names: Names, lang: Lang) -> str:
    """Give a column of a row in words, with what it names by name."""
    column = with_unit_of(column, row)
    value = cell(row, column)
    if column.type == "keeper":
        return names.get(("users", str(value)), str(value)) if value else "—"
    if links := _links(column, value, names):
        return Text("、", ", ").of(lang).join(link.text for link in links)
    return shown(column, _rounded(column, value), lang)


def _rounded(column: Column, value: Value) -> Value:
    """Leave out the decimals that only turning units brought: 67 mu are 44,666.6667 m²."""
    if column.type not in QUANTITY_TYPES:
        return value
    if isinstance(value, Bounded):
        high = None if value.high is None else round(value.high, _DECIMALS)
        return Bounded(round(value.value, _DECIMALS), value.strength, high)
    return round(value, _DECIMALS) if isinstance(value, float) else value


def names_in(user: User, ledger: str, rows: Iterable[Row]) -> Names:
    """Give the names of all that rows refer to, as far as the user may see it: a query for each ledger."""
    wanted: dict[str, set[str]] = {}
    rows = list(rows)
    for row in rows:
        for column in all_columns(ledger).values():
            if column.type in {"ref", "refs"}:
                wanted.setdefault(column.target, set()).update(_keys(column, row.get(column.name)))
            elif column.type == "keeper" and row.get(column.name):
                wanted.setdefault("users", set()).add(row[column.name])
    told = {str(row.get(column) or "") for row in rows for of, column in FIRM_COLUMNS if of == ledger}
    firms = named_firms(user, told)
    names = {("firm", text): firm.firm_id for text, firm in firms.items()}
    names |= {("firms", firm.firm_id): firm.name for firm in firms.values()}
    for target, keys in wanted.items():
        if not keys:
            continue
        if target == "users":
            names |= {("users", one.username): str(one) for one in User.objects.filter(username__in=keys)}
            continue
        held = HELD[target]
        rows_seen = visible(user, target, held.model._default_manager.filter(**{f"{held.key}__in": keys}))
        names |= {(target, key): name for key, name in rows_seen.values_list(held.key, held.name)}
    return names


def made_up_columns(ledger: str, synthetic: Sequence[str] | None) -> frozenset[str]:
    """Name the columns of a row whose values are made up; a row made up as a whole is marked as such."""
    said = {header_key(word) for word in synthetic or ()}
    return frozenset(
        name
        for name, column in all_columns(ledger).items()
        if said & {header_key(name), header_key(column.label.zh), header_key(column.label.en)}
    )


def with_unit_of(column: Column, row: Row) -> Column:
    """Give a quota's amount the unit of its row's resource; other columns as they are."""
    if column.type != "quota_amount":
        return column
    return replace(column, unit=QUOTA_UNIT.get(row.get("resource") or "", ""))


def _links(column: Column, value: Any, names: Names) -> tuple[Link, ...]:
    """Give the records that a value names; nothing where a text names no firm that may be seen."""
    if column.name in _NAMING_A_FIRM and column.type == "text":
        firm = names.get(("firm", str(value or "")))
        return () if firm is None else (_link("firms", firm, names),)
    return tuple(_link(column.target, key, names) for key in _keys(column, value))


def _keys(column: Column, value: Any) -> Sequence[str]:
    if column.type not in {"ref", "refs"} or not value:
        return ()
    return (value,) if isinstance(value, str) else value


def _link(target: str, key: str, names: Names) -> Link:
    name = names.get((target, key))
    if name is None:
        return Link(key, "")
    return Link(f"{name}（{key}）" if name and name != key else key, record_address(target, key))


def _in_other_unit(column: Column, value: Any, lang: Lang) -> str:
    """Say an area in the other unit, to two decimals of a mu or whole square metres."""
    if column.type not in QUANTITY_TYPES or column.unit not in _OTHER_AREA or value is None:
        return ""
    unit, factor = _OTHER_AREA[column.unit]

    def turned(number: float) -> float:
        return round(number * float(factor), 2 if unit == "mu" else 0)

    if isinstance(value, Bounded):
        high = None if value.high is None else turned(value.high)
        return shown(replace(column, unit=unit), Bounded(turned(value.value), value.strength, high), lang)
    return shown(replace(column, unit=unit), turned(value), lang)
