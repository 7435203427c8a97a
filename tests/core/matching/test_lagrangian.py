"""Prices and the bound they prove: the compiled passes against plain ones, the bound against brute force."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.matching.small_problems import problems, town
from yinfeng.core.matching import _halves, _lagrangian
from yinfeng.core.matching._exact import linear_prices
from yinfeng.core.matching._factored import Factored, factor
from yinfeng.core.matching._halves import BLOCKS
from yinfeng.core.matching._lagrangian import Prices, find_prices
from yinfeng.core.matching._packed import Packed, copy_out, pack
from yinfeng.core.matching._pool import Pool, best_margin, margins, usable
from yinfeng.core.matching.bounds import lagrangian_bound
from yinfeng.core.matching.problem import Floats, Problem
from yinfeng.core.matching.reference import best_plan

MANY = settings(max_examples=250, deadline=None)


def zone(n: int, m: int, seed: int, required: float = 0.0) -> Problem:
    """Make a zone of n projects and m places in three districts, whose quotas a project draws alike."""
    random = np.random.default_rng(seed)
    need, power = random.integers(5, 40, n), random.integers(1, 30, n)
    candidates, uses = [], []
    for i in range(n):
        for j in np.flatnonzero(random.random(m) < 0.6):
            for share in range(1 + j % 2):
                name = f"c{i:04d}-{j:04d}-{share}"
                candidates.append((name, f"p{i:04d}", int(random.integers(100, 1_000))))
                uses += [
                    (name, f"place{j:04d}", int(need[i]) + share),
                    (name, "power", int(power[i])),
                    (name, f"power{j % 3}", int(power[i])),
                    (name, f"water{j % 3}", int(random.integers(1, 9))),
                ]
    return Problem.of(
        projects=[(f"p{i:04d}", bool(random.random() < required)) for i in range(n)],
        candidates=candidates,
        uses=uses,
        resources=[(f"place{j:04d}", int(random.integers(20, 60))) for j in range(m)]
        + [("power", 8 * n)]
        + [(f"power{d}", 3 * n) for d in range(3)]
        + [(f"water{d}", n) for d in range(3)],
    )


def uses_of(pool: Pool) -> list[list[tuple[int, int]]]:
    """List each candidate's uses."""
    return [
        sorted(zip(pool.use_resource[a:b].tolist(), pool.use_amount[a:b].tolist(), strict=True))
        for a, b in zip(pool.use_start[:-1], pool.use_start[1:], strict=True)
    ]


def factored_uses_of(candidates: Factored) -> list[list[tuple[int, int]]]:
    """List each candidate's uses, those of its pattern and its own."""
    listed = []
    project = np.repeat(np.arange(len(candidates.required)), np.diff(candidates.start))
    for k, i in enumerate(project):
        own = slice(candidates.own_start[k], candidates.own_start[k + 1])
        resource, amount = list(candidates.own_resource[own]), list(candidates.own_amount[own])
        if candidates.pattern[k]:
            p = candidates.pattern_start[i] + candidates.pattern[k] - 1
            assert p < candidates.pattern_start[i + 1]
            shared = slice(candidates.shared_start[p], candidates.shared_start[p + 1])
            resource += list(candidates.shared_resource[shared])
            amount += list(candidates.shared_amount[shared])
        listed.append(sorted((int(r), int(a)) for r, a in zip(resource, amount, strict=True)))
    return listed


@MANY
@given(problems(), st.sampled_from([1, 2, 6]))
def test_factoring_keeps_every_use(problem: Problem, shared_by: int) -> None:
    pool = usable(problem)
    candidates = factor(pool, shared_by=shared_by)
    assert factored_uses_of(candidates) == uses_of(pool)
    assert np.array_equal(candidates.value, pool.value)


def test_patterns_hold_what_candidates_share() -> None:
    pool = usable(zone(30, 40, 0))
    candidates = factor(pool)
    assert factored_uses_of(candidates) == uses_of(pool)
    assert 60 < len(candidates.shared_start) - 1 <= 90
    assert len(candidates.own_amount) < 0.6 * len(pool.use_amount)


Listed = list[tuple[bool, list[tuple[float, list[tuple[int, int]]]]]]
"""Projects: whether it must be placed, and of each candidate the value and the uses, sorted."""


