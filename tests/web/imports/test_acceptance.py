"""What is expected of an import, line by line: each test says one requirement."""

import datetime
import hashlib
import io
import json
import time
import zipfile

import openpyxl
import pytest
from django.test import Client

from tests.web.imports.bringing import (
    HEADERS,
    a_book,
    as_set_up,
    brought,
    checked,
    committed,
    compared,
    job_of,
    outcomes,
    saved,
    undone,
    worked,
)
from tests.web.office import a_firm, a_place, a_user, a_zone
from yinfeng.core.errors import InputError
from yinfeng.web.audit.chain import verify
from yinfeng.web.audit.models import Entry
from yinfeng.web.audit.queries import history, of_batch
from yinfeng.web.imports import actions, books, reading, shown
from yinfeng.web.imports.actions import OutOfStep
from yinfeng.web.imports.models import Batch
from yinfeng.web.imports.originals import path_of
from yinfeng.web.jobs import work
from yinfeng.web.ledgers.actions import Write, write
from yinfeng.web.ledgers.registry import find
from yinfeng.web.places.models import Place

pytestmark = pytest.mark.django_db

OLD = ["L1", "L1厂房", "Z1", "厂房", 100, None]
NEW = ["L2", "二号", "Z1", "厂房", 200, "闲置"]
BAD = ["L3", "三号", "Z1", "仓房", 300, "闲置"]
FOREIGN = ["L4", "四号", "Z2", "厂房", 400, None]


@pytest.fixture(autouse=True)
def _site(settings, tmp_path):
    settings.SITE = tmp_path


@pytest.fixture
def boss():
    a_zone("Z1")
    a_zone("Z2")
    return a_user("committee", "Z1")


def cells_of(batch, key):
    line = batch.lines.get(key=key)
    (said,) = shown.lines_shown(batch, [line], batch.by)
    return [(cell.label.zh, cell.before, cell.after) for cell in said.cells]


def test_01_a_blank_form_has_drop_downs_and_units_and_any_column_order_and_synonyms_are_read(boss, client):
    client.force_login(boss)
    form = openpyxl.load_workbook(io.BytesIO(client.get("/desk/imports/forms/places.xlsx").content))
    sheet = form.worksheets[0]
    headers = [cell.value for cell in sheet[1]]
    assert "面积（平方米）" in headers
    assert sheet.data_validations.dataValidation
    batch = compared(
        boss,
        ["300", "厂房", "L9", "九号", "Z1"],
        headers=["建筑面积(㎡)", "载体类型", "编号", "厂房名称", "所在园区"],
    )
    assert outcomes(batch) == {"L9": "created"}
    assert cells_of(batch, "L9")[-1] == ("面积", "—", "300 平方米")


def test_02_xlsx_csv_in_gb18030_and_with_a_mark_and_merged_headers_by_sheet_and_header_row(boss):
    text = "场地编号,场地名称,开发区编号,类型\nL1,一号厂房,Z1,厂房\n"
    for content in (text.encode("gb18030"), text.encode("utf-8-sig"), text.encode()):
        assert outcomes(checked(brought(boss, content, "场地.csv"))) == {"L1": "created"}
    book = openpyxl.Workbook()
    aside, sheet = book.active, book.create_sheet("二季度")
    aside.title = "封面"
    aside.append(["闲置场地台账"])
    for row in (
        ["2024年闲置场地"],
        ["场地编号", "名称", "开发区", "规模", None],
        [None, None, None, "面积（亩）", "净高"],
        ["L2", "二号", "Z1", 3, None],
    ):
        sheet.append(row)
    for area in ("A2:A3", "B2:B3", "C2:C3", "D2:E2"):
        sheet.merge_cells(area)
    batch = brought(boss, saved(book))
    outline = reading.outline_from_json(batch.outline)
    assert (batch.sheet, batch.header_row, outline.header_rows) == ("二季度", 2, (2, 3))
    batch = checked(batch, defaults={"kind": "厂房"})
    assert cells_of(batch, "L2") == [
        ("场地编号", "—", "L2"), ("场地名称", "—", "二号"), ("开发区编号", "—", "Z1"),
        ("类型", "—", "厂房"), ("面积", "—", "2,000 平方米"),
    ]  # fmt: skip
    actions.look_again(batch, ledger="places", sheet="封面", header_row=1, by=boss)
    outline = reading.outline_from_json(Batch.objects.get(pk=batch.pk).outline)
    assert [one.text for one in outline.headed] == ["闲置场地台账"]


