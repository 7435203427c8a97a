"""Problems made from a problem: some candidates only, some projects required, more of a resource."""

from dataclasses import replace

import numpy as np

from yinfeng.core.matching.problem import Bools, Ints, Problem


def keep(problem: Problem, kept: Bools, required: Bools | None = None) -> tuple[Problem, Ints]:
    """Leave only some candidates.

    kept: shape (K,); required: shape (n,), the problem's own where left out.
    Returns the smaller problem and, for each of its candidates, the index in the larger one.
    """
    index = np.nonzero(kept)[0]
    of_use = kept[problem.use_candidate]
    counts = np.bincount(problem.project[index], minlength=problem.n_projects)
    uses = np.diff(problem.use_start)[index]
    smaller = replace(
        problem,
        required=problem.required if required is None else required,
        start=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        candidate_id=tuple(problem.candidate_id[k] for k in index.tolist()),
        value=problem.value[index],
        use_start=np.concatenate([[0], np.cumsum(uses)]).astype(np.int64),
        use_resource=problem.use_resource[of_use],
        use_amount=problem.use_amount[of_use],
    )
    return smaller, index


def pin(problem: Problem, candidate: int) -> tuple[Problem, Ints]:
    """Fix one candidate: its project is required and has no other."""
    i = int(np.searchsorted(problem.start, candidate, side="right")) - 1
    kept = np.ones(problem.n_candidates, dtype=np.bool_)
    kept[problem.start[i] : problem.start[i + 1]] = False
    kept[candidate] = True
    required = problem.required.copy()
    required[i] = True
    return keep(problem, kept, required)


def only(problem: Problem, projects: Ints) -> Problem:
    """Require some projects and leave all others out, to ask whether these can be placed together."""
    wanted = np.zeros(problem.n_projects, dtype=np.bool_)
    wanted[projects] = True
    return keep(problem, wanted[problem.project], wanted)[0]


def add_capacity(problem: Problem, resource: int, amount: int) -> Problem:
    """Give a resource more room."""
    capacity = problem.capacity.copy()
    capacity[resource] += amount
    return replace(problem, capacity=capacity)