def listed(candidates: Factored) -> Listed:
    """List candidates as projects."""
    uses = factored_uses_of(candidates)
    return [
        (bool(required), [(float(candidates.value[k]), uses[k]) for k in range(*ends)])
        for required, *ends in zip(
            candidates.required, candidates.start[:-1].tolist(), candidates.start[1:].tolist(), strict=True
        )
    ]


def unpacked(packed: Packed) -> Listed:
    """List packed candidates as projects."""
    found = []
    for i, required in enumerate(packed.required):
        of_pattern: list[list[tuple[int, int]]] = [[] for _ in range(packed.patterns[i] + 1)]
        for t in range(packed.link_start[i], packed.link_start[i + 1]):
            c = packed.common_start[i] + packed.link_common[t]
            assert c < packed.common_start[i + 1]
            use = int(packed.common_resource[c]), int(packed.common_amount[c])
            of_pattern[packed.link_pattern[t]].append(use)
        mine = slice(packed.start[i], packed.start[i + 1])
        uses = [list(of_pattern[j]) for j in packed.pattern[mine]]
        for u in range(packed.own_start[i], packed.own_start[i + 1]):
            uses[packed.own_candidate[u]].append((int(packed.own_resource[u]), int(packed.own_amount[u])))
        found.append((bool(required), list(zip(packed.value[mine].tolist(), map(sorted, uses), strict=True))))
    return found


@MANY
@given(problems(), st.sampled_from([1, 2, 6]))
def test_packing_keeps_every_use(problem: Problem, shared_by: int) -> None:
    candidates = factor(usable(problem), shared_by=shared_by)
    packed = pack(candidates)
    assert len(packed) == BLOCKS
    assert sorted(one for block in packed for one in unpacked(block)) == sorted(listed(candidates))


