"""What a record is found by: names and ids, folded, with full pinyin and its initials.

The text begins with the pinyin of the record's name, so that sorting by it sorts names as people do:
databases sort Chinese by code point.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

from pypinyin import Style, lazy_pinyin

from yinfeng.tables.spelling import header_key
from yinfeng.web.ledgers.registry import HELD

_FOUND_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "zones": ("zone_id", "zone_name", "city", "province", "leading_industries"),
    "firms": ("firm_id", "firm_name", "uscc", "products", "by_products", "parent_firm", "industry_code"),
    "places": ("place_id", "place_name", "zone_id", "owner", "substation", "products"),
    "projects": ("project_id", "project_name", "firm", "industry_code", "products"),
    "quotas": ("quota_id", "scope"),
    "pins": ("project_id", "place_id", "decided_by", "reason"),
}
_PINYIN_OF: Final = frozenset({"zone_name", "firm_name", "place_name", "project_name", "firm", "owner"})


def search_text(ledger: str, values: Mapping[str, Any]) -> str:
    """Give the text to keep beside a record; words typed are looked for in it as they are (`folded`)."""
    parts = [_sorted_by(values.get(HELD[ledger].name))]
    for column in _FOUND_BY[ledger]:
        for word in _words(values.get(column)):
            parts.append(folded(word))
            if column in _PINYIN_OF:
                parts += _pinyin(word)
    return " ".join(dict.fromkeys(part for part in parts if part))


def is_found_by(ledger: str, columns: Iterable[str]) -> bool:
    """Tell whether a record is found by any of these columns."""
    return not set(_FOUND_BY[ledger]).isdisjoint(columns)


def folded(text: str) -> str:
    """Fold width, case and blanks, so that ＡＢ 1 and ab1 are the same."""
    return header_key(text)


def words(typed: str) -> tuple[str, ...]:
    """Give the words of a search, each folded; all must be found."""
    return tuple(word for part in typed.replace("\u3000", " ").split() if (word := folded(part)))


def _sorted_by(name: str | None) -> str:
    """Give a name as it stands in a sorted list: pinyin for Chinese, letters and digits as they are."""
    return "".join(lazy_pinyin(folded(name))) if name else ""


def _words(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        return (value,)
    return (one["name"] if isinstance(one, Mapping) else str(one) for one in value or ())


@lru_cache(maxsize=20_000)
def _pinyin(text: str) -> tuple[str, str]:
    full = lazy_pinyin(text, errors="ignore")
    initials = lazy_pinyin(text, style=Style.FIRST_LETTER, errors="ignore")
    return "".join(full), "".join(initials)
