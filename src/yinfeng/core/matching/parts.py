"""A problem cut into parts, a run of projects each: what is worked out on one part without the others.

Everything here is a function of one part and of what all parts share (prices, capacities, a plan); nothing
knows where parts lie or who asks. A part's arrays know only the resources its own candidates draw on.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np

from yinfeng.core.matching._branch import regrets
from yinfeng.core.matching._draws import Kinds
from yinfeng.core.matching._factored import factor
from yinfeng.core.matching._lagrangian import begin, draw_all, value_scale
from yinfeng.core.matching._numbers import distinct
from yinfeng.core.matching._packed import Blocks, pack
from yinfeng.core.matching._pool import (
    Pool,
    best_margin,
    drawing_on,
    margins,
    narrow,
    order_by_margin,
    peak_demand,
    worthwhile,
)
from yinfeng.core.matching.bounds import rounding_error
from yinfeng.core.matching.candidates import Candidates
from yinfeng.core.matching.facts import KINDS, Facts, Kind, Projects
from yinfeng.core.matching.model import build
from yinfeng.core.matching.offers import Offers, all_offers
from yinfeng.core.matching.policy import Policy
from yinfeng.core.matching.problem import Bools, Floats, Ints, Numbered, Problem

NOTHING_CHOSEN: Final = -1


@dataclass(frozen=True, eq=False)
class Ground:
    """What all parts share from the beginning: everything but the projects."""

    facts: Facts  # without projects
    policy: Policy
    offers: Mapping[Kind, Offers]
    zone: Ints  # (places,) top-level zone of each place, by number


@dataclass(frozen=True, eq=False)
class Block:
    """A run of projects before they are joined."""

    number: int  # of the part
    first: int  # position of its first project among all
    projects: Projects


@dataclass(frozen=True, eq=False)
class Part:
    """A run of projects with all their candidates."""

    number: int
    first: int
    resource: Ints  # (r,) resources its candidates draw on, rising
    problem: Problem  # its projects and candidates; resource s of it is resource[s]
    zone: Ints  # (K,) top-level zone of each candidate
    tables: Mapping[Kind, Candidates]  # their offers left out
    kind_of: Kinds  # (K,) position in KINDS of each candidate
    row_of: Ints  # (K,) its row in tables[kind]
    failed: Mapping[Kind, Mapping[str, Ints]]  # rule → (offers,) projects that fail it
    passing_offers: Ints  # (n,) offers at which each project passes every rule
    passing_projects: Ints  # (places,) projects that pass every rule there, alone or in a bundle


@dataclass(frozen=True, eq=False)
class Pooled:
    """The candidates of a part that some best plan may hold, as the methods work on them."""

    number: int
    first: int
    resource: Ints  # (r,)
    pool: Pool  # resource s of it is resource[s]; origin is the candidate of the part
    packed: Blocks  # the same candidates, as the passes take them
    zone: Ints  # (K,) top-level zone of each candidate


def ground_of(facts: Facts, policy: Policy) -> Ground:
    """Give what all parts share."""
    within = [facts.zones[zone].root for zone in facts.places.zone]
    number = {root: z for z, root in enumerate(sorted(set(within)))}
    nobody = replace(facts, projects=facts.projects.take(np.zeros(0, dtype=np.int64)))
    zone = np.array([number[root] for root in within], dtype=np.int64)
    return Ground(nobody, policy, all_offers(facts), zone)


def blocks_of(projects: Projects, n_parts: int) -> list[Block]:
    """Cut projects into runs of nearly equal length, in the order of their ids."""
    cuts = np.linspace(0, len(projects), n_parts + 1).astype(np.int64).tolist()
    return [Block(p, a, projects.take(np.arange(a, b))) for p, (a, b) in enumerate(pairwise(cuts))]


def join_part(block: Block, ground: Ground) -> Part:
    """Find every candidate of a run of projects."""
    own = frozenset(block.projects.id)
    overrides = tuple(override for override in ground.facts.overrides if override.project in own)
    facts = replace(ground.facts, projects=block.projects, overrides=overrides)
    model = build(facts, ground.policy, offers=ground.offers)
    resource, use_resource = np.unique(model.problem.use_resource, return_inverse=True)
    problem = replace(
        model.problem,
        use_resource=use_resource.reshape(len(model.problem.use_resource)).astype(np.int64),
        resource_id=Numbered("r", len(resource)),
        capacity=model.problem.capacity[resource],
    )
    n_projects, n_places = len(block.projects), len(facts.places)
    offer = np.empty(problem.n_candidates, dtype=np.int64)
    zone = np.empty(problem.n_candidates, dtype=np.int64)
    passing_offers = np.zeros(n_projects, dtype=np.int64)
    passing_projects = np.zeros(n_places, dtype=np.int64)
    for k, kind in enumerate(KINDS):
        mine = model.kind_of == k
        offer = model.candidates[kind].offer[model.row_of[mine]]
        zone[mine] = ground.zone[model.offers[kind].parts[offer, 0]]
        found = model.joins[kind]
        passing_offers += np.bincount(found.pair_project, minlength=n_projects)
        parts = model.offers[kind].parts[found.pair_offer].astype(np.int64)
        pairs = parts * max(1, n_projects) + found.pair_project[:, np.newaxis]
        place = distinct(pairs[parts >= 0]) // max(1, n_projects)
        passing_projects += np.bincount(place, minlength=n_places)
    nowhere = {kind: model.offers[kind].take(np.zeros(0, dtype=np.int64)) for kind in KINDS}
    return Part(
        number=block.number,
        first=block.first,
        resource=resource,
        problem=problem,
        zone=zone,
        tables={kind: replace(model.candidates[kind], offers=nowhere[kind]) for kind in KINDS},
        kind_of=model.kind_of,
        row_of=model.row_of,
        failed={kind: model.joins[kind].failed for kind in KINDS},
        passing_offers=passing_offers,
        passing_projects=passing_projects,
    )


@dataclass(frozen=True, eq=False)
class Tally:
    """What must be known of every part before any can be worked on."""

    required: Bools  # (n,)
    hopeless: Ints  # required projects of the part that have no candidate, by their position among all
    n_candidates: int
    resource: Ints  # (r,)
    peak: Floats  # (r,) the most its projects can draw
    low_zone: Ints  # (r,) least and greatest number of a zone whose candidates draw on it
    high_zone: Ints
    failed: Mapping[Kind, Mapping[str, Ints]]
    passing_offers: Ints
    passing_projects: Ints


def tally(part: Part, _: None) -> Tally:
    """Count what a part draws on."""
    pool = worthwhile(part.problem)
    low = np.full(len(part.resource), np.iinfo(np.int64).max)
    high = np.full(len(part.resource), -1, dtype=np.int64)
    zone = np.repeat(part.zone[pool.origin], np.diff(pool.use_start))
    np.minimum.at(low, pool.use_resource, zone)
    np.maximum.at(high, pool.use_resource, zone)
    return Tally(
        required=part.problem.required,
        hopeless=part.first + np.flatnonzero(part.problem.required & (np.diff(pool.start) == 0)),
        n_candidates=len(pool.value),
        resource=part.resource,
        peak=peak_demand(pool),
        low_zone=low,
        high_zone=high,
        failed=part.failed,
        passing_offers=part.passing_offers,
        passing_projects=part.passing_projects,
    )


def pool_part(part: Part, scarce: Bools) -> Pooled:
    """Give the candidates some best plan may hold, with what they draw from scarce resources, shape (R,)."""
    pool = drawing_on(worthwhile(part.problem), scarce[part.resource])
    return Pooled(part.number, part.first, part.resource, pool, pack(factor(pool)), part.zone[pool.origin])


def spread_of(pooled: Pooled, _: None) -> float:
    """Sum the spreads between each project's best and worst choice: see `_lagrangian.find_prices`."""
    return value_scale(pooled.packed) * len(pooled.pool.required)