@MANY
@given(problems(), st.sampled_from([1, 2, 6]), st.integers(0, 2**32))
def test_what_is_copied_out_is_near_and_alive(problem: Problem, shared_by: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    alive = random.random(problem.n_resources) < 0.6
    number = np.cumsum(alive) - 1
    for block in pack(factor(usable(problem), shared_by=shared_by)):
        near = random.random(len(block.value)) < 0.6
        of_project = np.split(near, block.start[1:-1])
        assert unpacked(copy_out(block, near, alive)) == [
            (
                required,
                [
                    (value, [(int(number[r]), a) for r, a in uses if alive[r]])
                    for (value, uses), is_near in zip(candidates, some, strict=True)
                    if is_near
                ],
            )
            for (required, candidates), some in zip(unpacked(block), of_project, strict=False)
        ]


def draw_plainly(candidates: Factored, price: Floats, heat: float) -> tuple[float, Floats, Floats]:
    """Give Σ best margin, Σ p u and Σ p (1 - p) u², as `_draw` does."""
    n_resources, uses = len(candidates.capacity), factored_uses_of(candidates)
    usage, curvature, total = np.zeros(n_resources), np.zeros(n_resources), 0.0
    for i in range(len(candidates.required)):
        mine = range(candidates.start[i], candidates.start[i + 1])
        if not mine:
            continue
        margin = [candidates.value[k] - sum(price[r] * a for r, a in uses[k]) for k in mine]
        stay = [] if candidates.required[i] else [0.0]
        best = max([*margin, *stay])
        weight = np.exp((np.array([*margin, *stay]) - best) / heat)
        total += best
        chance = weight / weight.sum()
        drawing = np.zeros(n_resources)  # chance that the project draws on a resource by its patterns
        shared = [shared_of(candidates, k, i) for k in mine]
        for p, some in zip(chance, shared, strict=False):
            drawing[list(some)] += p
        for k, p, some in zip(mine, chance, shared, strict=False):
            for r, a in uses[k]:
                usage[r] += p * a
                decided = drawing[r] if r in some else p
                curvature[r] += p * max(_lagrangian.UNSURE, 1 - decided) * a**2
    return total, usage, curvature


def shared_of(candidates: Factored, k: int, i: int) -> set[int]:
    """Give the resources of a candidate's pattern."""
    if not candidates.pattern[k]:
        return set()
    p = candidates.pattern_start[i] + candidates.pattern[k] - 1
    return set(
        candidates.shared_resource[candidates.shared_start[p] : candidates.shared_start[p + 1]].tolist()
    )


@MANY
@given(problems(), st.sampled_from([0.0, 0.3, 7.0]), st.sampled_from([0.5, 30.0, 1e6]))
def test_a_pass_agrees_with_a_plain_one(problem: Problem, price: float, heat: float) -> None:
    pool = usable(problem)
    candidates = factor(pool, shared_by=2)
    packed = pack(candidates)
    state = _lagrangian.begin(np.full(problem.n_resources, price))
    best, near = _lagrangian.draw_all(packed, state, heat, map)
    sums = state.sums.sum(axis=0)
    total, usage, curvature = draw_plainly(candidates, state.ahead, heat)
    # A chance is known to 1 in 10⁴, and one below e⁻¹⁶ is taken as 0.
    most = np.zeros(problem.n_resources)
    np.add.at(most, pool.use_resource, pool.use_amount.astype(np.float64))
    np.testing.assert_allclose(sums[:, 0], usage, rtol=1e-4, atol=2e-7 * (1 + most.max(initial=0)))
    np.testing.assert_allclose(sums[:, 1], curvature, rtol=1e-4, atol=2e-6 * (1 + most.max(initial=0)) ** 2)
    np.testing.assert_allclose(best, total, rtol=1e-12, atol=1e-6)
    farthest = _lagrangian.NEAR * _lagrangian.FAR_BEHIND
    for block, said in zip(packed, near, strict=True):
        behind = []
        for required, candidates_of_one in unpacked(block):
            margin = [v - sum(state.ahead[r] * a for r, a in uses) for v, uses in candidates_of_one]
            first = max([*margin, *([] if required else [0.0])], default=0.0)
            behind += [(first - one) / heat for one in margin]
        is_sure = np.abs(np.array(behind) - farthest) > 0.01
        assert said[is_sure].tolist() == (np.array(behind) < farthest)[is_sure].tolist()


def test_a_step_is_the_plain_one() -> None:
    for seed in range(100):
        random = np.random.default_rng(seed)
        n, heat = 6, float(random.random() * 9 + 0.1)
        capacity, age = random.integers(0, 50, n), 1.0 + float(random.integers(0, 3)) * random.random()
        price, running = random.random((2, n)) * random.integers(0, 2, (2, n))
        ahead = np.maximum(0.0, price + random.random(n) - 0.5)
        sums = random.random((BLOCKS, n, 2)) * 40 * random.integers(0, 2, (BLOCKS, n, 1))
        before, damping = random.integers(-9, 10, n) * 1.0, random.choice([0.7, 1.0, 7.0, 8.0], n)
        slack = capacity - sums[:, :, 0].sum(axis=0)
        more = np.minimum(_lagrangian.MOST_DAMPING, damping * _lagrangian.MORE_DAMPING)
        less = np.maximum(_lagrangian.LEAST_DAMPING, damping * _lagrangian.LESS_DAMPING)
        damped = np.where(slack * before < 0, more, np.where(ahead > 0, less, damping))
        curvature = np.maximum(
            damped * sums[:, :, 1].sum(axis=0) / heat,
            _lagrangian.MEMORY * running,
        )
        far = np.where(curvature > 0, slack / np.where(curvature > 0, curvature, 1.0), 0.0)
        stepped = np.maximum(0.0, ahead - far)
        older = 1.0 if slack @ (stepped - price) > 0 else (1 + np.sqrt(1 + 4 * age**2)) / 2
        momentum = (age - 1) / older * (older > 1)
        state = _lagrangian.State(
            price.copy(), ahead.copy(), running.copy(), sums, np.array([age]), damping.copy(), before.copy()
        )
        _lagrangian.step(capacity, heat, *state)
        np.testing.assert_allclose(state.price, stepped, rtol=1e-12)
        np.testing.assert_allclose(
            state.ahead, np.maximum(0.0, stepped + momentum * (stepped - price)), rtol=1e-9, atol=1e-12
        )
        np.testing.assert_allclose(state.running, curvature, rtol=1e-12)
        np.testing.assert_allclose(state.damping, damped, rtol=1e-12)
        np.testing.assert_allclose(state.slack, slack, rtol=1e-12)
        assert state.age[0] == pytest.approx(older)


def test_strands_give_the_greatest_and_the_total() -> None:
    for n in range(12):
        weight = np.random.default_rng(n).integers(-9, 10, 12) * 1.0
        assert _lagrangian._greatest(weight, n, 0.0) == max([0.0, *weight[:n]])
        assert _lagrangian._greatest(weight, n, -np.inf) == max(weight[:n], default=-np.inf)
        assert _lagrangian._total(weight, n) == weight[:n].sum()


def test_the_exponential_is_accurate() -> None:
    x = np.linspace(-16.0, 0.0, 5_001)
    found = np.array([_lagrangian._exp(at) for at in x])
    np.testing.assert_allclose(found, np.exp(x), rtol=1e-4)
    assert _lagrangian._exp(0.0) == 1.0


@MANY
@given(problems(), st.lists(st.sampled_from([0.0, 0.1, 1 / 3, 5.0, 1e6]), min_size=4, max_size=4))
def test_any_prices_bound_the_best_plan(problem: Problem, prices: list[float]) -> None:
    best = best_plan(problem)
    if best is None:
        return
    pool, price = usable(problem), np.array(prices[: problem.n_resources])
    candidates = factor(pool, shared_by=2)
    bound = lagrangian_bound(candidates, price)
    assert bound >= best[0]
    exact = sum(int(c) * p for c, p in zip(problem.capacity, price, strict=True))
    assert (
        bound
        <= exact
        + best_margin(pool, margins(pool, price)).sum()
        + 1e-9 * (1 + exact + np.abs(problem.value).sum() + sum(prices) * 1e3)
        + 1
    )


@MANY
@given(problems())
def test_prices_found_bound_the_best_plan(problem: Problem) -> None:
    best = best_plan(problem)
    if best is None:
        return
    pool = usable(problem)
    found = find_prices(factor(pool), np.zeros(problem.n_resources), 25, lambda price, done: True)
    assert (found.price >= 0).all()
    assert np.isfinite(found.price).all()
    assert lagrangian_bound(pool, found.price) >= best[0]


@pytest.mark.parametrize(
    "problem", [town(60, 40, 0), town(60, 40, 1, 0.2), zone(80, 40, 2), zone(80, 40, 3, 0.2)]
)
def test_prices_prove_the_bound_of_the_relaxation(problem: Problem) -> None:
    pool = usable(problem)
    price = linear_prices(pool, 30.0)
    assert price is not None
    least = lagrangian_bound(pool, price)
    found = priced(pool)
    assert least <= lagrangian_bound(pool, found.price) <= least * (1 + 1e-4)


def priced(pool: Pool, threads: int = 2) -> Prices:
    nothing = np.zeros(len(pool.capacity))
    return find_prices(factor(pool), nothing, 300, lambda price, done: True, threads=threads)


def test_one_thread_or_two_give_the_same_prices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_lagrangian, "TWO_THREADS", 0)
    pool = usable(zone(80, 40, 4))
    one, two = priced(pool, 1), priced(pool, BLOCKS)
    assert np.array_equal(one.price, two.price)
    assert (one.dual, one.passes) == (two.dual, two.passes)


