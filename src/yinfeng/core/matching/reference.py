"""The reference method: every plan is looked at. For tests and for reading; slow on purpose."""

import numpy as np

from yinfeng.core.matching.problem import Ints, Problem


def best_plan(problem: Problem) -> tuple[int, Ints] | None:
    """Give the value of the best plan and the plan, shape (n,); None if no plan places the required projects.

    Of equal plans the first in the order of candidates wins, being left out coming last.
    """
    best: tuple[int, list[int]] | None = None
    left = [int(capacity) for capacity in problem.capacity]
    plan: list[int] = []

    def look(value: int) -> None:
        nonlocal best
        i = len(plan)
        if i == problem.n_projects:
            if best is None or value > best[0]:
                best = value, plan.copy()
            return
        for k in range(problem.start[i], problem.start[i + 1]):
            draws = _draws(problem, k)
            if all(amount <= left[r] for r, amount in draws):
                for r, amount in draws:
                    left[r] -= amount
                plan.append(k)
                look(value + int(problem.value[k]))
                plan.pop()
                for r, amount in draws:
                    left[r] += amount
        if not problem.required[i]:
            plan.append(-1)
            look(value)
            plan.pop()

    look(0)
    return None if best is None else (best[0], np.array(best[1], dtype=np.int64))


def _draws(problem: Problem, k: int) -> list[tuple[int, int]]:
    """Give what a candidate draws, as (resource, amount)."""
    uses = slice(problem.use_start[k], problem.use_start[k + 1])
    return list(zip(problem.use_resource[uses].tolist(), problem.use_amount[uses].tolist(), strict=True))
