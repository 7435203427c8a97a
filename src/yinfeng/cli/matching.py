"""Commands that match: ``match`` makes a plan, ``find``, ``takers`` and ``why`` ask it single questions."""

import math
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from yinfeng.cli.inputs import (
    DEFAULT_PLAN,
    Settings,
    ledger_options,
    read_inputs,
    read_policy,
    refuse_a_file,
    refuse_overwriting,
    settings_from,
)
from yinfeng.core.errors import InputError, problem_fault
from yinfeng.core.text import Text

if TYPE_CHECKING:
    from yinfeng.tables.planning import Plan

SPARK_TIME_LIMIT_S = 3600.0  # unless the command says otherwise
EXIT_INFEASIBLE = 11
EXIT_STOPPED = 12


def _a_number(_context: click.Context, _parameter: click.Parameter, value: float | None) -> float | None:
    if value is not None and math.isnan(value):  # passes every range
        raise click.BadParameter("nan")
    return value


_solver_options = (
    click.option(
        "--method", type=click.Choice(["auto", "exact", "fast"]), default="auto", help="求解方法 · method"
    ),
    click.option(
        "--time-limit",
        "time_limit_s",
        type=click.FloatRange(min=0.1),
        callback=_a_number,
        default=30.0,
        help="求解最多用几秒 · seconds",
    ),
    click.option("--seed", type=int, default=0, help="随机种子 · seed"),
    click.option(
        "--memory",
        "memory_gib",
        type=click.FloatRange(min=0.1),
        callback=_a_number,
        help="最多用多少内存（GiB），默认为机器现有的 · memory to use [what is free]",
    ),
)


plan_option = click.option(
    "--plan",
    "plan_file",
    type=click.Path(path_type=Path),
    default=DEFAULT_PLAN,
    help="没有写台账时，用这个方案的台账 · an earlier plan, whose ledgers are used where none are named",
)


def memory_of(options: dict[str, Any]) -> int | None:
    """Give the bytes a command may use: those asked for, else what is free."""
    from yinfeng.tables.machine import free_memory

    asked = options["memory_gib"]
    return free_memory() if asked is None else round(asked * 2**30)


def with_solver_options(command: Any) -> Any:
    """Give a command the options of the solver."""
    for option in reversed(_solver_options):
        command = option(command)
    return command


