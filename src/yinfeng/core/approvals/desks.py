"""Whose move it is."""

from typing import Final

from yinfeng.core.approvals.clock import Clock
from yinfeng.core.approvals.needed import Need, Way
from yinfeng.core.approvals.problem import CORRECTION, Application
from yinfeng.core.approvals.states import ItemState
from yinfeng.core.approvals.template import Item
from yinfeng.core.text import Text

APPLICANT: Final = Text("企业（申请人）", "the applicant")
ZONE: Final = Text("开发区（补条件）", "the zone (to answer facts)")
UNKNOWN: Final = Text("审批部门（台账未写）", "the agency (not in the ledger)")
NOBODY: Final = Text("", "")

_RESTS: Final = frozenset({ItemState.DECIDED, ItemState.NOT_NEEDED, ItemState.REPLACED, ItemState.WAITING})


def desk_of(
    item: Item | None,
    need: Need,
    state: ItemState,
    row: Application | None,
    clock: Clock | None,
    *,
    has_deadline: bool,
) -> tuple[Text, bool]:
    """Tell at whose desk an item is, and whether that is the applicant's; nobody's where it rests.

    has_deadline: whether its time is the applicant's own, to apply.
    """
    if state in _RESTS:
        return NOBODY, False
    if state is ItemState.TO_ANSWER:
        return ZONE, False
    if state in (ItemState.REFUSED, ItemState.LAPSED) or has_deadline:
        return APPLICANT, True
    if state is ItemState.OPEN and (
        item is None or item.first_desk == "applicant" or need.way is Way.COMMITMENT
    ):
        return APPLICANT, True
    request = clock.open_request if clock else None
    if state is ItemState.CORRECTING and request is not None and request.kind == CORRECTION:
        return APPLICANT, True
    return agency_of(item, need, row), False


def agency_of(item: Item | None, need: Need, row: Application | None) -> Text:
    """Name the agency: as the ledger has it, else as the template's form or item has it."""
    if row is not None and row.desk:
        return Text(row.desk, row.desk)
    if need.variant is not None and need.variant.agency is not None:
        return need.variant.agency
    return item.agency if item is not None else UNKNOWN