class Expected(NamedTuple):
    """What one part adds to a pass."""

    dual: float  # Σ best margin; without Σ price capacity, which all parts share
    usage: Floats  # (r,)
    curvature: Floats  # (r,) times the temperature


class At(NamedTuple):
    """Where a pass looks."""

    price: Floats  # (R,)
    heat: float


def expect(pooled: Pooled, at: At) -> Expected:
    """Give what a part's projects are expected to draw."""
    return expected(pooled.packed, at.price[pooled.resource], at.heat)


def expected(candidates: Blocks, price: Floats, heat: float) -> Expected:
    """Give what projects are expected to draw at prices, shape (r,), and a temperature."""
    state = begin(price)
    best, _ = draw_all(candidates, state, heat, map, tells=False)
    usage, curvature = state.sums.sum(axis=0).T
    return Expected(best, usage, curvature)


class Bounded(NamedTuple):
    """What one part adds to the bound."""

    best: float  # Σ best margin
    error: float  # bound on the rounding of that sum and of its margins


def bound_part(pooled: Pooled, price: Floats) -> Bounded:
    """Sum the best margins of a part's projects over all their candidates, with the rounding error."""
    pool = pooled.pool._replace(capacity=np.zeros_like(pooled.pool.capacity))
    own = price[pooled.resource]
    return Bounded(math.fsum(best_margin(pool, margins(pool, own))), rounding_error(pool, own))