@click.command(short_help="为所有项目找地方 · plan the whole zone")
@ledger_options
@with_solver_options
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=DEFAULT_PLAN,
    help="方案工作簿；以 .parquet 结尾为文件夹 · workbook, or a folder that ends in .parquet",
)
@click.option(
    "--all-or-nothing", is_flag=True, help="有一行不合格就不编制 · refuse the whole if a row is bad"
)
@click.option(
    "--problem", type=click.Path(path_type=Path), help="直接求解文件夹中的四个表 · solve a problem folder"
)
@click.option(
    "--sense", type=click.Choice(["max", "min"]), default="max", help="--problem 求最大或最小 · sense"
)
@click.option(
    "--save-problem", type=click.Path(path_type=Path), help="把问题存成四个表 · save as a problem folder"
)
@click.option(
    "--engine",
    type=click.Choice(["local", "spark"]),
    default="local",
    help="在本机或 Spark 集群上求解（Parquet 台账）· this machine, or a Spark cluster",
)
@click.option(
    "--spark-master", help="集群地址，如 spark://host:7077、yarn · the cluster's address [local[*]]"
)
def match(output: Path, problem: Path | None, **options: Any) -> None:
    """为所有项目找地方，全区价值最大 · place all projects so that the whole zone gains most."""
    on_spark = options["engine"] == "spark"
    if on_spark and (problem is not None or options["save_problem"] is not None):
        raise click.UsageError(
            "--engine spark 只用于台账 · --engine spark takes ledgers, neither --problem nor --save-problem"
        )
    if problem is not None:
        _match_problem(problem, output if output != DEFAULT_PLAN else Path("result"), options)
        return
    from yinfeng.cli.console import console
    from yinfeng.cli.screen import say_step, show_plan
    from yinfeng.cli.watch import watching
    from yinfeng.tables.plan_files import check_output, write_plan
    from yinfeng.tables.plan_sheets import plan_tables

    started = time.monotonic()
    settings = settings_from(options)
    refuse_overwriting(output, settings.files.values())
    check_output(output)
    if on_spark:
        _ready_for_spark(settings)
        if click.get_current_context().get_parameter_source("time_limit_s") is ParameterSource.DEFAULT:
            options["time_limit_s"] = SPARK_TIME_LIMIT_S
    if options["save_problem"] is not None:
        refuse_a_file(options["save_problem"])
    lang = settings.lang
    steps = iter(range(2, 6))
    say_step(1, 5, Text("读台账", "Reading the ledgers"), lang)
    ledgers, faults = read_inputs(settings, ("projects", "places"), all_or_nothing=options["all_or_nothing"])
    read = time.monotonic()
    with watching(lang, in_yuan=True) as progress, _engine(options) as make_plan:
        plan = make_plan(
            ledgers,
            read_policy(settings),
            faults=faults,
            method=options["method"],
            time_limit_s=options["time_limit_s"],
            seed=options["seed"],
            step=lambda text: say_step(next(steps), 5, text, lang),
            progress=progress,
        )
    made = time.monotonic()
    say_step(5, 5, Text("写方案", "Writing the plan"), lang)
    if options["save_problem"] is not None:
        from yinfeng.tables.problem_files import write_problem

        write_problem(options["save_problem"], plan.model.named_problem())
    written = write_plan(output, plan_tables(plan, _shown(settings, output, options), lang))
    written_at = time.monotonic()
    show_plan(plan, lang)
    phases = {"read": read - started, **plan.seconds, "write": written_at - made}
    console.print(f"\n{_time_taken(written, written_at - started, phases).of(lang)}")
    _leave(plan.result.status)


def _shown(settings: Settings, output: Path, options: dict[str, Any]) -> dict[str, str]:
    """Give the options a plan was made with, as it says itself."""
    shown = settings.shown(output.parent.absolute()) | {
        "--method": options["method"],
        "--time-limit": str(options["time_limit_s"]),
        "--seed": str(options["seed"]),
    }
    return shown | ({"--engine": "spark"} if options["engine"] == "spark" else {})


def _time_taken(file: Path, whole_s: float, phases_s: Mapping[str, float]) -> Text:
    """Say where a plan was written, and how many seconds went where."""
    phases = Text(
        "读台账 {read}，核对 {rules}，求解 {solve}，理由 {explain}，写出 {write}",
        "reading {read}, rules {rules}, solving {solve}, reasons {explain}, writing {write}",
    ).format(**{name: f"{seconds:.1f}" for name, seconds in phases_s.items()})
    return Text(
        "方案已写入 {file}，用时 {s} 秒（{phases}）", "plan written to {file} in {s} s ({phases})"
    ).format(file=file, s=f"{whole_s:.1f}", phases=phases)


@contextmanager
def _engine(options: dict[str, Any]) -> "Iterator[Callable[..., Plan]]":
    """Give the function that makes the plan, on this machine or on a cluster."""
    if options["engine"] == "local":
        from yinfeng.tables.planning import make_plan

        yield partial(make_plan, memory=memory_of(options))
        return
    from yinfeng.spark import planning
    from yinfeng.spark.session import context

    with context(options["spark_master"]) as sc:
        yield partial(planning.make_plan, sc)


def _ready_for_spark(settings: Settings) -> None:
    """Refuse what a cluster cannot do, before it is begun; raises InputError."""
    from yinfeng.spark.session import missing

    faults = missing()
    for path in settings.files.values():
        if path.suffix != ".parquet":
            faults.append(
                problem_fault(
                    "not-parquet",
                    str(path),
                    Text("Parquet 台账（.parquet）", "a Parquet ledger (.parquet)"),
                    Text(
                        "另存为 .parquet（列名不变），或不用 --engine spark",
                        "save it as .parquet with the same columns, or leave out --engine spark",
                    ),
                )
            )
    if faults:
        raise InputError(faults)


