"""Which of very many offers one project passes at, and which it comes nearest to; they are made ready once.

Offers with the same verdict of every category rule are a group, so that a group is judged by its first offer
and left out as a whole where it fails more than what is wanted.
See docs/explanation/candidates.md.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np

from yinfeng.core.matching import _compiled
from yinfeng.core.matching._compiled import compiled
from yinfeng.core.matching._join import M2, MILLI_MU
from yinfeng.core.matching._rule_codes import combined
from yinfeng.core.matching.area import area_choice, area_need, land_known
from yinfeng.core.matching.facts import KINDS, Keys, Kind, Projects
from yinfeng.core.matching.feasible import UNMEASURED, judge, judge_project
from yinfeng.core.matching.offers import Offers
from yinfeng.core.matching.policy import Policy
from yinfeng.core.matching.problem import Bools, Floats, Ints, Small
from yinfeng.core.matching.rules import (
    ANY,
    NO_NEED,
    RULES,
    Relation,
    Rule,
    Verdict,
    Verdicts,
    rules_for,
    tolerance,
)

NO_BOUND: Final = (np.inf, np.inf)
"""Above the rules failed and the relative shortfall of any near miss."""
KEPT: Final = 512
"""Tables of verdicts kept for needs that were asked before."""
NUMBER, CATEGORY, AREA, PER_LAND = range(4)
"""The sorts of rules, as the kernel knows them."""
_SORT: Final = {Relation.CATEGORY: CATEGORY, Relation.AREA: AREA, Relation.PER_LAND: PER_LAND}
_PASSES, _FAILS, _PLACE_UNKNOWN, _NEED_UNKNOWN = (int(verdict) for verdict in Verdict)
_WEIGHT: Final = np.array([0, 4, 2, 3], dtype=np.int8)
"""How much each verdict weighs in that of a whole; a failure the most."""


class Parts:
    """The distinct parts that a category rule looks at in offers of all kinds, with verdicts asked before."""

    def __init__(self, rule: Rule, parts: Iterable[Hashable], policy: Policy) -> None:
        self.rule = rule
        self.policy = policy
        self.distinct = tuple(dict.fromkeys(parts))
        self.kept_for: dict[Any, list[int]] = {}  # need → parts kept for it
        self.verdicts: dict[Hashable, Verdicts] = {}
        if rule.only_for is not None:
            for p, part in enumerate(self.distinct):
                need = rule.only_for(part)
                if need is not None:
                    self.kept_for.setdefault(need, []).append(p)
            self.for_others = self._judged(NO_NEED, range(len(self.distinct)))

    def judged(self, need: Any) -> Verdicts:
        """Judge a need at every part, shape (parts,)."""
        if need not in self.verdicts:
            if len(self.verdicts) >= KEPT:
                self.verdicts.clear()
            mine = self.kept_for.get(need, [])
            if self.rule.only_for is None:
                verdict = self._judged(need, range(len(self.distinct)))
            else:
                verdict = self.for_others.copy()
                verdict[mine] = self._judged(need, mine)
            self.verdicts[need] = verdict
        return self.verdicts[need]

    def _judged(self, need: Any, parts: Iterable[int]) -> Verdicts:
        judge_part = self.rule.judge
        assert judge_part is not None
        return np.array([judge_part(need, self.distinct[p], self.policy) for p in parts], dtype=np.int8)


class Category:
    """A category rule at the keys of one kind of offer; a key is the tuple of its parts' keys."""

    def __init__(self, parts: Parts, keys: Keys) -> None:
        self.parts = parts
        self.rule = parts.rule
        at = {part: p for p, part in enumerate(parts.distinct)}
        self.part = np.array([at[part] for whole in keys.distinct for part in whole], dtype=np.int64)
        self.first = np.cumsum([0, *(len(whole) for whole in keys.distinct)])[:-1].astype(np.int64)
        self.tables: dict[Hashable, Verdicts] = {}

    def table(self, need: Any) -> Verdicts:
        """Judge a need at every distinct key, shape (keys,)."""
        if need not in self.tables:
            if len(self.tables) >= KEPT:
                self.tables.clear()
            self.tables[need] = self._worst(self.parts.judged(need))
        return self.tables[need]

    def classes(self) -> Ints:
        """Give the class of each distinct key: keys of one class have the same verdict for every need."""
        own = np.arange(len(self.first))
        if self.rule.need == ANY:
            return self.table(None).astype(np.int64)
        if self.rule.only_for is None or not len(own):
            return own
        is_kept = np.zeros(len(self.parts.distinct), dtype=np.bool_)
        is_kept[[p for parts in self.parts.kept_for.values() for p in parts]] = True
        some_kept = np.logical_or.reduceat(is_kept[self.part], self.first)
        return np.where(some_kept, own + len(Verdict), self._worst(self.parts.for_others))

    def _worst(self, verdict: Verdicts) -> Verdicts:
        """Give the verdict of each whole from those of the parts: a failure outweighs what is not known."""
        if not len(self.first):
            return np.zeros(0, dtype=np.int8)
        worst = np.maximum.reduceat(_WEIGHT[verdict[self.part]], self.first)
        return np.where(worst == _WEIGHT[_FAILS], np.int8(_FAILS), worst).astype(np.int8)


