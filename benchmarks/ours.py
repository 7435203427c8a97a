"""Yinfeng's side of every figure: one small function for each thing that is asked of it.

Only here do the benchmarks call the engine, so that a change of its ways is a change of one function.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np

from benchmarks.figure import Outcome, SkippedError, Stopwatch
from yinfeng.core.matching import model, takers
from yinfeng.core.matching.candidates import candidates
from yinfeng.core.matching.check import check
from yinfeng.core.matching.facts import KINDS, Facts, Kind
from yinfeng.core.matching.feasible import join
from yinfeng.core.matching.find import Found, Prepared, find_offers, prepare_offers
from yinfeng.core.matching.offers import Offers
from yinfeng.core.matching.policy import Policy
from yinfeng.core.matching.pose import pose
from yinfeng.core.matching.problem import Ints, Problem
from yinfeng.core.matching.resources import list_resources
from yinfeng.core.matching.result import Progress, Result, Status
from yinfeng.core.matching.solve import Method, solve

Told = Callable[[Progress], bool]
WARM_UP = (40, 80)
"""Projects and places of a first run that is not measured: it loads the compiled kernels."""


def our_problem(facts: Facts, policy: Policy) -> Problem:
    """Give the problem over every feasible pair."""
    return model.build(facts, policy).problem


def our_bound(problem: Problem, told: Told) -> Result:
    """Find prices and the bound they prove, and end before the search for a plan; told: of every bound."""
    return solve(
        problem, method="fast", time_limit_s=3600, progress=lambda p: told(p) and p.phase == "prices"
    )


def our_plan(problem: Problem, seconds: float, told: Told | None = None, method: Method = "auto") -> Result:
    """Find a plan and its bound within so many seconds, the search going on as long as it gains."""
    return solve(problem, method=method, time_limit_s=max(seconds, 0.1), progress=told)


def our_answer(facts: Facts, policy: Policy, seconds: float, told: Told) -> tuple[Problem, Result, float]:
    """Go from facts to a plan with a bound for all pairs, as `yinfeng match` does; also the time to pose."""
    began = time.monotonic()
    posed = pose(facts, policy, time_limit_s=seconds, progress=told)
    took = time.monotonic() - began
    result = solve(
        posed.model.problem, time_limit_s=max(seconds - took, 0.1), progress=told, begin=posed.begin
    )
    return posed.model.problem, result, took


class Top(NamedTuple):
    """Pairs kept for the projects; every array has shape (pairs,)."""

    project: Ints
    offer: Ints  # offers of land first, then those of buildings
    value: Ints  # yuan a year of the best way to take the offer


def our_join_ready(facts: Facts, offers: Mapping[Kind, Offers], policy: Policy) -> Any:
    """Prepare the join, once for all questions; None where this version only has masks over all pairs."""
    try:
        prepare = _call("yinfeng.core.matching.candidates", "prepare")
    except SkippedError:
        return None
    return prepare(facts, offers, policy, list_resources(facts))


def our_top(ready: Any, facts: Facts, offers: Mapping[Kind, Offers], policy: Policy, most: int) -> Top:
    """Give each project its pairs of greatest value among those that pass every rule."""
    if ready is None:
        return plain_top(facts, offers, policy, most)
    promising = _call("yinfeng.core.matching.candidates", "promising")
    found = promising(ready, np.zeros(len(ready.resources)), most)
    every = Top(
        project=np.repeat(np.arange(len(facts.projects)), np.diff(found.start)),
        offer=found.offer + found.kind * len(offers[KINDS[0]]),
        value=np.rint(found.margin).astype(np.int64),
    )
    worth = found.margin > 0
    return every if worth.all() else Top(*(column[worth] for column in every))


def plain_top(facts: Facts, offers: Mapping[Kind, Offers], policy: Policy, most: int) -> Top:
    """Give the same by masks over all pairs: what the others are held to, where the size allows."""
    parts, before = [], 0
    for kind in KINDS:
        found = join(facts.projects, offers[kind], policy)
        table = candidates(facts, offers[kind], found, policy)
        parts.append(_best_of_pairs(table.project, table.offer + before, table.value))
        before += len(offers[kind])
    every = Top(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))
    return _first(every, most)


def _best_of_pairs(project: Ints, offer: Ints, value: Ints) -> Top:
    order = np.lexsort((-value, offer, project))
    project, offer, value = project[order], offer[order], value[order]
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = (project[1:] != project[:-1]) | (offer[1:] != offer[:-1])
    first &= value > 0
    return Top(project[first], offer[first], value[first])


def _first(pairs: Top, most: int) -> Top:
    """Keep each project's pairs of greatest value, ties to the lower offer."""
    order = np.lexsort((pairs.offer, -pairs.value, pairs.project))
    project = pairs.project[order]
    starts = np.searchsorted(project, project)
    kept = order[np.arange(len(order)) - starts < most]
    return Top(pairs.project[kept], pairs.offer[kept], pairs.value[kept])


