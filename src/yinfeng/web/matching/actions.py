"""Accepting a plan's row, taking that back, and carrying a deal on."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from yinfeng.core.errors import InputError, problem_fault
from yinfeng.core.text import Text
from yinfeng.web.accounts.models import User
from yinfeng.web.audit.actions import Act, record
from yinfeng.web.audit.queries import changes, history, of_batch
from yinfeng.web.ledgers.actions import Conflict, Write, write
from yinfeng.web.ledgers.bridge import key_of
from yinfeng.web.matching.models import OPEN, Acceptance, Deal
from yinfeng.web.places.models import Place
from yinfeng.web.projects.models import Pin
from yinfeng.web.runs.models import PlanRow, Run
from yinfeng.web.zones.policy import demand

State = Deal.State

NEXT: Final[Mapping[str, tuple[str, ...]]] = {
    State.TO_ASK: (State.ASKED, State.WITHDRAWN),
    State.ASKED: (State.TERMS, State.SIGNED, State.REFUSED, State.WITHDRAWN),
    State.TERMS: (State.SIGNED, State.REFUSED, State.WITHDRAWN),
    State.SIGNED: (),
    State.REFUSED: (State.ASKED,),
    State.WITHDRAWN: (State.TO_ASK,),
}
"""Where a deal may go from each state."""


@transaction.atomic
def accept_row(row: PlanRow, *, by: User, reason: str = "") -> Acceptance:
    """Decide that a project goes where the plan sends it.

    Places of the zone are reserved for it (a share of a divisible one is not taken from the others: the pin
    holds it); for each place that a firm owns a deal is opened instead. A pin keeps later plans to it, unless
    an owner has still to be asked. Raises InputError where the places are no longer as the plan found them.
    """
    places = list(Place.objects.select_for_update().filter(place_id__in=row.place_ids).order_by("place_id"))
    for zone in {row.zone_id or None, *(place.zone_id for place in places)}:  # a place may have moved since
        demand(by, "decide", "runs", zone)
    faults = [*_not_open(row), *(_taken(place, row) for place in places if _is_taken(place, row))]
    if faults:
        raise InputError([problem_fault(code, found, *said) for code, found, said in faults])
    batch = f"accept-{row.run_id}-{secrets.token_hex(6)}"
    acceptance = Acceptance.objects.create(row=row, batch=batch, reason=reason, by=by)
    why = reason or Text("采纳落位方案 #{n}", "plan #{n} accepted").format(n=row.run_id).zh
    for place in places:
        if place.owner_kind == "firm":
            _open_deal(acceptance, place, row, by, batch)
    own = [place for place in places if place.owner_kind != "firm"]
    whole = [place for place in own if len(places) > 1 or not _is_share(place, row)]
    reserved = {"status": "reserved", "reserved_for": row.project_id}
    write(
        "places",
        [Write("change", place.place_id, reserved, place.version) for place in whole],
        by=by,
        reason=why,
        batch=batch,
        action="accept",
    )
    if len(own) == len(places):
        _pin(row, by, why, batch)
    record(
        Act(
            action="accept",
            kind="runs",
            key=str(row.run_id),
            zone_id=row.zone_id,
            after=_told(row),
            reason=why,
        ),
        by=by,
        batch=batch,
    )
    _close_if_decided(row.run)
    return acceptance


@transaction.atomic
def undo_acceptance(acceptance: Acceptance, *, by: User, reason: str) -> None:
    """Take an acceptance back: what it reserved is free again, its pin goes, its open deals are withdrawn.

    A pin that stood before, or that was decided anew since, stays. Raises InputError, and changes nothing,
    where a place was changed since or a deal was signed.
    """
    row = acceptance.row
    demand(by, "decide", "runs", row.zone_id or None)
    deals = list(acceptance.deals.select_for_update())
    places = Place.objects.filter(place_id__in=row.place_ids).exclude(owner_kind="firm")
    stuck = [deal.place_id for deal in deals if deal.state == State.SIGNED]
    stuck += [
        p.place_id for p in places if p.status == "in_use" or p.reserved_for not in ("", row.project_id)
    ]
    if acceptance.undone_at is not None or stuck:
        expected = Text("采纳之后没有再变动的场地", "places that were not changed since")
        fix = Text("先在台账中核对这些场地", "look at these places on the ledger first")
        raise InputError([problem_fault("changed-since", "、".join(stuck) or str(row), expected, fix)])
    held = {place.place_id: place for place in places if place.reserved_for == row.project_id}
    freed = [
        Write(
            "change",
            entry.key,
            {column: was for column, (was, _) in changes(entry).items()},
            held[entry.key].version,
        )
        for entry in of_batch(acceptance.batch).filter(kind="places", action="accept")
        if entry.key in held
    ]
    write("places", freed, by=by, reason=reason, batch=acceptance.batch, action="undo")
    write(
        "pins",
        [Write("delete", pin.pin_key, {}) for pin in _pins_of(acceptance)],
        by=by,
        reason=reason,
        batch=acceptance.batch,
    )
    for deal in deals:
        if deal.state in OPEN:
            move_deal(deal, State.WITHDRAWN, by=by, reason=reason)
    Acceptance.objects.filter(pk=acceptance.pk).update(undone_at=timezone.now())
    Run.objects.filter(pk=row.run_id).update(closed_at=None)
    record(
        Act(
            action="undo",
            kind="runs",
            key=str(row.run_id),
            zone_id=row.zone_id,
            before=_told(row),
            reason=reason,
        ),
        by=by,
    )


@transaction.atomic
def move_deal(
    deal: Deal, state: str, *, by: User, terms: str = "", reason: str = "", next_on: date | None = None
) -> None:
    """Carry a deal to its next state; signing and refusing are noted on the place as the owner's consent.

    Signing is a decision (right "decide"); the other steps are work (right "change").
    """
    demand(by, "decide" if state == State.SIGNED else "change", "deals", deal.zone_id)
    if not Deal.objects.select_for_update().filter(pk=deal.pk, version=deal.version).exists():
        raise Conflict("deals", [str(deal.pk)])
    if state not in NEXT[deal.state]:
        expected = Text("这一步之后可以到的状态", "a state that can follow")
        fix = Text("刷新页面看现在的状态", "reload the page to see where it stands")
        raise InputError([problem_fault("no-such-step", f"{deal.state} → {state}", expected, fix)])
    before = {"state": deal.state, "terms": deal.terms, "next_on": deal.next_on}
    after = {"state": state, "terms": terms or deal.terms, "next_on": next_on}
    Deal.objects.filter(pk=deal.pk).update(**after, version=F("version") + 1, changed_at=timezone.now())
    key, zone = str(deal.pk), deal.zone_id
    record(
        Act(
            action=f"deal_{state}",
            kind="deals",
            key=key,
            zone_id=zone,
            before=before,
            after=after,
            reason=reason,
        ),
        by=by,
    )
    deal.refresh_from_db()
    if state == State.SIGNED:
        _settle(deal, by, reason)
    elif state == State.REFUSED:
        write("places", [Write("change", deal.place_id, {"owner_consent": "refused"})], by=by, reason=reason)


def _settle(deal: Deal, by: User, reason: str) -> None:
    """Note a signed deal: the project is placed, the place in use."""
    write(
        "places", [Write("change", deal.place_id, {"status": "in_use"})], by=by, reason=reason, action="sign"
    )
    placed = {"stage": "placed", "current_place": [deal.place_id]}
    write("projects", [Write("change", deal.project_id, placed)], by=by, reason=reason, action="sign")


def _not_open(row: PlanRow) -> Sequence[Any]:
    if row.outcome != "placed":
        said = (
            Text("方案中已落位的项目", "a project that the plan places"),
            Text("另选一行", "choose another row"),
        )
        return [("not-placed", row.project_id, said)]
    if row.acceptances.filter(undone_at=None).exists():
        said = Text("还没有采纳的一行", "a row not accepted yet"), Text("不必再采纳", "it is done already")
        return [("accepted-already", row.project_id, said)]
    return []


def _is_taken(place: Place, row: PlanRow) -> bool:
    if place.owner_kind != "firm" and place.status == "in_use":
        return True
    return place.reserved_for not in ("", row.project_id)


def _taken(place: Place, row: PlanRow) -> Any:
    expected = Text("编制方案时还空着的场地", "a place that is still free as the plan found it")
    fix = Text("重新编制方案", "make the plan again")
    return "place-taken", f"{place.place_id} {place.status} {place.reserved_for}".strip(), (expected, fix)


def _is_share(place: Place, row: PlanRow) -> bool:
    free = (place.area_m2 or 0) - (place.let_area_m2 or 0)
    return bool(place.divisible) and row.area_m2 is not None and row.area_m2 < free


def _open_deal(acceptance: Acceptance, place: Place, row: PlanRow, by: User, batch: str) -> None:
    deal, is_new = Deal.objects.get_or_create(
        place_id=place.place_id,
        project_id=row.project_id,
        state__in=OPEN,
        defaults={"zone_id": place.zone_id, "acceptance": acceptance, "keeper_id": place.keeper_id},
    )
    if is_new:
        after = {"place_id": place.place_id, "project_id": row.project_id, "state": deal.state}
        record(
            Act(action="add", kind="deals", key=str(deal.pk), zone_id=place.zone_id, after=after),
            by=by,
            batch=batch,
        )


def _pin(row: PlanRow, by: User, reason: str, batch: str) -> None:
    """Keep later plans to what was decided, unless the ledger has that pin already."""
    pin = _pin_row(row) | {
        "decided_by": by.first_name or by.get_username(),
        "reason": reason,
        "decided_on": timezone.localdate(),
    }
    if not Pin.objects.filter(pin_key=key_of("pins", pin)).exists():
        write("pins", [Write("add", "", pin)], by=by, reason=reason, batch=batch, action="accept")


def _pins_of(acceptance: Acceptance) -> Sequence[Pin]:
    """Give the pin that an acceptance entered, as long as nobody entered it anew or made a bar of it."""
    pins = Pin.objects.filter(pin_key=key_of("pins", _pin_row(acceptance.row)), action="pin")
    return [pin for pin in pins if _entered_by(pin.pin_key) == acceptance.batch]


def _entered_by(pin_key: str) -> str:
    """Give the batch in which a pin was entered last; empty where the trail knows of none."""
    entry = history("pins", pin_key).filter(before="").exclude(after="").first()
    return "" if entry is None else entry.batch


def _pin_row(row: PlanRow) -> dict[str, Any]:
    return {"project_id": row.project_id, "place_id": list(row.place_ids), "action": "pin"}


def _told(row: PlanRow) -> dict[str, Any]:
    return {"project_id": row.project_id, "place_id": list(row.place_ids), "area_m2": row.area_m2}


def _close_if_decided(run: Run) -> None:
    accepted = Acceptance.objects.filter(row__run=run, undone_at=None).values("row_id")
    if not run.rows.filter(outcome="placed").exclude(pk__in=accepted).exists():
        Run.objects.filter(pk=run.pk).update(closed_at=timezone.now())
