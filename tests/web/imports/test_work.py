"""Writing an import: what others did meanwhile, workers that die, the command line's view of it."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from tests.conftest import REPOSITORY
from tests.web.imports.bringing import (
    HEADERS,
    a_book,
    brought,
    checked,
    committed,
    compared,
    job_of,
    outcomes,
    undone,
    worked,
    write_file,
)
from tests.web.office import a_firm, a_place, a_project, a_user, a_zone
from yinfeng.tables.read import read_ledger
from yinfeng.tables.schema import header, load
from yinfeng.tables.write import Sheet, write_workbook
from yinfeng.web.audit.queries import of_batch
from yinfeng.web.imports import actions
from yinfeng.web.jobs.actions import enqueue
from yinfeng.web.ledgers.actions import Write, write
from yinfeng.web.ledgers.bridge import as_held, rows_of
from yinfeng.web.ledgers.registry import find
from yinfeng.web.places.models import Place
from yinfeng.web.projects.models import Pin
from yinfeng.web.takers.actions import Whom, plan
from yinfeng.web.zones.models import Membership


@pytest.fixture(autouse=True)
def _site(settings, tmp_path):
    settings.SITE = tmp_path


@pytest.fixture
def boss(db):
    a_zone("Z1")
    a_zone("Z2")
    return a_user("committee", "Z1")


def test_what_others_changed_since_is_shown_anew_and_nothing_is_written(boss):
    a_place(boss, "L1", area_m2=100.0)
    batch = compared(boss, ["L1", "L1厂房", "Z1", "厂房", 250, None], ["L2", "二号", "Z1", "厂房", 1, None])
    write("places", [Write("change", "L1", {"area_m2": 120.0, "owner": "张"})], by=boss)
    after = committed(batch)
    assert (after.state, after.digest == batch.digest, Place.objects.count()) == ("checked", False, 1)
    assert list(after.lines.filter(is_moved=True).values_list("key", flat=True)) == ["L1"]
    assert committed(after).state == "done"
    assert (find("places", "L1").area_m2, find("places", "L1").owner) == (250.0, "张")


def test_an_id_taken_since_and_a_right_lost_since_write_nothing(boss):
    batch = compared(boss, ["L2", "二号", "Z1", "厂房", 1, None])
    a_place(boss, "L2", place_name="别人的")
    assert (committed(batch).state, find("places", "L2").place_name) == ("checked", "别人的")
    batch = compared(boss, ["L3", "三号", "Z1", "厂房", 1, None])
    actions.ask_commit(batch, digest=batch.digest, reason="核实", by=boss)
    Membership.objects.filter(user=boss).update(role="department")
    batch = worked(batch)
    assert (batch.state, outcomes(batch)) == ("checked", {"L3": "refused"})


def test_a_bar_in_the_stead_of_a_pin_changes_it_and_can_be_undone(boss):
    a_place(boss, "L1")
    a_project(boss, "P1")
    headers = ["项目编号", "场地编号", "做法", "决定单位", "理由"]
    committed(compared(boss, ["P1", "L1", "指定", "管委会", "已签"], headers=headers))
    batch = committed(compared(boss, ["P1", "L1", "禁止", "管委会", "改了"], headers=headers))
    assert batch.counts["updated"] == 1
    assert list(Pin.objects.values_list("pin_key", "reason")) == [("P1 L1", "改了")]
    assert undone(batch).state == "done"
    assert list(Pin.objects.values_list("pin_key", "reason")) == [("P1 L1", "已签")]


def test_what_other_records_name_is_not_deleted_by_an_undo(boss):
    batch = committed(compared(boss, ["L2", "二号", "Z1", "厂房", 1, None]))
    a_project(boss, "P1", current_place=["L2"])
    undo = worked(actions.ask_undo(batch, by=boss))
    line = undo.lines.get()
    assert (line.outcome, line.told["reasons"][0][0]) == ("refused", "项目 P1 的“现在场地”用到它")


@pytest.mark.parametrize(
    ("owner", "parent", "said"),
    [
        ("F1", None, "场地 L1 的“产权人”用到它"),
        ("晋能公司", None, "场地 L1 的“产权人”用到它"),
        (None, "晋能公司", "企业 F7 的“母公司”用到它"),
    ],
)
def test_a_firm_that_is_named_by_id_or_name_is_not_deleted_by_an_undo(boss, owner, parent, said):
    headers = ["企业编号", "企业名称", "开发区编号"]
    batch = brought(boss, a_book(["F1", "晋能公司", "Z1"], headers=headers), ledger="firms")
    batch = committed(checked(batch))
    a_place(boss, "L1", owner=owner)
    a_firm(boss, "F7", parent_firm=parent)
    undo = worked(actions.ask_undo(batch, by=boss))
    line = undo.lines.get()
    assert (line.outcome, [zh for zh, _ in line.told["reasons"]]) == ("refused", [said])


def test_a_place_that_a_deal_or_a_visit_is_about_is_not_deleted_by_an_undo(boss):
    batch = committed(compared(boss, ["L2", "二号", "Z1", "厂房", 1, None]))
    plan(find("places", "L2"), [Whom("firm", "F1", "")], planned_on=None, keeper=None, by=boss)
    undo = worked(actions.ask_undo(batch, by=boss))
    line = undo.lines.get()
    assert (line.outcome, [en for _, en in line.told["reasons"]]) == (
        "refused",
        ["a deal, a visit, a lead, a plan or a user's role names it"],
    )


def test_ids_neither_held_nor_in_the_file_are_faults_as_on_the_command_line(boss):
    a_place(boss, "L1")
    headers = [*HEADERS, "所在厂房", "预留项目"]
    rows = (
        ["M1", "一线", "Z1", "生产线", 1, None, "L1", None],
        ["M2", "二线", "Z1", "生产线", 1, None, "M9", None],
        ["M3", "三号", "Z1", "厂房", 1, "预留", None, "P9"],
        ["M4", "四号", "Z7", "厂房", 1, None, None, None],
    )
    batch = compared(boss, *rows, headers=headers)
    assert outcomes(batch) == {"M1": "created", "M2": "refused", "M3": "refused", "M4": "refused"}


def test_coordinates_turned_into_wgs84_are_held_as_such(boss):
    headers = ["场地编号", "场地名称", "开发区编号", "类型", "经度", "纬度", "坐标系"]
    batch = compared(boss, ["L1", "一号", "Z1", "厂房", 112.5, 37.8, "GCJ02"], headers=headers)
    committed(batch)
    place = find("places", "L1")
    assert (place.coordinate_system, round(place.longitude, 3)) == ("wgs84", 112.494)
    again = compared(boss, ["L1", "一号", "Z1", "厂房", 112.5, 37.8, "GCJ02"], headers=headers)
    assert outcomes(again) == {"L1": "unchanged"}


def test_a_ledger_imported_and_exported_again_reads_the_same_on_the_command_line(boss, tmp_path):
    headers = [
        "场地编号",
        "场地名称",
        "开发区编号",
        "类型",
        "面积（亩）",
        "可用电力",
        "可交付日期",
        "可分割",
        "最小分割面积",
        "准入行业代码",
    ]
    rows = (
        ["L1", "一号", "Z1", "厂房", 3, "不超过2500", "2024-03", "是", "2000", "C30、C3024"],
        ["L2", "二号", "Z1", "地块", 12, None, None, "否", None, None],
    )
    content = a_book(*rows, headers=headers)
    batch = committed(checked(brought(boss, content)))
    assert batch.counts["created"] == 2
    read = read_ledger(write_file(tmp_path, content, "in.xlsx"), "places").table.to_pylist()
    columns = load("places").columns
    held = rows_of("places", Place.objects.order_by("place_id"))
    out = [[row.get(f"{c.name}.raw") or _cell(row[c.name]) for c in columns] for row in held]
    write_workbook(tmp_path / "out.xlsx", [Sheet("场地", [header(c) for c in columns], out)])
    again = read_ledger(tmp_path / "out.xlsx", "places").table.to_pylist()

    def told(row):
        return {name: value for name, value in as_held(row).items() if not name.endswith(".raw")}

    assert [told(row) for row in again] == [told(row) for row in read]


def _cell(value):
    if isinstance(value, bool):
        return "是" if value else "否"
    return "；".join(map(str, value)) if isinstance(value, list) else value


def test_a_worker_killed_while_it_writes_has_written_nothing_and_the_next_one_writes_it_once(tmp_path):
    # A process of its own for each worker; what is killed is the real one, in the middle of its rows.
    environment = {
        **os.environ,
        "YINFENG_SITE": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "yinfeng.web.settings",
    }
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "-m", "tests.web.imports.dying_worker"]
    with subprocess.Popen([*command, "first"], env=environment, cwd=REPOSITORY) as first:
        _wait_until(
            lambda: any("正在写入" in file.read_text("utf-8") for file in tmp_path.glob("jobs/*.progress"))
        )
        first.send_signal(signal.SIGKILL)
    told = subprocess.run(
        [*command, "next"], env=environment, cwd=REPOSITORY, capture_output=True, check=True
    )
    assert json.loads(told.stdout) == {
        "before": {"places": 0, "entries": 0, "state": "checked"},
        "after": {"places": 2_000, "entries": 2_001, "state": "done"},
        "again": {"places": 2_000, "entries": 2_001, "state": "done"},
        "faults": 0,
    }


def _wait_until(is_so):
    end = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_value_for_all_rows_fills_blanks_and_never_overwrites(boss):
    a_place(boss, "L1", kind="land", status="vacant", area_m2=5.0)
    a_place(boss, "L2", kind="land")
    headers = ["场地编号", "面积（平方米）", "状态"]
    rows = (["L1", 9, None], ["L2", None, None], ["L3", 3, None], ["L4", 4, "在用"])
    defaults = {"zone_id": "Z1", "kind": "厂房", "status": "预留", "area_m2": "7"}
    new = {"zone_id": "Z1", "kind": "building"}
    for blank in ("keep", "clear"):
        batch = compared(boss, *rows, headers=headers, defaults=defaults, blank=blank)
        lines = {line.key: line.told["cells"] for line in batch.lines.all()}
        assert {key: {name: after for name, _, after in told} for key, told in lines.items()} == {
            "L1": {"area_m2": 9.0},
            "L2": {"status": "reserved", "area_m2": 7.0},
            "L3": new | {"place_id": "L3", "status": "reserved", "area_m2": 3.0},
            "L4": new | {"place_id": "L4", "status": "in_use", "area_m2": 4.0},
        }


def test_a_record_out_of_sight_is_neither_proposed_nor_told_of_but_its_id_is_taken(boss):
    other = a_user("committee", "Z2")
    a_project(other, "P8", "Z2", project_name="光伏玻璃", firm="机密公司", fixed_investment_wan=8888.0)
    headers = ["项目编号", "项目名称", "项目单位", "开发区编号"]
    rows = (["P1", "光伏玻璃", "机密公司", "Z1"], ["P8", "别的", None, "Z1"])
    batch = compared(boss, *rows, headers=headers)
    assert outcomes(batch) == {"P1": "created", "P8": "refused"}
    told = batch.lines.get(key="P8").told
    assert (told["cells"], told["matches"], told["reasons"][0][0]) == (
        [],
        [],
        "编号已被您无权查看的开发区使用",
    )


def test_an_id_deleted_out_of_sight_is_taken_in_the_dry_run_as_in_the_writing(boss):
    other = a_user("committee", "Z2")
    a_place(other, "L8", "Z2", place_name="机密厂房")
    write("places", [Write("delete", "L8", {})], by=other)
    headers = [*HEADERS, "所在厂房"]
    rows = (
        ["L8", "八号", "Z1", "厂房", 1, None, None],
        ["M8", "八线", "Z1", "生产线", None, None, "L8"],
        ["L9", "九号", "Z1", "厂房", 1, None, None],
    )
    batch = compared(boss, *rows, headers=headers)
    assert outcomes(batch) == {"L8": "refused", "M8": "refused", "L9": "created"}
    line = batch.lines.get(key="L8")
    assert (line.told["cells"], line.told["matches"], line.told["version"], line.told["reasons"]) == (
        [],
        [],
        None,
        [["编号已被您无权查看的开发区使用", "the id is used in a zone you have no right in"]],
    )
    assert (committed(batch).state, Place.objects.get().place_id) == ("done", "L9")
    assert outcomes(compared(other, ["L8", "八号", "Z2", "厂房", 1, None])) == {"L8": "created"}


def test_a_pin_deleted_out_of_sight_is_taken_too(boss):
    everywhere = a_user("committee", username="everywhere")
    a_project(boss, "P1")
    a_place(everywhere, "L1", "Z2")
    pin = {"project_id": "P1", "place_id": ["L1"], "action": "pin"}
    write("pins", [Write("add", "", pin)], by=everywhere)
    write("pins", [Write("delete", "P1 L1", {})], by=everywhere)
    write("places", [Write("change", "L1", {"zone_id": "Z1"})], by=everywhere)
    headers = ["项目编号", "场地编号", "做法", "决定单位", "理由"]
    batch = compared(boss, ["P1", "L1", "指定", "管委会", "已签"], headers=headers)
    assert outcomes(batch) == {"P1 L1": "refused"}


def test_an_import_that_is_written_is_not_written_again_whoever_queues_it(boss):
    batch = committed(compared(boss, ["L2", "二号", "Z1", "厂房", 1, None]))
    entries = of_batch(batch.token).count()
    enqueue("imports", batch.token, by=boss)
    batch = worked(batch)
    assert (job_of(batch).state, batch.state, of_batch(batch.token).count()) == ("done", "done", entries)