def test_03_stray_formatted_cells_are_no_rows_width_and_blanks_are_normalised_and_newlines_allowed(boss):
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (HEADERS, ["Ｌ２ ", "　二号\n厂房", "Z1", "厂房", "１２００", None]):
        sheet.append(row)
    for row in range(3, 400):
        sheet.cell(row, 1).number_format = "0.00"
    sheet.cell(2_000, 30).fill = openpyxl.styles.PatternFill("solid", fgColor="FFFF00")
    batch = committed(checked(brought(boss, saved(book))))
    place = find("places", "L2")
    assert (batch.counts["created"], place.area_m2, place.place_name) == (1, 1200.0, "二号 厂房")


def test_04_the_mapping_and_the_defaults_are_remembered_for_the_same_headers(boss):
    headers = ["内部号", "叫什么", "多大"]
    batch = brought(boss, a_book(["L1", "一号", 3], headers=headers), ledger="places", source="自然资源局")
    assert [one["column"] for one in batch.columns] == ["", "", ""]
    taken = (
        reading.Taken(0, "place_id", ""),
        reading.Taken(1, "place_name", ""),
        reading.Taken(2, "area_m2", "亩"),
    )
    batch = checked(batch, columns=taken, defaults={"zone_id": "Z1", "kind": "厂房"}, blank="clear")
    assert cells_of(batch, "L1")[-1] == ("面积", "—", "2,000 平方米")
    again = brought(boss, a_book(["L5", "五号", 6], headers=headers), ledger="places", source="自然资源局")
    assert (as_set_up(again).columns, again.defaults, again.blank) == (
        taken,
        {"zone_id": "Z1", "kind": "厂房"},
        "clear",
    )
    assert outcomes(checked(again)) == {"L5": "created"}
    other = brought(a_user("company", "Z1"), a_book(["L6"], headers=headers), ledger="places")
    assert other.defaults == {}


def test_05_a_dry_run_writes_nothing_and_shows_every_row_cell_by_cell(boss):
    a_place(boss, "L1", area_m2=100.0)
    a_place(boss, "L5", place_name="重名")
    before = (Entry.objects.exclude(kind="imports").count(), list(Place.objects.values().order_by("pk")))
    batch = compared(
        boss,
        [*OLD[:4], 250, "闲置"],
        NEW,
        BAD,
        ["L5", "重名", "Z1", "厂房", None, None],
        ["L7", "重名", "Z1", "厂房", 1, None],
    )
    assert (
        Entry.objects.exclude(kind="imports").count(),
        list(Place.objects.values().order_by("pk")),
    ) == before
    assert {name: n for name, n in batch.counts.items() if n} == {
        "updated": 1, "created": 1, "unchanged": 1, "conflicting": 1, "refused": 1,
    }  # fmt: skip
    assert cells_of(batch, "L1") == [("状态", "—", "闲置"), ("面积", "100 平方米", "250 平方米")]
    with pytest.raises(OutOfStep):
        actions.ask_commit(batch, digest="0" * 64, reason="x", by=boss)
    committed(batch)
    assert (find("places", "L1").area_m2, find("places", "L2").status, Place.objects.count()) == (
        250.0,
        "vacant",
        3,
    )


def test_06_a_fault_names_sheet_row_column_value_rule_and_how_to_mend_and_stays_in_the_history(boss, client):
    company = a_user("company", "Z1")
    batch = compared(company, BAD)
    (line,) = shown.lines_shown(batch, batch.lines.filter(outcome="refused"), company)
    (fault,) = line.faults
    assert (fault.sheet, fault.cell, fault.label.zh, fault.found) == ("场地", "D2", "类型", "仓房")
    assert (fault.expected.zh, fault.fix.zh) == ("下列之一：地块、厂房、生产线", "从下拉单中选一个")
    client.force_login(company)
    page = client.get(f"/desk/imports/{batch.token}/?tab=refused").content.decode()
    assert all(
        word in page
        for word in ("场地!D2", "仓房", "下列之一：地块、厂房、生产线", "从下拉单中选一个", "复制本页")
    )
    assert batch.token in client.get("/desk/imports/").content.decode()