class Numeric(NamedTuple):
    """The rules that compare numbers; more is better once both sides are turned."""

    code: Small  # (m', rules) rank of what it has, from 1; not known: 0, D + 1 where that passes
    value: Ints  # (Σ D,) the distinct amounts of each rule, turned
    start: Ints  # (rules + 1,) those of rule c are value[start[c]:start[c + 1]]


class Sizes(NamedTuple):
    """What of an offer can be taken, and what floors per mu it asks; by position."""

    free: Ints  # (m',) m²
    share: Ints  # (m',) m²
    divisible: Bools  # (m',)
    known: Bools  # (m',)
    plot: Ints  # (m',) land of the whole, 1 for a parcel
    gross: Ints  # (m',) area of the whole, 1 for a parcel
    floor: Ints  # (m', rules) yuan per mu, 0 where none is asked, -1 where one is and the land is not known


class Groups(NamedTuple):
    """Offers side by side that no category rule tells apart."""

    offer: Small  # (m',) offer at each position
    start: Ints  # (G + 1,) positions of group g are start[g]:start[g + 1]
    key: Small  # (categories, G) key of each


@dataclass(frozen=True, eq=False)
class Ready:
    """Offers of one kind made ready to be judged for one project after the other."""

    offers: Offers
    policy: Policy
    rules: tuple[Rule, ...]
    sort: Small  # (rules,) NUMBER, CATEGORY, AREA or PER_LAND
    slot: Small  # (rules,) which of its sort
    measured: Bools  # (rules,) a share of the shortfall means something
    categories: tuple[Category, ...]
    groups: Groups
    numeric: Numeric
    sizes: Sizes
    rank: Small  # (m,) place of each offer's id among all ids
    by_id: Small  # (m',) the same by position

    def of_sort(self, sort: int) -> list[Rule]:
        """List the rules of a sort."""
        return [rule for rule, s in zip(self.rules, self.sort.tolist(), strict=True) if s == sort]


class Sifted(NamedTuple):
    """What one project finds among the offers of a kind."""

    passing: Ints  # (a,) offers that pass every rule, in order
    open: Ints  # (b,) offers that only facts it does not give stand between, in order
    open_count: Ints  # (b,) how many
    near: Ints  # (c,) of the others those it fails fewest rules at, then by relative shortfall, then by id
    near_count: Ints  # (c,)
    near_relative: Floats  # (c,) relative shortfalls summed


def make_ready(offers: Mapping[Kind, Offers], policy: Policy) -> dict[Kind, Ready]:
    """Make offers of all kinds ready to be judged by a policy; about 120 bytes an offer."""
    parts = {
        rule.code: Parts(
            rule,
            (p for kind in rule.kinds for whole in offers[kind].key[rule.place].distinct for p in whole),
            policy,
        )
        for rule in RULES
        if rule.relation is Relation.CATEGORY
    }
    return {kind: _ready(offers[kind], policy, parts) for kind in KINDS}


