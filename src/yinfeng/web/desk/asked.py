"""A list that somebody asks for: their scope, narrowed by the conditions of an address."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from yinfeng.core.errors import Fault
from yinfeng.web.accounts.models import User
from yinfeng.web.desk import list_state
from yinfeng.web.desk.facets import with_lower_zones
from yinfeng.web.desk.list_state import State
from yinfeng.web.ledgers import queries
from yinfeng.web.ledgers.queries import Filter
from yinfeng.web.ledgers.zone_tree import ZoneTree, zone_tree
from yinfeng.web.zones.policy import Refused, Scope, scope


@dataclass(frozen=True, eq=False)
class Asked:
    """A list that somebody asks for: in their scope, ready to be narrowed."""

    user: User
    state: State
    where: Scope
    tree: ZoneTree
    filter: Filter
    """With the zones below those chosen."""
    faults: tuple[Fault, ...]

    @property
    def in_scope(self) -> "QuerySet[Any]":
        """Give all rows of the scope; none while a condition cannot be read."""
        rows = queries.rows_within(self.state.ledger, self.where)
        return rows.none() if self.faults else rows

    @cached_property
    def before_facets(self) -> "QuerySet[Any]":
        """Give the rows that facets are counted over."""
        return queries.before_facets(self.state.ledger, self.in_scope, self.filter)

    @property
    def rows(self) -> "QuerySet[Any]":
        """Give the rows that match, in the order asked for."""
        rows = queries.chosen(self.state.ledger, self.before_facets, self.filter)
        return rows.order_by(*queries.order(self.state.ledger, self.state.sort))


def ask(user: User, state: State) -> Asked:
    """Put a list in somebody's scope. Raises `Refused` for whom the whole ledger is closed."""
    where = scope(user, "view", state.ledger)
    if not where:
        raise Refused("view", state.ledger)
    tree = zone_tree(user)
    asked, faults = list_state.as_filter(state)
    return Asked(user, state, where, tree, with_lower_zones(asked, tree), faults)
