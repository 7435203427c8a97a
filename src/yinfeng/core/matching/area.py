"""How much of an offer a project can take, and what land that counts as.

A project asks for lo ≤ area ≤ hi and may wish w (default lo). Whole place or bundle of free area A:
A itself, if lo ≤ A ≤ hi. Share of a divisible place with smallest share s: a₁ = max(lo, s) and
a₂ = min(max(w, s), hi, A), each if s ≤ a ≤ min(hi, A).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from yinfeng.core.matching.facts import NO_LIMIT, Kind, Projects
from yinfeng.core.matching.offers import Offers
from yinfeng.core.matching.problem import Bools, Ints
from yinfeng.core.matching.rules import Rule, Verdict, Verdicts
from yinfeng.core.units import M2_PER_HECTARE, MU_PER_HECTARE

NEED: Final[dict[Kind, tuple[str, str, str]]] = {
    "land": ("land_min_mu", "land_max_mu", "land_wish_mu"),
    "building": ("floor_min_m2", "floor_max_m2", "floor_wish_m2"),
}


@dataclass(frozen=True, eq=False)
class AreaNeed:
    """What projects ask of one kind of place, in m²."""

    given: Bools  # (p,)
    lo: Ints  # (p,)
    hi: Ints  # (p,) NO_LIMIT where more is accepted
    wish: Ints  # (p,) within lo … hi


@dataclass(frozen=True, eq=False)
class AreaChoice:
    """Whether each project finds its area at each offer, shape (p, m)."""

    verdict: Verdicts
    smallest: Ints  # smallest area that can be taken, or could if the shortfall were met
    shortfall: Ints  # m²: the place is too small by, or too large by; 0 where it fits


def area_need(projects: Projects, kind: Kind) -> AreaNeed:
    """Give what each project asks of places of ``kind``."""
    least, most, wish = (projects.number[column] for column in NEED[kind])
    lo = least.value
    hi = np.maximum(most.or_else(NO_LIMIT), lo)
    wished = np.clip(np.where(wish.known, wish.value, lo), lo, hi)
    return AreaNeed(least.known, lo, hi, wished)


@dataclass(frozen=True, eq=False)
class Options:
    """What can be taken of an offer, for arrays of one shape; a share that equals the whole is left out."""

    whole: Bools
    least: Bools  # the share a₁ can be taken
    wished: Bools  # the share a₂ can be taken and differs from a₁
    a1: Ints
    a2: Ints


def options(need: tuple[Ints, Ints, Ints], free: Ints, share: Ints, divisible: Bools) -> Options:
    """Give the areas that can be taken; need: lo, hi, wish in m², all broadcast together."""
    lo, hi, wish = need
    most = np.minimum(hi, free)
    a1 = np.maximum(lo, share)
    a2 = np.minimum(np.maximum(wish, share), most)
    whole = (lo <= free) & (free <= hi) & (free > 0)
    least = divisible & (a1 <= most) & ~(whole & (a1 == free))
    wished = divisible & (a2 > a1) & ~(whole & (a2 == free))
    return Options(whole, least, wished, a1, a2)


def area_choice(projects: Projects, offers: Offers) -> AreaChoice:
    """Judge rule M02 for every pair, with its shortfall."""
    need = area_need(projects, offers.kind)
    lo, hi, wish = (column[:, None] for column in (need.lo, need.hi, need.wish))
    free = offers.number["area_m2"].value[None, :]
    divisible = offers.divisible[None, :]
    share = offers.number["smallest_share_m2"].or_else(1)[None, :]
    can = options((lo, hi, wish), free, share, divisible)
    fits = can.whole | can.least
    least_offered = np.where(divisible, np.minimum(share, free), free)
    shortfall = np.where(fits, 0, np.where(free < lo, lo - free, least_offered - hi))
    smallest = np.where(can.least, can.a1, np.where(fits | (free < lo), free, least_offered))
    verdict = np.where(fits, Verdict.PASSES, Verdict.FAILS)
    verdict = np.where(need.given[:, None], verdict, Verdict.NEED_UNKNOWN)
    verdict = np.where(offers.number["area_m2"].known[None, :], verdict, Verdict.PLACE_UNKNOWN)
    return AreaChoice(verdict.astype(np.int8), smallest, shortfall)


def land_taken(offers: Offers, offer: Ints, area: Ints) -> Ints:
    """Give the land [m²] that taking ``area`` m² of ``offer`` counts as; of a building its share of the plot.

    Rounded up. Where a building's plot is not known the value means nothing; see `land_known`.
    """
    if offers.kind == "land":
        return area
    plot = offers.number["plot_area_m2"].value[offer]
    gross = np.maximum(1, offers.number["gross_area_m2"].value[offer])
    taken: Ints = -((-area * plot) // gross)
    return taken


def land_known(offers: Offers) -> Bools:
    """Tell where the land behind the offer is known, shape (m,)."""
    if offers.kind == "land":
        return np.ones(len(offers), dtype=np.bool_)
    return offers.number["plot_area_m2"].known & offers.number["gross_area_m2"].known


def yuan_required(rule: Rule, offers: Offers, offer: Ints, area: Ints) -> Ints:
    """Give the yuan a project must bring to meet the floor per mu on ``area`` m² of ``offer``, rounded up.

    Land is counted in thousandths of a mu, rounded down: 40 mu are held as 26,667 m² and still count as 40.
    """
    floor = offers.number[rule.place].value[offer]
    milli_mu = land_taken(offers, offer, area) * (MU_PER_HECTARE * 1_000) // M2_PER_HECTARE
    required: Ints = -((-floor * milli_mu) // 1_000)
    return required


def judge_per_land(
    rule: Rule, projects: Projects, offers: Offers, project: Ints, offer: Ints, area: Ints
) -> Verdicts:
    """Judge an amount per mu of land taken; the three index and area arrays are broadcast together."""
    amount = projects.number[rule.need]
    floor = offers.number[rule.place]
    asked = floor.known & (floor.value > 0)
    enough = amount.value[project] >= yuan_required(rule, offers, offer, area)
    verdict = np.where(enough, Verdict.PASSES, Verdict.FAILS)
    verdict = np.where(amount.known[project], verdict, Verdict.NEED_UNKNOWN)
    verdict = np.where(land_known(offers)[offer], verdict, Verdict.PLACE_UNKNOWN)
    return np.where(asked[offer], verdict, Verdict.PASSES).astype(np.int8)