def _ready(offers: Offers, policy: Policy, parts: Mapping[str, Parts]) -> Ready:
    rules = rules_for(offers.kind)
    sort = np.array([_SORT.get(rule.relation, NUMBER) for rule in rules], dtype=np.int32)
    slot = np.zeros(len(rules), dtype=np.int32)
    for one in (NUMBER, CATEGORY, AREA, PER_LAND):
        slot[sort == one] = np.arange(int((sort == one).sum()))
    by_sort = {
        s: [rules[r] for r in np.flatnonzero(sort == s).tolist()] for s in (NUMBER, CATEGORY, PER_LAND)
    }
    categories = tuple(Category(parts[rule.code], offers.key[rule.place]) for rule in by_sort[CATEGORY])
    groups = _groups(offers, categories)
    rank = np.empty(len(offers), dtype=np.int32)
    rank[sorted(range(len(offers)), key=offers.id.__getitem__)] = np.arange(len(offers), dtype=np.int32)
    return Ready(
        offers=offers,
        policy=policy,
        rules=rules,
        sort=sort,
        slot=slot,
        measured=np.array([rule.unit not in UNMEASURED for rule in rules], dtype=np.bool_),
        categories=categories,
        groups=groups,
        numeric=_numeric(offers, by_sort[NUMBER], groups.offer),
        sizes=_sizes(offers, by_sort[PER_LAND], groups.offer),
        rank=rank,
        by_id=rank[groups.offer],
    )


def _groups(offers: Offers, categories: tuple[Category, ...]) -> Groups:
    keys = [offers.key[c.rule.place].index for c in categories]
    group, first = combined([c.classes()[key] for c, key in zip(categories, keys, strict=True)], len(offers))
    offer = np.argsort(group, kind="stable")
    return Groups(
        offer=offer.astype(np.int32),
        start=np.searchsorted(group[offer], np.arange(len(first) + 1)).astype(np.int64),
        key=np.array([key[first] for key in keys], dtype=np.int32).reshape(len(keys), len(first)),
    )


def _numeric(offers: Offers, rules: list[Rule], order: Small) -> Numeric:
    code = np.zeros((len(offers), len(rules)), dtype=np.int32)
    distinct = [np.zeros(0, dtype=np.int64)]
    for c, rule in enumerate(rules):
        place = offers.number[rule.place]
        turned = place.value if rule.relation is Relation.AT_LEAST else -place.value
        values, rank = np.unique(turned[place.known], return_inverse=True)
        column = np.full(len(offers), len(values) + 1 if rule.unknown_passes else 0)
        column[place.known] = rank.reshape(-1) + 1
        code[:, c] = column[order]
        distinct.append(values)
    return Numeric(code, np.concatenate(distinct), np.cumsum([len(values) for values in distinct]))


def _sizes(offers: Offers, rules: list[Rule], order: Small) -> Sizes:
    known, is_land = land_known(offers), offers.kind == "land"
    one, area = np.ones(len(offers), dtype=np.int64), offers.number["area_m2"]
    floor = np.zeros((len(offers), len(rules)), dtype=np.int64)
    for r, rule in enumerate(rules):
        least = offers.number[rule.place]
        floor[:, r] = np.where(least.known & (least.value > 0), np.where(known, least.value, -1), 0)
    return Sizes(
        free=area.value[order],
        share=offers.number["smallest_share_m2"].or_else(1)[order],
        divisible=offers.divisible[order],
        known=area.known[order],
        plot=one if is_land else offers.number["plot_area_m2"].value[order],
        gross=one if is_land else np.maximum(1, offers.number["gross_area_m2"].value[order]),
        floor=floor[order],
    )


