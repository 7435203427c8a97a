"""From ledgers to an explained plan: the one way the command line and the web both take."""

import time
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final, TypeVar

from yinfeng.core.errors import Fault
from yinfeng.core.matching.check import check
from yinfeng.core.matching.explain import Outcome, ProjectReport, explain
from yinfeng.core.matching.model import Model
from yinfeng.core.matching.policy import Policy
from yinfeng.core.matching.pose import pose
from yinfeng.core.matching.result import Progress, Result, Status
from yinfeng.core.matching.solve import Method, solve
from yinfeng.core.matching.vacancies import PlaceReport, vacancies
from yinfeng.core.matching.whatif import (
    OverrideCost,
    Replan,
    Scarcity,
    clashing_group,
    loss_of,
    override_costs,
    replans,
    scarcities,
)
from yinfeng.core.text import Text
from yinfeng.tables.matching import Row, rows_of, to_facts
from yinfeng.tables.read import Ledger
from yinfeng.tables.worth_reasons import NamesFirmsOf

_SMALL: Final = 3_000  # a proven problem of so many candidates is solved again for exact what-ifs
_AGAIN_S: Final = 1.0  # wall clock of one such solution [s]
_CHECKED_PRICES: Final = 8
_ALTERNATIVES: Final = 3

Step = Callable[[Text], None]
T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Plan:
    """A plan with all its reasons, and what it was made from."""

    ledgers: Mapping[str, Ledger]
    rows: Mapping[str, Mapping[str, Row]]  # ledger name → id → row
    faults: tuple[Fault, ...]  # between ledgers; those inside one are in the ledger
    model: Model
    result: Result
    projects: tuple[ProjectReport, ...]
    places: tuple[PlaceReport, ...]
    scarcities: tuple[Scarcity, ...] = ()
    override_costs: tuple[OverrideCost, ...] = ()
    replans: tuple[Replan, ...] = ()
    clashes: tuple[tuple[int, ...], ...] = ()  # verified groups that cannot all be placed
    seconds: Mapping[str, float] = field(default_factory=dict)  # by phase
    names_firms_of: NamesFirmsOf = lambda _: True  # in its reasons

    @cached_property
    def _said(self) -> dict[Hashable, Any]:
        return {}

    def once(self, key: Hashable, say: Callable[[], T]) -> T:
        """Give words that many sentences share, worked out when they are first asked for."""
        found: T | None = self._said.get(key)
        if found is None:
            found = self._said[key] = say()
        return found

    def row(self, ledger: str, key: str) -> Row:
        """Give the ledger row with an id; empty where the ledger has none."""
        return self.rows[ledger].get(key, {})


def make_plan(
    ledgers: Mapping[str, Ledger],
    policy: Policy,
    *,
    faults: tuple[Fault, ...] = (),
    method: Method = "auto",
    time_limit_s: float = 30.0,
    seed: int = 0,
    exact_s: float = 20.0,
    asked: str | None = None,
    step: Step = lambda _: None,
    progress: Callable[[Progress], bool] | None = None,
    memory: int | None = None,
    names_firms_of: NamesFirmsOf = lambda _: True,
) -> Plan:
    """Pose, solve, check and explain.

    time_limit_s: wall clock of the search [s]. exact_s: wall clock of the what-ifs that solve again [s];
    only small proven problems are solved again, the others get figures by prices or intervals.
    asked: the only project whose reasons are wanted; its what-ifs are solved again at any size.
    step: told what is being done. progress: told how the search stands; False ends it with the best so far.
    memory: bytes there are to use; InputError where an estimate exceeds them.
    names_firms_of: whether firms of a zone, or of none, may be named in its reasons.
    Raises RuntimeError if the plan fails its own check: a defect, never a property of the data.
    """
    started = time.monotonic()
    step(Text("核对每个项目与每处场地的硬性条件", "Testing every project at every place"))
    rows = {name: rows_of(ledger) for name, ledger in ledgers.items()}
    posed = pose(
        to_facts(ledgers, policy),
        policy,
        memory=memory,
        time_limit_s=time_limit_s,
        progress=progress or (lambda _: True),
    )
    model, begun = posed.model, time.monotonic()
    pricing_s = 0.0 if posed.begin is None else begun - started
    step(
        Text("求方案：{n} 个项目、{k} 个候选", "Solving: {n} projects, {k} candidates").format(
            n=f"{model.problem.n_projects:,}", k=f"{model.problem.n_candidates:,}"
        )
    )
    result = solve(
        model.problem,
        method=method,
        time_limit_s=max(0.0, time_limit_s - pricing_s),
        seed=seed,
        progress=progress,
        begin=posed.begin,
    )
    broken = check(model.problem, result)
    if broken:
        raise RuntimeError("the plan fails its check: " + "; ".join(text.en for text in broken))
    solved = time.monotonic()
    step(Text("写出理由", "Finding the reasons"))
    feasible = result.status is not Status.INFEASIBLE
    plan = Plan(
        ledgers=ledgers,
        rows=rows,
        faults=faults,
        model=model,
        result=result,
        projects=explain(model, result, alternatives=_ALTERNATIVES, asked=_positions(model, asked))
        if feasible
        else (),
        places=vacancies(model, result, all_listed=posed.begin is None) if feasible else (),
        names_firms_of=names_firms_of,
    )
    plan = _with_what_ifs(plan, asked, solved + exact_s) if feasible else plan
    seconds = {"rules": begun - started, "solve": solved - begun, "explain": time.monotonic() - solved}
    return replace(plan, seconds=seconds)