def bound_of_all(parts: Sequence[Bounded], price: Floats, capacity: Ints) -> int:
    """Give a whole number that no plan exceeds, from what each part adds.

    price, capacity: shape (R,). By weak duality, as `bounds.lagrangian_bound`; the price of the capacities
    and its rounding are those of a pool without candidates, and a sum of exact sums is rounded once.
    """
    paid = price * capacity
    total = math.fsum([*(part.best for part in parts), *paid])
    # A product and a sum are each off by at most 2⁻⁵³ of their size; each part's sum was rounded once too.
    size = math.fsum([*(abs(part.best) for part in parts), *paid])
    return math.floor(total + math.fsum(part.error for part in parts) + 2.0**-50 * size)


def count_open(pooled: Pooled, shared: tuple[Floats, float]) -> int:
    """Count the candidates whose regret at prices, shape (R,), is not above a limit."""
    return int(_open(pooled, *shared).sum())


def _open(pooled: Pooled, price: Floats, limit: float) -> Bools:
    return regrets(pooled.pool, price[pooled.resource]) <= limit


def audit_part(part: Part, price: Floats) -> float:
    """Sum the best margins of a part's projects in plain arithmetic, apart from all methods.

    Candidates that draw more than a whole capacity are left out, as nobody can hold them.
    """
    problem = part.problem
    own = price[part.resource]
    toll = np.bincount(
        problem.use_candidate, own[problem.use_resource] * problem.use_amount, problem.n_candidates
    )
    toll[problem.use_candidate[problem.use_amount > problem.capacity[problem.use_resource]]] = np.inf
    best = np.where(problem.required, -np.inf, 0.0)
    np.maximum.at(best, problem.project, problem.value - toll)
    return float(best.sum())


class Piece(NamedTuple):
    """Some candidates of a part, with what they draw; resources are numbered as in the whole."""

    part: int
    project: Ints  # (K,) among all, rising
    candidate: Ints  # (K,) of the part
    required: Bools  # (K,) whether its project must be placed
    value: Ints  # (K,)
    use_start: Ints  # (K + 1,)
    use_resource: Ints  # (U,)
    use_amount: Ints  # (U,)


@dataclass(frozen=True, eq=False)
class Wanted:
    """Which candidates a part is asked for; what the plan holds is always among them."""

    price: Floats  # (R,)
    chosen: Ints  # (n,) the plan: candidate of the part of its project, or -1
    per_project: int = 0  # the most promising of each project
    unsettled_only: bool = False  # only of projects that lack their best margin
    limit: float | None = None  # all with a regret not above
    required: bool = False  # all of the projects that must be placed


def gather(pooled: Pooled, wanted: Wanted) -> Piece:
    """Give the candidates asked for."""
    pool, n = pooled.pool, len(pooled.pool.required)
    price = wanted.price[pooled.resource]
    project = np.repeat(np.arange(n), np.diff(pool.start))
    held = pool.origin == wanted.chosen[pooled.first : pooled.first + n][project]
    kept = held.copy()
    if wanted.per_project:
        promising = np.zeros(len(project), dtype=np.bool_)
        order = order_by_margin(pool, margins(pool, price))
        promising[order[np.arange(len(order)) - pool.start[project] < wanted.per_project]] = True
        kept |= promising & (_unsettled(pool, price, held)[project] | (not wanted.unsettled_only))
    if wanted.limit is not None:
        kept |= _open(pooled, wanted.price, wanted.limit)
    if wanted.required:
        kept |= pool.required[project]
    return _piece(pooled, np.flatnonzero(kept))


