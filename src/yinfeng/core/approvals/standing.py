"""Where one item stands on a day, without regard to the items before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from yinfeng.core.approvals import clock as clocks
from yinfeng.core.approvals.clock import Clock, advance
from yinfeng.core.approvals.needed import Need, Way, limit_of
from yinfeng.core.approvals.problem import Application, Project, Request
from yinfeng.core.approvals.rules import ApprovalRules
from yinfeng.core.approvals.states import ItemState
from yinfeng.core.approvals.template import Item, Limit, Span, Template, Validity
from yinfeng.core.text import Text
from yinfeng.core.working_days import WorkingDays


@dataclass(frozen=True, slots=True)
class Pace:
    """What the ledger alone says of an item: its state, its clock and its end."""

    state: ItemState | None
    """None: not begun; the items before it decide."""
    clock: Clock | None
    limit: Limit | None
    due: date | None
    days_left: int | None
    late_by: int | None
    expires_on: date | None
    done_on: date | None
    """The day it was done; None where it is not, or the ledger has no day."""
    notes: tuple[Text, ...] = ()


NOT_BEGUN: Final = Pace(None, None, None, None, None, None, None, None)

_NO_DATE: Final = Text(
    "台账没有办结日期，是否按时无法判断", "no date of decision: whether in time cannot be told"
)
_NO_START: Final = Text(
    "台账没有申报日期，时限无法计算", "no date of application: its time cannot be reckoned"
)
_LONGEST: Final = Text("类别待答，按最长的时限算", "its form is to be answered; the longest time is taken")
_DEADLINE: Final = Text(
    "应在 {day} 前申报（{title} 办结后 {n} 日内）", "to be applied for by {day}: within {n} days of {title}"
)
_REPLY_LATE: Final = Text("已过要求的期限 {day}，还没有补齐", "past the day set, {day}, and not answered")
_RECHECK: Final = Text(
    "批准后 {day} 未开工，须报原审批部门重新审核", "not started by {day}: to be checked anew"
)


def is_done(row: Application, on: date) -> bool:
    """Tell whether a row of the ledger was done by a day."""
    if row.status in ("refused", "not_needed"):
        return False
    if row.decided_on is not None:
        return row.decided_on <= on
    return row.status == "done"


def pace_of(
    item: Item | None,
    need: Need,
    row: Application | None,
    requests: Sequence[Request],
    project: Project,
    template: Template,
    *,
    on: date,
    calendar: WorkingDays,
    rules: ApprovalRules,
) -> Pace:
    """Tell what a row says of its item on a day."""
    if row is None:
        return NOT_BEGUN
    handed_in = row.applied_on or row.accepted_on or row.decided_on or on
    held = item if item is None else template.at(item, handed_in)
    limit = _limit(held, need, row, rules)
    run = clocks.run(
        row, requests, limit, _notice(held, rules),
        excludes=rules.excluded | frozenset(held.excludes if held else ()),
        caps=dict(held.caps or {}) if held else {},
        on=min(on, row.decided_on) if row.decided_on and row.status != "in_hand" else on,
        calendar=calendar, rules=rules,
    )  # fmt: skip
    notes = run.notes if run else ()
    if limit is not None and len(need.variants) > 1 and need.way is Way.APPROVAL:
        notes = (*notes, _LONGEST)
    if row.status == "refused" and (row.decided_on is None or row.decided_on <= on):
        return Pace(ItemState.REFUSED, run, limit, run.due if run else None, None, None, None, None, notes)
    if is_done(row, on):
        return _done(held, run, limit, row, project, notes, on=on, calendar=calendar)
    return _running(run, limit, row, notes, on=on, calendar=calendar)


def _limit(held: Item | None, need: Need, row: Application, rules: ApprovalRules) -> Limit | None:
    limit = limit_of(held, need, longest=True) if held is not None else None
    if row.method == "joint" and limit is not None:
        return Limit(rules.joint, limit.counted_from, rules.joint_extension_days)
    return limit


def _notice(held: Item | None, rules: ApprovalRules) -> Span:
    return held.notice if held is not None and held.notice is not None else rules.notice


def _done(
    held: Item | None,
    run: Clock | None,
    limit: Limit | None,
    row: Application,
    project: Project,
    notes: tuple[Text, ...],
    *,
    on: date,
    calendar: WorkingDays,
) -> Pace:
    due = run.due or run.if_resumed if run else None
    late_by = None
    if due is not None and row.decided_on is not None and limit is not None:
        late_by = max(0, _days(due, row.decided_on, limit, calendar))
    elif run is not None and run.accept_by is not None and row.decided_on is not None and limit is not None:
        late_by = 0  # decided before it had to be accepted
    if row.decided_on is None:
        notes = (*notes, _NO_DATE)
    expires_on = expiry(held.validity if held else None, row, project)
    state = ItemState.DECIDED
    if expires_on is not None and expires_on < on:
        state = ItemState.LAPSED
        if held is not None and held.validity is not None and held.validity.then == "recheck":
            notes = (*notes, _RECHECK.format(day=expires_on))
    return Pace(state, run, limit, due, None, late_by, expires_on, row.decided_on, notes)


def _running(
    run: Clock | None,
    limit: Limit | None,
    row: Application,
    notes: tuple[Text, ...],
    *,
    on: date,
    calendar: WorkingDays,
) -> Pace:
    if run is None:
        if row.status == "in_hand":
            return Pace(ItemState.APPLIED, None, limit, None, None, None, None, None, (*notes, _NO_START))
        return NOT_BEGUN
    if run.open_request is not None:
        by = run.open_request.reply_by
        notes = (*notes, _REPLY_LATE.format(day=by)) if by is not None and by < on else notes
        return Pace(ItemState.CORRECTING, run, limit, None, None, None, None, None, notes)
    left = None if run.due is None or limit is None else -_days(run.due, on, limit, calendar)
    if left is not None and left < 0:
        state = ItemState.LATE
    else:
        state = ItemState.APPLIED if run.accepted is None else ItemState.ACCEPTED
    return Pace(state, run, limit, run.due, left, None, None, None, notes)


def _days(due: date, day: date, limit: Limit, calendar: WorkingDays) -> int:
    """Count the days from the due day to a day, of the limit's kind; a day past due is at least one."""
    if limit.span.kind == "calendar":
        return (day - due).days
    days = calendar.between(due, day)
    return max(days, 1) if day > due else days


