"""Problems made from a problem: some candidates only, some projects required, more of a resource."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from yinfeng.core.matching.problem import Bools, Ints, Numbered, Problem


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


@dataclass(frozen=True, eq=False)
class Block:
    """All candidates of one project in a changed problem, shapes as in `Problem`; none: it is withdrawn."""

    value: Ints  # (k,)
    use_start: Ints  # (k + 1,)
    use_resource: Ints  # (u,) in the problem, rising within a candidate
    use_amount: Ints  # (u,) > 0
    origin: Ints  # (k,) the problem's candidate it comes from, rising; -1 where it is new


@dataclass(frozen=True, eq=False)
class Change:
    """What is different: how much there is of some resources, and some projects."""

    capacity: Mapping[int, int] = field(default_factory=dict)  # resource → how much there is now
    block: Mapping[int, Block] = field(default_factory=dict)  # project → its candidates now
    required: Mapping[int, bool] = field(default_factory=dict)  # project → whether it must be placed now


def block_of(problem: Problem, project: int, kept: Bools | None = None) -> Block:
    """Give the candidates a project has, or those kept of them; kept: shape (k,)."""
    first, last = int(problem.start[project]), int(problem.start[project + 1])
    mine = np.arange(first, last) if kept is None else first + np.flatnonzero(kept)
    counts = np.diff(problem.use_start)[mine]
    use_start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    uses = np.repeat(problem.use_start[mine] - use_start[:-1], counts) + np.arange(use_start[-1])
    return Block(
        value=problem.value[mine],
        use_start=use_start,
        use_resource=problem.use_resource[uses],
        use_amount=problem.use_amount[uses],
        origin=mine,
    )


def withdrawn(problem: Problem, projects: Iterable[int]) -> Change:
    """Withdraw projects: they keep their places in the list, without candidates, and need not be placed."""
    gone = sorted(projects)
    nothing = np.zeros(0, dtype=np.bool_)
    return Change(
        block={i: block_of(problem, i, nothing) for i in gone},
        required=dict.fromkeys(gone, False),
    )


def changed(problem: Problem, change: Change) -> Problem:
    """Give the problem after a change: whole runs of projects are copied, only changed ones are laid anew."""
    capacity, required = changed_capacity(problem, change), changed_required(problem, change)
    if not change.block:
        return replace(problem, capacity=capacity, required=required)
    start = changed_start(problem.start, change)
    value, resource, amount, n_uses, names = [], [], [], [], []
    done = 0
    for i in [*sorted(change.block), problem.n_projects]:
        first, last = problem.start[done], problem.start[i]
        uses = slice(problem.use_start[first], problem.use_start[last])
        value.append(problem.value[first:last])
        n_uses.append(np.diff(problem.use_start[first : last + 1]))
        resource.append(problem.use_resource[uses])
        amount.append(problem.use_amount[uses])
        names.append((int(first), int(last)))
        if i < problem.n_projects:
            block = change.block[i]
            value.append(block.value)
            n_uses.append(np.diff(block.use_start))
            resource.append(block.use_resource)
            amount.append(block.use_amount)
        done = i + 1
    use_start = np.concatenate([[0], np.cumsum(np.concatenate(n_uses))]).astype(np.int64)
    return replace(
        problem,
        required=required,
        start=start,
        candidate_id=_changed_names(problem, change, names),
        value=np.concatenate(value),
        use_start=use_start,
        use_resource=np.concatenate(resource),
        use_amount=np.concatenate(amount),
        capacity=capacity,
    )


def changed_start(start: Ints, change: Change) -> Ints:
    """Give where each project's candidates begin after a change, shape (n + 1,)."""
    counts = np.diff(start)
    for i, block in change.block.items():
        counts[i] = len(block.value)
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def changed_capacity(problem: Problem, change: Change) -> Ints:
    """Give how much there is of each resource after a change, shape (R,)."""
    capacity = problem.capacity.copy()
    for r, amount in change.capacity.items():
        capacity[r] = amount
    return capacity


def changed_required(problem: Problem, change: Change) -> Bools:
    """Say of each project whether it must be placed after a change, shape (n,)."""
    required = problem.required.copy()
    for i, must in change.required.items():
        required[i] = must
    return required


def _changed_names(problem: Problem, change: Change, runs: list[tuple[int, int]]) -> Sequence[str]:
    """Name the candidates: as they were; a new one after its project. Numbered ones are numbered anew."""
    ids = problem.candidate_id
    if isinstance(ids, Numbered):
        return Numbered(ids.letter, int(changed_start(problem.start, change)[-1]))
    names: list[str] = []
    for (first, last), i in zip(runs, [*sorted(change.block), -1], strict=True):
        names += ids[first:last]
        if i >= 0:
            for at, k in enumerate(change.block[i].origin.tolist()):
                names.append(ids[k] if k >= 0 else f"{problem.project_id[i]}~{at}")
    return tuple(names)
