"""The solving process: what it answers, and that nothing but its words reaches its parent."""

import subprocess
import sys
import threading

import openpyxl
import pytest

from tests.web import newspaper
from yinfeng.core.errors import InputError
from yinfeng.core.matching import pose as pose_module
from yinfeng.core.matching import solve as solve_module
from yinfeng.tables.held import freeze, ledger_of
from yinfeng.web.runs import solving
from yinfeng.web.runs.solving import LEDGERS, solve

QUESTION = {"rulebook": "shanxi", "as_of": newspaper.AS_OF.isoformat(), "seed": 0, "time_limit_s": 10.0}


@pytest.fixture
def folder(tmp_path):
    """Give the folder of a run over no zone: its ledgers are there and empty."""
    for name in LEDGERS:
        freeze(ledger_of(name, []), tmp_path / f"{name}.parquet")
    return tmp_path


@pytest.fixture
def town(folder):
    for name, ledger in newspaper.ledgers().items():
        freeze(ledger, folder / f"{name}.parquet")
    return folder


def test_told_to_stop_it_gives_the_best_so_far_and_says_so(town):
    stop = threading.Event()
    stop.set()
    told = []
    answer = solve(town, QUESTION, stop, told.append)
    assert (answer["status"], answer["answer"]["status"]) == (
        "STOPPED",
        ["按要求提前停止，差距已证明", "stopped when asked, gap proven"],
    )
    assert 0 < answer["answer"]["value_yuan"] <= answer["answer"]["bound_yuan"]
    assert sorted(file.name for file in town.glob("plan-*")) == ["plan-en.xlsx", "plan-zh.xlsx"]
    assert told[0] == {"step": ["核对每个项目与每处场地的硬性条件", "Testing every project at every place"]}


def test_while_prices_are_found_the_parent_is_told_the_bound_and_the_passes(town, monkeypatch):
    monkeypatch.setattr(solve_module, "LINEAR", -1)  # as in larger runs
    monkeypatch.setattr(solving, "_TOLD_EVERY_S", 0.0)
    told = []
    answer = solve(town, QUESTION | {"time_limit_s": 30.0}, threading.Event(), told.append)
    finding = [line for line in told if line.get("most_passes")]
    assert [line["passes"] for line in finding] == list(range(1, len(finding) + 1))
    assert {line["most_passes"] for line in finding} == {solve_module.PASSES[1]}
    assert 0 < len(finding) <= solve_module.PASSES[1]  # it may end before
    assert finding[0]["bound"] > finding[-1]["bound"] >= answer["answer"]["bound_yuan"]


def test_while_very_many_candidates_are_priced_the_parent_is_told_and_may_stop_it(town, monkeypatch):
    monkeypatch.setattr(pose_module, "LISTED", -1)  # as with more than can be listed
    monkeypatch.setattr(solving, "_TOLD_EVERY_S", 0.0)
    stop, told = threading.Event(), []

    def tell(line):
        told.append(line)
        if line.get("passes") == 20:  # before there is a plan
            stop.set()

    answer = solve(town, QUESTION | {"time_limit_s": 3600.0}, stop, tell)
    finding = [line for line in told if line.get("passes")]
    assert [line["passes"] for line in finding] == [*range(1, 21), 20]
    assert {(line["value"], line["most_passes"]) for line in finding} == {(None, 0)}
    seconds = [line["seconds"] for line in told if "seconds" in line]
    assert seconds == sorted(seconds)
    assert (answer["status"], answer["answer"]["status"][1]) == ("STOPPED", "stopped when asked, gap proven")
    assert 0 < answer["answer"]["value_yuan"] <= answer["answer"]["bound_yuan"]


def test_reasons_name_no_firm_that_a_reader_may_not_see(town):
    of_zones = newspaper.ledgers()["zones"].table.column("zone_id").to_pylist()
    readers = {"firms": [zone for zone in of_zones if zone != "K10"]}  # where the power station is, and F14
    answer = solve(town, QUESTION | {"readers": readers}, threading.Event())
    said = {row["project_id"]: [one["sentence"][0] for one in row["reasons"]] for row in answer["rows"]}
    owner = "场地 L1 属企业（F14），产权人意向：待询；由开发区撮合，不由开发区分配"
    assert {"本区已有上下游企业", owner} <= set(said["P3"])
    assert "本区已有上下游企业 3 家：亚鑫、美锦、梗阳" in said["P4"]
    told = [text for sentences in said.values() for text in sentences]
    for lang in ("zh", "en"):
        for sheet in openpyxl.load_workbook(town / f"plan-{lang}.xlsx", read_only=True):
            told += [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row]
    assert [text for text in told if "燃煤电厂" in text] == []


def test_zones_without_a_project_and_a_place_have_an_empty_plan(folder):
    answer = solve(folder, QUESTION, threading.Event())
    assert (answer["status"], answer["rows"], answer["places"]) == ("OPTIMAL", [], [])
    assert answer["answer"]["value_yuan"] == answer["answer"]["bound_yuan"] == 0


@pytest.mark.parametrize("wrong", [{"rulebook": "atlantis"}, {"as_of": "1901-01-01"}])
def test_a_rulebook_that_is_not_there_or_not_yet_in_force_is_a_fault(folder, wrong):
    with pytest.raises(InputError):
        solve(folder, QUESTION | wrong, threading.Event())


def test_what_a_library_prints_does_not_reach_the_parent():
    program = (
        "import os\n"
        "from yinfeng.web.runs.solving import way_to_parent\n"
        "way = way_to_parent()\n"
        "print('noise', flush=True)\n"
        "os.system('echo noise')\n"
        "print('词', file=way, flush=True)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert (done.stdout.decode(), done.stderr) == ("词\n", b"noise\nnoise\n")
