"""The question in numbers: candidates, their values, and what they draw from limited resources.

    maximise   Σ_k value[k] x[k]
    subject to Σ_{k of project i} x[k] ≤ 1   for every project i   (= 1 where required[i])
               Σ_k u[k, r] x[k] ≤ capacity[r] for every resource r
               x[k] ∈ {0, 1}

This is the door through which any allocation problem enters; `yinfeng.core.matching.candidates`
builds one from the facts of a zone. See docs/explanation/matching.md.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from yinfeng.core.errors import Fault, InputError, problem_fault
from yinfeng.core.text import Text

Ints = NDArray[np.int64]
Small = NDArray[np.int32]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
_Array = TypeVar("_Array", Ints, Bools)

LARGEST: Final = 10**15
"""No value or amount is larger, so that each is exact as a float64 too."""
LARGEST_TOTAL: Final = 2**62
"""No sum of values, one candidate a project, may reach this, so that sums of values fit int64."""


@dataclass(frozen=True, slots=True)
class Numbered(Sequence[str]):
    """Ids made of a letter and the position, for more things than can be named one by one."""

    letter: str
    size: int

    def __len__(self) -> int:
        return self.size

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[str, ...]: ...
    def __getitem__(self, at: int | slice) -> str | tuple[str, ...]:
        found = range(self.size)[at]
        return (
            f"{self.letter}{found}" if isinstance(found, int) else tuple(f"{self.letter}{k}" for k in found)
        )


@dataclass(frozen=True, eq=False)
class Problem:
    """Projects, candidates and resources as arrays; candidates of one project lie together.

    n projects, K candidates, R resources, U uses. All amounts are whole numbers.
    Build with `Problem.of` or `Problem.of_arrays`, which sort, check and freeze.
    """

    project_id: Sequence[str]  # (n,) sorted
    required: Bools  # (n,) must be placed
    start: Ints  # (n + 1,) candidates of project i are start[i]:start[i + 1]
    candidate_id: Sequence[str]  # (K,)
    value: Ints  # (K,) yuan a year, or the unit of the problem's owner; may be negative
    use_start: Ints  # (K + 1,) uses of candidate k are use_start[k]:use_start[k + 1]
    use_resource: Ints  # (U,) index of the resource
    use_amount: Ints  # (U,) > 0
    resource_id: Sequence[str]  # (R,) sorted
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
        taken = np.zeros(self.n_candidates, dtype=np.bool_)
        taken[chosen[chosen >= 0]] = True
        drawn = np.repeat(taken, np.diff(self.use_start))
        np.add.at(used, self.use_resource[drawn], self.use_amount[drawn])
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
        projects, candidates, uses, resources = list(projects), list(candidates), list(uses), list(resources)
        project_at = {name: i for i, (name, _) in enumerate(projects)}
        candidate_at = {name: k for k, (name, _, _) in enumerate(candidates)}
        resource_at = {name: r for r, (name, _) in enumerate(resources)}
        faults = [
            *(
                _unknown("candidates.csv project", name, p)
                for name, p, _ in candidates
                if p not in project_at
            ),
            *(_unknown("uses.csv candidate", f"{k} × {r}", k) for k, r, _ in uses if k not in candidate_at),
            *(_unknown("uses.csv resource", f"{k} × {r}", r) for k, r, _ in uses if r not in resource_at),
            *(_too_large(name, v) for name, _, v in candidates if abs(v) > LARGEST),
            *(_too_large(f"{k} × {r}", a) for k, r, a in uses if abs(a) > LARGEST),
        ]
        if faults:
            raise InputError(faults)
        return cls.of_arrays(
            project_id=[name for name, _ in projects],
            required=np.array([required for _, required in projects], dtype=np.bool_),
            candidate_id=[name for name, _, _ in candidates],
            project=np.array([project_at[name] for _, name, _ in candidates], dtype=np.int64),
            value=np.array([value for _, _, value in candidates], dtype=np.int64),
            use_candidate=np.array([candidate_at[name] for name, _, _ in uses], dtype=np.int64),
            use_resource=np.array([resource_at[name] for _, name, _ in uses], dtype=np.int64),
            use_amount=np.array([amount for _, _, amount in uses], dtype=np.int64),
            resource_id=[name for name, _ in resources],
            capacity=np.array([min(capacity, LARGEST_TOTAL) for _, capacity in resources], dtype=np.int64),
        )

    @classmethod
    def of_arrays(
        cls,
        *,
        project_id: Sequence[str],
        required: Bools,
        candidate_id: Sequence[str],
        project: Ints,
        value: Ints,
        use_candidate: Ints,
        use_resource: Ints,
        use_amount: Ints,
        resource_id: Sequence[str],
        capacity: Ints,
    ) -> "Problem":
        """Build a problem from columns in any order: `Problem.of` for millions of rows.

        project, use_candidate, use_resource: positions in the id columns as given. Raises InputError.
        """
        faults = [
            *(_repeated(Text("项目", "project"), name) for name in _twice(project_id)),
            *(_repeated(Text("候选", "candidate"), name) for name in _twice(candidate_id)),
            *(_repeated(Text("资源", "resource"), name) for name in _twice(resource_id)),
            *(_negative("resources.csv capacity", resource_id[r], capacity[r]) for r in _where(capacity < 0)),
            *(_too_large(candidate_id[k], value[k]) for k in _where(np.abs(value) > LARGEST)),
            *(
                _negative(
                    "uses.csv amount", _pair(candidate_id, resource_id, use_candidate, use_resource, u), a
                )
                for u, a in ((u, use_amount[u]) for u in _where(use_amount < 0))
            ),
            *(
                _too_large(_pair(candidate_id, resource_id, use_candidate, use_resource, u), use_amount[u])
                for u in _where(use_amount > LARGEST)
            ),
        ]
        if faults:
            raise InputError(faults)
        project_order, project_place = _by_id(project_id)
        resource_order, resource_place = _by_id(resource_id)
        by_name, _ = _by_id(candidate_id)
        candidate_order = by_name[np.argsort(project_place[project[by_name]], kind="stable")]
        use_start, merged_resource, merged_amount = _merge_uses(
            _inverse(candidate_order)[use_candidate],
            resource_place[use_resource],
            use_amount,
            len(candidate_id),
        )
        problem = cls(
            project_id=tuple(project_id[i] for i in project_order),
            required=_frozen(required[project_order]),
            start=_offsets(project_place[project], len(project_id)),
            candidate_id=tuple(candidate_id[k] for k in candidate_order),
            value=_frozen(value[candidate_order]),
            use_start=use_start,
            use_resource=merged_resource,
            use_amount=merged_amount,
            resource_id=tuple(resource_id[r] for r in resource_order),
            capacity=_frozen(capacity[resource_order]),
        )
        _check_totals(problem)
        return problem


def _by_id(names: Sequence[str]) -> tuple[Ints, Ints]:
    """Give the rows in order of id, and the place of each row in that order."""
    order = np.array(sorted(range(len(names)), key=names.__getitem__), dtype=np.int64)
    return order, _inverse(order)


def _inverse(order: Ints) -> Ints:
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    return place


def _merge_uses(candidate: Ints, resource: Ints, amount: Ints, n_candidates: int) -> tuple[Ints, Ints, Ints]:
    """Sort uses by candidate and resource, add up repeated pairs, leave out amounts of 0.

    Sums are exact up to `LARGEST`, and stay above it if they are: none turns round past what int64 holds.
    """
    drawn = amount > 0
    candidate, resource, amount = candidate[drawn], resource[drawn], amount[drawn]
    order = np.lexsort((resource, candidate))
    candidate, resource, amount = candidate[order], resource[order], amount[order]
    first = np.ones(len(candidate), dtype=np.bool_)
    first[1:] = (candidate[1:] != candidate[:-1]) | (resource[1:] != resource[:-1])
    heads = np.flatnonzero(first)
    if len(heads) < len(amount):
        total = np.add.reduceat(amount, heads, dtype=np.float64)
        amount = np.minimum(total, LARGEST_TOTAL).astype(np.int64)
    return _offsets(candidate[heads], n_candidates), _frozen(resource[heads]), _frozen(amount)


def _offsets(owner: Ints, n: int) -> Ints:
    """Give the start of each owner's run once rows are sorted by owner; shape (n + 1,)."""
    return _frozen(np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=n))]).astype(np.int64))


