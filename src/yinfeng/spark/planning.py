"""From ledgers to an explained plan on a cluster: what `tables.planning.make_plan` does on one machine."""

import time
from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from pyspark import SparkContext

from yinfeng.core.errors import Fault
from yinfeng.core.matching.check import check
from yinfeng.core.matching.distributed import PASSES, solve_in_parts, whole_of
from yinfeng.core.matching.explain import explain
from yinfeng.core.matching.facts import KINDS, Facts
from yinfeng.core.matching.model import Model
from yinfeng.core.matching.parts import Ground, Tally, audit_part, blocks_of, ground_of, tally
from yinfeng.core.matching.policy import Policy
from yinfeng.core.matching.problem import Bools
from yinfeng.core.matching.resources import list_resources
from yinfeng.core.matching.result import Progress, Result, Status
from yinfeng.core.matching.solve import Method
from yinfeng.core.matching.told import Asked, describe, model_of, with_plan
from yinfeng.core.matching.vacancies import vacancies
from yinfeng.core.matching.whatif import scarcities
from yinfeng.core.text import Text
from yinfeng.spark import fleet
from yinfeng.tables.matching import facts_of, rows_of
from yinfeng.tables.planning import Plan, Step
from yinfeng.tables.read import Ledger

PART_PROJECTS: Final = 500
"""Projects of a part. It depends on the ledger alone, so that the answer does not depend on the cluster."""


def make_plan(
    sc: SparkContext,
    ledgers: Mapping[str, Ledger],
    policy: Policy,
    *,
    faults: tuple[Fault, ...] = (),
    method: Method = "auto",
    passes: int = PASSES,
    time_limit_s: float = 3600.0,
    seed: int = 0,
    n_parts: int | None = None,
    step: Step = lambda _: None,
    progress: Callable[[Progress], bool] | None = None,
) -> Plan:
    """Pose, solve, check and explain, with every candidate on the executors.

    n_parts: into how many runs of projects the ledger is cut; the same number gives the same answer.
    What must be solved again (costs of decisions, exact gains, re-plans) is left to one machine.
    Raises RuntimeError if the plan fails its own check: a defect, never a property of the data.
    """
    started = time.monotonic()
    step(Text("核对每个项目与每处场地的硬性条件", "Testing every project at every place"))
    rows = {name: rows_of(ledger) for name, ledger in ledgers.items()}
    facts = facts_of({name: list(of.values()) for name, of in rows.items()}, policy)
    ground = ground_of(facts, policy)
    n_parts = n_parts or -(-len(facts.projects) // PART_PROJECTS)
    parts = fleet.spread(sc, blocks_of(facts.projects, max(1, n_parts)), ground)
    tallies = parts.each(tally, None)
    whole = whole_of(tallies, list_resources(facts).capacity)
    posed = time.monotonic()
    step(
        Text("求方案：{n} 个项目、{k} 个候选", "Solving: {n} projects, {k} candidates").format(
            n=f"{len(facts.projects):,}", k=f"{whole.n_candidates:,}"
        )
    )
    found = solve_in_parts(
        fleet.pool(parts, whole.scarce),
        whole,
        method=method,
        passes=passes,
        time_limit_s=time_limit_s,
        seed=seed,
        progress=progress,
    )
    solved = time.monotonic()
    step(Text("写出理由", "Finding the reasons"))
    model, result = _told(parts, facts, ground, tallies, found)
    _check(parts, model, result)
    feasible = result.status is not Status.INFEASIBLE
    seconds = {"rules": posed - started, "solve": solved - posed}
    return Plan(
        ledgers=ledgers,
        rows=rows,
        faults=faults,
        model=model,
        result=result,
        projects=explain(model, result, passing=np.concatenate([t.passing_offers for t in tallies]))
        if feasible
        else (),
        places=vacancies(model, result, passing=np.sum([t.passing_projects for t in tallies], axis=0))
        if feasible
        else (),
        scarcities=scarcities(model, result) if feasible else (),
        seconds=seconds | {"explain": time.monotonic() - solved},
    )


def _told(
    parts: fleet.SparkParts, facts: Facts, ground: Ground, tallies: list[Tally], found: Result
) -> tuple[Model, Result]:
    """Bring together what the plan is told with."""
    offers = {kind: ground.offers[kind].parts for kind in KINDS}
    if found.status is Status.INFEASIBLE:
        asked = Asked(found.price, found.chosen, offers, all_of=found.clash)
    else:
        held = parts.each(describe, Asked(found.price, found.chosen, offers))
        plan, chosen = model_of(facts, ground, tallies, held)
        asked = Asked(found.price, found.chosen, offers, empty=_left_empty(plan, chosen.tolist()))
    model, chosen = model_of(facts, ground, tallies, parts.each(describe, asked))
    return model, with_plan(model, found, chosen)


def _left_empty(model: Model, chosen: list[int]) -> Bools:
    """Tell which places nobody takes, shape (places,)."""
    empty = np.ones(len(model.facts.places), dtype=np.bool_)
    for k in chosen:
        if k >= 0:
            table, row = model.candidate(k)
            places = table.offers.parts[table.offer[row]]
            empty[places[places >= 0]] = False
    return empty


def _check(parts: fleet.SparkParts, model: Model, result: Result) -> None:
    """Check the plan as a whole on this machine, and the bound of the prices on every part."""
    broken = [text.en for text in check(model.problem, result)]
    if result.method == "fast" and result.status in (Status.FEASIBLE, Status.STOPPED):
        proven = sum(parts.each(audit_part, result.price)) + float(result.price @ model.problem.capacity)
        if result.bound < proven - 1 - 1e-9 * abs(proven):
            broken.append(f"the prices prove {proven:.0f}, the bound claims {result.bound}")
    if broken:
        raise RuntimeError("the plan fails its check: " + "; ".join(broken))