class Need(NamedTuple):
    """What one project asks."""

    code: Small  # (numbers,) least rank that meets it, 0 where nothing is asked
    wanted: Ints  # (numbers,) turned as the offers' amounts are
    asked: Ints  # (numbers,) what a shortfall is measured against
    column: Ints  # numbers where something is asked
    area: tuple[bool, int, int]  # given, lo, hi [m²]
    amount: Ints  # (per land,) yuan
    amount_known: Bools  # (per land,)
    missing: int  # rules failed everywhere because it says no area


def sift(
    ready: Ready,
    project: Projects,
    near: int,
    among: Bools | None = None,
    bound: tuple[float, float] = NO_BOUND,
) -> Sifted:
    """Judge the only project of ``project`` at every offer.

    near: how many near misses are named. among: offers that are looked at, shape (m,); None for all.
    bound: rules failed and relative shortfall beyond which no near miss is wanted; some may be named.
    """
    if not _compiled.is_compiled():
        return _sift_plainly(ready, project, near, among)
    tables = [c.table(project.key[c.rule.need][0]) for c in ready.categories]
    start = np.cumsum([0, *(len(table) for table in tables)])
    table = np.concatenate([np.zeros(0, np.int8), *tables])
    m = len(ready.offers)
    passing, is_open, count = np.empty(m, np.int32), np.empty(m, np.int32), np.empty(m, np.int32)
    nearest = np.empty(near, np.int32), np.empty(near, np.int32), np.empty(near, np.float64)
    n_passing, n_open, n_near = _sift(
        ready.groups, *_fails_of_groups(ready.groups, table, start), table, start,
        ready.numeric, ready.sizes, (ready.sort, ready.slot, ready.measured), ready.by_id,
        _need_of(ready, project), np.zeros(0, np.bool_) if among is None else among,
        (float(bound[0]), float(bound[1])) if near else (-1.0, 0.0), passing, is_open, count, nearest,
    )  # fmt: skip
    offer = ready.groups.offer
    there, fewest, shortfall = nearest
    order = np.argsort(offer[is_open[:n_open]])
    return Sifted(
        passing=np.sort(offer[passing[:n_passing]]).astype(np.int64),
        open=offer[is_open[:n_open]][order].astype(np.int64),
        open_count=count[:n_open][order].astype(np.int64),
        near=offer[there[:n_near]].astype(np.int64),
        near_count=fewest[:n_near].astype(np.int64),
        near_relative=shortfall[:n_near],
    )


def _need_of(ready: Ready, project: Projects) -> Need:
    rules, floors = ready.of_sort(NUMBER), ready.of_sort(PER_LAND)
    code, wanted = np.zeros(len(rules), dtype=np.int32), np.zeros(len(rules), dtype=np.int64)
    asked = np.ones(len(rules), dtype=np.int64)
    for c, rule in enumerate(rules):
        value, known = int(project.number[rule.need].value[0]), bool(project.number[rule.need].known[0])
        at_least = rule.relation is Relation.AT_LEAST
        if known and (value > 0 or not at_least):
            wanted[c] = value if at_least else -(value + tolerance(rule, ready.policy))
            first, last = ready.numeric.start[c], ready.numeric.start[c + 1]
            code[c] = np.searchsorted(ready.numeric.value[first:last], wanted[c]) + 1
            asked[c] = max(1, value)
    area = area_need(project, ready.offers.kind)
    return Need(
        code=code,
        wanted=wanted,
        asked=asked,
        column=np.flatnonzero(code),
        area=(bool(area.given[0]), int(area.lo[0]), int(area.hi[0])),
        amount=np.array([project.number[rule.need].value[0] for rule in floors], dtype=np.int64),
        amount_known=np.array([project.number[rule.need].known[0] for rule in floors], dtype=np.bool_),
        missing=0 if area.given[0] else len(ready.of_sort(AREA)),
    )


