"""Placement of made-up zones end to end: from ledgers to a proven plan, with the time of each phase."""

import platform
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import numpy as np

from yinfeng.core.matching import model
from yinfeng.core.matching.check import check
from yinfeng.core.matching.facts import Facts
from yinfeng.core.matching.model import Model
from yinfeng.core.matching.result import Result
from yinfeng.core.matching.solve import Method, solve
from yinfeng.tables import synthetic
from yinfeng.tables.matching import to_facts
from yinfeng.tables.policy import read_policy
from yinfeng.tables.read import read_ledger
from yinfeng.tables.synthetic import AS_OF

COMPILED_ON = (40, 80)  # projects and places of a first run, not measured: it compiles


@click.command()
@click.option("--projects", default=1000, show_default=True)
@click.option("--places", default=2000, show_default=True)
@click.option("--seed", "seeds", multiple=True, default=(11,), type=int, show_default=True)
@click.option("--seconds", default=60.0, show_default=True, help="Wall clock of the solver.")
@click.option("--method", default="auto", type=click.Choice(["auto", "exact", "fast"]), show_default=True)
def match(projects: int, places: int, seeds: tuple[int, ...], seconds: float, method: Method) -> None:
    """Print what was asked, how much of it binds, value, bound and gap, and the time of each phase."""
    click.echo(
        f"{platform.processor() or platform.machine()}, Python {platform.python_version()}, {method}, "
        f"{projects} projects, {places} places, generator version {synthetic.VERSION}"
    )
    run(*COMPILED_ON, seed=0, seconds=seconds, method=method, quiet=True)
    for seed in seeds:
        run(projects, places, seed=seed, seconds=seconds, method=method)


def run(
    projects: int,
    places: int,
    *,
    seed: int,
    seconds: float = 60.0,
    method: Method = "auto",
    quiet: bool = False,
) -> Result:
    """Make up ledgers, read them, build the problem, solve it and check the plan; print unless ``quiet``."""
    policy = read_policy("shanxi", AS_OF)
    took: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        with timed("make up", took):
            names = synthetic.write(
                Path(folder), projects=projects, places=places, seed=seed, file_format="parquet"
            )
        with timed("read", took):
            ledgers = {name: read_ledger(Path(folder) / f"{name}.parquet", name) for name in names}
    with timed("facts", took):
        facts = to_facts(ledgers, policy)
    with timed("build", took):
        built = model.build(facts, policy)
    with timed("solve", took):
        result = solve(built.problem, method=method, time_limit_s=seconds, seed=0)
    with timed("check", took):
        broken = check(built.problem, result)
    if broken:
        raise click.ClickException(f"seed {seed}: {broken[0].en}")
    if not quiet:
        for line in report(seed, facts, built, result, took):
            click.echo(line)
    return result


@contextmanager
def timed(phase: str, took: dict[str, float]) -> Iterator[None]:
    """Note how long a phase took [s]."""
    start = time.perf_counter()
    yield
    took[phase] = time.perf_counter() - start


def report(seed: int, facts: Facts, built: Model, result: Result, took: dict[str, float]) -> Iterator[str]:
    """Give the lines of one run."""
    problem = built.problem
    pairs = sum(len(found.pair_project) for found in built.joins.values())
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield f"\nseed {seed}"
    yield (
        f"  {pairs:,} pairs pass all rules ({pairs / max(1, problem.n_projects):.0f} a project), "
        f"{problem.n_candidates:,} candidates, {len(problem.use_amount):,} uses, "
        f"{problem.n_resources:,} resources"
    )
    shares = (
        f"{kind} {share:.0%} of {count:,}" for kind, (share, count) in binding(facts, built, result).items()
    )
    yield "  binding: " + ", ".join(shares)
    yield (
        f"  {result.status} {result.method}: "
        f"{int((result.chosen >= 0).sum()):,} of {problem.n_projects:,} placed, "
        f"value {result.value:,}, bound {result.bound:,}, gap {result.gap:.3%}"
    )
    phases = ", ".join(f"{phase} {seconds:.2f}" for phase, seconds in took.items())
    yield f"  seconds: {phases}; peak of the process {peak_mb:,.0f} MB"


def binding(facts: Facts, built: Model, result: Result) -> dict[str, tuple[float, int]]:
    """Give by kind of resource the share with a price in the relaxed problem, and how many there are."""
    scope = {quota.id: quota.scope_kind for quota in facts.quotas}
    kinds = np.array(
        [f"{scope[r.of]} quota" if r.kind == "quota" else r.kind for r in built.resources], dtype=np.str_
    )
    priced = result.price > 0
    return {
        str(kind): (float(priced[kinds == kind].mean()), int((kinds == kind).sum()))
        for kind in np.unique(kinds)
    }
