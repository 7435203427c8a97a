"""Planning visits, noting what came of them, moving and dropping them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from yinfeng.core.errors import Fault, InputError, problem_fault
from yinfeng.core.text import Text
from yinfeng.web.accounts.models import User
from yinfeng.web.audit.actions import Act, record_all
from yinfeng.web.ledgers.actions import Conflict
from yinfeng.web.places.models import Place
from yinfeng.web.takers.models import Visit
from yinfeng.web.takers.words import OUTCOME_LABEL
from yinfeng.web.zones.policy import demand, may

State = Visit.State
_LEDGER_OF: Final = {Visit.Who.PROJECT: "projects", Visit.Who.LEAD: "leads", Visit.Who.FIRM: "firms"}


@dataclass(frozen=True, slots=True)
class Whom:
    """Somebody to be visited."""

    who: str
    key: str
    name: str


@transaction.atomic
def plan(
    place: Place, whom: Sequence[Whom], *, planned_on: date | None, keeper: User | None, by: User
) -> list[Visit]:
    """Put visits about a place on somebody's list; who is on a list for it already is left out.

    Raises InputError where nobody is named or the keeper may not note what came of it, `Refused`.
    """
    demand(by, "add", "visits", place.zone_id)
    faults = [*_keeper_faults(keeper, place.zone_id)]
    if not whom:
        expected = Text("至少一个要走访的对象", "at least one to be visited")
        faults.append(problem_fault("nobody", "", expected, Text("勾选后再提交", "tick some, then send")))
    if faults:
        raise InputError(faults)
    listed = Visit.objects.filter(place=place.place_id, state=State.PLANNED).values_list("who", "who_key")
    taken = set(listed)
    visits = [
        _new(place.place_id, place.zone_id, one, planned_on, keeper)
        for one in whom
        if (one.who, one.key) not in taken
    ]
    _note([_act("add", visit, after=_planned(visit)) for visit in visits], by)
    return visits


@transaction.atomic
def note_outcome(
    visit: Visit,
    *,
    outcome: str,
    told: str,
    visited_on: date,
    by: User,
    next_step: str = "",
    next_on: date | None = None,
) -> Visit | None:
    """Note what came of a visit, also of one noted before; give the follow-up where there is one.

    A date of the next step puts a visit to the same on the same list. The outcome is told on the timelines of
    the place and of who was visited. Raises InputError for a date that cannot be, `Conflict`, `Refused`.
    """
    demand(by, "change", "visits", visit.zone_id)
    faults = _outcome_faults(visit, outcome, visited_on, next_on)
    if faults:
        raise InputError(faults)
    after = {"state": State.DONE, "outcome": outcome, "told": told, "visited_on": visited_on}
    acts = [_change(visit, "outcome", after | {"next_step": next_step, "next_on": next_on})]
    said = _said(visit)
    acts.append(Act(action="visit", kind="places", key=visit.place_id, zone_id=visit.zone_id, reason=said))
    acts.append(
        Act(action="visit", kind=_LEDGER_OF[visit.who], key=visit.who_key, zone_id=visit.zone_id, reason=said)
    )
    follow_up = _follow_up(visit) if next_on else None
    if follow_up is not None:
        acts.append(_act("add", follow_up, after=_planned(follow_up)))
    _note(acts, by)
    return follow_up


@transaction.atomic
def move(visit: Visit, *, planned_on: date | None, keeper: User | None, by: User) -> None:
    """Give a visit another day or another keeper; a dropped one is planned again."""
    demand(by, "change", "visits", visit.zone_id)
    faults = [*_keeper_faults(keeper, visit.zone_id), *_done_faults(visit), *_twice_faults(visit)]
    if faults:
        raise InputError(faults)
    after = {"state": State.PLANNED, "planned_on": planned_on, "keeper_id": keeper and keeper.username}
    _note([_change(visit, "change", after | {"department": keeper.department if keeper else ""})], by)


@transaction.atomic
def drop(visit: Visit, *, reason: str, by: User) -> None:
    """Take a planned visit off the list, and say why."""
    demand(by, "change", "visits", visit.zone_id)
    faults = _done_faults(visit)
    if not reason:
        expected = Text("不去的原因", "why nobody goes there")
        faults = [*faults, problem_fault("no-reason", "", expected, Text("写明原因", "give the reason"))]
    if faults:
        raise InputError(faults)
    _note([_change(visit, "cancel", {"state": State.DROPPED}, reason)], by)


def _new(place_id: str, zone_id: str, one: Whom, planned_on: date | None, keeper: User | None) -> Visit:
    return Visit.objects.create(
        place_id=place_id,
        zone_id=zone_id,
        who=one.who,
        who_key=one.key,
        who_name=one.name,
        planned_on=planned_on,
        keeper=keeper,
        department=keeper.department if keeper else "",
    )


def _follow_up(visit: Visit) -> Visit | None:
    """Plan the next visit to the same; None where one is planned already, which then gets the new day."""
    again = Visit.objects.filter(
        place=visit.place_id, who=visit.who, who_key=visit.who_key, state=State.PLANNED
    )
    if again.update(planned_on=visit.next_on, version=F("version") + 1, changed_at=timezone.now()):
        return None
    one = Whom(visit.who, visit.who_key, visit.who_name)
    return _new(visit.place_id, visit.zone_id, one, visit.next_on, visit.keeper)


def _change(visit: Visit, action: str, after: Mapping[str, Any], reason: str = "") -> Act:
    before = {name: getattr(visit, name) for name in after}
    rows = Visit.objects.filter(pk=visit.pk, version=visit.version)
    if not rows.update(**after, version=F("version") + 1, changed_at=timezone.now()):
        raise Conflict("visits", [str(visit.pk)])
    visit.refresh_from_db()
    return _act(action, visit, before=before, after=after, reason=reason)


def _act(action: str, visit: Visit, **told: Any) -> Act:
    return Act(action=action, kind="visits", key=str(visit.pk), zone_id=visit.zone_id, **told)


def _note(acts: Sequence[Act], by: User) -> None:
    record_all(acts, by=by)


def _planned(visit: Visit) -> dict[str, Any]:
    return {
        "place_id": visit.place_id,
        "who": visit.who,
        "who_key": visit.who_key,
        "planned_on": visit.planned_on,
        "keeper_id": visit.keeper_id,
    }


def _said(visit: Visit) -> str:
    """Tell an outcome in one line, for the timelines."""
    parts = [f"{visit.place_id} → {visit.who_name or visit.who_key}", OUTCOME_LABEL[visit.outcome].zh]
    return "：".join(parts) + (f"；{visit.told}" if visit.told else "")


def _keeper_faults(keeper: User | None, zone_id: str) -> list[Fault]:
    if keeper is None or may(keeper, "change", "visits", zone_id):
        return []
    expected = Text("可以登记走访结果的人", "somebody who may note what comes of it")
    return [problem_fault("not-a-keeper", str(keeper), expected, Text("另选一人", "choose another"))]


def _done_faults(visit: Visit) -> list[Fault]:
    if visit.state != State.DONE:
        return []
    expected = Text("还没有登记结果的走访", "a visit whose outcome is not noted yet")
    fix = Text("直接修改它的结果", "change its outcome instead")
    return [problem_fault("visit-done", str(visit), expected, fix)]


def _twice_faults(visit: Visit) -> list[Fault]:
    same = Visit.objects.filter(place=visit.place_id, who=visit.who, who_key=visit.who_key)
    if not same.filter(state=State.PLANNED).exclude(pk=visit.pk).exists():
        return []
    expected = Text("同一场地、同一对象只排一次走访", "one planned visit to the same about the same place")
    return [problem_fault("visit-planned", str(visit), expected, Text("改已排的那一次", "change that one"))]


def _outcome_faults(visit: Visit, outcome: str, visited_on: date, next_on: date | None) -> list[Fault]:
    faults = []
    today = timezone.localdate()
    if outcome not in Visit.Outcome.values:
        choices = OUTCOME_LABEL.values()
        expected = Text("、".join(c.zh for c in choices), ", ".join(c.en for c in choices))
        faults.append(problem_fault("no-outcome", outcome, expected, Text("选一个结果", "choose one")))
    if visited_on > today:
        expected = Text(f"不晚于今天（{today}）的日期", f"a day not after today ({today})")
        faults.append(
            problem_fault("not-yet", str(visited_on), expected, Text("改走访日期", "change the day"))
        )
    if next_on is not None and next_on <= visited_on:
        expected = Text(f"晚于走访日（{visited_on}）的日期", f"a day after the visit ({visited_on})")
        faults.append(
            problem_fault("not-after", str(next_on), expected, Text("改下次日期", "change the day"))
        )
    return faults