def _match_problem(folder: Path, output: Path, options: dict[str, Any]) -> None:
    from yinfeng.cli.console import console
    from yinfeng.cli.watch import watching
    from yinfeng.core.matching.check import check
    from yinfeng.core.matching.memory import listed_bytes, refuse_beyond
    from yinfeng.core.matching.solve import solve
    from yinfeng.tables.plan_sheets import STATUS
    from yinfeng.tables.problem_files import file_bytes, read_problem, write_result

    refuse_a_file(output)
    sense = options["sense"]
    memory = memory_of(options)
    refuse_beyond(file_bytes(folder), memory)
    problem = read_problem(folder, sense=sense)
    refuse_beyond(listed_bytes(problem.n_candidates, len(problem.use_amount)), memory)
    with watching(options["lang"], in_yuan=False) as progress:
        result = solve(
            problem,
            method=options["method"],
            time_limit_s=options["time_limit_s"],
            seed=options["seed"],
            progress=progress,
        )
    broken = check(problem, result)
    if broken:
        raise RuntimeError("the plan fails its check: " + "; ".join(text.en for text in broken))
    write_result(output, problem, result, sense=sense, seed=options["seed"])
    sign = -1 if sense == "min" else 1
    said = Text(
        "{status}：值 {value}，界 {bound}，用时 {seconds} 秒，已写入 {output}",
        "{status}: value {value}, bound {bound}, {seconds} s, written to {output}",
    ).format(
        status=STATUS[result.status],
        value=sign * result.value if result.complete else "—",
        bound=sign * result.bound,
        seconds=f"{result.seconds:.2f}",
        output=output,
    )
    console.print(said.of(options["lang"]))
    _leave(result.status)


def _leave(status: str) -> None:
    if status == "INFEASIBLE":
        sys.exit(EXIT_INFEASIBLE)
    if status == "STOPPED":
        sys.exit(EXIT_STOPPED)


@click.command(short_help="为一个项目找场地 · places for a project")
@ledger_options
@plan_option
@click.option("--need", help='需求，如 "area_mu=30 clear_height_m=9" · the need')
@click.option("--project", help="或台账中的项目编号 · or a project of the ledger")
@click.option("--near", type=click.IntRange(0), default=5, help="列出几个相近的 · near misses listed")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="写成工作簿 · write a workbook")
def find(
    need: str | None, project: str | None, near: int, output: Path | None, plan_file: Path, **options: Any
) -> None:
    """为一个项目找场地，附理由和差额 · places for one project, with reasons and near misses."""
    from yinfeng.cli.screen import show_fits
    from yinfeng.core.matching.model import build
    from yinfeng.core.matching.rank import places_for
    from yinfeng.tables.matching import to_facts
    from yinfeng.tables.needs import NEED_ID, read_need
    from yinfeng.tables.visits import synthetic_ids, visit_sheet

    if (need is None) == (project is None):
        raise click.UsageError("请给出 --need 或 --project 之一 · give one of --need and --project")
    settings = settings_from(options, plan=plan_file)
    if output is not None:
        refuse_overwriting(output, settings.files.values())
    wanted = ("places",) if need is not None else ("places", "projects")
    unread = ("pins",) if need is None else ("pins", "projects")
    ledgers, _ = read_inputs(_without(settings, *unread), wanted)
    if need is not None:
        ledgers["projects"] = read_need(need)
    policy = read_policy(settings)
    model = build(to_facts(ledgers, policy), policy)
    i = _position(model.facts.projects.id, project or NEED_ID, Text("项目", "project"))
    fits = places_for(model, i, near=near)
    title = Text(
        "合得上 {n} 处，补充资料后可定 {k} 处，相近 {m} 处",
        "{n} fit, {k} depend on facts not given, {m} come near",
    ).format(
        n=sum(fit.passes for fit in fits),
        k=sum(fit.is_open for fit in fits),
        m=sum(not fit.passes and not fit.is_open for fit in fits),
    )
    made_up = synthetic_ids(ledgers)
    show_fits(model, fits, title, settings.lang, by_project=False, synthetic=made_up)
    if output is not None:
        _write_fits(output, visit_sheet(model, fits, title, settings.lang, synthetic=made_up))


