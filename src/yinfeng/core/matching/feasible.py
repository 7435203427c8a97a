"""Which project passes which rule where: masks over pairs, and shortfalls of single pairs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from yinfeng.core.matching.area import (
    NEED,
    AreaChoice,
    area_choice,
    area_need,
    judge_per_land,
    yuan_required,
)
from yinfeng.core.matching.facts import Numbers, Projects
from yinfeng.core.matching.offers import Offers
from yinfeng.core.matching.policy import Policy
from yinfeng.core.matching.problem import Bools, Floats, Ints
from yinfeng.core.matching.rules import BY_CODE, RULES, Relation, Rule, Verdict, Verdicts, judge_keys


def rules_of(offers: Offers) -> tuple[Rule, ...]:
    """Give the rules that apply to offers of this kind."""
    return tuple(rule for rule in RULES if offers.kind in rule.kinds)


def judge(rule: Rule, projects: Projects, offers: Offers, areas: AreaChoice, policy: Policy) -> Verdicts:
    """Judge one rule for every pair, shape (p, m)."""
    if rule.relation is Relation.AREA:
        return areas.verdict
    if rule.relation is Relation.PER_LAND:
        rows, columns = np.arange(len(projects))[:, None], np.arange(len(offers))[None, :]
        return judge_per_land(rule, projects, offers, rows, columns, areas.smallest)
    if rule.relation is Relation.CATEGORY:
        return judge_keys(rule, projects.key[rule.need], offers.key[rule.place], policy)
    return _judge_numbers(rule, projects.number[rule.need], offers.number[rule.place], policy)


def _judge_numbers(rule: Rule, need: Numbers, place: Numbers, policy: Policy) -> Verdicts:
    wanted, has = need.value[:, None], place.value[None, :]
    if rule.relation is Relation.AT_LEAST:
        asked = need.known & (need.value > 0)
        fails = has < wanted
    else:
        asked = need.known
        fails = has > wanted + tolerance(rule, policy)
    verdict = np.where(fails, Verdict.FAILS, Verdict.PASSES)
    unknown = Verdict.PASSES if rule.unknown_passes else Verdict.PLACE_UNKNOWN
    verdict = np.where(place.known[None, :], verdict, unknown)
    return np.where(asked[:, None], verdict, Verdict.PASSES).astype(np.int8)


def tolerance(rule: Rule, policy: Policy) -> int:
    """Give by how much a place may exceed what is asked, in the rule's engine unit."""
    return policy.tolerance_days if rule.unit == "date" else 0


@dataclass(frozen=True, slots=True)
class Miss:
    """One rule that a project fails at an offer."""

    code: str
    verdict: Verdict
    shortfall: int | None  # engine units of the rule; exactly what must change; None for a category
    relative: float  # shortfall over what is asked; 1 for a category or what is not known


@dataclass(frozen=True, eq=False)
class Judgement:
    """What every rule says of one project at every offer of a kind, or of every project at one offer."""

    rules: tuple[Rule, ...]
    verdict: Verdicts  # (rules, m); m offers, or projects
    shortfall: Ints  # (rules, m) engine units, 0 where it passes or no amount says it
    relative: Floats  # (rules, m) 0 where it passes

    def misses(self, o: int) -> tuple[Miss, ...]:
        """Say which rules fail in column o, each with its shortfall."""
        return tuple(
            Miss(
                rule.code,
                Verdict(int(self.verdict[r, o])),
                int(self.shortfall[r, o]) or None,
                float(self.relative[r, o]),
            )
            for r, rule in enumerate(self.rules)
            if self.verdict[r, o] != Verdict.PASSES
        )

    def nearest(self, most: int) -> list[int]:
        """List the columns with fewest failing rules, then smallest relative shortfall."""
        failing = (self.verdict != Verdict.PASSES).sum(axis=0)
        order = np.lexsort((self.relative.sum(axis=0), failing))
        return [int(o) for o in order[:most]]


def judge_project(projects: Projects, i: int, offers: Offers, policy: Policy) -> Judgement:
    """Judge project i by every rule at every offer."""
    rules = rules_of(offers)
    verdict, short, relative = _judge_all(rules, projects.take(np.array([i])), offers, policy)
    return Judgement(rules, verdict[:, 0, :], short[:, 0, :], relative[:, 0, :])


def judge_offer(projects: Projects, offers: Offers, o: int, policy: Policy) -> Judgement:
    """Judge every project by every rule at offer o; the judgement's columns are the projects."""
    rules = rules_of(offers)
    verdict, short, relative = _judge_all(rules, projects, offers.take(np.array([o])), policy)
    return Judgement(rules, verdict[:, :, 0], short[:, :, 0], relative[:, :, 0])


def _judge_all(
    rules: tuple[Rule, ...], projects: Projects, offers: Offers, policy: Policy
) -> tuple[Verdicts, Ints, Floats]:
    """Judge all pairs, shape (rules, p, m): verdict, shortfall, relative shortfall; for few pairs."""
    areas = area_choice(projects, offers)
    shape = len(rules), len(projects), len(offers)
    verdict, short, relative = np.zeros(shape, np.int8), np.zeros(shape, np.int64), np.zeros(shape)
    for r, rule in enumerate(rules):
        verdict[r] = judge(rule, projects, offers, areas, policy)
        fails = verdict[r] == Verdict.FAILS
        short[r] = np.where(fails, _shortfall(rule, projects, offers, areas, policy), 0)
        measured = (short[r] > 0) & (rule.unit not in _UNMEASURED)
        asked = np.maximum(1, _asked(rule, projects, offers, short[r]))
        relative[r] = np.where(measured, short[r] / asked, verdict[r] != Verdict.PASSES)
    return verdict, short, relative


