"""Contacts to agreements to landings, by trip, province and city."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from yinfeng.core.figures import Figure, Side, count
from yinfeng.core.progress.problem import Contact, Trip
from yinfeng.core.progress.scope import ITEMS, Scope, joined
from yinfeng.core.text import Text

_AGGREGATE: Final = Text("含汇总行，不能逐项展开", "holds aggregate rows, which cannot be opened")
_MAY_REPEAT: Final = Text(
    "几次活动的省份、城市只有数目，可能重复计", "of several trips only numbers are known: places may repeat"
)
_DONE: Final = {"agreements": "agreed", "landed": "landed"}


@dataclass(frozen=True, slots=True)
class TripLine:
    """One trip with what came of it; ``trip`` is None for contacts made on no trip listed."""

    trip: Trip | None
    provinces: tuple[str, ...]
    cities: tuple[str, ...]
    contacts: Fraction
    agreements: Fraction
    landed: Fraction


def trip_figures(scope: Scope) -> Iterator[Figure]:
    """Yield the figures of promotion for which there are rows."""
    trips, contacts = trips_of(scope), contacts_of(scope)
    if trips:
        yield scope.figure("trips", "count", count([trip.row for trip in trips]), unit=ITEMS)
    if not trips and not contacts:
        return
    for code, listed in (("trip-provinces", _provinces), ("trip-cities", _cities)):
        side, notes = _places(trips, contacts, code.removeprefix("trip-"), listed)
        if side.value:
            yield scope.figure(code, "count", side, unit=ITEMS, notes=notes)
    sides = {code: _side(trips, contacts, code, scope) for code in ("contacts", "agreements", "landed")}
    told = {code for code, side in sides.items() if side.rows or _is_told(contacts, code)}
    for code, side in sides.items():
        if code in told:
            yield scope.figure(
                code, "count", side, unit=ITEMS, notes=[_AGGREGATE] if side.is_aggregate else []
            )
    for code, done, of in (
        ("agreement-rate", "agreements", "contacts"),
        ("landing-rate", "landed", "agreements"),
    ):
        if sides[of].value and done in told:
            yield scope.figure(code, "share", sides[done], sides[of])


def _is_told(contacts: Sequence[Contact], code: str) -> bool:
    """Say whether the ledger tells of this at all: where it does not, nobody knows that there was none."""
    if code not in _DONE:
        return bool(contacts)
    return any(_DONE[code] in {*one.said, *one.dates} for one in contacts)


def trips_of(scope: Scope) -> tuple[Trip, ...]:
    """Give the trips that began in the period; one without a day counts in it."""
    return tuple(
        trip for trip in scope.problem.trips if trip.start_on is None or scope.period.holds(trip.start_on)
    )


def contacts_of(scope: Scope) -> tuple[Contact, ...]:
    """Give the contacts of the period, each project once at its first meeting."""
    days = {trip.trip: trip.start_on for trip in scope.problem.trips}
    first: dict[str, Contact] = {}
    for one in sorted(scope.problem.contacts, key=lambda c: c.on or days.get(c.trip) or date.max):
        on = one.on or days.get(one.trip)
        if on is None or scope.period.holds(on):
            first.setdefault(one.project, one)
    return tuple(first.values())


def has_come(scope: Scope, contact: Contact, what: str) -> bool:
    """Say whether a contact has come to an agreement (``agreed``) or landed by the end of the period."""
    day = contact.dates.get(what)
    if day is not None:
        return day <= scope.period.end
    return contact.said.get(what, False) or (what == "agreed" and has_come(scope, contact, "landed"))


def trip_lines(scope: Scope) -> tuple[TripLine, ...]:
    """Give what came of each trip, and of the contacts made on none of them."""
    contacts = contacts_of(scope)
    trips = trips_of(scope)
    known = {trip.trip for trip in trips if trip.trip}
    lines = [_line(scope, trip, [c for c in contacts if c.trip and c.trip == trip.trip]) for trip in trips]
    others = [contact for contact in contacts if contact.trip not in known]
    return (*lines, *([_line(scope, None, others)] if others else []))


def _line(scope: Scope, trip: Trip | None, contacts: Sequence[Contact]) -> TripLine:
    trips = [trip] if trip is not None else []

    def number(code: str) -> Fraction:
        return _side(trips, contacts, code, scope).value

    return TripLine(
        trip,
        tuple(sorted({name for name, _ in _provinces(trips, contacts)})),
        tuple(sorted({name for name, _ in _cities(trips, contacts)})),
        number("contacts"),
        number("agreements"),
        number("landed"),
    )


def _side(trips: Sequence[Trip], contacts: Sequence[Contact], code: str, scope: Scope) -> Side:
    """Count the contacts listed; of trips without any listed take the number they give."""
    listed_on = {contact.trip for contact in contacts if contact.trip}
    sums = [
        (trip.row, trip.counts[code]) for trip in trips if code in trip.counts and trip.trip not in listed_on
    ]
    if contacts and not any(contact.trip for contact in contacts):
        sums = []  # all contacts are listed without their trips: the trips' numbers would count them again
    chosen = [c for c in contacts if code == "contacts" or has_come(scope, c, _DONE[code])]
    return joined(count([contact.row for contact in chosen]), sums)


Named = list[tuple[str, str]]


def _provinces(trips: Sequence[Trip], contacts: Sequence[Contact]) -> Named:
    return [(name, trip.row) for trip in trips for name in trip.provinces] + [
        (contact.province, contact.row) for contact in contacts if contact.province
    ]


def _cities(trips: Sequence[Trip], contacts: Sequence[Contact]) -> Named:
    return [(name, trip.row) for trip in trips for name in trip.cities] + [
        (contact.city, contact.row) for contact in contacts if contact.city
    ]


def _places(
    trips: Sequence[Trip],
    contacts: Sequence[Contact],
    code: str,
    listed: Callable[[Sequence[Trip], Sequence[Contact]], Named],
) -> tuple[Side, list[Text]]:
    """Count the places named, each once with the row that names it first; numbers of trips that name none."""
    first: dict[str, str] = {}
    for name, row in listed(trips, contacts):
        first.setdefault(name, row)
    silent = [trip for trip in trips if not listed([trip], ()) and code in trip.counts]
    side = Side(Fraction(len(first)), tuple(first.values()))
    if first and silent and not any(listed(trips, ())):
        silent = []  # the contacts name the places that the trips only number
    joined_side = joined(side, [(trip.row, trip.counts[code]) for trip in silent])
    return joined_side, [_MAY_REPEAT] if len(silent) > 1 else [_AGGREGATE] if silent else []