def _sift_plainly(ready: Ready, project: Projects, near: int, among: Bools | None) -> Sifted:
    """Judge by the plain masks: what the kernel is held to."""
    offers, policy = ready.offers, ready.policy
    areas = area_choice(project, offers)
    verdict = np.array([judge(rule, project, offers, areas, policy)[0] for rule in ready.rules])
    count = (verdict != Verdict.PASSES).sum(axis=0)
    hard = ((verdict == Verdict.FAILS) | (verdict == Verdict.PLACE_UNKNOWN)).any(axis=0)
    inside = np.ones(len(offers), dtype=np.bool_) if among is None else among
    is_open, far = np.flatnonzero(inside & (count > 0) & ~hard), np.flatnonzero(inside & hard)
    size = min(near, len(far))
    if size:
        far = far[count[far] <= np.partition(count[far], size - 1)[size - 1]]
    judged = judge_project(project, 0, offers.take(far), policy)
    relative = sum(judged.relative, np.zeros(len(far)))  # rule after rule, as the kernel adds
    nearest = sorted(range(len(far)), key=lambda k: (count[far[k]], relative[k], offers.id[far[k]]))[:size]
    far, relative = far[nearest], relative[nearest]
    passing = np.flatnonzero(inside & (count == 0))
    return Sifted(passing, is_open, count[is_open], far, count[far], relative)


@compiled
def _fails_of_groups(groups: Groups, table: Verdicts, start: Ints) -> tuple[Small, Bools]:
    """Count the category rules each group fails, and tell whether one fails by more than a fact not given."""
    n = len(groups.start) - 1
    fails, hard = np.zeros(n, dtype=np.int32), np.zeros(n, dtype=np.bool_)
    for c in range(len(groups.key)):
        first = start[c]
        for g in range(n):
            verdict = table[first + groups.key[c, g]]
            fails[g] += verdict != _PASSES
            hard[g] |= verdict in (_FAILS, _PLACE_UNKNOWN)
    return fails, hard


@compiled
def _area_verdict(t: int, sizes: Sizes, area: tuple[bool, int, int]) -> tuple[int, int]:
    """Judge the area at a position; also the smallest area that can be taken, or could if it fitted."""
    given, lo, hi = area
    free, share = sizes.free[t], sizes.share[t]
    fits_whole = lo <= free <= hi and free > 0
    a1 = max(lo, share)
    as_share = sizes.divisible[t] and a1 <= min(hi, free) and not (fits_whole and a1 == free)
    smallest = free
    if as_share:
        smallest = a1
    elif sizes.divisible[t] and not fits_whole and free >= lo:
        smallest = min(share, free)
    if not sizes.known[t]:
        return _PLACE_UNKNOWN, smallest
    if not given:
        return _NEED_UNKNOWN, smallest
    return (_PASSES if fits_whole or as_share else _FAILS), smallest


