"""Which project passes which rule where: masks over pairs, and shortfalls of single pairs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from yinfeng.core.matching import _compiled
from yinfeng.core.matching._join import all_pairs, lay_out
from yinfeng.core.matching._rule_codes import Codes, combined, compile_rules, failed_by
from yinfeng.core.matching.area import (
    NEED,
    AreaChoice,
    area_choice,
    area_need,
    judge_per_land,
    yuan_required,
)
from yinfeng.core.matching.facts import Kind, Numbers, Projects
from yinfeng.core.matching.offers import Offers
from yinfeng.core.matching.policy import Policy
from yinfeng.core.matching.problem import Floats, Ints
from yinfeng.core.matching.rules import (
    BY_CODE,
    Relation,
    Rule,
    Verdict,
    Verdicts,
    judge_keys,
    rules_for,
    tolerance,
)


def rules_of(offers: Offers) -> tuple[Rule, ...]:
    """Give the rules that apply to offers of this kind."""
    return rules_for(offers.kind)


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
        at = np.arange(len(failing))
        if most < len(failing):  # sort no more than those that may be among them
            at = np.flatnonzero(failing <= np.partition(failing, most - 1)[most - 1]) if most else at[:0]
        order = at[np.lexsort((self.relative[:, at].sum(axis=0), failing[at]))]
        return [int(o) for o in order[:most]]


def judge_project(projects: Projects, i: int, offers: Offers, policy: Policy) -> Judgement:
    """Judge project i by every rule at every offer."""
    rules = rules_of(offers)
    verdict, short, relative = _judge_all(rules, projects.take(np.array([i])), offers, policy)
    return Judgement(rules, verdict[:, 0, :], short[:, 0, :], relative[:, 0, :])


def judge_offer(
    projects: Projects, offers: Offers, o: int, policy: Policy, known: Mapping[str, Verdicts] | None = None
) -> Judgement:
    """Judge every project by every rule at offer o; the judgement's columns are the projects.

    known: verdicts found already, each of shape (p,), by rule code.
    """
    rules = rules_of(offers)
    verdict, short, relative = _judge_all(rules, projects, offers.take(np.array([o])), policy, known)
    return Judgement(rules, verdict[:, :, 0], short[:, :, 0], relative[:, :, 0])


def _judge_all(
    rules: tuple[Rule, ...],
    projects: Projects,
    offers: Offers,
    policy: Policy,
    known: Mapping[str, Verdicts] | None = None,
) -> tuple[Verdicts, Ints, Floats]:
    """Judge all pairs, shape (rules, p, m): verdict, shortfall, relative shortfall; for few pairs.

    known: verdicts found already, each of shape (p,), the same at every offer.
    """
    known = known or {}
    areas = area_choice(projects, offers)
    shape = len(rules), len(projects), len(offers)
    verdict, short, relative = np.zeros(shape, np.int8), np.zeros(shape, np.int64), np.zeros(shape)
    for r, rule in enumerate(rules):
        if rule.code in known:
            verdict[r] = known[rule.code][:, None]
        else:
            verdict[r] = judge(rule, projects, offers, areas, policy)
        fails = verdict[r] == Verdict.FAILS
        short[r] = np.where(fails, _shortfall(rule, projects, offers, areas, policy), 0)
        measured = (short[r] > 0) & (rule.unit not in UNMEASURED)
        asked = np.maximum(1, _asked(rule, projects, offers, short[r]))
        relative[r] = np.where(measured, short[r] / asked, verdict[r] != Verdict.PASSES)
    return verdict, short, relative


UNMEASURED: Final = frozenset({"date", "fire_class", "yes"})  # a share of these means nothing


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
    slow: frozenset[str] = frozenset()  # rules that `failed` counts pair by pair, when it is asked


Waivers = Mapping[tuple[int, int], frozenset[str]]
"""Rules left out of account for a pair (project, offer): what a pin's waiver does."""


Pairs = Mapping[Kind, tuple[Ints, Ints]]
"""Pairs by kind: project and offer, each of shape (N,)."""

_BLOCK: Final = 1 << 20
"""Pairs the plain masks are made for at a time."""


def join(projects: Projects, offers: Offers, policy: Policy, waivers: Waivers | None = None) -> Join:
    """Find every pair of project and offer that passes every hard rule.

    Never holds a table of all pairs; memory grows with the pairs that pass.
    """
    codes = compile_rules(projects, offers, policy)
    if _compiled.is_compiled():
        spot, _ = combined([offers.key[column].index for column in ("root", "within")], len(offers))
        project, offer = all_pairs(lay_out(codes, spot, offers.divisible))
    else:
        project, offer = plain_pairs(projects, offers, policy)
    if waivers:
        project, offer = _with_waived(projects, offers, policy, waivers, project, offer)
    failed = Failures(projects, offers, policy, codes, waivers or {})
    return Join(project, offer, failed, len(projects), failed.slow)