def test_07_the_bad_rows_alone_come_back_as_a_workbook_that_can_be_mended_and_brought_again(boss):
    batch = compared(boss, NEW, BAD, FOREIGN)
    book = openpyxl.load_workbook(io.BytesIO(books.refused(batch, "zh")))
    sheet = book.active
    assert [sheet.cell(1, column).value for column in range(1, 4)] == ["退回原因", "场地编号", "场地名称"]
    assert [(sheet.cell(row, 2).value, sheet.cell(row, 1).value) for row in (2, 3)] == [
        ("L3", "类型：填的是“仓房”，应为下列之一：地块、厂房、生产线；从下拉单中选一个"),
        ("L4", "属于开发区 Z2，您在那里没有权限；改好后再导入这一行"),
    ]
    sheet["E2"] = "厂房"
    again = checked(brought(boss, saved(book), "待修改.xlsx"))
    assert outcomes(again) == {"L3": "created", "L4": "refused"}


def test_08_one_bad_row_never_blocks_the_good_ones_unless_all_or_nothing_is_chosen(boss):
    batch = compared(boss, NEW, BAD, is_whole=True)
    with pytest.raises(OutOfStep):
        actions.ask_commit(batch, digest=batch.digest, reason="x", by=boss)
    assert Place.objects.count() == 0
    batch = committed(checked(batch, is_whole=False))
    assert (batch.state, list(Place.objects.values_list("place_id", flat=True))) == ("done", ["L2"])


def test_09_insert_update_both_skip_or_refuse_keys_and_blanks_kept_or_cleared(boss):
    a_place(boss, "L1", place_name="老厂房", area_m2=100.0, status="vacant")
    rows = (["L1", "老厂房", "Z1", "厂房", None, None], NEW)
    assert outcomes(compared(boss, *rows, mode="insert")) == {"L1": "skipped", "L2": "created"}
    assert outcomes(compared(boss, *rows, mode="insert", otherwise="refuse")) == {
        "L1": "refused",
        "L2": "created",
    }
    assert outcomes(compared(boss, *rows, mode="update", otherwise="skip")) == {
        "L1": "unchanged",
        "L2": "skipped",
    }
    assert cells_of(compared(boss, *rows, blank="clear"), "L1") == [
        ("状态", "闲置", "—"),
        ("面积", "100 平方米", "—"),
    ]
    batch = compared(boss, ["X9", "老厂房", "Z1", "厂房", 70, None], key="place_name", blank="keep")
    assert cells_of(batch, "L1") == [("面积", "100 平方米", "70 平方米")]


def test_10_repeats_in_the_file_and_possible_duplicates_of_records_are_decided_one_by_one(boss):
    a_firm(boss, "F1", firm_name="山西瑞祥建材有限公司", uscc="")
    headers = ["企业编号", "企业名称", "开发区编号"]
    rows = (["F7", "山西瑞祥建材有限公司", "Z1"], ["F8", "别的公司", "Z1"], ["F8", "别的公司", "Z1"])
    batch = compared(boss, *rows, headers=headers)
    assert outcomes(batch) == {"F7": "conflicting", "F8": "created"}
    (line,) = shown.lines_shown(batch, batch.lines.filter(outcome="conflicting"), boss)
    assert [(one.key, one.name) for one in line.maybes] == [("F1", "山西瑞祥建材有限公司")]
    actions.decide(batch, {2: "F1"}, by=boss)
    assert outcomes(worked(batch)) == {"F1": "unchanged", "F8": "created"}
    actions.decide(Batch.objects.get(pk=batch.pk), {2: ""}, by=boss)
    assert outcomes(worked(batch)) == {"F7": "created", "F8": "created"}


def test_11_rights_are_asked_for_each_row_and_each_action(boss):
    a_place(boss, "L1", area_m2=100.0)
    other = a_user("committee", "Z2")
    a_place(other, "L4", "Z2", area_m2=77.0, owner="机密业主")
    department = a_user("department", "Z1")
    batch = compared(department, [*OLD[:4], 250, None], NEW, [*FOREIGN[:2], "Z1", "厂房", 1, None])
    assert outcomes(batch) == {"L1": "updated", "L2": "refused", "L4": "refused"}
    told = str(list(batch.lines.values_list("told", flat=True))) + str(
        list(batch.found.values_list("told", flat=True))
    )
    assert "机密业主" not in told
    assert "77" not in told
    assert "您没有新增场地的权限（开发区 Z1）" in told
    committed(batch)
    assert find("places", "L1").area_m2 == 250.0
    batch = compared(
        a_user("company", "Z1"),
        ["L1", "P1"],
        headers=["场地编号", "预留项目"],
        defaults={"zone_id": "Z1", "kind": "厂房"},
    )
    assert outcomes(batch) == {"L1": "refused"}