def _positions(model: Model, asked: str | None) -> tuple[int, ...]:
    return () if asked is None else (model.facts.projects.id.index(asked),)


def _with_what_ifs(plan: Plan, asked: str | None, until: float) -> Plan:
    """Solve again for exact losses, gains, costs of decisions, clashes and new plans."""
    model, result = plan.model, plan.result
    limit_s = max(_AGAIN_S, 2 * result.seconds)
    small = result.status is Status.OPTIMAL and model.problem.n_candidates <= _SMALL
    # What people decided is priced first: it is what they answer for.
    costs = override_costs(model, result, time_limit_s=limit_s, until=until) if asked is None else ()
    projects = tuple(
        _with_exact_losses(model, result, report, until, limit_s)
        if model.problem.project_id[report.project] == asked or (small and asked is None)
        else report
        for report in plan.projects
    )
    if asked is not None:
        reports = tuple(r for r in projects if model.problem.project_id[r.project] == asked)
        return replace(plan, projects=projects, clashes=_clashes(model, reports, until))
    return replace(
        plan,
        projects=projects,
        scarcities=scarcities(
            model,
            result,
            checked=_CHECKED_PRICES,
            time_limit_s=limit_s if small else _AGAIN_S,
            until=until,
        ),
        override_costs=costs,
        replans=replans(model, time_limit_s=limit_s) if any(model.facts.projects.current) else (),
        clashes=_clashes(model, projects, until) if small else (),
    )


def _with_exact_losses(
    model: Model, result: Result, report: ProjectReport, until: float, limit_s: float
) -> ProjectReport:
    """Solve again with each other offer of the project, while there is time."""

    def lost(candidate: int) -> int | None:
        if time.monotonic() >= until:
            return None
        loss = loss_of(model.problem, result, candidate, time_limit_s=limit_s)
        return loss.low if loss is not None and loss.is_exact else None

    if report.outcome is Outcome.OUTBID:
        return replace(report, exact_short_yuan=lost(report.candidate))
    others = tuple(replace(other, exact_loss=lost(other.candidate)) for other in report.alternatives)
    return replace(report, alternatives=others) if report.outcome is Outcome.PLACED else report


def _clashes(model: Model, projects: tuple[ProjectReport, ...], until: float) -> tuple[tuple[int, ...], ...]:
    """Look for groups that cannot all be placed, from each project that was outbid."""
    groups: list[tuple[int, ...]] = []
    for report in projects:
        left = until - time.monotonic()
        if report.outcome is Outcome.OUTBID and left > 0:
            group = clashing_group(model.problem, report.project, time_limit_s=min(left, _AGAIN_S))
            if group and group not in groups:
                groups.append(group)
    return tuple(groups)