def expiry(validity: Validity | None, row: Application, project: Project) -> date | None:
    """Give the last day on which a decision holds; None where it holds for good.

    A start of the works in time keeps what only had to be begun; what is written in the ledger comes first.
    """
    end = row.valid_until
    if validity is not None and validity.until_start and row.decided_on is not None:
        end = end or _added(row.decided_on, validity, min(row.extensions, validity.extensions))
        if project.started_on is not None and project.started_on <= end:
            return None
    elif validity is not None and row.decided_on is not None:
        end = end or _added(row.decided_on, validity, 0)
    return end


def _added(day: date, validity: Validity, extensions: int) -> date:
    if validity.unit == "days":
        return day + timedelta(days=validity.number)
    months = validity.number * (12 if validity.unit == "years" else 1)
    return add_months(day, months + extensions * validity.extension_months)


def add_months(day: date, months: int) -> date:
    """Give the same day some months on, or the last of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise ValueError(f"{months} months after {day}")


def deadline(
    item: Item, decided: date | None, title: Text, *, calendar: WorkingDays
) -> tuple[date, Text] | None:
    """Give the last day to apply for an item that has to follow another, and the sentence that says so."""
    if item.within is None or decided is None:
        return None
    day = advance(decided, item.within.span, calendar)
    return day, _DEADLINE.format(day=day, title=title, n=item.within.span.days)
