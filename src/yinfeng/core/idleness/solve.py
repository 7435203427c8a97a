"""From the question to the answer: each parcel and place under the regime that is its own."""

from collections.abc import Iterator
from datetime import date

from yinfeng.core.idleness.clock import judge
from yinfeng.core.idleness.course import follow
from yinfeng.core.idleness.low_efficiency import judge_parcel, judge_place
from yinfeng.core.idleness.problem import Parcel, Place, Problem
from yinfeng.core.idleness.result import Actor, Answer, LandAnswer, LandState, Reason, Result, Step


def solve(problem: Problem) -> Result:
    """Judge every parcel by Order 53 and every building by the low-efficiency list, never the other way."""
    parcels = sorted(problem.parcels, key=lambda parcel: parcel.id)
    places = sorted(problem.places, key=lambda place: place.id)
    return Result(
        on=problem.on,
        parcels=tuple(_parcels(problem, parcels)),
        places=tuple(_places(problem, places)),
    )


def _parcels(problem: Problem, parcels: list[Parcel]) -> Iterator[Answer]:
    on, land, efficiency, calendar = problem.on, problem.land, problem.efficiency, problem.calendar
    for parcel in parcels:
        course = follow(parcel, on, land)
        answer = judge(parcel, on, land, calendar, course)
        other = judge_parcel(parcel, course, answer.state, on, efficiency)
        yield Answer(id=parcel.id, is_parcel=True, land=answer, efficiency=other)


def _places(problem: Problem, places: list[Place]) -> Iterator[Answer]:
    for place in places:
        yield Answer(
            id=place.id,
            is_parcel=False,
            land=_land_of(place, problem.on),
            efficiency=judge_place(place, problem.on, problem.efficiency, problem.land),
        )


def _land_of(place: Place, on: date) -> LandAnswer:
    """Say why Order 53 does not look at a place, or what it would need to."""
    if place.kind == "building":
        reason = Reason("finished_building", {"since": place.idle_since, "on": on})
        return LandAnswer(id=place.id, state=LandState.NOT_APPLICABLE, reasons=(reason,))
    if place.kind == "line":
        return LandAnswer(id=place.id, state=LandState.NOT_APPLICABLE, reasons=(Reason("a_line"),))
    if place.contract is not None:
        reason = Reason("see_contract", {"contract": place.contract.id})
        return LandAnswer(id=place.id, state=LandState.NOT_APPLICABLE, reasons=(reason,))
    if place.owner_kind == "committee":
        return LandAnswer(id=place.id, state=LandState.NOT_APPLICABLE, reasons=(Reason("not_granted"),))
    return LandAnswer(
        id=place.id,
        state=LandState.UNCLEAR,
        step=Step("bring_contract", Actor.ZONE),
        reasons=(Reason("no_contract"),),
    )