def join_among(
    projects: Projects,
    offers: Offers,
    policy: Policy,
    waivers: Waivers,
    pairs: tuple[Ints, Ints],
    whole: Ints,
) -> Join:
    """Join only feasible pairs found already, and every feasible pair of the projects in ``whole``.

    pairs: project and offer of each, shape (N,). What each rule refuses is counted over all.
    """
    width = max(1, len(offers))
    pair = pairs[0] * width + pairs[1]
    if len(whole):
        at = {int(i): place for place, i in enumerate(whole)}
        some = {(at[i], o): codes for (i, o), codes in waivers.items()}
        theirs = join(projects.take(whole), offers, policy, some)
        own = whole[theirs.pair_project] * width + theirs.pair_offer
        pair = np.concatenate([pair[~np.isin(pairs[0], whole)], own])
    project, offer = np.divmod(np.sort(pair), width)
    failed = Failures(projects, offers, policy, None, waivers)
    return Join(project, offer, failed, len(projects), failed.slow)


def plain_pairs(projects: Projects, offers: Offers, policy: Policy) -> tuple[Ints, Ints]:
    """Find the pairs that pass every rule by the plain masks: what the kernel is held to."""
    found = [(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))]
    for block in _blocks(len(projects), len(offers)):
        some = projects.take(block)
        areas = area_choice(some, offers)
        passes = np.ones((len(some), len(offers)), dtype=np.bool_)
        for rule in rules_of(offers):
            passes &= judge(rule, some, offers, areas, policy) == Verdict.PASSES
        row, offer = np.nonzero(passes)
        found.append((block[row], offer))
    project, offer = (np.concatenate(column) for column in zip(*found, strict=True))
    return project, offer


def _blocks(n: int, m: int) -> Iterator[Ints]:
    step = max(1, _BLOCK // max(1, m))
    for first in range(0, n, step):
        yield np.arange(first, min(first + step, n))


def _with_waived(
    projects: Projects, offers: Offers, policy: Policy, waivers: Waivers, project: Ints, offer: Ints
) -> tuple[Ints, Ints]:
    """Add the pairs that pass with their waivers."""
    added = [
        (i, o)
        for (i, o), codes in waivers.items()
        if all(code in codes for code in _fails(projects, offers, policy, i, o))
    ]
    width = max(1, len(offers))
    pair = np.unique(
        np.concatenate([project * width + offer, np.array([i * width + o for i, o in added], dtype=np.int64)])
    )
    return pair // width, pair % width


def _fails(projects: Projects, offers: Offers, policy: Policy, i: int, o: int) -> list[str]:
    """Name the rules that project i fails at offer o."""
    one, there = projects.take(np.array([i])), offers.take(np.array([o]))
    areas = area_choice(one, there)
    return [
        rule.code
        for rule in rules_of(there)
        if judge(rule, one, there, areas, policy)[0, 0] != Verdict.PASSES
    ]


class Failures(Mapping[str, Ints]):
    """How many projects fail each rule at each offer, counted when a rule is asked for.

    codes: the rules compiled, None where that is to wait until a rule is asked for.
    """

    def __init__(
        self, projects: Projects, offers: Offers, policy: Policy, codes: Codes | None, waivers: Waivers
    ) -> None:
        self._asked = projects, offers, policy
        self._compiled = codes
        self._waivers = waivers
        self._counted: dict[str, Ints] = {}

    def __iter__(self) -> Iterator[str]:
        return (rule.code for rule in rules_of(self._asked[1]))

    def __len__(self) -> int:
        return len(rules_of(self._asked[1]))

    @property
    def slow(self) -> frozenset[str]:
        """Rules that are counted pair by pair: what they ask depends on project and offer together."""
        rules = rules_of(self._asked[1])
        return frozenset(rule.code for rule in rules if rule.relation is Relation.PER_LAND)

    @property
    def _codes(self) -> Codes:
        if self._compiled is None:
            self._compiled = compile_rules(*self._asked)
        return self._compiled

    def __getitem__(self, code: str) -> Ints:
        if code not in self._counted:
            self._counted[code] = self._count(code)
        return self._counted[code]

    def _count(self, code: str) -> Ints:
        if code in self._codes.ranks:
            counted = failed_by(self._codes.ranks[code])
        elif code in self._codes.classes:
            counted = self._codes.classes[code].failed()
        elif code in self._codes.kept:
            counted = self._codes.kept[code].failed()
        else:
            counted = self._count_plainly(code)
        for (i, o), waived in self._waivers.items():
            if code in waived and code in _fails(*self._asked, i, o):
                counted[o] -= 1
        return counted

    def _count_plainly(self, code: str) -> Ints:
        projects, offers, policy = self._asked
        rule = next(rule for rule in rules_of(offers) if rule.code == code)
        counted = np.zeros(len(offers), dtype=np.int64)
        for block in _blocks(len(projects), len(offers)):
            some = projects.take(block)
            verdict = judge(rule, some, offers, area_choice(some, offers), policy)
            counted += (verdict != Verdict.PASSES).sum(axis=0)
        return counted