def test_a_second_thread_proves_the_same_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = usable(zone(80, 40, 4))
    price = priced(pool).price
    one = lagrangian_bound(pool, price)
    monkeypatch.setattr(_halves, "TWO_THREADS", 0)
    assert lagrangian_bound(pool, price) == one


def test_good_prices_are_soon_good_again() -> None:
    pool = usable(zone(200, 100, 5))
    before = priced(pool).price
    capacity = pool.capacity.copy()
    capacity[-1] = capacity[-1] * 4 // 5
    changed = pool._replace(capacity=capacity)
    least = lagrangian_bound(changed, priced(changed).price)
    again = find_prices(factor(changed), before, 15, lambda price, done: True, warm=_lagrangian.WARM_AGAIN)
    assert lagrangian_bound(changed, again.price) <= least * (1 + 3e-4)


def test_it_ends_when_told() -> None:
    pool = usable(zone(30, 20, 6))
    told = []

    def keep_going(price: Floats, done: int) -> bool:
        told.append((price, done))
        return done < 3

    found = find_prices(factor(pool), np.zeros(len(pool.capacity)), 50, keep_going)
    assert found.passes == 3
    assert [done for _, done in told] == [1, 2, 3]
    assert np.array_equal(found.price, told[-1][0])


def test_patterns_are_numbered_within_a_project() -> None:
    candidates = factor(usable(zone(5, 90, 7)))
    assert candidates.pattern.max() == 3
    assert candidates.pattern.dtype == candidates.own_resource.dtype == np.int32
    assert _halves.ends_of_blocks(candidates.start)[0] == 0