def our_find_ready(facts: Facts, offers: Mapping[Kind, Offers], policy: Policy) -> Prepared:
    """Make the offers ready to be found, once for all questions."""
    return prepare_offers(facts, offers, policy)


def our_find(ready: Prepared, facts: Facts, project: int) -> Found:
    """Rank the offers for one project, with reasons and near misses."""
    return find_offers(ready, facts.projects, project=project)


def our_takers_ready(
    facts: Facts, offers: Mapping[Kind, Offers], policy: Policy
) -> tuple[takers.Asking, takers.Places]:
    """Make projects and places ready to be asked about, once for all questions."""
    return takers.prepare_projects(facts.projects, policy), takers.prepare_places(facts, offers, policy)


def our_takers(ready: tuple[takers.Asking, takers.Places], place: str) -> tuple[takers.Taker, ...]:
    """Rank the projects for one place, with reasons and near misses."""
    return takers.find_takers(*ready, place)


class Difference(NamedTuple):
    """What is different in a question asked again."""

    capacity: Mapping[int, int]  # resource → what there is now
    value: Mapping[int, Ints]  # project → values of its candidates now; all 0: it is withdrawn


def changed(problem: Problem, difference: Difference) -> Problem:
    """Give the changed problem with all its candidates."""
    capacity, value = problem.capacity.copy(), problem.value.copy()
    for r, amount in difference.capacity.items():
        capacity[r] = amount
    for i, values in difference.value.items():
        value[problem.start[i] : problem.start[i + 1]] = values
    return replace(problem, capacity=capacity, value=value)


def our_what_if_ready(problem: Problem, before: Result) -> Any:
    """Make an answered question ready to be asked again, once for all questions."""
    return _call("yinfeng.core.matching.revise", "prepare")(problem, before)


def our_what_if(
    ready: Any, problem: Problem, difference: Difference, seconds: float
) -> tuple[Callable[[], Problem], Result]:
    """Answer the changed question from the answer before; also how to get the problem the answer is of."""
    block_of = _call("yinfeng.core.matching.restrict", "block_of")
    gone = {i: values > 0 for i, values in difference.value.items()}
    blocks = {i: block_of(problem, i, kept) for i, kept in gone.items()}
    change = _call("yinfeng.core.matching.restrict", "Change")(
        capacity=difference.capacity,
        block={i: replace(block, value=difference.value[i][gone[i]]) for i, block in blocks.items()},
    )
    revision = _call("yinfeng.core.matching.revise", "revise")(ready, change, time_limit_s=seconds)
    return lambda: revision.problem, revision.result


def _call(module: str, name: str) -> Callable[..., Any]:
    """Give a function that this version of the engine may not have yet."""
    try:
        function: Callable[..., Any] = getattr(import_module(module), name)
    except (ImportError, AttributeError):
        raise SkippedError(f"{module}.{name} is not there in this version") from None
    return function


def warm_up() -> None:
    """Load the compiled kernels, so that their loading is not measured; see the figure of the start."""
    from benchmarks.instances import question

    problem = our_problem(*question(*WARM_UP, 1))
    for method in ("fast", "auto"):
        our_plan(problem, 5.0, method=method)  # type: ignore[arg-type]


class BrokenError(Exception):
    """A plan that does not keep what it promises."""


def faults(problem: Problem, result: Result) -> str | None:
    """Say what a plan breaks; None where it holds."""
    broken = check(problem, result)
    return broken[0].en if broken else None


def outcome(problem: Problem, result: Result, watch: Stopwatch, **more: Any) -> Outcome:
    """Give what a plan came to, or that it is broken and why; more: what only the figure knows."""
    why = faults(problem, result)
    status = "broken" if why else "done"
    return Outcome(
        status, watch.wall_s, watch.cpu_s, result.value, result.bound, result.gap, more={"why": why, **more}
    )


def peer_result(problem: Problem, chosen: Ints, bound: float | None) -> Result:
    """Give a peer's plan as a result that `check` can look at; without a bound its value stands in."""
    value = int(problem.value[chosen[chosen >= 0]].sum())
    most = value if bound is None or not np.isfinite(bound) else max(value, int(np.floor(bound)))
    return Result(
        status=Status.STOPPED,
        chosen=chosen,
        value=value,
        bound=most,
        price=np.zeros(problem.n_resources),
        method="exact",
        passes=0,
        moves=0,
        seconds=0.0,
        complete=not (problem.required & (chosen < 0)).any(),
    )
