"""Which rules one project fails at each of very many offers, as bits; the offers are made ready once."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from yinfeng.core.matching import _compiled
from yinfeng.core.matching._compiled import compiled
from yinfeng.core.matching._join import M2, MILLI_MU
from yinfeng.core.matching.area import area_choice, area_need, land_known
from yinfeng.core.matching.facts import Keys, Projects
from yinfeng.core.matching.feasible import judge
from yinfeng.core.matching.offers import Offers
from yinfeng.core.matching.policy import Policy
from yinfeng.core.matching.problem import Bools, Ints
from yinfeng.core.matching.rules import Relation, Rule, Verdict, Verdicts, judge_keys, rules_for, tolerance

Bits = NDArray[np.uint64]
LEAST: Final = np.iinfo(np.int64).min
"""Below every number: of a place that is not known, and of a need where nothing is asked."""
MOST: Final = np.iinfo(np.int64).max
"""Above every number: of a place that is not known under a rule that lets it pass."""
KEPT: Final = 512
"""Tables of verdicts kept for needs that were asked before."""
CHUNK: Final = 4_096
"""Offers judged by all rules before the next are, so that their bits stay in the cache."""


class _Category:
    """A category rule at offers made ready, with the tables of needs asked before."""

    def __init__(self, rule: Rule, keys: Keys) -> None:
        self.rule = rule
        self.whole = Keys(np.arange(len(keys.distinct)), keys.distinct)
        self.kept_for: dict[Any, list[int]] = {}
        self.tables: dict[Hashable, Verdicts] = {}
        if rule.only_for is not None:
            for w, parts in enumerate(keys.distinct):
                for need in {rule.only_for(part) for part in parts} - {None}:
                    self.kept_for.setdefault(need, []).append(w)

    def table(self, need: Any, policy: Policy) -> Verdicts:
        """Judge a need at every distinct key of the offers."""
        if self.rule.only_for is None:
            return self._judged(need, policy)
        table = self._judged(_NO_NEED, policy)
        mine = self.kept_for.get(need, [])
        if mine:
            table = table.copy()
            some = Keys(np.arange(len(mine)), tuple(self.whole.distinct[w] for w in mine))
            table[mine] = judge_keys(self.rule, Keys.of([need]), some, policy)[0]
        return table

    def _judged(self, need: Any, policy: Policy) -> Verdicts:
        if need not in self.tables:
            if len(self.tables) >= KEPT:
                self.tables.clear()
            self.tables[need] = judge_keys(self.rule, Keys.of([need]), self.whole, policy)[0]
        return self.tables[need]


_NO_NEED: Final = object()
"""Equal to no need, so that it stands for every need a part is not kept for."""


@dataclass(frozen=True, eq=False)
class Ready:
    """Offers of one kind made ready to be judged for one project after the other; bit r is rules[r]."""

    offers: Offers
    policy: Policy
    rules: tuple[Rule, ...]
    comparing: Ints  # bits of the rules that compare numbers
    number: Ints  # (comparing, m) turned so that more is better
    categories: tuple[_Category, ...]
    category: Ints  # their bits
    key: NDArray[np.int32]  # (categories, m)
    per_land: Ints  # bits
    floor: Ints  # (per land, m) yuan per mu, 0 where none is asked, -1 where one is and the land is not known
    area: Ints  # bits of the rules of area
    size: tuple[Ints, Ints, Bools, Bools]  # free, share, divisible, known; each (m,)
    land: tuple[Ints, Ints]  # plot and gross area, 1 for a parcel; each (m,)


def make_ready(offers: Offers, policy: Policy) -> Ready:
    """Make offers ready to be judged by a policy; about 300 bytes an offer."""
    rules = rules_for(offers.kind)
    bits: dict[str, list[int]] = {"number": [], "category": [], "land": [], "area": []}
    number: list[Ints] = []
    for r, rule in enumerate(rules):
        if rule.relation is Relation.AREA:
            bits["area"].append(r)
        elif rule.relation is Relation.CATEGORY:
            bits["category"].append(r)
        elif rule.relation is Relation.PER_LAND:
            bits["land"].append(r)
        else:
            bits["number"].append(r)
            place = offers.number[rule.place]
            turned = place.value if rule.relation is Relation.AT_LEAST else -place.value
            number.append(np.where(place.known, turned, MOST if rule.unknown_passes else LEAST))
    known, floors = land_known(offers), []
    for r in bits["land"]:
        least = offers.number[rules[r].place]
        floors.append(np.where(least.known & (least.value > 0), np.where(known, least.value, -1), 0))
    m, one, is_land = len(offers), np.ones(len(offers), dtype=np.int64), offers.kind == "land"
    area = offers.number["area_m2"]
    keys = [offers.key[rules[r].place] for r in bits["category"]]
    return Ready(
        offers=offers,
        policy=policy,
        rules=rules,
        comparing=np.array(bits["number"], dtype=np.int64),
        number=np.array(number, dtype=np.int64).reshape(len(number), m),
        categories=tuple(_Category(rules[r], some) for r, some in zip(bits["category"], keys, strict=True)),
        category=np.array(bits["category"], dtype=np.int64),
        key=np.array([some.index for some in keys], dtype=np.int32).reshape(len(keys), m),
        per_land=np.array(bits["land"], dtype=np.int64),
        floor=np.array(floors, dtype=np.int64).reshape(len(floors), m),
        area=np.array(bits["area"], dtype=np.int64),
        size=(area.value, offers.number["smallest_share_m2"].or_else(1), offers.divisible, area.known),
        land=(
            one if is_land else offers.number["plot_area_m2"].value,
            one if is_land else np.maximum(1, offers.number["gross_area_m2"].value),
        ),
    )


def failing(ready: Ready, project: Projects) -> tuple[Bits, Bits]:
    """Judge the only project of ``project`` at every offer.

    Returns the rules it fails, as bits, and of those the ones that fail by more than a fact it has not given;
    both (m,).
    """
    if not _compiled.is_compiled():
        return _failing_plainly(ready, project)
    wanted = [_wanted(ready.rules[r], project, ready.policy) for r in ready.comparing.tolist()]
    tables = [c.table(project.key[c.rule.need][0], ready.policy) for c in ready.categories]
    need = area_need(project, ready.offers.kind)
    amounts = [project.number[ready.rules[r].need] for r in ready.per_land.tolist()]
    bits, hard = np.zeros(len(ready.offers), np.uint64), np.zeros(len(ready.offers), np.uint64)
    _mark(
        bits,
        hard,
        ready.comparing,
        ready.number,
        np.array(wanted, dtype=np.int64),
        ready.category,
        ready.key,
        np.concatenate([np.zeros(0, np.int8), *tables]),
        np.cumsum([0, *(len(table) for table in tables)]),
        ready.area,
        (bool(need.given[0]), int(need.lo[0]), int(need.hi[0])),
        ready.size,
        ready.per_land,
        ready.floor,
        np.array([int(amount.value[0]) for amount in amounts], dtype=np.int64),
        np.array([bool(amount.known[0]) for amount in amounts], dtype=np.bool_),
        ready.land,
    )
    return bits, hard


def _wanted(rule: Rule, project: Projects, policy: Policy) -> int:
    need = project.number[rule.need]
    value, known = int(need.value[0]), bool(need.known[0])
    if rule.relation is Relation.AT_LEAST:
        return value if known and value > 0 else LEAST
    return -(value + tolerance(rule, policy)) if known else LEAST


def _failing_plainly(ready: Ready, project: Projects) -> tuple[Bits, Bits]:
    """Judge by the plain masks: what the kernel is held to."""
    areas = area_choice(project, ready.offers)
    bits, hard = np.zeros(len(ready.offers), np.uint64), np.zeros(len(ready.offers), np.uint64)
    for r, rule in enumerate(ready.rules):
        verdict = judge(rule, project, ready.offers, areas, ready.policy)[0]
        bits |= (verdict != Verdict.PASSES).astype(np.uint64) << np.uint64(r)
        bad = (verdict != Verdict.PASSES) & (verdict != Verdict.NEED_UNKNOWN)
        hard |= bad.astype(np.uint64) << np.uint64(r)
    return bits, hard


@compiled
def _mark(  # noqa: PLR0912, PLR0915 (one pass over the offers)
    bits: Bits,
    hard: Bits,
    comparing: Ints,
    number: Ints,
    wanted: Ints,
    category: Ints,
    key: NDArray[np.int32],
    table: Verdicts,
    table_start: Ints,
    area: Ints,
    need: tuple[bool, int, int],
    size: tuple[Ints, Ints, Bools, Bools],
    per_land: Ints,
    floor: Ints,
    amount: Ints,
    amount_known: Bools,
    land: tuple[Ints, Ints],
) -> None:
    given, lo, hi = need
    free, share, divisible, known = size
    plot, gross = land
    for begin in range(0, len(bits), CHUNK):
        end = min(begin + CHUNK, len(bits))
        for c in range(len(comparing)):
            if wanted[c] != LEAST:
                bit = np.uint64(1) << np.uint64(comparing[c])
                for o in range(begin, end):
                    bits[o] |= bit if number[c, o] < wanted[c] else np.uint64(0)
        for o in range(begin, end):
            hard[o] = bits[o]
        for c in range(len(category)):
            bit = np.uint64(1) << np.uint64(category[c])
            first = table_start[c]
            for o in range(begin, end):
                verdict = table[first + key[c, o]]
                bits[o] |= bit if verdict != 0 else np.uint64(0)
                hard[o] |= bit if verdict not in (0, 3) else np.uint64(0)
        for o in range(begin, end):
            fits_whole = lo <= free[o] and free[o] <= hi and free[o] > 0
            a1 = max(lo, share[o])
            as_share = divisible[o] and a1 <= min(hi, free[o]) and not (fits_whole and a1 == free[o])
            for c in range(len(area)):
                bit = np.uint64(1) << np.uint64(area[c])
                if not known[o]:
                    bits[o] |= bit
                    hard[o] |= bit
                elif not given:
                    bits[o] |= bit
                elif not (fits_whole or as_share):
                    bits[o] |= bit
                    hard[o] |= bit
            smallest = free[o]
            if as_share:
                smallest = a1
            elif divisible[o] and not fits_whole and free[o] >= lo:
                smallest = min(share[o], free[o])
            for c in range(len(per_land)):
                least = floor[c, o]
                if least != 0:
                    bit = np.uint64(1) << np.uint64(per_land[c])
                    if least < 0:
                        bits[o] |= bit
                        hard[o] |= bit
                    elif not amount_known[c]:
                        bits[o] |= bit
                    else:
                        milli_mu = -((-smallest * plot[o]) // gross[o]) * MILLI_MU // M2
                        if amount[c] < -((-least * milli_mu) // 1_000):
                            bits[o] |= bit
                            hard[o] |= bit
