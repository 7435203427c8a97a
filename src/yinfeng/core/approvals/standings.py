"""The items of a project as they stand, one after the other, with what each waits for."""

from collections.abc import Mapping, Sequence
from datetime import date

from yinfeng.core.approvals.desks import desk_of
from yinfeng.core.approvals.needed import BY_LEDGER, Need, Way
from yinfeng.core.approvals.problem import Application, Problem, Project, Request
from yinfeng.core.approvals.result import Standing
from yinfeng.core.approvals.standing import Pace, deadline, pace_of
from yinfeng.core.approvals.states import ItemState
from yinfeng.core.approvals.template import Item, Kind, Template
from yinfeng.core.text import Text


def standings_of(
    problem: Problem,
    needs: Mapping[str, Need],
    paces: Mapping[str, Pace],
    of_item: Mapping[str, Sequence[Application]],
    known: dict[tuple[object, ...], Standing],
) -> list[Standing]:
    """Lay out the items of a project in the order of the template, each with those before it that are open.

    known: what was laid out before, by the identity of need, pace and rows.
    """
    standings = []
    blocking: dict[str, tuple[str, ...]] = {}
    for item in problem.template.items:
        need = needs.get(item.key)
        before = _open_before(item, blocking)
        if need is None:
            blocking[item.key] = before
            continue
        pace = paces[item.key]
        state = _state(need, pace, before)
        rests = state in (ItemState.DECIDED, ItemState.NOT_NEEDED, ItemState.REPLACED)
        blocking[item.key] = () if rests else (item.key,)
        if item.kind is not Kind.EVENT:
            rows = of_item.get(item.key, ())
            name = (id(item), id(need), id(pace), state, before, *map(id, rows))
            standing = known.get(name)
            if standing is None:
                standing = _standing(problem, item, need, pace, state, rows, before, paces)
                if item.within is None:  # else it hangs on when another item was done
                    known[name] = standing
            standings.append(standing)
    return standings


def _open_before(item: Item, blocking: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    before: tuple[str, ...] = ()
    for need in item.needs:
        before += blocking.get(need, ())
    return before if len(before) < 2 else tuple(dict.fromkeys(before))


def _state(need: Need, pace: Pace, before: Sequence[str]) -> ItemState:
    if pace.state is not None:
        return pace.state
    if need.holds is False:
        return ItemState.NOT_NEEDED
    if need.holds is None:
        return ItemState.TO_ANSWER
    if need.way is Way.AREA:
        return ItemState.REPLACED
    return ItemState.WAITING if before else ItemState.OPEN


def _standing(
    problem: Problem,
    item: Item,
    need: Need,
    pace: Pace,
    state: ItemState,
    rows: Sequence[Application],
    before: tuple[str, ...],
    paces: Mapping[str, Pace],
) -> Standing:
    row = rows[-1] if rows else None
    due, left, notes = pace.due, pace.days_left, (*need.notes, *pace.notes)
    late = None
    if state is ItemState.OPEN and item.within is not None:
        done = paces.get(item.within.after)
        title = _title(problem.template, item.within.after)
        late = deadline(item, done.done_on if done else None, title, calendar=problem.calendar)
        if late is not None:
            due, left, notes = late[0], (late[0] - problem.on).days, (*notes, late[1])
            state = ItemState.LATE if left < 0 else state
    desk, is_applicants = desk_of(item, need, state, row, pace.clock, has_deadline=late is not None)
    soon = (
        state is ItemState.DECIDED
        and pace.expires_on is not None
        and (pace.expires_on - problem.on).days <= problem.rules.soon_days
    )
    return Standing(
        key=item.key, title=item.title, item=item, need=need, state=state, application=row,
        earlier=tuple(rows[:-1]), clock=pace.clock, limit=pace.limit, due=due, days_left=left,
        late_by=pace.late_by, desk=desk, is_applicants=is_applicants, expires_on=pace.expires_on,
        lapses_soon=soon, waits_for=before if state is ItemState.WAITING else (),
        behind_plan=_is_behind_plan(row, state, problem.on), notes=notes,
    )  # fmt: skip


def _title(template: Template, key: str) -> Text:
    return next((item.title for item in template.items if item.key == key), Text(key, key))


def _is_behind_plan(row: Application | None, state: ItemState, on: date) -> bool:
    return (
        row is not None
        and row.planned_on is not None
        and row.planned_on < on
        and state not in (ItemState.DECIDED, ItemState.NOT_NEEDED, ItemState.REPLACED)
    )


def unknown_item(
    name: str, rows: Sequence[Application], asked: Sequence[Request], project: Project, problem: Problem
) -> Standing:
    """Keep a row whose item the template does not know, by what the row itself says."""
    row = rows[-1]
    pace = pace_of(
        None, BY_LEDGER, row, asked, project, problem.template,
        on=problem.on, calendar=problem.calendar, rules=problem.rules,
    )  # fmt: skip
    is_off = row.needed is False or row.status == "not_needed"
    state = pace.state or (ItemState.NOT_NEEDED if is_off else ItemState.OPEN)
    desk, is_applicants = desk_of(None, BY_LEDGER, state, row, pace.clock, has_deadline=False)
    return Standing(
        key=name, title=Text(name, name), item=None, need=BY_LEDGER, state=state, application=row,
        earlier=tuple(rows[:-1]), clock=pace.clock, limit=None, due=None, days_left=None, late_by=None,
        desk=desk, is_applicants=is_applicants, expires_on=pace.expires_on, lapses_soon=False,
        waits_for=(), behind_plan=_is_behind_plan(row, state, problem.on), notes=pace.notes,
    )  # fmt: skip
