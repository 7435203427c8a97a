"""The ids and names merged firms had: the firm they went into is found by them too."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from yinfeng.web.firms.models import Alias
from yinfeng.web.ledgers.bridge import Row, row_of
from yinfeng.web.ledgers.search import search_text


def aliases_of(ledger: str, keys: Iterable[str]) -> Mapping[str, Sequence[Row]]:
    """Give the earlier ids and names of firms by their key, as rows; other ledgers have none."""
    rows: dict[str, list[Row]] = {}
    if ledger == "firms":
        for alias in Alias.objects.filter(firm__firm_id__in=list(keys)).select_related("firm").order_by("pk"):
            row = {"firm_id": alias.old_id, "firm_name": alias.old_name}
            rows.setdefault(alias.firm.firm_id, []).append(row)
    return rows


def found_by(ledger: str, record: Any, aliases: Sequence[Row] = ()) -> str:
    """Give the text a record is found by: its own words, then those of its aliases."""
    return " ".join(search_text(ledger, row) for row in (row_of(ledger, record), *aliases))