def test_12_the_keeper_and_original_dates_come_in_by_who_may_enter_records_the_importer_stands_apart(boss):
    a_user("company", "Z1", username="zhang", first_name="张三")
    headers = ["场地编号", "场地名称", "开发区编号", "类型", "责任人", "复核日期", "核实日期"]
    rows = (
        ["L1", "一号", "Z1", "厂房", "张三", "2023-05-01", "2023-02-03"],
        ["L2", "二号", "Z1", "厂房", "没有这个人", None, None],
    )
    batch = compared(boss, *rows, headers=headers)
    assert outcomes(batch) == {"L1": "created", "3": "refused"}
    committed(batch)
    place = find("places", "L1")
    assert (place.keeper_id, place.recheck_on, place.verified_on) == (
        "zhang",
        datetime.date(2023, 5, 1),
        datetime.date(2023, 2, 3),
    )
    entry = history("places", "L1").first()
    assert (entry.by, entry.action) == (boss.username, "import")
    late = compared(boss, ["L1", "一号", "Z1", "厂房", None, "2023-05-05", None], headers=headers)
    assert (outcomes(late), late.lines.get().told["reasons"][0][1]) == (
        {"L1": "refused"},
        "re-check date 2023-05-05: expected 2023-05-04 or an earlier day (L1 was verified on 2023-02-03; "
        "the rulebook's verified.recheck_days is 90)",
    )
    department = a_user("department", "Z1")
    batch = compared(department, ["L1", "一号", "Z1", "厂房", boss.username, None, None], headers=headers)
    assert outcomes(batch) == {"L1": "refused"}
    batch = compared(boss, ["L1", "一号", "Z1", "厂房", boss.username, None, None], headers=headers)
    undo = undone(committed(batch))
    assert (undo.state, find("places", "L1").keeper_id) == ("done", "zhang")


def test_13_it_runs_once_though_asked_twice_tells_how_far_it_is_and_stops_on_request(boss):
    batch = compared(boss, NEW)
    actions.ask_commit(batch, digest=batch.digest, reason="核实", by=boss)
    actions.ask_commit(batch, digest=batch.digest, reason="核实", by=boss)
    job = job_of(batch)
    batch = worked(batch)
    work.execute.func(job.pk)
    actions.ask_commit(batch, digest=batch.digest, reason="核实", by=boss)
    assert (job_of(batch).pk, batch.state) == (job.pk, "done")
    assert [entry.action for entry in of_batch(batch.token)] == ["import", "import"]
    other = compared(boss, ["L8", "八号", "Z1", "厂房", 1, None])
    actions.ask_commit(other, digest=other.digest, reason="核实", by=boss)
    waiting = job_of(other)
    work.notes.ask_stop(waiting.pk, boss.username)
    other = worked(other)
    assert (job_of(other).state, other.state, Place.objects.count()) == ("cancelled", "checked", 1)
    assert committed(other).state == "done"


def test_14_undo_restores_old_values_deletes_what_was_added_and_names_what_was_changed_since(boss):
    a_place(
        boss,
        "L1",
        area_m2=100.0,
        **{"power_kva": 5.0, "power_kva.strength": "<=", "power_kva.raw": "不超过5"},
    )
    a_place(boss, "L6", area_m2=60.0)
    headers = ["场地编号", "面积（平方米）", "可用电力", "所在厂房", "类型", "开发区编号"]
    rows = (
        ["L7", 7, None, "L8", "生产线", "Z1"],
        ["L8", 8, None, None, "厂房", "Z1"],
        ["L1", 150, 9, None, "厂房", "Z1"],
        ["L6", 66, None, None, "厂房", "Z1"],
    )
    batch = committed(compared(boss, *rows, headers=headers))
    assert find("places", "L1").said == {}
    write("places", [Write("change", "L6", {"area_m2": 67.0})], by=boss)
    undo = worked(actions.ask_undo(batch, by=boss))
    assert outcomes(undo) == {"L6": "refused", "L1": "updated", "L8": "removed", "L7": "removed"}
    assert cells_of(undo, "L6") == [("面积", "67 平方米", "60 平方米")]
    assert undo.lines.get(key="L6").told["reasons"][0][0] == "“面积”后来又改过"
    undo = committed(undo)
    assert undo.state == "done"
    place = find("places", "L1")
    assert (place.area_m2, place.power_kva, place.said) == (
        100.0,
        5.0,
        {"power_kva.strength": "<=", "power_kva.raw": "不超过5"},
    )
    assert sorted(Place.objects.values_list("place_id", "area_m2")) == [("L1", 100.0), ("L6", 67.0)]
    with pytest.raises(OutOfStep):
        actions.ask_undo(batch, by=boss)
    assert verify().faults == ()