@compiled
def _land_verdict(t: int, r: int, smallest: int, sizes: Sizes, need: Need) -> tuple[int, int]:
    """Judge a floor per mu at a position; also the yuan it takes."""
    least = sizes.floor[t, r]
    if least == 0:
        return _PASSES, 0
    if least < 0:
        return _PLACE_UNKNOWN, 0
    if not need.amount_known[r]:
        return _NEED_UNKNOWN, 0
    milli_mu = -((-smallest * sizes.plot[t]) // sizes.gross[t]) * MILLI_MU // M2
    required = -((-least * milli_mu) // 1_000)
    return (_PASSES if need.amount[r] >= required else _FAILS), required


@compiled
def _relative(
    t: int,
    verdicts: Verdicts,
    numeric: Numeric,
    sizes: Sizes,
    rules: tuple[Small, Small, Bools],
    need: Need,
) -> float:
    """Sum the relative shortfalls at a position, in the order of the rules; verdicts: of its categories."""
    sort, slot, measured = rules
    _, lo, hi = need.area
    area, smallest = _area_verdict(t, sizes, need.area)
    total = 0.0
    for r in range(len(sort)):
        s, short, asked = slot[r], 0, 1
        if sort[r] == NUMBER:
            code = numeric.code[t, s]
            if code >= need.code[s]:
                continue
            if code > 0:
                short = need.wanted[s] - numeric.value[numeric.start[s] + code - 1]
                asked = need.asked[s]
        elif sort[r] == CATEGORY:
            if verdicts[s] == _PASSES:
                continue
        elif sort[r] == AREA:
            if area == _PASSES:
                continue
            if area == _FAILS:
                free = sizes.free[t]
                least = min(sizes.share[t], free) if sizes.divisible[t] else free
                short = lo - free if free < lo else least - hi
                asked = max(1, lo if free < lo else hi)
        else:
            verdict, required = _land_verdict(t, s, smallest, sizes, need)
            if verdict == _PASSES:
                continue
            if verdict == _FAILS:
                short, asked = required - need.amount[s], max(1, required)
        total += short / asked if measured[r] and short > 0 else 1.0
    return total


@compiled
def _sift(  # noqa: PLR0912 (one pass over the groups)
    groups: Groups,
    fails: Small,
    is_hard: Bools,
    table: Verdicts,
    start: Ints,
    numeric: Numeric,
    sizes: Sizes,
    rules: tuple[Small, Small, Bools],
    by_id: Small,
    need: Need,
    among: Bools,
    bound: tuple[float, float],
    passing: Small,
    is_open: Small,
    open_count: Small,
    nearest: tuple[Small, Small, Floats],
) -> tuple[int, int, int]:
    """Sort positions into those that pass, that are open and the nearest others; gives how many each."""
    there, fewest, shortfall = nearest
    n_passing, n_open, n_near = 0, 0, 0
    verdicts = np.zeros(len(groups.key), dtype=np.int8)
    most, worst = bound  # nothing beyond is wanted of what does not pass and is not open
    for level in range(len(groups.key) + 1):
        least = level + need.missing  # each of them counts 1 as a shortfall too
        for g in range(len(fails)):
            if fails[g] != level or (is_hard[g] and least > most):
                continue
            for c in range(len(groups.key)):
                verdicts[c] = table[start[c] + groups.key[c, g]]
            for t in range(groups.start[g], groups.start[g + 1]):
                if is_hard[g] and (least > most or (least == most and least > worst)):
                    break
                if len(among) and not among[groups.offer[t]]:
                    continue
                count = level
                for c in need.column:
                    count += numeric.code[t, c] < need.code[c]
                hard = is_hard[g] or count > level
                if hard and count > most:
                    continue
                area, smallest = _area_verdict(t, sizes, need.area)
                count += area != _PASSES
                hard |= area in (_FAILS, _PLACE_UNKNOWN)
                for r in range(len(need.amount)):
                    verdict, _ = _land_verdict(t, r, smallest, sizes, need)
                    count += verdict != _PASSES
                    hard |= verdict in (_FAILS, _PLACE_UNKNOWN)
                if count == 0:
                    passing[n_passing] = t
                    n_passing += 1
                elif not hard:
                    is_open[n_open] = t
                    open_count[n_open] = count
                    n_open += 1
                elif count <= most:
                    relative = _relative(t, verdicts, numeric, sizes, rules, need)
                    n_near = _insert(t, count, relative, by_id, n_near, nearest)
                    if n_near == len(there):
                        most, worst = fewest[-1], shortfall[-1]
    return n_passing, n_open, n_near


@compiled
def _insert(
    t: int, count: int, relative: float, by_id: Small, size: int, nearest: tuple[Small, Small, Floats]
) -> int:
    """Put a position in its place among the nearest, of which the last may go; gives how many there are."""
    there, fewest, shortfall = nearest
    k = size
    while k > 0:
        before = k - 1
        if (fewest[before], shortfall[before], by_id[there[before]]) <= (count, relative, by_id[t]):
            break
        if k < len(there):
            there[k], fewest[k], shortfall[k] = there[before], fewest[before], shortfall[before]
        k -= 1
    if k < len(there):
        there[k], fewest[k], shortfall[k] = t, count, relative
    return min(size + 1, len(there))