_UNMEASURED = frozenset({"date", "fire_class", "yes"})  # a share of these means nothing


def _shortfall(rule: Rule, projects: Projects, offers: Offers, areas: AreaChoice, policy: Policy) -> Ints:
    """Give exactly what must change for each pair, shape (p, m); 0 where no amount says it."""
    if rule.relation is Relation.AREA:
        return areas.shortfall
    if rule.relation is Relation.CATEGORY or rule.unit == "yes":
        return np.zeros((len(projects), len(offers)), dtype=np.int64)
    wanted = projects.number[rule.need].value[:, None]
    if rule.relation is Relation.PER_LAND:
        columns = np.arange(len(offers))[None, :]
        required: Ints = yuan_required(rule, offers, columns, areas.smallest) - wanted
        return required
    has = offers.number[rule.place].value[None, :]
    if rule.relation is Relation.AT_LEAST:
        short: Ints = wanted - has
    else:
        short = has - wanted - tolerance(rule, policy)
    return short


def _asked(rule: Rule, projects: Projects, offers: Offers, short: Ints) -> Ints:
    """Give the amount that is asked for each pair, against which a shortfall is measured; shape (p, m)."""
    if rule.relation is Relation.CATEGORY:
        return np.ones((len(projects), len(offers)), dtype=np.int64)
    if rule.relation is Relation.AREA:
        need = area_need(projects, offers.kind)
        lo, hi = need.lo[:, None], need.hi[:, None]
        asked: Ints = np.where(offers.number["area_m2"].value[None, :] < lo, lo, hi)
        return asked
    wanted = np.broadcast_to(projects.number[rule.need].value[:, None], (len(projects), len(offers)))
    return wanted + short if rule.relation is Relation.PER_LAND else wanted


def relax(projects: Projects, i: int, offers: Offers, o: int, missed: tuple[Miss, ...]) -> Projects:
    """Change the needs of project i by exactly the stated shortfalls at offer o.

    Category misses and what is not known cannot be changed by an amount and stay.
    """
    number = dict(projects.number)
    for miss in missed:
        if miss.shortfall is not None:
            column, value = _relaxed(BY_CODE[miss.code], miss.shortfall, projects, i, offers, o)
            number[column] = _set(number[column], i, value)
    return replace(projects, number=number)


def _relaxed(rule: Rule, short: int, projects: Projects, i: int, offers: Offers, o: int) -> tuple[str, int]:
    if rule.relation is Relation.AREA:
        least, most, _ = NEED[offers.kind]
        lo = int(projects.number[least].value[i])
        if offers.number["area_m2"].value[o] < lo:
            return least, lo - short
        return most, max(lo, int(projects.number[most].value[i])) + short
    wanted = int(projects.number[rule.need].value[i])
    return rule.need, wanted - short if rule.relation is Relation.AT_LEAST else wanted + short


def _set(numbers: Numbers, i: int, value: int) -> Numbers:
    values, known = numbers.value.copy(), numbers.known.copy()
    values[i], known[i] = value, True
    return Numbers(values, known)


@dataclass(frozen=True, eq=False)
class Join:
    """The pairs that pass every rule, and how often each rule says no."""

    pair_project: Ints  # (N,) sorted by project, then offer
    pair_offer: Ints  # (N,)
    failed: Mapping[str, Ints]  # rule code → (m,) projects that fail it at each offer
    judged: int  # projects looked at


Waivers = Mapping[tuple[int, int], frozenset[str]]
"""Rules left out of account for a pair (project, offer): what a pin's waiver does."""

_BLOCK = 1 << 20  # pairs judged at a time


def join(projects: Projects, offers: Offers, policy: Policy, waivers: Waivers | None = None) -> Join:
    """Find every pair of project and offer that passes every hard rule.

    Never holds more than a block of pairs; memory grows with the pairs that pass.
    """
    found_project, found_offer = [], []
    failed = {rule.code: np.zeros(len(offers), dtype=np.int64) for rule in rules_of(offers)}
    for block in _blocks(len(projects), len(offers)):
        passes = _passes(projects.take(block), block, offers, policy, waivers or {}, failed)
        row, offer = np.nonzero(passes)
        found_project.append(block[row])
        found_offer.append(offer)
    empty = np.zeros(0, dtype=np.int64)
    return Join(
        np.concatenate([empty, *found_project]),
        np.concatenate([empty, *found_offer]),
        failed,
        len(projects),
    )


def _blocks(n: int, m: int) -> Iterator[Ints]:
    step = max(1, _BLOCK // max(1, m))
    for first in range(0, n, step):
        yield np.arange(first, min(first + step, n))


def _passes(
    projects: Projects,
    block: Ints,
    offers: Offers,
    policy: Policy,
    waivers: Waivers,
    failed: dict[str, Ints],
) -> Bools:
    passes = np.ones((len(projects), len(offers)), dtype=np.bool_)
    areas = area_choice(projects, offers)
    for rule in rules_of(offers):
        bad = judge(rule, projects, offers, areas, policy) != Verdict.PASSES
        for (i, o), codes in waivers.items():
            if rule.code in codes and block[0] <= i <= block[-1]:
                bad[i - block[0], o] = False
        failed[rule.code] += bad.sum(axis=0)
        passes &= ~bad
    return passes
