"""What is worth something around offers: kept once, so that a few of them are valued without all the rest."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from yinfeng.core.matching._prepared import lines_of
from yinfeng.core.matching.area import area_need, options
from yinfeng.core.matching.candidates import Candidates, candidates
from yinfeng.core.matching.facts import Facts, Keys, Projects
from yinfeng.core.matching.feasible import Join
from yinfeng.core.matching.offers import Offers
from yinfeng.core.matching.policy import Policy
from yinfeng.core.matching.problem import Floats, Ints
from yinfeng.core.matching.resources import by_product_supply
from yinfeng.core.matching.value import (
    DAYS_PER_MONTH,
    Standing,
    begins,
    by_product_yuan,
    chain_yuan,
    firms_standing,
    idle_years,
    income,
    line_fits,
    line_yuan,
    yearly_yield,
)


@dataclass(frozen=True, eq=False)
class Zones:
    """What stands in the top-level zones, for offers of all kinds."""

    facts: Facts  # its projects are not looked at
    policy: Policy
    supply: Mapping[tuple[str, str], int]  # (zone, by-product) → kg a year
    years: Floats  # (places,) idle
    makers: Keys  # of each line, its products and processes
    saved: Ints  # (lines,) yuan a year


@dataclass(frozen=True, eq=False)
class Around:
    """Offers of one kind with what their worth depends on."""

    zones: Zones
    offers: Offers
    standing: Standing
    root: Ints  # (m,) top-level zone in `standing`
    idle: Floats  # (m,) years a single place stood idle
    bundled: Floats  # (m,) m² × years of a bundle
    line_start: Ints  # (m + 1,) lines at offer o are line[line_start[o]:line_start[o + 1]]
    line: Ints


def look_around(facts: Facts, policy: Policy) -> Zones:
    """List what stands in each top-level zone."""
    lines = facts.lines
    return Zones(
        facts=facts,
        policy=policy,
        supply=by_product_supply(facts),
        years=idle_years(facts, policy),
        makers=Keys.of(zip(lines.products, lines.processes, strict=True)),
        saved=np.array([line_yuan(lines, n, policy) for n in range(len(lines))], dtype=np.int64),
    )


def around(zones: Zones, offers: Offers) -> Around:
    """Find what stands at and around each offer."""
    roots = Keys.of(str(parts[0]) for parts in offers.key["root"].distinct)
    there = offers.parts >= 0
    years = np.where(there, zones.years[offers.parts], 0.0)
    free = zones.facts.places.number["area_m2"].value
    start, line = lines_of(zones.facts, offers)
    return Around(
        zones=zones,
        offers=offers,
        standing=firms_standing(zones.facts, roots.distinct),
        root=roots.index[offers.key["root"].index],
        idle=np.where(offers.is_bundle, 0.0, years[:, 0]),
        bundled=np.where(offers.is_bundle, (years * np.where(there, free[offers.parts], 0)).sum(axis=1), 0.0),
        line_start=start,
        line=line,
    )


def table_of(here: Around, projects: Projects, project: Ints, offer: Ints) -> Candidates:
    """List the candidates of pairs that pass, as `candidates` does, from what is around them alone.

    project, offer: of each pair, shape (N,). The offers of the table are those that occur.
    """
    zones, facts = here.zones, here.zones.facts
    distinct, index = np.unique(offer, return_inverse=True)
    offers = here.offers.take(distinct)
    part = np.unique(offers.parts[offers.parts >= 0])
    at = np.searchsorted(part, offers.parts)
    lines = [here.line[here.line_start[o] : here.line_start[o + 1]] for o in distinct.tolist()]
    roots = [here.standing.root[z] for z in np.unique(here.root[distinct]).tolist()]
    few = Facts(
        projects=projects,
        places=facts.places.take(part),
        lines=facts.lines.take(np.sort(np.concatenate([np.zeros(0, dtype=np.int64), *lines]))),
        firms=tuple(firm for root in roots for firm in facts.firms_in.get(root, ())),
        zones=facts.zones,
        quotas=(),
        overrides=(),
    )
    small = replace(offers, parts=np.where(offers.parts >= 0, at, -1))
    found = Join(project, index.reshape(len(offer)), {}, len(projects))
    return candidates(few, small, found, zones.policy)


def worth_at_most(here: Around, project: Projects, offer: Ints) -> Floats:
    """Give what the only project of ``project`` is worth at most at each of some offers it passes at [yuan].

    That is its worth there, save where a floor per mu lets it take only the smallest share.
    """
    policy, offers = here.zones.policy, here.offers
    need = area_need(project, offers.kind)
    free = offers.number["area_m2"].value[offer]
    share = offers.number["smallest_share_m2"].take(offer).or_else(1)
    is_bundle = offers.parts[offer, 1] >= 0
    can = options((need.lo, need.hi, need.wish), free, share, offers.divisible[offer])
    place = np.full(len(offer), -np.inf)
    for is_there, area in ((can.whole, free), (can.least, can.a1), (can.wished, can.a2)):
        idle = np.where(is_bundle, here.bundled[offer], here.idle[offer] * area)
        yuan = np.rint(idle * policy.reuse_yuan_m2_yr[offers.kind])
        yuan += np.rint(-policy.space_yuan_m2[offers.kind] * np.maximum(0, area - need.wish))
        place = np.maximum(place, np.where(is_there, yuan, -np.inf))
    yearly, known = yearly_yield(project, policy)
    available = offers.number["available_on"].take(offer)
    months = np.round(np.maximum(0, available.value - begins(project, policy)) / DAYS_PER_MONTH)
    lost = np.where(available.known & known, np.rint(months * policy.readiness_share_month * yearly), 0.0)
    yields = np.where(known, np.rint(income(project, offers.kind, policy)), 0.0)
    chain = chain_yuan(project.key["industry_code"].distinct, here.standing, policy)[0, here.root[offer]]
    total: Floats = (
        yields + place - lost + chain + _lines(here, project, offer) + _gains(here, project, offer)
    )
    return total


def _lines(here: Around, project: Projects, offer: Ints) -> Ints:
    """Sum what the fitting lines at each offer save a year [yuan]."""
    many = here.line_start[offer + 1] - here.line_start[offer]
    if not many.any():
        return np.zeros(len(offer), dtype=np.int64)
    makers, lines = here.zones.makers, here.zones.facts.lines
    first = np.zeros(len(makers.distinct), dtype=np.int64)
    first[makers.index] = np.arange(len(makers))
    fits = np.array(
        [line_fits(project.products[0], project.processes[0], lines, n) for n in first.tolist()], np.bool_
    )
    of = np.repeat(np.arange(len(offer)), many)
    line = here.line[np.repeat(here.line_start[offer] - np.cumsum(many) + many, many) + np.arange(len(of))]
    total = np.zeros(len(offer), dtype=np.int64)
    np.add.at(total, of, np.where(fits[makers.index[line]], here.zones.saved[line], 0))
    return total


def _gains(here: Around, project: Projects, offer: Ints) -> Ints:
    """Sum what the by-products of each offer's zone bring a year [yuan]."""
    used, supply = project.by_products[0], here.zones.supply
    total = np.zeros(len(here.standing.root), dtype=np.int64)
    for name, need in used.items():
        for z, root in enumerate(here.standing.root):
            offered = min(need, supply.get((root, name), 0))
            total[z] += by_product_yuan(name, offered, here.zones.policy) if offered else 0
    return total[here.root[offer]]