@click.command(short_help="谁能承接这处场地 · projects for a place")
@ledger_options
@plan_option
@click.option("--place", required=True, help="场地编号 · id of the place")
@click.option("--near", type=click.IntRange(0), default=10, help="列出几个相近的 · near misses listed")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="写成走访单 · write a visit list")
def takers(place: str, near: int, output: Path | None, plan_file: Path, **options: Any) -> None:
    """谁能承接这处闲置场地 · who could take this idle place, with what each lacks."""
    from yinfeng.cli.console import console
    from yinfeng.cli.screen import show_fits
    from yinfeng.core.matching.model import build
    from yinfeng.core.matching.rank import takers_of
    from yinfeng.tables.matching import to_facts
    from yinfeng.tables.visits import firm_visits, synthetic_ids, visit_sheet

    settings = settings_from(options, plan=plan_file)
    if output is not None:
        refuse_overwriting(output, settings.files.values())
    ledgers, _ = read_inputs(_without(settings, "pins"), ("places", "projects"))
    policy = read_policy(settings)
    model = build(to_facts(ledgers, policy), policy)
    j = _position(model.facts.places.id, place, Text("场地", "place"))
    fits = takers_of(model, place, near=near)
    title = Text("{place} {name}：{n} 个项目合得上", "{place} {name}: {n} projects fit").format(
        place=place, name=model.facts.places.name[j], n=sum(fit.passes for fit in fits)
    )
    made_up = synthetic_ids(ledgers)
    show_fits(model, fits, title, settings.lang, by_project=True, synthetic=made_up)
    firms = firm_visits(ledgers, model, place)
    for firm in firms:
        console.print(f"  {firm.of(settings.lang)}", markup=False)
    if output is not None:
        _write_fits(output, visit_sheet(model, fits, title, settings.lang, synthetic=made_up, firms=firms))


@click.command(short_help="为什么去这里或没有地方 · reasons of a project")
@ledger_options
@with_solver_options
@plan_option
@click.argument("project")
def why(project: str, plan_file: Path, **options: Any) -> None:
    """这个项目为什么去这里、为什么没有地方 · why this project goes there, or has no place."""
    from yinfeng.cli.screen import show_why
    from yinfeng.tables.matching import to_facts
    from yinfeng.tables.planning import make_plan

    settings = settings_from(options, plan=plan_file)
    ledgers, faults = read_inputs(settings, ("projects", "places"))
    looking = to_facts(ledgers, read_policy(settings)).projects.id
    i = _position(looking, project, Text("项目", "project"))
    plan = make_plan(
        ledgers,
        read_policy(settings),
        faults=faults,
        method=options["method"],
        time_limit_s=options["time_limit_s"],
        seed=options["seed"],
        memory=memory_of(options),
        asked=project,
    )
    show_why(plan, i, settings.lang)


def _without(settings: Settings, *names: str) -> Settings:
    files = {name: path for name, path in settings.files.items() if name not in names}
    return replace(settings, files=files)


def _position(ids: tuple[str, ...], wanted: str, kind: Text) -> int:
    if wanted in ids:
        return ids.index(wanted)
    near = [name for name in ids if wanted.lower() in name.lower()][:5] or list(ids[:5])
    if near:
        fix = Text("例如 " + "、".join(near), "for example " + ", ".join(near))
    else:
        fix = Text(f"台账中没有可安排的{kind.zh}", f"the ledger has no {kind.en} that can be placed")
    expected = Text(f"台账中可安排的{kind.zh}编号", f"the id of a {kind.en} in the ledger that can be placed")
    raise InputError([problem_fault("unknown-id", wanted, expected, fix)])


def _write_fits(output: Path, sheet: Any) -> None:
    from yinfeng.tables.write import write_workbook

    write_workbook(output, [sheet])
    click.echo(str(output))
