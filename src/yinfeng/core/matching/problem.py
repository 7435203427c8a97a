"""The question in numbers: candidates, their values, and what they draw from limited resources.

    maximise   Σ_k value[k] x[k]
    subject to Σ_{k of project i} x[k] ≤ 1   for every project i   (= 1 where required[i])
               Σ_k u[k, r] x[k] ≤ capacity[r] for every resource r
               x[k] ∈ {0, 1}

This is the door through which any allocation problem enters; `yinfeng.core.matching.candidates`
builds one from the facts of a zone. See docs/explanation/matching.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from yinfeng.core.errors import Fault, InputError, problem_fault
from yinfeng.core.text import Text

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Problem:
    """Projects, candidates and resources as arrays; candidates of one project lie together.

    n projects, K candidates, R resources, U uses. All amounts are whole numbers.
    Build with `Problem.of`, which sorts, checks and freezes.
    """

    project_id: tuple[str, ...]  # (n,) sorted
    required: Bools  # (n,) must be placed
    start: Ints  # (n + 1,) candidates of project i are start[i]:start[i + 1]
    candidate_id: tuple[str, ...]  # (K,)
    value: Ints  # (K,) yuan a year, or the unit of the problem's owner; may be negative
    use_start: Ints  # (K + 1,) uses of candidate k are use_start[k]:use_start[k + 1]
    use_resource: Ints  # (U,) index of the resource
    use_amount: Ints  # (U,) > 0
    resource_id: tuple[str, ...]  # (R,) sorted
    capacity: Ints  # (R,) >= 0

    @property
    def n_projects(self) -> int:
        """Number of projects n."""
        return len(self.project_id)

    @property
    def n_candidates(self) -> int:
        """Number of candidates K."""
        return len(self.candidate_id)

    @property
    def n_resources(self) -> int:
        """Number of resources R."""
        return len(self.resource_id)

    @property
    def project(self) -> Ints:
        """Project of each candidate, shape (K,)."""
        return np.repeat(np.arange(self.n_projects), np.diff(self.start))

    @property
    def use_candidate(self) -> Ints:
        """Candidate of each use, shape (U,)."""
        return np.repeat(np.arange(self.n_candidates), np.diff(self.use_start))

    def usage(self, chosen: Ints) -> Ints:
        """Sum what a plan draws from each resource.

        chosen: shape (n,), candidate index or -1. Returns shape (R,).
        """
        used = np.zeros(self.n_resources, dtype=np.int64)
        for k in chosen[chosen >= 0]:
            uses = slice(self.use_start[k], self.use_start[k + 1])
            used[self.use_resource[uses]] += self.use_amount[uses]
        return used

    @classmethod
    def of(
        cls,
        *,
        projects: Iterable[tuple[str, bool]],
        candidates: Iterable[tuple[str, str, int]],
        uses: Iterable[tuple[str, str, int]],
        resources: Iterable[tuple[str, int]],
    ) -> "Problem":
        """Build a problem from rows in any order; rows are sorted by id, so order never matters.

        projects: (id, required); candidates: (id, project, value); uses: (candidate, resource, amount),
        several rows of one pair add up; resources: (id, capacity). Raises InputError with every fault.
        """
        return _build(list(projects), list(candidates), list(uses), list(resources))


def _build(
    projects: list[tuple[str, bool]],
    candidates: list[tuple[str, str, int]],
    uses: list[tuple[str, str, int]],
    resources: list[tuple[str, int]],
) -> Problem:
    projects = sorted(projects)
    resources = sorted(resources)
    project_at = {name: i for i, (name, _) in enumerate(projects)}
    resource_at = {name: r for r, (name, _) in enumerate(resources)}
    faults = [
        problem_fault(
            "duplicate-id",
            name,
            Text(f"不重复的{kind.zh}编号", f"each {kind.en} id once"),
            Text("删去重复的行，或改用别的编号", "delete the repeated row or give it another id"),
        )
        for kind, names in (
            (Text("项目", "project"), [p[0] for p in projects]),
            (Text("候选", "candidate"), [c[0] for c in candidates]),
            (Text("资源", "resource"), [r[0] for r in resources]),
        )
        for name in _repeated(names)
    ]
    for name, capacity in resources:
        if capacity < 0:
            faults.append(_negative("resources.csv capacity", name, capacity))
    for name, project, _ in candidates:
        if project not in project_at:
            faults.append(_unknown("candidates.csv project", name, project))
    candidates = sorted((c for c in candidates if c[1] in project_at), key=lambda c: (project_at[c[1]], c[0]))
    candidate_at = {c[0]: k for k, c in enumerate(candidates)}
    drawn: dict[tuple[int, int], int] = {}
    for candidate, resource, amount in uses:
        if candidate not in candidate_at or resource not in resource_at:
            missing = candidate if candidate not in candidate_at else resource
            faults.append(_unknown("uses.csv", f"{candidate} × {resource}", missing))
        elif amount < 0:
            faults.append(_negative("uses.csv amount", f"{candidate} × {resource}", amount))
        elif amount:
            pair = candidate_at[candidate], resource_at[resource]
            drawn[pair] = drawn.get(pair, 0) + amount
    if faults:
        raise InputError(faults)
    pairs = sorted(drawn)
    return Problem(
        project_id=tuple(name for name, _ in projects),
        required=np.array([bool(r) for _, r in projects], dtype=np.bool_),
        start=_offsets([project_at[c[1]] for c in candidates], len(projects)),
        candidate_id=tuple(c[0] for c in candidates),
        value=np.array([c[2] for c in candidates], dtype=np.int64),
        use_start=_offsets([k for k, _ in pairs], len(candidates)),
        use_resource=np.array([r for _, r in pairs], dtype=np.int64),
        use_amount=np.array([drawn[pair] for pair in pairs], dtype=np.int64),
        resource_id=tuple(name for name, _ in resources),
        capacity=np.array([c for _, c in resources], dtype=np.int64),
    )


def _offsets(owner: list[int], n: int) -> Ints:
    """Give the start of each owner's run in a list sorted by owner; shape (n + 1,)."""
    counts = np.bincount(np.array(owner, dtype=np.int64), minlength=n)
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def _repeated(names: list[str]) -> list[str]:
    seen: set[str] = set()
    return sorted({name for name in names if name in seen or seen.add(name)})  # type: ignore[func-returns-value]


def _unknown(where: str, row: str, name: str) -> Fault:
    return problem_fault(
        "unknown-id",
        name,
        Text(f"{where} 中 {row} 所指的编号应存在", f"an id that exists, in {where} of {row}"),
        Text("补上所指的行，或改正编号", "add the row it names or correct the id"),
    )


def _negative(where: str, row: str, amount: int) -> Fault:
    return problem_fault(
        "negative",
        amount,
        Text(f"{where} 中 {row} 应不小于 0", f"a number not below 0 in {where} of {row}"),
        Text("改正该数", "correct the number"),
    )
