"""From facts to a question that can be solved, at any size.

Where the candidates are few all of them are listed. Where they are many they are priced by joins, only the
promising ones are listed, and the question is begun with prices and a bound that hold for all of them.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from yinfeng.core.matching._numbers import distinct
from yinfeng.core.matching.candidates import Promising, prepare, promising
from yinfeng.core.matching.country import LANES, Taken, chosen_of, work_through
from yinfeng.core.matching.districts import District, cut
from yinfeng.core.matching.excerpt import Whole
from yinfeng.core.matching.facts import KINDS, Facts, Kind
from yinfeng.core.matching.feasible import Pairs, join
from yinfeng.core.matching.memory import listed_bytes, priced_bytes, refuse_beyond
from yinfeng.core.matching.model import Model, build, decided
from yinfeng.core.matching.offers import Offers, all_offers
from yinfeng.core.matching.policy import Policy
from yinfeng.core.matching.priced import JOINED, Priced, bound_of, price_all_pairs
from yinfeng.core.matching.problem import Floats, Ints, Problem
from yinfeng.core.matching.resources import list_resources
from yinfeng.core.matching.result import Progress
from yinfeng.core.matching.solve import Beginning

LISTED: Final = 1_500_000
"""Candidates up to which all of them are listed."""
SAMPLED: Final = 200
"""Projects joined at most to estimate how many candidates there are,"""
FEWEST: Final = 20
"""and at least;"""
SAMPLED_PAIRS: Final = 40_000_000
"""in between so many that this number of pairs is looked at."""
VARIANTS: Final = 1.4
"""Candidates of a feasible pair on average: areas, lines and by-products."""
USES: Final = 7
"""Uses of a candidate on average."""
PROMISING: Final = 24
"""Offers of greatest margin listed of each project where not all are: for the plan and for its reasons;"""
PAIRS: Final = 1_600_000
"""fewer where all of them together would be more than this,"""
LEAST: Final = 3
"""but so many at least."""


PRICING: Final = 0.6
"""Share of the time limit that goes to prices at most where not all candidates are listed;"""
IN_DISTRICTS: Final = 0.9
"""the same of a country, whose districts are planned in that time too."""
COUNTRY: Final = 250_000
"""Projects above which prices are found district by district,"""
STRADDLING: Final = 0.02
"""if no more than this share of them look at more than one."""

ROUNDING: Final = 2.0**-40
"""Share of value and toll by which a margin may be wrong: each has far fewer than 2¹² terms."""


@dataclass(frozen=True, eq=False)
class Posed:
    """A question, and what is known of it before it is solved."""

    model: Model
    begin: Beginning | None  # where not all candidates are listed: prices, and a bound that holds for all


def pose(
    facts: Facts,
    policy: Policy,
    *,
    memory: int | None = None,
    time_limit_s: float = float("inf"),
    progress: Callable[[Progress], bool] = lambda _: True,
) -> Posed:
    """Pose the placement problem of a zone, a province or a country.

    memory: bytes there are, None where that is not known; InputError where more are needed. time_limit_s:
    wall clock [s] of the whole plan, a share of which goes to prices; those found by then are taken.
    progress: told how the prices stand; returning False takes them as they are.
    """
    offers = all_offers(facts)
    n_candidates = estimate(facts, offers, policy)
    if n_candidates <= LISTED:
        return Posed(_listed(facts, offers, policy, n_candidates, memory), None)
    districts = _districts(facts, policy)
    most = max(LEAST, min(PROMISING, PAIRS // max(1, len(facts.projects))))
    n_listed = round(len(facts.projects) * most * VARIANTS)
    refuse_beyond(_priced_bytes(facts, districts) + listed_bytes(n_listed, USES * n_listed), memory)
    return _priced(
        Whole(facts, offers, list_resources(facts)), policy, districts, most, time_limit_s, progress
    )


def _districts(facts: Facts, policy: Policy) -> Sequence[District]:
    """Cut what is large enough into districts, if few projects look at several; else give none."""
    n = len(facts.projects)
    districts = cut(facts, policy) if n > COUNTRY else []
    several = np.unique(np.concatenate([np.zeros(0, np.int64), *(district.guests for district in districts)]))
    return districts if len(districts) > 1 and len(several) <= STRADDLING * n else []


def _priced_bytes(facts: Facts, districts: Sequence[District]) -> int:
    """Estimate the memory to find prices: of all projects and places at once, or of the largest districts."""
    sizes = [(len(d.own) + len(d.guests), len(d.places)) for d in districts]
    needed = sorted(priced_bytes(n, m) for n, m in sizes or [(len(facts.projects), len(facts.places))])
    return sum(needed[-LANES:])


def pose_listed(facts: Facts, policy: Policy, *, memory: int | None = None) -> Model:
    """Pose the problem with every candidate listed, whatever their number; memory as in `pose`."""
    offers = all_offers(facts)
    return _listed(facts, offers, policy, estimate(facts, offers, policy), memory)


def _listed(
    facts: Facts, offers: Mapping[Kind, Offers], policy: Policy, n_candidates: int, memory: int | None
) -> Model:
    refuse_beyond(listed_bytes(n_candidates, USES * n_candidates), memory)
    return build(facts, policy, offers=offers)


def estimate(facts: Facts, offers: Mapping[Kind, Offers], policy: Policy) -> int:
    """Estimate how many candidates there are from a sample of projects."""
    n, m = len(facts.projects), sum(map(len, offers.values()))
    sampled = min(n, SAMPLED, max(FEWEST, SAMPLED_PAIRS // max(1, m)))
    some = facts.projects.take(np.unique(np.linspace(0, n - 1, sampled).astype(np.int64)))
    pairs = sum(len(join(some, offers[kind], policy).pair_offer) for kind in KINDS)
    return round(VARIANTS * pairs * n / max(1, len(some)))


def _priced(
    whole: Whole,
    policy: Policy,
    districts: Sequence[District],
    most: int,
    time_limit_s: float,
    progress: Callable[[Progress], bool],
) -> Posed:
    began = time.monotonic()
    share = IN_DISTRICTS if districts else PRICING

    def keep_going(bound: int | None, passes: int) -> bool:
        return progress(Progress("prices", bound, None, time.monotonic() - began, passes))

    if districts:
        country = work_through(whole, policy, districts, most, keep_going, time_limit_s=share * time_limit_s)
        return _posed(whole, policy, country.priced, country.taken)
    prepared = prepare(whole.facts, whole.offers, policy, whole.resources)
    priced = price_all_pairs(prepared, keep_going, time_limit_s=share * time_limit_s)
    enough = most <= JOINED  # of the last join
    found = priced.pairs.first(most) if enough else promising(prepared, priced.price, most)
    del prepared
    return _posed(whole, policy, replace(priced, pairs=found), None)


def _posed(whole: Whole, policy: Policy, priced: Priced, taken: Taken | None) -> Posed:
    """Pose the question of promising offers, with what is known of it."""
    facts, found = whole.facts, priced.pairs
    pairs = _by_kind(found) if taken is None else _with_taken(_by_kind(found), taken)
    model = build(facts, policy, offers=whole.offers, pairs=pairs)
    found = _with_decisions(model.problem, found, priced.price, decided(facts))
    bound = bound_of(found, priced.price, whole.resources, model.problem.required)
    chosen = None if taken is None else chosen_of(model, taken)
    return Posed(model, Beginning(price=priced.price, bound=bound, chosen=chosen))


def _with_taken(pairs: Pairs, taken: Taken) -> Pairs:
    """Add what each project takes where it is not among its promising offers; in order of project."""
    both = {}
    for k, kind in enumerate(KINDS):
        held = np.flatnonzero(taken.kind == k)
        project, offer = (
            np.concatenate(side) for side in zip(pairs[kind], (held, taken.offer[held]), strict=True)
        )
        width = int(offer.max(initial=0)) + 1
        project, offer = np.divmod(distinct(project * width + offer), width)
        both[kind] = project, offer
    return both


def _by_kind(found: Promising) -> Pairs:
    project = np.repeat(np.arange(len(found.best)), np.diff(found.start))
    return {kind: (project[found.kind == k], found.offer[found.kind == k]) for k, kind in enumerate(KINDS)}


def _with_decisions(problem: Problem, found: Promising, price: Floats, decided: Ints) -> Promising:
    """Take the greatest margins of projects decided about from the problem, which has all of theirs."""
    best = found.best.copy()
    for i in decided.tolist():
        own = np.arange(problem.start[i], problem.start[i + 1])
        uses = slice(problem.use_start[own[0]] if len(own) else 0, problem.use_start[problem.start[i + 1]])
        owner = np.repeat(own, np.diff(problem.use_start)[own]) - problem.start[i]
        cost = price[problem.use_resource[uses]] * problem.use_amount[uses] if len(own) else np.zeros(0)
        toll = np.bincount(owner, weights=cost, minlength=len(own))
        error = ROUNDING * (np.abs(problem.value[own]) + toll)
        best[i] = (problem.value[own] - toll + error).max(initial=-np.inf)
    return replace(found, best=best)
