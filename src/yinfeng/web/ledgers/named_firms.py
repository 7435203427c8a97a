"""Firms that a text names, by id or by name: an owner, an investor, a parent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import Q

from yinfeng.web.accounts.models import User
from yinfeng.web.firms.models import Firm
from yinfeng.web.ledgers.addresses import record_address
from yinfeng.web.zones.policy import visible

FIRM_COLUMNS: Final = (("projects", "firm"), ("places", "owner"), ("firms", "parent_firm"))
"""Ledger and column of texts that name a firm by its id or its name."""


@dataclass(frozen=True, slots=True)
class NamedFirm:
    """A firm that a text names."""

    firm_id: str
    name: str

    @property
    def text(self) -> str:
        """Give its name, with its id beside it."""
        return f"{self.name}（{self.firm_id}）" if self.name not in {"", self.firm_id} else self.firm_id

    @property
    def address(self) -> str:
        """Give the address of its page."""
        return record_address("firms", self.firm_id)


def named_firms(user: User, texts: Iterable[str]) -> Mapping[str, NamedFirm]:
    """Give the firms that texts name, as far as the user may see them, in one query.

    An id goes before a name; a name that several of these firms have names none of them.
    """
    wanted = {text for text in texts if text}
    if not wanted:
        return {}
    rows = visible(user, "firms", Firm.objects.filter(Q(firm_id__in=wanted) | Q(firm_name__in=wanted)))
    found = [NamedFirm(*row) for row in rows.values_list("firm_id", "firm_name").order_by("firm_id")]
    by_name: dict[str, list[NamedFirm]] = {}
    for firm in found:
        by_name.setdefault(firm.name, []).append(firm)
    only = {name: firms[0] for name, firms in by_name.items() if name in wanted and len(firms) == 1}
    return only | {firm.firm_id: firm for firm in found if firm.firm_id in wanted}