def _frozen(array: _Array) -> _Array:
    array.flags.writeable = False
    return array


def _check_totals(problem: Problem) -> None:
    """Refuse amounts that add up to too much, and values whose sum over projects might not fit int64."""
    if not problem.n_candidates:
        return
    too_large = _where(problem.use_amount > LARGEST)
    if too_large:
        ids, owner = (problem.candidate_id, problem.resource_id), problem.use_candidate
        pairs = [_pair(*ids, owner, problem.use_resource, u) for u in too_large]
        amounts = problem.use_amount[too_large].tolist()
        raise InputError([_too_large(pair, a) for pair, a in zip(pairs, amounts, strict=True)])
    peak = np.zeros(problem.n_projects, dtype=np.float64)
    np.maximum.at(peak, problem.project, np.abs(problem.value).astype(np.float64))
    if peak.sum() >= LARGEST_TOTAL:
        raise InputError([_too_large("Σ value", int(peak.sum()))])


def _where(broken: Bools) -> list[int]:
    return [int(row) for row in np.flatnonzero(broken)]


def _twice(names: Sequence[str]) -> list[str]:
    """Give the names that occur more than once, sorted."""
    if len(set(names)) == len(names):
        return []
    return sorted(name for name, count in Counter(names).items() if count > 1)


def _pair(
    candidate_id: Sequence[str], resource_id: Sequence[str], candidate: Ints, resource: Ints, u: int
) -> str:
    return f"{candidate_id[candidate[u]]} × {resource_id[resource[u]]}"


def _repeated(kind: Text, name: str) -> Fault:
    return problem_fault(
        "duplicate-id",
        name,
        Text("不重复的{kind}编号", "each {kind} id once").format(kind=kind),
        Text("删去重复的行，或改用别的编号", "delete the repeated row or give it another id"),
    )


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


def _too_large(row: str, amount: int) -> Fault:
    return problem_fault(
        "too-large",
        amount,
        Text(f"{row} 的数不超过 10 的 15 次方", f"a number of at most 10^15 for {row}"),
        Text("改用更大的单位", "use a larger unit"),
    )
