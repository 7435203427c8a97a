"""What candidates draw, written by kernels into the arrays the prices are found on.

Candidates are gone through twice, once to count and once to fill. See docs/explanation/priced-joins.md.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from yinfeng.core.matching._compiled import compiled
from yinfeng.core.matching.facts import KINDS, Facts, Kind
from yinfeng.core.matching.offers import MAX_PARTS, Offers
from yinfeng.core.matching.problem import Floats, Ints, Small
from yinfeng.core.matching.resources import QUOTA_NEED, Cover, Resources

Kinds = NDArray[np.int8]

NO_AMOUNT: Final = -1


class Draws(NamedTuple):
    """What can be drawn; by project (n) and place (m), the offers of both kinds one after the other."""

    part: Small  # (m, parts) resource of each part's area, -1 for fewer
    part_amount: Ints  # (m, parts) m² of a bundle's part; -1 for what the candidate takes
    supply: Small  # (m, supplies) resource, -1 where there is none to share
    supply_need: Ints  # (n, supplies)
    line: Small  # (lines,) resource
    by_product: Small  # (m's roots, names) resource, -1 where none is on offer
    root: Small  # (m,)
    klass: Small  # (m,) class of cover
    layer: Small  # (classes, layers) resource of each quota over a class, -1 for fewer
    layer_need: Small  # (layers,) column of `quota_need`
    quota_need: Ints  # (n, quota resources)


class Drawn(NamedTuple):
    """What candidates take, by project, and the sets of lines and by-products they name."""

    place: Small  # (K,)
    area: Ints  # (K,)
    lines: Small  # (K,)
    by_products: Small  # (K,)
    line_start: Ints
    line: Small
    product_start: Ints
    product: Small  # column of `Draws.by_product`
    product_kg: Ints


def draws_of(
    facts: Facts, offers: Mapping[Kind, Offers], resources: Resources, covers: Mapping[Kind, Cover]
) -> tuple[Draws, tuple[str, ...]]:
    """Lay out what can be drawn, once for any number of candidates; and name the by-products in it."""
    free, number = facts.places.number["area_m2"].value, facts.projects.number
    parts = np.concatenate([offers[kind].parts for kind in KINDS])
    bundle = np.concatenate([offers[kind].is_bundle for kind in KINDS])
    supply = [np.where(bundle, -1, supply[parts[:, 0]]) for supply in resources.supply.values()]
    names = tuple(sorted({name for _, name in resources.by_product}))
    roots = [str(whole[0]) for kind in KINDS for whole in offers[kind].key["root"].distinct]
    second = len(offers[KINDS[0]].key["root"].distinct)
    klass = [covers[KINDS[0]].of_offer, covers[KINDS[0]].n_classes + covers[KINDS[1]].of_offer]
    layer, layer_need = _layers(covers)
    draws = Draws(
        part=_small(np.where(parts >= 0, resources.area[parts], -1)),
        part_amount=np.where(bundle[:, np.newaxis], free[parts], NO_AMOUNT),
        supply=_small(np.stack(supply, axis=1)),
        supply_need=np.stack([number[column].value for column in resources.supply], axis=1),
        line=_small(resources.line),
        by_product=_small(
            np.array(
                [[resources.by_product.get((root, name), -1) for name in names] for root in roots],
                dtype=np.int64,
            ).reshape(len(roots), len(names))
        ),
        root=_small(
            np.concatenate([k * second + offers[kind].key["root"].index for k, kind in enumerate(KINDS)])
        ),
        klass=_small(np.concatenate(klass)),
        layer=layer,
        layer_need=layer_need,
        quota_need=np.stack([number[column].value for column, _ in QUOTA_NEED.values()], axis=1),
    )
    return draws, names


def _small(array: Ints) -> Small:
    return np.ascontiguousarray(array, dtype=np.int32)


def _layers(covers: Mapping[Kind, Cover]) -> tuple[Small, Small]:
    """Lay the quotas over each class of both kinds side by side, as `Factored` lists them."""
    layers, needs = [], []
    for q, what in enumerate(QUOTA_NEED):
        quotas = [covers[kind].quota[what] for kind in KINDS]
        depth = max(quota.shape[1] for quota in quotas)
        wide = [np.pad(quota, ((0, 0), (0, depth - quota.shape[1])), constant_values=-1) for quota in quotas]
        layers.append(np.concatenate(wide))
        needs += [q] * depth
    return _small(np.concatenate(layers, axis=1)), np.array(needs, dtype=np.int32)


class Runs(NamedTuple):
    """Uses in runs, one for each candidate or pattern."""

    start: Ints
    resource: Small
    amount: Floats


@compiled
def number_patterns(draws: Draws, place: Small, start: Ints, first: int) -> tuple[Small, Ints, Small, Ints]:
    """Tell the number of each candidate's class of cover among its project's, from 1, by class.

    first: project of the first run. Returns the number of each candidate, the start of each project's
    patterns, the class of each pattern, and the start of its uses.
    """
    of_place, layer, layer_need, quota_need = draws.klass, draws.layer, draws.layer_need, draws.quota_need
    pattern, klass = np.empty(len(place), dtype=np.int32), np.empty(len(place), dtype=np.int32)
    pattern_start = np.zeros(len(start), dtype=np.int64)
    shared_start = np.zeros(len(place) + 1, dtype=np.int64)
    number = np.zeros(len(layer), dtype=np.int32)
    known = 0
    for i in range(len(start) - 1):
        begin = known
        for k in range(start[i], start[i + 1]):
            c = of_place[place[k]]
            if number[c] == 0:
                number[c] = 1
                at = known
                while at > begin and klass[at - 1] > c:
                    klass[at] = klass[at - 1]
                    at -= 1
                klass[at] = c
                known += 1
        for at in range(begin, known):
            number[klass[at]] = at - begin + 1
            uses = 0
            for w in range(len(layer_need)):
                uses += layer[klass[at], w] >= 0 and quota_need[first + i, layer_need[w]] > 0
            shared_start[at + 1] = shared_start[at] + uses
        for k in range(start[i], start[i + 1]):
            pattern[k] = number[of_place[place[k]]]
        for at in range(begin, known):
            number[klass[at]] = 0
        pattern_start[i + 1] = known
    return pattern, pattern_start, klass[:known].copy(), shared_start[: known + 1].copy()


@compiled
def fill_shared(draws: Draws, pattern_start: Ints, klass: Small, first: int, shared: Runs) -> None:
    """Write what each pattern draws from the quotas over its class."""
    layer, layer_need, quota_need = draws.layer, draws.layer_need, draws.quota_need
    resource, amount = shared.resource, shared.amount
    at = 0
    for i in range(len(pattern_start) - 1):
        for p in range(pattern_start[i], pattern_start[i + 1]):
            for w in range(len(layer_need)):
                need = quota_need[first + i, layer_need[w]]
                if layer[klass[p], w] >= 0 and need > 0:
                    resource[at], amount[at] = layer[klass[p], w], need
                    at += 1


@compiled
def count_own(draws: Draws, drawn: Drawn, start: Ints, first: int) -> Ints:
    """Count what each candidate draws beside its pattern: start of its uses, shape (K + 1,)."""
    places, areas, lines, products = drawn.place, drawn.area, drawn.lines, drawn.by_products
    line_start, product_start = drawn.line_start, drawn.product_start
    part, part_amount, supply, supply_need = draws.part, draws.part_amount, draws.supply, draws.supply_need
    own_start = np.zeros(len(places) + 1, dtype=np.int64)
    for i in range(len(start) - 1):
        for k in range(start[i], start[i + 1]):
            place, uses = places[k], 0
            for j in range(MAX_PARTS):
                if part[place, j] < 0:
                    break
                amount = part_amount[place, j]
                uses += (areas[k] if amount == NO_AMOUNT else amount) > 0
            for s in range(supply.shape[1]):
                uses += supply[place, s] >= 0 and supply_need[first + i, s] > 0
            uses += line_start[lines[k] + 1] - line_start[lines[k]]
            uses += product_start[products[k] + 1] - product_start[products[k]]
            own_start[k + 1] = own_start[k] + uses
    return own_start


@compiled
def fill_own(draws: Draws, drawn: Drawn, start: Ints, first: int, own: Runs) -> None:
    """Write what `count_own` counted: areas, supplies, lines, by-products."""
    places, areas, lines, products = drawn.place, drawn.area, drawn.lines, drawn.by_products
    line_start, line = drawn.line_start, drawn.line
    product_start, product, product_kg = drawn.product_start, drawn.product, drawn.product_kg
    part, part_amount, supply, supply_need = draws.part, draws.part_amount, draws.supply, draws.supply_need
    of_line, of_product, root = draws.line, draws.by_product, draws.root
    resource, drawn_amount = own.resource, own.amount
    at = 0
    for i in range(len(start) - 1):
        for k in range(start[i], start[i + 1]):
            place = places[k]
            for j in range(MAX_PARTS):
                if part[place, j] < 0:
                    break
                amount = part_amount[place, j]
                amount = areas[k] if amount == NO_AMOUNT else amount
                if amount > 0:
                    resource[at], drawn_amount[at] = part[place, j], amount
                    at += 1
            for s in range(supply.shape[1]):
                need = supply_need[first + i, s]
                if supply[place, s] >= 0 and need > 0:
                    resource[at], drawn_amount[at] = supply[place, s], need
                    at += 1
            for u in range(line_start[lines[k]], line_start[lines[k] + 1]):
                resource[at], drawn_amount[at] = of_line[line[u]], 1
                at += 1
            for u in range(product_start[products[k]], product_start[products[k] + 1]):
                resource[at], drawn_amount[at] = of_product[root[place], product[u]], product_kg[u]
                at += 1


@compiled
def count_uses(start: Ints, pattern: Small, pattern_start: Ints, own_start: Ints, shared_start: Ints) -> Ints:
    """Count every use of every candidate: start of its uses, shape (K + 1,)."""
    use_start = np.zeros(len(pattern) + 1, dtype=np.int64)
    for i in range(len(start) - 1):
        for k in range(start[i], start[i + 1]):
            uses = own_start[k + 1] - own_start[k]
            if pattern[k] > 0:
                p = pattern_start[i] + pattern[k] - 1
                uses += shared_start[p + 1] - shared_start[p]
            use_start[k + 1] = use_start[k] + uses
    return use_start


@compiled
def fill_uses(
    start: Ints, pattern: Small, pattern_start: Ints, own: Runs, shared: Runs, resource: Ints, amount: Ints
) -> None:
    """Write every use of every candidate, own ones first; start: of the candidates of each project."""
    own_start, own_resource, own_amount = own.start, own.resource, own.amount
    shared_start, shared_resource, shared_amount = shared.start, shared.resource, shared.amount
    at = 0
    for i in range(len(start) - 1):
        for k in range(start[i], start[i + 1]):
            for u in range(own_start[k], own_start[k + 1]):
                resource[at], amount[at] = own_resource[u], own_amount[u]
                at += 1
            if pattern[k] > 0:
                p = pattern_start[i] + pattern[k] - 1
                for u in range(shared_start[p], shared_start[p + 1]):
                    resource[at], amount[at] = shared_resource[u], shared_amount[u]
                    at += 1
