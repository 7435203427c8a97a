"""A changed template over many running projects: seen before it is applied, applied, rolled back."""

import gc
import hashlib
import random
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import click

from benchmarks.commands import machine, run
from yinfeng.core.approvals.solve import solve
from yinfeng.tables.approval_template import read_basis, read_layers
from yinfeng.tables.approvals import LEDGERS, previewed, to_problem
from yinfeng.tables.books import read_books
from yinfeng.tables.rulebook import read_working_days
from yinfeng.tables.template_store import ACTIVE, apply, paths, read_store, roll_back
from yinfeng.tables.write import Sheet, write_workbook

ON = date(2024, 6, 28)
ITEMS = (
    "项目备案", "土地出让合同", "建设用地规划许可证", "环评报告表", "能评", "水土保持方案",
    "建设工程规划许可证", "消防设计审查", "施工许可证",
)  # fmt: skip
CHANGE = """
[[entry]]
key = "approvals.item.shelter"
unit = "item"
valid_from = 2024-06-01
basis = "policy"
source = "made up"
zh = "人防审批"
en = "air defence"
[entry.value]
stage = 2
agency = { zh = "人防办", en = "air defence office" }
needs = ["land_planning_permit"]
when = { fact = "build", is = "new" }
limit = { days = 20, kind = "working" }
gate = "start"

[[entry]]
key = "approvals.soil.report_ha"
value = 2.0
unit = "ha"
valid_from = 2024-06-01
basis = "policy"
source = "made up"
zh = "水土保持报告书：征占地面积"
en = "soil and water report: land"
"""


@click.command()
@click.option("--projects", default=2_000, show_default=True)
def approvals(projects: int) -> None:
    """Time the preview of a changed template, and check that rolling back gives the same state."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write(folder / "projects.xlsx", projects)
        (folder / "change.toml").write_text(CHANGE, "utf-8")
        click.echo(f"{machine()}\n{projects} running projects")
        _time_preview(folder)
        arguments = ["approvals", "projects.xlsx", "--on", ON.isoformat()]
        for label, more in (("answer", ["-o", "answer.xlsx"]), ("preview", ["--preview", "change.toml"])):
            wall, cpu, code = run([*arguments, *more], folder)
            click.echo(f"command, {label}: {wall:.1f} s wall, {cpu:.1f} s CPU, exit {code}")


def _time_preview(folder: Path) -> None:
    own = read_layers("shanxi")
    before = read_basis(own, "shanxi", ON)
    books = read_books([folder / "projects.xlsx"], LEDGERS)
    problem = to_problem(books.ledgers, before, read_working_days("shanxi", ON), ON).problem
    gc.disable()  # as the command does
    started, cpu = time.perf_counter(), time.process_time()
    after = read_basis(read_layers("shanxi", [folder / "change.toml"]), "shanxi", ON)
    effects = previewed(problem, after)
    took, cpu = time.perf_counter() - started, time.process_time() - cpu
    touched = sum(effect.is_touched for effect in effects)
    click.echo(f"preview in one process: {took:.2f} s wall, {cpu:.2f} s CPU, {touched} projects touched")
    store = folder / "store"
    first = solve(problem).projects
    apply(store, folder / "change.toml", on=ON, by="benchmark", reason="timing")
    mark = _hash(store)
    started = time.perf_counter()
    apply(store, folder / "change.toml", on=ON, by="benchmark", reason="timing")
    roll_back(store, on=ON, by="benchmark", reason="timing")
    same_state = _hash(store) == mark
    roll_back(store, on=ON, by="benchmark", reason="timing")
    held = read_basis(read_layers("shanxi", paths(store, read_store(store))), "shanxi", ON)
    again = previewed(problem, held)
    same_answer = tuple(effect.after for effect in again) == first
    took = time.perf_counter() - started
    click.echo(f"applied, rolled back and solved again: {took:.2f} s, "
               f"same bytes {same_state}, same answer {same_answer}")  # fmt: skip


def _hash(store: Path) -> str:
    """Hash what decides an answer: the list of versions and each of them."""
    files = [store / ACTIVE, *paths(store, read_store(store))]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def _write(path: Path, projects: int) -> None:
    """Make up running projects: facts of each, and rows of its items up to a random one."""
    draw = random.Random(1)
    facts = [_facts(f"P{number}", draw) for number in range(projects)]
    rows = [row for number in range(projects) for row in _rows(f"P{number}", draw)]
    write_workbook(
        path,
        [
            Sheet("approval_facts", list(facts[0]), [list(one.values()) for one in facts]),
            Sheet("procedures", list(rows[0]), [list(one.values()) for one in rows]),
        ],
    )


def _facts(project: str, draw: random.Random) -> dict[str, object]:
    return {
        "项目编号": project, "项目名称": f"项目{project}", "开发区": "Z1", "立项方式": "备案",
        "建设方式": "新建",
        "土地已取得": "否", "划拨用地": "否", "在规划建设用地范围外": "否",
        "征占地面积": round(draw.uniform(0.3, 8), 2), "挖填土石方总量": draw.randrange(500, 80_000),
        "年综合能耗": draw.randrange(300, 12_000), "年用电量": draw.randrange(1_000_000, 9_000_000),
        "环评类别": draw.choice(["报告书", "报告表", "登记表"]), "水土流失易发区": "是",
        "可能有地下文物": draw.choice(["是", "否", None]), "地质灾害易发区": draw.choice(["是", "否"]),
        "洪泛区、蓄滞洪区或涉河": "否", "特殊建设工程（消防）": draw.choice(["是", "否"]), "自备取水": "否",
        "矿山、金属冶炼或危险物品": "否", "排污许可类别": "简化管理", "承诺制": draw.choice(["是", "否"]),
    }  # fmt: skip


def _rows(project: str, draw: random.Random) -> list[dict[str, object]]:
    begun = draw.randrange(1, len(ITEMS) + 1)
    day = date(2024, 1, 2) + timedelta(days=draw.randrange(60))
    rows: list[dict[str, object]] = []
    for number, item in enumerate(ITEMS[:begun]):
        is_last = number == begun - 1
        decided = day + timedelta(days=draw.randrange(3, 25))
        rows.append(
            {
                "项目编号": project, "手续名称": item, "申报日期": day, "受理日期": day,
                "办结日期": None if is_last else decided,
            }
        )  # fmt: skip
        day = min(decided, ON)
    return rows