def test_15_five_thousand_rows_take_seconds_and_none_is_left_out_in_silence(boss):
    rows = [[f"N{n}", f"新{n}", "Z1", "厂房", n + 1, "闲置"] for n in range(5_000)]
    begun = time.perf_counter()
    batch = compared(boss, *rows)
    batch = committed(batch)
    assert (batch.counts["created"], Place.objects.count()) == (5_000, 5_000)
    assert time.perf_counter() - begun < 60  # the budget (5 s + 15 s) is for a machine that does nothing else
    assert shown.page_of_lines(batch, "created", 100).end_index() == 5_000


def test_16_the_result_lists_exactly_the_records_touched_and_can_be_exported(boss, client):
    a_place(boss, "L1", area_m2=100.0)
    a_place(boss, "L9")
    batch = committed(
        compared(boss, [*OLD[:4], 250, None], NEW, BAD, ["L9", "L9厂房", "Z1", "厂房", None, None])
    )
    touched = {entry.key for entry in of_batch(batch.token) if entry.kind == "places"}
    assert (
        touched
        == {line.key for line in batch.lines.filter(outcome__in=("created", "updated"))}
        == {"L1", "L2"}
    )
    client.force_login(boss)
    page = client.get(f"/desk/imports/{batch.token}/?tab=updated").content.decode()
    assert "/desk/places/L1/" in page
    book = openpyxl.load_workbook(io.BytesIO(client.post(f"/desk/imports/{batch.token}/result.xlsx").content))
    assert [cell.value for cell in book["逐格"][2]] == [2, "L1", "更新", "面积", "100 平方米", "250 平方米"]
    assert [[cell.value for cell in row][:2] for row in book["新增"].iter_rows(min_row=2)] == [["L2", "二号"]]


def test_17_formulas_are_read_as_values_never_written_as_formulas_and_macros_are_refused(boss):
    book = openpyxl.Workbook()
    for row in (
        HEADERS,
        ["L2", "=1+1", "Z1", "厂房", 200, None],
        ["L3", "'=cmd|'/c calc'!A0", "Z1", "厂房", 200, "不对"],
    ):
        book.active.append(row)
    book.active["B2"].data_type = "s"
    batch = committed(checked(brought(boss, saved(book))))
    assert find("places", "L2").place_name == "=1+1"
    for content in (books.result(batch, "zh"), books.refused(batch, "zh")):
        with zipfile.ZipFile(io.BytesIO(content)) as made:
            assert not any(
                b"<f>" in made.read(name) for name in made.namelist() if "worksheets/sheet" in name
            )
    macros = io.BytesIO(a_book(NEW))
    with zipfile.ZipFile(macros, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    with pytest.raises(InputError) as error:
        brought(boss, macros.getvalue(), "场地.xlsm")
    assert "宏" in error.value.faults[0].say("zh")


def test_18_the_trail_has_the_files_hash_and_counts_and_the_original_is_kept(boss, client):
    content = a_book(NEW, BAD)
    batch = committed(checked(brought(boss, content)))
    entry = history("imports", batch.token).filter(action="import").get()
    told = json.loads(entry.after)
    sha256 = hashlib.sha256(content).hexdigest()
    assert (told["sha256"], told["counts"]["created"], told["counts"]["refused"]) == (sha256, 1, 1)
    assert told["columns"]["E"] == "area_m2"
    assert path_of(sha256, batch.file_name).read_bytes() == content
    client.force_login(boss)
    got = client.post(f"/desk/imports/{batch.token}/original")
    assert b"".join(got.streaming_content) == content
    stranger = Client()
    stranger.force_login(a_user("committee", "Z2"))
    assert stranger.post(f"/desk/imports/{batch.token}/original").status_code == 403
