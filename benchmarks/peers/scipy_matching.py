"""SciPy's matching: the exact optimum where every candidate takes one whole place and nothing else."""

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from benchmarks.peers.program import Planned
from yinfeng.core.matching.problem import Problem


def matched(problem: Problem) -> Planned:
    """Match each project to one place or to none, so that the sum of values is greatest.

    Every candidate must draw 1 of one resource of capacity 1, and have a value above 0. To be left out is a
    place of each project's own that is worth nothing.
    """
    if not (
        (np.diff(problem.use_start) == 1).all()
        and (problem.use_amount == 1).all()
        and (problem.capacity == 1).all()
        and (problem.value > 0).all()
    ):
        raise ValueError("not a pure matching")
    n, m = problem.n_projects, problem.n_resources
    lift = int(problem.value.max()) + 1  # weights are costs above 0: SciPy takes 0 for no edge
    cost = sparse.csr_matrix(
        (
            np.concatenate([lift - problem.value, np.full(n, lift)]).astype(np.float64),
            (
                np.concatenate([problem.project, np.arange(n)]),
                np.concatenate([problem.use_resource, m + np.arange(n)]),
            ),
        ),
        shape=(n, m + n),
    )
    row, column = min_weight_full_bipartite_matching(cost)
    place = np.full(n, -1, dtype=np.int64)
    place[row] = column
    chosen = np.full(n, -1, dtype=np.int64)
    taken = np.flatnonzero(place[problem.project] == problem.use_resource)
    chosen[problem.project[taken]] = taken
    return Planned("done", chosen, float(problem.value[taken].sum()), [])
