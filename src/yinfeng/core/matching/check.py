"""The auditor: does a result keep every promise it makes? Shares no code with the methods."""

from itertools import pairwise

import numpy as np

from yinfeng.core.matching.problem import Problem
from yinfeng.core.matching.result import Result, Status
from yinfeng.core.text import Text

NARROWED = 12
"""Projects of a clash up to which parts of it are tried, where the result says that none of them clashes."""
STEPS = 200_000
"""Steps spent on proving by hand that a clash clashes; a larger one is believed."""


def check(problem: Problem, result: Result) -> tuple[Text, ...]:
    """Give every promise that a result breaks, one sentence each; empty when it is sound."""
    malformed = _malformed(problem, result)
    if malformed:
        return tuple(malformed)
    broken = [*_plan_faults(problem, result), *_bound_faults(problem, result)]
    if result.status is Status.INFEASIBLE:
        broken += _clash_faults(problem, result)
    elif result.clash:
        broken.append(
            Text("有方案却列出了冲突项目", "a clash is named although the status is not INFEASIBLE")
        )
    return tuple(broken)


def _malformed(problem: Problem, result: Result) -> list[Text]:
    """Faults that make every further check meaningless."""
    faults: list[Text] = []
    if result.chosen.shape != (problem.n_projects,):
        faults.append(Text("方案的长度不等于项目数", "the plan does not have one entry a project"))
    elif ((result.chosen < -1) | (result.chosen >= problem.n_candidates)).any():
        faults.append(Text("方案中有不存在的候选", "the plan names a candidate that does not exist"))
    if result.price.shape != (problem.n_resources,):
        faults.append(Text("影子价格的个数不等于资源数", "there is not one price a resource"))
    elif not (np.isfinite(result.price) & (result.price >= 0)).all():
        faults.append(Text("有影子价格为负或不是数", "a price is negative or not a number"))
    return faults


def _plan_faults(problem: Problem, result: Result) -> list[Text]:
    faults: list[Text] = []
    drawn = [0] * problem.n_resources
    worth = 0
    for i, k in enumerate(result.chosen.tolist()):
        if k < 0:
            continue
        name = problem.project_id[i]
        if not problem.start[i] <= k < problem.start[i + 1]:
            faults.append(
                Text(f"项目 {name} 得到了别人的候选", f"project {name} has another project's candidate")
            )
        worth += int(problem.value[k])
        for r, amount in _draws(problem, k):
            drawn[r] += amount
    for r, amount in enumerate(drawn):
        name, capacity = problem.resource_id[r], int(problem.capacity[r])
        if amount > capacity:
            faults.append(
                Text(
                    f"资源 {name} 用去 {amount}，超过容量 {capacity}",
                    f"resource {name}: {amount} drawn, capacity {capacity}",
                )
            )
    if worth != result.value:
        faults.append(
            Text(f"方案值 {worth}，所报 {result.value}", f"the plan is worth {worth}, claimed {result.value}")
        )
    missing = bool((problem.required & (result.chosen < 0)).any())
    if missing == result.complete:
        faults.append(
            Text(
                "“必放项目已全部安置”的说法不实",
                "the claim whether every required project is placed is wrong",
            )
        )
    if missing and result.status in (Status.OPTIMAL, Status.FEASIBLE):
        faults.append(
            Text(
                "必放项目未全部安置，状态却称可行",
                "required projects are left out yet the status says feasible",
            )
        )
    return faults


def _bound_faults(problem: Problem, result: Result) -> list[Text]:
    faults: list[Text] = []
    if result.status is Status.INFEASIBLE:
        return faults
    if result.complete and result.value > result.bound:
        faults.append(
            Text(
                f"值 {result.value} 高于上界 {result.bound}",
                f"value {result.value} above bound {result.bound}",
            )
        )
    if result.status is Status.OPTIMAL and result.value != result.bound:
        faults.append(
            Text("称为最优，但值与上界不等", "the status says OPTIMAL but value and bound differ"),
        )
    if result.method == "fast" and result.status is not Status.OPTIMAL:
        proven = _dual(problem, result)
        if result.bound < proven - 1 - 1e-9 * abs(proven):
            faults.append(
                Text(
                    f"影子价格只能证明 {proven:.0f}，所报上界 {result.bound}",
                    f"the prices prove {proven:.0f}, the bound claims {result.bound}",
                )
            )
    return faults


def _dual(problem: Problem, result: Result) -> float:
    """Give Σ price capacity + Σ best margin, over the candidates that draw no more than whole capacities."""
    too_much = problem.use_amount > problem.capacity[problem.use_resource]
    toll = np.zeros(problem.n_candidates)
    np.add.at(toll, problem.use_candidate, result.price[problem.use_resource] * problem.use_amount)
    toll[problem.use_candidate[too_much]] = np.inf
    best = np.where(problem.required, -np.inf, 0.0)
    np.maximum.at(best, problem.project, problem.value - toll)
    return float(best.sum() + result.price @ problem.capacity)


def _clash_faults(problem: Problem, result: Result) -> list[Text]:
    faults: list[Text] = []
    if (result.chosen >= 0).any():
        faults.append(Text("无解却给出了方案", "the status is INFEASIBLE yet there is a plan"))
    clash = result.clash
    if (
        not clash
        or any(a >= b for a, b in pairwise(clash))
        or not 0 <= clash[0] <= clash[-1] < problem.n_projects
    ):
        faults.append(
            Text("无解却未按序列出冲突的项目", "the status is INFEASIBLE but no clash is named, in order")
        )
        return faults
    if not problem.required[list(clash)].all():
        faults.append(Text("冲突项目中有并非必放的", "the clash names a project that is not required"))
    if _hold_together(problem, clash):
        faults.append(Text("所列冲突项目可以同时安置", "the projects said to clash can all be placed"))
    if result.clash_is_smallest and not result.clash_is_narrow:
        faults.append(
            Text("称冲突最小，却不称无可去掉的项目", "the clash is called smallest, yet not narrow")
        )
    for i in clash if result.clash_is_narrow and len(clash) <= NARROWED else ():
        if _hold_together(problem, tuple(j for j in clash if j != i)) is False:
            name = problem.project_id[i]
            faults.append(Text(f"去掉 {name} 仍然冲突", f"the clash remains a clash without {name}"))
    return faults


def _hold_together(problem: Problem, projects: tuple[int, ...]) -> bool | None:
    """Say whether these projects can all be placed; None after `STEPS` steps."""
    left = [int(capacity) for capacity in problem.capacity]
    steps = 0

    def place(depth: int) -> bool:
        nonlocal steps
        if depth == len(projects):
            return True
        i = projects[depth]
        for k in range(problem.start[i], problem.start[i + 1]):
            steps += 1
            if steps > STEPS:
                return False
            draws = _draws(problem, k)
            if all(amount <= left[r] for r, amount in draws):
                for r, amount in draws:
                    left[r] -= amount
                held = place(depth + 1)
                for r, amount in draws:
                    left[r] += amount
                if held:
                    return True
        return False

    return True if place(0) else (None if steps > STEPS else False)


def _draws(problem: Problem, k: int) -> list[tuple[int, int]]:
    uses = slice(problem.use_start[k], problem.use_start[k + 1])
    return list(zip(problem.use_resource[uses].tolist(), problem.use_amount[uses].tolist(), strict=True))
