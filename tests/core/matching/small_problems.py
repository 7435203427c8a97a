"""Random problems: small ones for hypothesis, so small that every plan can be looked at, towns, and pools."""

from functools import cache

import numpy as np
from hypothesis import strategies as st

from yinfeng.core.matching._pool import Pool
from yinfeng.core.matching.problem import Problem

SIZES = (3, 12, 1_000, 10**9)
WORTHS = (2, 50, 10**6, 10**12)


@st.composite
def problems(draw: st.DrawFn, most_projects: int = 6, required: bool = True) -> Problem:
    """Draw a small problem: ties, zero capacities, shared resources, large numbers, missing candidates."""
    size, worth = draw(st.sampled_from(SIZES)), draw(st.sampled_from(WORTHS))
    n_resources = draw(st.integers(0, 4))
    amounts, values = st.integers(0, size), st.integers(-worth // 4, worth)
    capacities = st.one_of(st.just(0), st.integers(0, 2 * size), st.integers(0, 2 * size))
    candidates, uses, projects = [], [], []
    for i in range(draw(st.integers(0, most_projects))):
        projects.append((f"p{i}", required and draw(st.integers(0, 3)) == 0))
        for c in range(draw(st.integers(0, 4))):
            name = f"c{i}-{c}"
            candidates.append((name, f"p{i}", draw(values)))
            drawn_on = draw(st.sets(st.integers(0, n_resources - 1))) if n_resources else set()
            uses += [(name, f"r{r}", draw(amounts)) for r in sorted(drawn_on)]
    return Problem.of(
        projects=projects,
        candidates=candidates,
        uses=uses,
        resources=[(f"r{r}", draw(capacities)) for r in range(n_resources)],
    )


@cache
def town(n: int, m: int, seed: int, required: float = 0.0) -> Problem:
    """Make a town of n projects and m places with two quotas that bind."""
    random = np.random.default_rng(seed)
    need, area = random.integers(5, 40, n), random.integers(20, 60, m)
    candidates, uses = [], []
    for i in range(n):
        for j in np.flatnonzero(random.random(m) < 0.5):
            name = f"c{i:04d}-{j:04d}"
            candidates.append((name, f"p{i:04d}", int(random.integers(100, 1_000))))
            uses += [
                (name, f"place{j:04d}", int(need[i])),
                (name, f"quota{j % 2}", int(random.integers(1, 30))),
            ]
    return Problem.of(
        projects=[(f"p{i:04d}", bool(random.random() < required)) for i in range(n)],
        candidates=candidates,
        uses=uses,
        resources=[(f"place{j:04d}", int(area[j])) for j in range(m)]
        + [("quota0", 4 * n), ("quota1", 4 * n)],
    )


def pool_of(seed: int) -> Pool:
    """Make a pool of none to twenty projects whose candidates draw alike now and then."""
    random = np.random.default_rng(seed)
    n, resources = seed % 21, 1 + seed % 6
    size = random.integers(0, 8, n)
    drawn = random.random((size.sum(), resources)) < 0.5
    return Pool(
        required=random.random(n) < 0.3,
        start=np.concatenate([[0], np.cumsum(size)]).astype(np.int64),
        value=random.integers(-60, 90, size.sum()),
        use_start=np.concatenate([[0], np.cumsum(drawn.sum(axis=1))]).astype(np.int64),
        use_resource=np.nonzero(drawn)[1],
        use_amount=random.integers(1, 4, int(drawn.sum())),
        capacity=random.integers(0, 30, resources),
        origin=np.arange(size.sum()),
    )
