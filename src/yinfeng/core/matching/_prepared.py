"""Projects and offers prepared once for the join under prices, and asked again for each vector of prices."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np

from yinfeng.core.matching._join import Joinable, by_position, lay_out
from yinfeng.core.matching._promise import (
    FLOORS,
    LINES,
    MORE,
    SUPPLY,
    Held,
    Order,
    Tolls,
    Worths,
    arrange,
    lay_facts,
    promise,
)
from yinfeng.core.matching._rule_codes import combined, compile_rules
from yinfeng.core.matching.facts import KINDS, NO_LIMIT, Facts, Keys, Kind
from yinfeng.core.matching.offers import Offers
from yinfeng.core.matching.policy import Policy
from yinfeng.core.matching.problem import Bools, Floats, Ints
from yinfeng.core.matching.resources import QUOTA_NEED, SUPPLIES, Cover, Resources, by_product_supply, cover
from yinfeng.core.matching.value import (
    DAYS_PER_MONTH,
    begins,
    chain_table,
    idle_years,
    income,
    line_fits,
    line_yuan,
    yearly_yield,
)

LONG_AGO: Final = -(10**9)
"""A day before all others, for a place whose date is not known: nobody waits for it."""
BLOCK: Final = 2_048
"""Projects of a block; the blocks are the same for any number of threads."""
TWO_PAY: Final = 1 << 26
"""Pairs of project and offer from which a second thread pays."""


@dataclass(frozen=True, eq=False)
class Side:
    """One kind of offer prepared."""

    offers: Offers
    covered: Cover
    spot: Ints  # (m,) location of each offer
    root: tuple[str, ...]  # top-level zones
    joinable: Joinable
    worths: Worths
    bundled: Floats  # (m,) yuan a year that reuse of a bundle brings, 0 for a single place


@dataclass(frozen=True, eq=False)
class Prepared:
    """What `promising` needs of facts, offers and policy, at about 340 bytes an offer."""

    facts: Facts
    policy: Policy
    resources: Resources
    sides: Mapping[Kind, Side]
    products: tuple[str, ...]  # by-products that are priced and used
    sequence: Ints  # (n,) projects that look at the same locations one after the other, for the cache's sake


def prepare_sides(
    facts: Facts, offers: Mapping[Kind, Offers], policy: Policy, resources: Resources
) -> Prepared:
    """Prepare the offers of both kinds."""
    used = facts.projects.by_products.distinct
    products = tuple(sorted({name for use in used for name in use} & set(policy.by_product)))
    supply = by_product_supply(facts)
    roots = {kind: Keys.of(str(parts[0]) for parts in offers[kind].key["root"].distinct) for kind in KINDS}
    every = tuple(dict.fromkeys(root for kind in KINDS for root in roots[kind].distinct))
    at = {root: z for z, root in enumerate(every)}
    chain = chain_table(facts, every, policy).astype(np.float64)
    chains = {
        kind: np.ascontiguousarray(chain[:, [at[root] for root in roots[kind].distinct]]) for kind in KINDS
    }
    many = len(facts.projects) * sum(len(offers[kind]) for kind in KINDS)
    with ThreadPoolExecutor(2 if many >= TWO_PAY else 1) as pool:
        made = pool.map(
            lambda kind: _side(
                facts, offers[kind], policy, resources, products, supply, roots[kind], chains[kind]
            ),
            KINDS,
        )
        sides = dict(zip(KINDS, made, strict=True))
    keys = []
    for side in sides.values():
        tests = side.joinable.tests
        first = np.append(tests.spot, 0)[tests.spot_start[:-1]]
        keys += [tests.spot_class, first[tests.spot_class]]
    sequence = np.lexsort(keys)
    return Prepared(facts, policy, resources, sides, products, sequence)


def _side(
    facts: Facts,
    offers: Offers,
    policy: Policy,
    resources: Resources,
    products: tuple[str, ...],
    supply: Mapping[tuple[str, str], int],
    roots: Keys,
    chain: Floats,
) -> Side:
    codes = compile_rules(facts.projects, offers, policy)
    covered = cover(facts, offers, resources)
    root = roots.index[offers.key["root"].index]
    spot, at_spot = combined([covered.of_offer, root], len(offers))
    line_start, line = lines_of(facts, offers)
    has_lines = np.diff(line_start) > 0
    is_bundle = offers.is_bundle
    flavour = np.where(has_lines, 3, np.where(is_bundle, 2, offers.divisible.astype(np.int64)))
    joinable = lay_out(codes, spot, offers.divisible, flavour=flavour)
    years, free = idle_years(facts, policy), facts.places.number["area_m2"].value
    reuse = policy.reuse_yuan_m2_yr[offers.kind]
    bundled = np.zeros(len(offers))
    parts = offers.parts[is_bundle]
    idle = np.where(parts >= 0, years[parts], 0.0) * np.where(parts >= 0, free[parts], 0)
    bundled[is_bundle] = np.rint(idle.sum(axis=1) * reuse)
    yearly, known = yearly_yield(facts.projects, policy)
    available = offers.number["available_on"]
    starts = begins(facts.projects, policy)
    latest = max(0, int(available.value.max(initial=0)) - policy.as_of) / DAYS_PER_MONTH + 1
    makers, fits = makers_of(facts)
    kept = joinable.extra_project
    position = np.empty(len(offers), dtype=np.int64)
    position[joinable.layout.offer] = np.arange(len(offers))
    use_start, use_name, use_need = _uses(facts.projects.by_products, products)
    on_offer = [[supply.get((root, name), 0) for root in roots.distinct] for name in products]
    priced = [policy.by_product[name] for name in products]
    worths = Worths(
        income=np.where(known, np.rint(income(facts.projects, offers.kind, policy)), 0.0),
        yearly=np.where(known, yearly, 0.0),
        begins=starts,
        late=np.where(known, np.maximum(0.0, -yearly), 0.0) * policy.readiness_share_month * latest,
        industry=facts.projects.key["industry_code"].index.astype(np.int32),
        chain=chain,
        root=root[at_spot].astype(np.int32),
        years=np.where(is_bundle, 0.0, years[offers.parts[:, 0]]),
        available=available.or_else(LONG_AGO),
        reuse_yuan=float(reuse),
        space_yuan=float(policy.space_yuan_m2[offers.kind]),
        wait_share=float(policy.readiness_share_month),
        month=float(DAYS_PER_MONTH),
        wish=codes.area.wish,
        quota_need=_needs(facts, [column for column, _ in QUOTA_NEED.values()]),
        supply_need=_needs(facts, list(SUPPLIES)),
        maker=makers.astype(np.int32),
        line_fits=fits,
        line_start=line_start,
        line=line.astype(np.int32),
        extra_start=np.searchsorted(kept, np.arange(len(facts.projects) + 1)).astype(np.int64),
        extra=position[joinable.extra_offer].astype(np.int32),
        use_start=use_start,
        use_name=use_name,
        use_need=use_need,
        on_offer=np.array(on_offer, dtype=np.int64).reshape(len(products), len(roots.distinct)),
        product_yuan=np.array([one.worth_yuan_t - one.haulage_yuan_t for one in priced], dtype=np.float64),
    )
    return Side(
        offers=offers,
        covered=covered,
        spot=spot,
        root=roots.distinct,
        joinable=joinable,
        worths=worths,
        bundled=bundled,
    )


def _uses(used: Keys, products: tuple[str, ...]) -> tuple[Ints, np.ndarray, Ints]:
    """List the by-products each project uses, in order: start (n + 1,), names and kg a year."""
    lists = [[(p, use[name]) for p, name in enumerate(products) if name in use] for use in used.distinct]
    size = np.array([len(uses) for uses in lists], dtype=np.int64)
    first = np.cumsum(size) - size
    flat = np.array([pair for uses in lists for pair in uses], dtype=np.int64).reshape(-1, 2)
    many = size[used.index]
    start = np.concatenate([[0], np.cumsum(many)]).astype(np.int64)
    at = np.repeat(first[used.index] - start[:-1], many) + np.arange(int(start[-1]))
    return start, flat[at, 0].astype(np.int32), flat[at, 1]


def _needs(facts: Facts, columns: list[str]) -> Floats:
    needs = np.stack([facts.projects.number[column].value for column in columns], axis=1)
    return np.ascontiguousarray(needs, dtype=np.float64)


def lines_of(facts: Facts, offers: Offers) -> tuple[Ints, Ints]:
    """List the lines that stand at each offer: start (m + 1,) and lines."""
    wanted = frozenset(facts.lines.building)
    at = {offer: o for o, offer in enumerate(offers.id) if offer in wanted} if wanted else {}
    offer = np.array([at.get(building, -1) for building in facts.lines.building], dtype=np.int64)
    line = np.argsort(offer, kind="stable")
    line = line[offer[line] >= 0]
    return np.searchsorted(offer[line], np.arange(len(offers) + 1)).astype(np.int64), line


def makers_of(facts: Facts) -> tuple[Ints, Bools]:
    """Tell which lines fit projects that make the same by the same processes: class (n,), fits."""
    products_of, processes_of = facts.projects.products, facts.projects.processes
    maker, first_of = combined([products_of.index, processes_of.index], len(facts.projects))
    makers = [(products_of[int(i)], processes_of[int(i)]) for i in first_of]
    lines = Keys.of(zip(facts.lines.products, facts.lines.processes, strict=True))
    first = np.zeros(len(lines.distinct), dtype=np.int64)
    first[lines.index] = np.arange(len(lines))
    fits = np.array(
        [
            [bool(line_fits(products, processes, facts.lines, int(n))) for n in first]
            for products, processes in makers
        ],
        dtype=np.bool_,
    ).reshape(len(makers), len(first))
    return maker, np.ascontiguousarray(fits[:, lines.index])


def find_promising(prepared: Prepared, price: Floats, most: int, threads: int | None) -> tuple[Held, int]:
    """Give the best offers of every project under prices, and how many pairs were looked at."""
    n = len(prepared.facts.projects)
    held = Held(
        margin=np.empty((n, most)),
        offer=np.empty((n, most), dtype=np.int32),
        size=np.zeros(n, dtype=np.int32),
        best=np.full(n, -np.inf),
    )
    pairs = n * sum(len(side.offers) for side in prepared.sides.values())
    base = {KINDS[0]: 0, KINDS[1]: len(prepared.sides[KINDS[0]].offers)}
    # What is ready sooner brings more, so that a threshold for the rest is found early.
    turns = sorted(KINDS, key=lambda kind: prepared.policy.build_months[kind])
    workers = threads or (2 if pairs >= TWO_PAY else 1)

    def work(block: Ints) -> int:
        seen = 0
        for kind in turns:
            side, (order, tolls) = prepared.sides[kind], priced[kind]
            if len(side.offers):
                seen += promise(block, base[kind], order, side.joinable.land, side.worths, tolls, held)
        return seen

    with ThreadPoolExecutor(workers) as pool:
        made = pool.map(lambda kind: _priced(prepared, prepared.sides[kind], price), KINDS)
        priced = dict(zip(KINDS, made, strict=True))
        seen = sum(pool.map(work, [prepared.sequence[at : at + BLOCK] for at in range(0, n, BLOCK)]))
    return held, seen


def _priced(prepared: Prepared, side: Side, price: Floats) -> tuple[Order, Tolls]:
    """Put the offers of each bucket in the order of what they bring per m² at most."""
    facts, resources, offers = prepared.facts, prepared.resources, side.offers
    land, worths, layout = side.joinable.land, side.worths, side.joinable.layout
    bundle, single = offers.is_bundle, offers.parts[:, 0]
    by_place, part = price[resources.area], offers.parts[bundle]
    toll = np.where(part >= 0, by_place[part] * facts.places.number["area_m2"].value[part], 0.0).sum(axis=1)
    area = np.where(bundle, 0.0, by_place[single])
    fixed = np.zeros(len(offers))
    fixed[bundle] = side.bundled[bundle] - toll
    supply = _supply_tolls(resources, offers, price)
    lines = facts.lines
    gain = np.array([line_yuan(lines, n, prepared.policy) for n in range(len(lines))], dtype=np.float64)
    gain -= price[resources.line]
    quota = _quota_tolls(side, price)
    paid = np.flatnonzero(quota.any(axis=0))
    product = [
        [resources.by_product.get((root, name), 0) for root in side.root] for name in prepared.products
    ]
    by_product = price[np.array(product, dtype=np.int64).reshape(len(prepared.products), len(side.root))]
    tolls = Tolls(
        supply=supply,
        quota=np.ascontiguousarray(quota[:, paid]),
        quota_need=np.ascontiguousarray(worths.quota_need[:, paid]),
        line_gain=gain,
        by_product=by_product,
    )
    rate = worths.years * worths.reuse_yuan - area + fixed / np.maximum(1, land.free)
    least = np.where(offers.divisible & (land.share <= land.free), land.share, land.free)
    more = np.zeros(len(offers), dtype=np.int64)
    for bit, rows in ((FLOORS, land.floor), (SUPPLY, supply)):
        for row in rows:
            if row.any():
                more |= np.where(row != 0, bit, 0)
    rate = np.where(least > 0, rate, np.maximum(0.0, rate))
    if len(worths.line):
        share_of = np.repeat(np.arange(len(offers)), np.diff(worths.line_start))
        bonus = np.bincount(share_of, np.maximum(0.0, gain[worths.line]), minlength=len(offers))
        rate += bonus / np.maximum(1, least)
        more += np.where(np.diff(worths.line_start) > 0, LINES, 0)
    offer, spots = layout.offer.copy(), len(layout.spot_start) - 1
    lowest = np.full(spots, -np.inf)
    ends = lowest, lowest.copy(), np.zeros(spots, dtype=np.int64), np.full(spots, NO_LIMIT)
    most = np.maximum(rate * land.free, rate * least)
    arrange(layout, rate, most, offer, ends)
    fact, at_most = np.empty((len(offers), MORE + 1)), np.empty(len(offers))
    columns = worths.years, area, fixed, worths.available, rate, more, most
    lay_facts(offer, land.free, land.share, land.divisible, *columns, fact, at_most)
    signs = side.joinable.tests.signs
    order = Order(
        layout=layout._replace(offer=offer),
        tests=side.joinable.tests._replace(signs=signs._replace(place=by_position(signs.place, offer))),
        fact=fact,
        gain=at_most,
        spot_rate=ends[0],
        spot_gain=ends[1],
        spot_largest=ends[2],
        spot_least=ends[3],
        spot=side.spot.astype(np.int32),
    )
    return order, tolls


def _supply_tolls(resources: Resources, offers: Offers, price: Floats) -> Floats:
    """Price a unit of each supply that users of a place share, at each offer; bundles share none."""
    toll = np.zeros((len(SUPPLIES), len(offers)))
    for row, column in zip(toll, SUPPLIES, strict=True):
        at = resources.supply[column]
        of_place = np.where(at >= 0, price[at], 0.0)
        if of_place.any():
            row[:] = np.where(offers.is_bundle, 0.0, of_place[offers.parts[:, 0]])
    return toll


def _quota_tolls(side: Side, price: Floats) -> Floats:
    """Price a unit of each resource that quotas count, at each location: all that cover it together."""
    spots = len(side.worths.root)
    of_spot = np.zeros(spots, dtype=np.int64)
    of_spot[side.spot] = side.covered.of_offer
    toll = np.zeros((spots, len(QUOTA_NEED)))
    for q, resource in enumerate(QUOTA_NEED):
        for layer in side.covered.quota[resource].T:
            over = layer[of_spot]
            toll[:, q] += np.where(over >= 0, price[over], 0.0)
    return toll