class Looked(NamedTuple):
    """What one part answers to prices: its share of the bound over all its candidates, and the asked ones."""

    bounded: Bounded
    piece: Piece


def look(pooled: Pooled, wanted: Wanted) -> Looked:
    """Sum the best margins of a part's projects, and give the candidates asked for."""
    return Looked(bound_part(pooled, wanted.price), gather(pooled, wanted))


def _unsettled(pool: Pool, price: Floats, held: Bools) -> Bools:
    """Tell which projects lack their best margin, shape (n,)."""
    margin = margins(pool, price)
    best = best_margin(pool, margin)
    has = best_margin(pool, np.where(held, margin, -np.inf))
    return np.where(np.isfinite(best), best - has > 1e-9 * np.maximum(1.0, np.abs(best)), False)


def _piece(pooled: Pooled, kept: Ints) -> Piece:
    part = narrow(pooled.pool, kept)
    project = np.repeat(np.arange(len(part.required)), np.diff(part.start))
    return Piece(
        part=pooled.number,
        project=pooled.first + project,
        candidate=part.origin,
        required=part.required[project],
        value=part.value,
        use_start=part.use_start,
        use_resource=pooled.resource[part.use_resource],
        use_amount=part.use_amount,
    )


def merged(pieces: Sequence[Piece]) -> Piece:
    """Put pieces together, whatever their parts, each candidate once."""
    project = np.concatenate([piece.project for piece in pieces])
    candidate = np.concatenate([piece.candidate for piece in pieces])
    order = np.lexsort((candidate, project))
    new = np.ones(len(order), dtype=np.bool_)
    new[1:] = (np.diff(project[order]) != 0) | (np.diff(candidate[order]) != 0)
    kept = order[new]
    n_uses = np.concatenate([np.diff(piece.use_start) for piece in pieces])
    begins = _starts(n_uses)[:-1]
    use_start = _starts(n_uses[kept])
    uses = np.repeat(begins[kept] - use_start[:-1], n_uses[kept]) + np.arange(use_start[-1])
    return Piece(
        part=0,
        project=project[kept],
        candidate=candidate[kept],
        required=np.concatenate([piece.required for piece in pieces])[kept],
        value=np.concatenate([piece.value for piece in pieces])[kept],
        use_start=use_start,
        use_resource=np.concatenate([piece.use_resource for piece in pieces])[uses],
        use_amount=np.concatenate([piece.use_amount for piece in pieces])[uses],
    )


@dataclass(frozen=True, eq=False)
class Assembly:
    """Pieces of several parts as one pool, in which only what they name has a number."""

    pool: Pool  # origin: the candidate of the part of its project
    project: Ints  # (n,) position of each project among all
    resource: Ints  # (r,) resource of the whole

    @property
    def row_project(self) -> Ints:
        """Project of each candidate, among all; shape (K,)."""
        return np.repeat(self.project, np.diff(self.pool.start))


def assemble(pieces: Sequence[Piece], capacity: Ints) -> Assembly:
    """Put pieces together, in the order of their parts; capacity: shape (R,)."""
    pieces = sorted(pieces, key=lambda piece: piece.part)
    row = np.concatenate([piece.project for piece in pieces])
    project, first, at = np.unique(row, return_index=True, return_inverse=True)
    drawn = np.concatenate([piece.use_resource for piece in pieces])
    resource, use_resource = np.unique(drawn, return_inverse=True)
    n_uses = np.concatenate([np.diff(piece.use_start) for piece in pieces])
    pool = Pool(
        required=np.concatenate([piece.required for piece in pieces])[first],
        start=_starts(np.bincount(at.reshape(len(row)), minlength=len(project))),
        value=np.concatenate([piece.value for piece in pieces]),
        use_start=_starts(n_uses),
        use_resource=use_resource.reshape(len(drawn)).astype(np.int64),
        use_amount=np.concatenate([piece.use_amount for piece in pieces]),
        capacity=capacity[resource],
        origin=np.concatenate([piece.candidate for piece in pieces]),
    )
    return Assembly(pool, project, resource)


def _starts(counts: Ints) -> Ints:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
