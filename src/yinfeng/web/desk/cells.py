"""The cells of a list as people read them, and as a workbook holds them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from django.db.models import QuerySet

from yinfeng.core.text import Lang, Text
from yinfeng.core.units import M2_PER_MU
from yinfeng.tables import schema
from yinfeng.tables.schema import HEADER_UNIT, QUANTITY_TYPES, QUOTA_UNIT, Column
from yinfeng.web.accounts.models import User
from yinfeng.web.desk.facets import NO, YES, facet_label
from yinfeng.web.ledgers.queries import all_columns, rows_within
from yinfeng.web.ledgers.registry import HELD, attribute
from yinfeng.web.ledgers.zone_tree import ZoneTree
from yinfeng.web.zones.policy import scope

_SIGN: Final = {">": ">", ">=": "≥", "<": "<", "<=": "≤", "<~": "近"}
_REFERENCES: Final = frozenset({"ref", "refs"})
NUMBERS: Final = QUANTITY_TYPES | {"longitude", "latitude"}
Names = Mapping[str, Mapping[str, str]]
"""Ledger (or "users") → id → name, of what the rows at hand refer to."""


LONGEST: Final = 60
"""Characters of a cell that a list shows."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a list."""

    text: str
    """Empty where it is not known."""
    hint: str = ""
    is_number: bool = False

    @property
    def short(self) -> str:
        """Give the text, cut where it is long; the template's own filter takes ten times as long."""
        return self.text if len(self.text) <= LONGEST else self.text[: LONGEST - 1] + "…"


FIRST: Final = 4
"""Where the columns begin in a row that is read."""


def attributes(ledger: str, columns: Iterable[Column]) -> list[str]:
    """Give the fields to read for columns: before them key, version, what was said, what amounts are of."""
    of = "resource" if ledger == "quotas" else HELD[ledger].key
    return [HELD[ledger].key, "version", "said", of, *(attribute(ledger, column.name) for column in columns)]


def shown_row(columns: Sequence[Column], row: Sequence[Any], names: Names, lang: Lang) -> tuple[Cell, ...]:
    """Give the cells of a row as a list shows them."""
    _, _, said, of, *values = row
    pairs = zip(columns, values, strict=True)
    return tuple(shown(_of_resource(column, of), value, said, names, lang) for column, value in pairs)


def names_for(
    user: User, ledger: str, columns: Sequence[Column], rows: Sequence[Any], tree: ZoneTree
) -> Names:
    """Give the names of what rows refer to, as far as the user may see it: one query for each ledger."""
    wanted: dict[str, set[str]] = {}
    for at, column in enumerate(columns, start=FIRST):
        target = "users" if column.type == "keeper" else column.target
        if column.type in _REFERENCES or target == "users":
            wanted.setdefault(target, set()).update(one for row in rows for one in _each(row[at]))
    names: dict[str, Mapping[str, str]] = {"zones": tree.names}
    for target, ids in wanted.items():
        if target == "users":
            names[target] = {one.username: str(one) for one in User.objects.filter(username__in=ids)}
        elif target != "zones":
            names[target] = dict(_named(user, target, ids))
    return names


def shown(column: Column, value: Any, said: Mapping[str, Any], names: Names, lang: Lang) -> Cell:
    """Give a cell as a list shows it."""
    if value in (None, "", []):
        return Cell("", is_number=column.type in NUMBERS)
    if column.type in NUMBERS:
        hint = f"{value / M2_PER_MU:,.2f} " + Text("亩", "mu").of(lang) if column.unit == "m2" else ""
        unit = (
            f" {HEADER_UNIT[column.unit].of(lang)}" if column.type == "quota_amount" and column.unit else ""
        )
        return Cell(_quantity(column, value, said) + unit, hint, is_number=True)
    if column.type in _REFERENCES or column.type == "keeper":
        named = names.get("users" if column.type == "keeper" else column.target, {})
        return Cell(_joined((named.get(one, one) for one in _each(value)), lang), _joined(_each(value), lang))
    return Cell(_text(column, value, lang))


def held(column: Column, value: Any, said: Mapping[str, Any], names: Names, lang: Lang) -> object:
    """Give a cell as a workbook holds it, to be read again as it is: numbers, days, words and ids."""
    if value in (None, "", []):
        return None
    if column.type in NUMBERS:
        is_plain = not any(said.get(f"{column.name}.{part}") for part in ("strength", "high"))
        return value if is_plain else _quantity(column, value, said)
    if isinstance(value, date):
        return value
    if column.type == "keeper":
        return names.get("users", {}).get(value, value)
    return (
        _joined(value, lang)
        if column.type in _REFERENCES and isinstance(value, list)
        else _text(column, value, lang)
    )


def plain(number: float) -> str:
    """Write a number with grouped digits and no more decimals than it has, four at most."""
    text = f"{number:,.4f}".rstrip("0").rstrip(".")
    return text if text != "-0" else "0"


def _named(user: User, ledger: str, ids: set[str]) -> "QuerySet[Any]":
    key, name = HELD[ledger].key, HELD[ledger].name
    rows = rows_within(ledger, scope(user, "view", ledger)).filter(**{f"{key}__in": ids})
    return rows.exclude(**{name: ""}).values_list(key, name)


def _text(column: Column, value: Any, lang: Lang) -> str:
    if isinstance(value, bool):
        return (YES if value else NO).of(lang)
    if column.type == "choice":
        return schema.choice_label(column.target, value).of(lang)
    if column.type == "choices":
        return _joined((schema.choice_label(column.target, one).of(lang) for one in value), lang)
    if column.type == "amounts":
        return "；".join(f"{one['name']} {plain(one['amount'])}" for one in value)
    if isinstance(value, list):
        return _joined(value, lang)
    return value.isoformat() if isinstance(value, date) else str(value)


def _quantity(column: Column, value: float, said: Mapping[str, Any]) -> str:
    if column.type in {"longitude", "latitude"}:
        return f"{value:.6f}".rstrip("0").rstrip(".")
    if column.type == "percent":
        return f"{plain(value * 100)}%"
    high = said.get(f"{column.name}.high")
    if high is not None:
        return f"{plain(value)}-{plain(high)}"
    return _SIGN.get(said.get(f"{column.name}.strength", ""), "") + plain(value)


def _each(value: Any) -> Sequence[str]:
    if value in (None, ""):
        return ()
    return (value,) if isinstance(value, str) else value


def _joined(words: Iterable[Any], lang: Lang) -> str:
    return Text("、", ", ").of(lang).join(map(str, words))


def heading(ledger: str, name: str, lang: Lang) -> str:
    """Give the header of a column as a list shows it, its unit in brackets."""
    return facet_label(ledger, name).of(lang) if name == "zone_id" else held_heading(ledger, name, lang)


def held_heading(ledger: str, name: str, lang: Lang) -> str:
    """Give the header of a column as a workbook has it, to be understood when it is read again."""
    return schema.header(all_columns(ledger)[name], lang).removesuffix("*")


def _of_resource(column: Column, resource: str) -> Column:
    """Give a column of amounts the unit of what they are of."""
    return replace(column, unit=QUOTA_UNIT.get(resource, "")) if column.type == "quota_amount" else column
