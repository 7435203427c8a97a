import datetime
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from yinfeng.core.errors import Fault, InputError
from yinfeng.tables.read import Ledger, guess_ledger, read_ledger

Rows = Sequence[Sequence[object]]
HEADER = ["场地编号", "场地名称", "开发区编号", "类型", "用地面积（亩）", "净高"]


def save(path: Path, rows: Rows, *, title: str = "台账", merged: Sequence[str] = ()) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    for area in merged:
        sheet.merge_cells(area)
    book.save(path)
    return path


def places(tmp_path: Path, *rows: Sequence[object], header: Sequence[object] = HEADER) -> Ledger:
    return read_ledger(save(tmp_path / "places.xlsx", [header, *rows]), "places")


def named(faults: Sequence[Fault]) -> list[tuple[str, str, str]]:
    return [(fault.cell, fault.code, fault.severity) for fault in faults]


def test_good_rows_are_a_table_with_every_column_of_the_dictionary(tmp_path: Path) -> None:
    read = places(tmp_path, ["L1", "一号", "Z9", "厂房", 30, 10.5], ["L2", None, "Z9", "地块", "2公顷", None])
    assert read.faults == ()
    (first, second) = read.table.to_pylist()
    assert first["place_id"] == "L1"
    assert first["kind"] == "building"
    assert first["area_m2"] == pytest.approx(20000)
    assert first["area_m2.raw"] == "30"
    assert (first["clear_height_m"], second["clear_height_m"]) == (10.5, None)
    assert second["area_m2"] == pytest.approx(20000)
    assert (first["row"], second["row"]) == (2, 3)
    assert {column.name for column in read.schema.columns} <= set(read.table.column_names)
    assert read.source.mapping["用地面积(亩)"] == "area_m2"
    assert (read.source.file, read.source.sheet, read.source.header_rows) == ("places.xlsx", "台账", (1,))


def test_addresses_are_those_of_the_sheet(tmp_path: Path) -> None:
    rows = [
        [None, "朔州经济开发区闲置场地台账"],
        [None, "填报单位：经开区", None, None, None, "单位：亩"],
        [None, "场地", None, "所属", "类型", "用地情况", None, "旁注"],
        [None, "编号", "名称", "开发区", None, "面积", "净高（米）", None],
        [None, "L1", "一号", "Z9", "厂房", 30, 9, None],
        [None, "L2", "二号", "Z9", "仓房", "很大", 9, "x"],
        [],
        [None, "L3", "三号", None, "地块", 15, 1.2, None],
        [None, "合计", None, None, None, 45, None, None],
    ]
    merged = ["B1:H1", "B3:C3", "F3:G3", "E3:E4"]
    read = read_ledger(save(tmp_path / "deep.xlsx", rows, merged=merged), "places")
    assert read.source.header_rows == (3, 4)
    assert named(read.faults) == [
        ("H3", "unknown-header", "warning"),
        ("9", "total-row", "warning"),
        ("E6", "unknown-word", "error"),
        ("F6", "not-a-quantity", "error"),
        ("D8", "required-blank", "error"),
        ("G8", "out-of-range", "error"),
    ]
    assert [(row.row, len(row.faults)) for row in read.refused] == [(6, 2), (8, 2)]
    assert read.table.column("row").to_pylist() == [5]
    assert read.table.column("area_m2").to_pylist() == [pytest.approx(20000)]


def test_a_fault_says_where_what_and_how(tmp_path: Path) -> None:
    read = places(tmp_path, ["L1", "一号", "Z9", "厂房", 30, "九米左右吧"])
    (fault,) = read.faults
    assert fault.say("zh") == (
        "places.xlsx 台账!F2 净高 [clear_height_m]：填的是“九米左右吧”，应为"
        f"{fault.expected.zh}；{fault.fix.zh}"
    )


def test_full_width_digits_newlines_and_strange_blanks(tmp_path: Path) -> None:
    read = places(tmp_path, ["Ｌ１", " 一\n号 ", "Z\u200b9", "厂 房", "３０", "１０．５"])
    assert read.faults == ()
    (row,) = read.table.to_pylist()
    assert (row["place_id"], row["place_name"], row["zone_id"], row["clear_height_m"]) == (
        "L1",
        "一 号",
        "Z9",
        10.5,
    )


def test_missing_required_columns_are_named_together(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", [["场地名称", "面积", "净高"], ["一号", 1, 2]])
    with pytest.raises(InputError) as caught:
        read_ledger(path, "places")
    (fault,) = caught.value.faults
    assert (fault.code, fault.cell) == ("missing-columns", "")
    assert fault.expected.zh == "必填列 场地编号 [place_id]、开发区编号 [zone_id]、类型 [kind]"


def test_defaults_fill_missing_columns_and_blank_cells(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", [["场地编号", "面积", "状态"], ["L1", 10, "在用"], ["L2", 10, None]])
    read = read_ledger(path, "places", defaults={"kind": "地块", "zone_id": "Z1", "status": "闲置"})
    assert read.faults == ()
    assert read.table.select(["zone_id", "kind", "status"]).to_pylist() == [
        {"zone_id": "Z1", "kind": "land", "status": "in_use"},
        {"zone_id": "Z1", "kind": "land", "status": "vacant"},
    ]


@pytest.mark.parametrize(
    ("defaults", "code"), [({"kind": "仓库"}, "unknown-word"), ({"colour": "红"}, "unknown-default")]
)
def test_defaults_are_checked_before_any_row(tmp_path: Path, defaults: dict[str, str], code: str) -> None:
    path = save(tmp_path / "a.xlsx", [HEADER, ["L1", "一号", "Z9", "厂房", 30, 9]])
    with pytest.raises(InputError) as caught:
        read_ledger(path, "places", defaults=defaults)
    assert [fault.code for fault in caught.value.faults] == [code]


def test_no_header_is_said_so(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", [["甲", "乙"], [1, 2]])
    for read in (lambda: read_ledger(path, "places"), lambda: guess_ledger(path)):
        with pytest.raises(InputError) as caught:
            read()
        assert [fault.code for fault in caught.value.faults] in (["no-header"], ["unknown-ledger"])


def test_the_same_row_twice_is_read_once_and_differing_rows_not_at_all(tmp_path: Path) -> None:
    read = places(
        tmp_path,
        ["L1", "一号", "Z9", "厂房", 30, 9],
        ["L1", "一号", "Z9", "厂房", 30, 9],
        ["L2", "二号", "Z9", "厂房", 30, 9],
        ["L2", "二号", "Z9", "厂房", 31, 9],
        ["L3", "三号", "Z9", "厂房", 30, 9],
    )
    assert named(read.faults) == [
        ("A3", "repeated-row", "warning"),
        ("A4", "duplicate-id", "error"),
        ("A5", "duplicate-id", "error"),
    ]
    assert "第 5 行" in read.faults[1].expected.zh
    assert "第 4 行" in read.faults[2].expected.zh
    assert read.table.column("row").to_pylist() == [2, 6]
    assert [row.row for row in read.refused] == [4, 5]


def test_all_or_nothing_refuses_the_file_with_every_fault(tmp_path: Path) -> None:
    path = save(
        tmp_path / "a.xlsx", [HEADER, ["L1", "x", "Z9", "厂房", 30, 9], ["L2", "x", "Z9", "?", 30, -1]]
    )
    with pytest.raises(InputError) as caught:
        read_ledger(path, "places", all_or_nothing=True)
    assert named(caught.value.faults) == [("D3", "unknown-word", "error"), ("F3", "out-of-range", "error")]
    clean = save(tmp_path / "b.xlsx", [HEADER, ["L1", "x", "Z9", "厂房", 30, 9]])
    assert read_ledger(clean, "places", all_or_nothing=True).table.num_rows == 1


def test_formulas_without_values_are_named(tmp_path: Path) -> None:
    read = places(
        tmp_path,
        ["L1", "一号", "Z9", "厂房", "=10*3", 9],
        ["L2", "二号", "Z9", "厂房", 30, 9],
        ["合计", "", "", "", "=SUM(E2:E3)"],
    )
    assert named(read.faults) == [("4", "total-row", "warning"), ("E2", "formula-without-value", "warning")]
    assert read.table.column("area_m2").to_pylist() == [None, pytest.approx(20000)]


def test_the_best_sheet_is_taken_and_explanations_and_hidden_ones_lose(tmp_path: Path) -> None:
    path = tmp_path / "many.xlsx"
    book = openpyxl.Workbook()
    book.remove(book["Sheet"])
    for title, state, rows in (
        ("说明", "visible", [HEADER]),
        ("旧", "hidden", [HEADER, ["L9", "x", "Z9", "厂房", 1, 9]]),
        ("零", "visible", [HEADER[:4], ["L8", "x", "Z9", "厂房"]]),
        ("好", "visible", [HEADER, ["L1", "x", "Z9", "厂房", 1, 9]]),
        ("再", "visible", [HEADER, ["L2", "x", "Z9", "厂房", 1, 9]]),
    ):
        sheet = book.create_sheet(title)
        sheet.sheet_state = state
        for row in rows:
            sheet.append(row)
    book.save(path)
    assert read_ledger(path, "places").source.sheet == "好"
    assert read_ledger(path, "places", sheet="旧").table.column("place_id").to_pylist() == ["L9"]


def test_a_cell_merged_downwards_holds_for_all_its_rows(tmp_path: Path) -> None:
    rows = [HEADER, ["L1", "一号", "Z9", "厂房", 1, 9], ["L2", "二号", None, "厂房", 1, 9]]
    read = read_ledger(save(tmp_path / "a.xlsx", rows, merged=["C2:C3"]), "places")
    assert read.table.column("zone_id").to_pylist() == ["Z9", "Z9"]


def test_of_two_headers_of_one_name_the_first_filled_counts(tmp_path: Path) -> None:
    header = [*HEADER[:4], "类型", "面积", "宗地总面积（亩）"]
    read = places(
        tmp_path,
        ["L1", "x", "Z9", None, "厂房", 666, None],
        ["L2", "x", "Z9", "厂房", "地块", 666, 30],
        ["L3", "x", "Z9", "厂房", "标准厂房", 20000, 30],
        ["L4", "x", "Z9", "厂房", None, None, 30],
        header=header,
    )
    assert named(read.faults) == [
        ("D3", "conflicting-cells", "warning"),
        ("F3", "conflicting-cells", "warning"),
    ]
    assert read.faults[1].found == "666 | 30亩"
    assert read.table.column("kind").to_pylist() == ["building"] * 4
    assert read.table.column("area_m2").to_pylist() == [666.0, 666.0, 20000.0, pytest.approx(20000)]


def test_two_columns_that_seldom_agree_are_named_once(tmp_path: Path) -> None:
    header = [*HEADER[:4], "用地面积", "建筑面积"]
    rows = [[f"L{n}", "x", "Z9", "厂房", 1000 + n, 500 + n] for n in range(10)]
    read = places(tmp_path, *rows, header=header)
    assert named(read.faults) == [("E1", "two-columns-in-one", "warning")]
    assert read.table.column("area_m2").to_pylist() == [1000.0 + n for n in range(10)]


def test_a_value_under_no_header_is_named_once(tmp_path: Path) -> None:
    read = places(
        tmp_path, ["L1", "x", "Z9", "厂房", 1, 9, None, "零星"], ["L2", "x", "Z9", "厂房", 1, 9, None, "又"]
    )
    assert named(read.faults) == [("H2", "value-without-header", "warning")]


def test_a_csv_row_with_more_cells_than_headers_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("编号,名称,开发区,类型\nL1,甲,Z9,厂房\nL2,乙,丙,Z9,厂房\n", "gb18030")
    read = read_ledger(path, "places")
    assert named(read.faults) == [("E3", "value-without-header", "warning"), ("D3", "unknown-word", "error")]


def test_coordinates_of_a_ledger_with_its_system_in_the_header(tmp_path: Path) -> None:
    header = [*HEADER[:4], "经度（WGS84）", "纬度（WGS84）"]
    read = places(
        tmp_path,
        ["L1", "x", "Z9", "厂房", 112.43, 39.33],
        ["L2", "x", "Z9", "厂房", 39.33, 112.43],
        header=header,
    )
    assert named(read.faults) == [("E3", "swapped-coordinate", "warning")]
    assert read.table.select(["longitude", "latitude"]).to_pylist() == [
        {"longitude": 112.43, "latitude": 39.33},
        {"longitude": None, "latitude": None},
    ]


def test_a_ledger_without_any_system_says_so_once(tmp_path: Path) -> None:
    header = [*HEADER[:4], "经度", "纬度"]
    rows = [[f"L{n}", "x", "Z9", "厂房", 112.43, 39.33] for n in range(3)]
    read = places(tmp_path, *rows, header=header)
    assert named(read.faults) == [("E1", "no-coordinate-system", "warning")]
    assert read.table.column("longitude").to_pylist() == [112.43] * 3


def test_quotas_take_their_unit_from_the_resource(tmp_path: Path) -> None:
    rows = [
        ["配额编号", "范围类别", "范围", "指标", "总量", "已用"],
        ["Q1", "开发区", "Z9", "电力", "2万千伏安", 500],
        ["Q2", "变电站", "神电站", "能耗", 20000, None],
        ["Q3", "开发区", "Z9", "光照", 5, 1],
    ]
    read = read_ledger(save(tmp_path / "q.xlsx", rows), "quotas")
    assert read.table.select(["capacity", "used"]).to_pylist() == [
        {"capacity": 20000.0, "used": 500.0},
        {"capacity": 20000.0, "used": None},
    ]
    assert named(read.faults) == [
        ("D4", "unknown-word", "error"),
        ("E4", "no-resource", "error"),
        ("F4", "no-resource", "error"),
    ]


@pytest.mark.parametrize(
    ("header", "ledger"),
    [
        (["项目编号", "项目名称", "用地需求", "总投资"], "projects"),
        (["场地编号", "场地名称", "开发区", "类型", "净高"], "places"),
        (["企业编号", "企业名称", "统一社会信用代码", "主要产品"], "firms"),
        (["开发区编号", "开发区名称", "类别", "级别"], "zones"),
        (["项目编号", "场地编号", "做法", "决定单位", "理由"], "pins"),
        (["配额编号", "范围类别", "范围", "指标", "总量"], "quotas"),
        (["电子监管号", "项目名称", "面积", "供地方式"], "land_supply"),
    ],
)
def test_the_ledger_is_guessed_from_its_headers(tmp_path: Path, header: list[str], ledger: str) -> None:
    assert guess_ledger(save(tmp_path / "a.xlsx", [header, ["x"] * len(header)])) == ledger


def test_a_ledger_written_to_parquet_reads_the_same(tmp_path: Path) -> None:
    read = places(tmp_path, ["L1", "一号", "Z9", "厂房", 30, 10.5])
    pq.write_table(read.table, tmp_path / "places.parquet")
    again = read_ledger(tmp_path / "places.parquet", "places")
    assert again.faults == ()
    names = [column.name for column in read.schema.columns]
    assert again.table.select(names).to_pylist() == read.table.select(names).to_pylist()


def test_dates_of_excel_are_read(tmp_path: Path) -> None:
    header = [*HEADER[:4], "可交付日期", "停产时间"]
    read = places(
        tmp_path,
        ["L1", "x", "Z9", "厂房", datetime.datetime(2024, 3, 1), datetime.date(1901, 1, 1)],
        header=header,
    )
    assert named(read.faults) == [("F2", "placeholder-date", "warning")]
    assert read.table.column("available_on").to_pylist() == [datetime.date(2024, 3, 1)]
    assert read.table.column("idle_since").to_pylist() == [None]


def test_formulas_that_come_to_an_error_are_named(tmp_path: Path) -> None:
    path = tmp_path / "places.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADER)
    sheet.write_row(1, 0, ["L1", "一号", "Z9", "厂房"])
    sheet.write_formula("E2", "=Z9!A1", None, "#REF!")
    book.close()
    read = read_ledger(path, "places")
    assert [(f.cell, f.code, f.severity, f.found) for f in read.faults] == [
        ("E2", "formula-error", "warning", "#REF!")
    ]
    assert read.table["area_m2"].to_pylist() == [None]


def test_a_required_cell_that_says_nothing_is_shown_as_it_stands(tmp_path: Path) -> None:
    read = places(tmp_path, ["-", "一号", "Z9", "厂房", 30, 9], [None, "二号", "Z9", "厂房", 30, 9])
    assert [(f.cell, f.code, f.found) for f in read.faults] == [
        ("A2", "required-blank", "-"),
        ("A3", "required-blank", ""),
    ]


def test_lines_between_and_below_the_data_are_no_data(tmp_path: Path) -> None:
    rows: Rows = [
        HEADER,
        ["一、东区"],
        ["L1", "一号", "Z9", "厂房", 30, 9],
        ["西区各厂"],
        HEADER,
        ["L2", "二号", "Z9", "厂房", 30, 9],
        ["二号", None, "Z9", "厂房", 30, 9],
        ["注：截至三月底", None, None, "以上"],
        ["L4"],
    ]
    read = read_ledger(save(tmp_path / "places.xlsx", rows, merged=["A4:F4"]), "places")
    assert named(read.faults) == [
        ("2", "section-row", "warning"),
        ("4", "section-row", "warning"),
        ("5", "repeated-header", "warning"),
        ("8", "footer-row", "warning"),
        ("C9", "required-blank", "error"),
        ("D9", "required-blank", "error"),
    ]
    assert read.table["place_id"].to_pylist() == ["L1", "L2", "二号"]


def test_another_sheet_with_the_same_ledger_is_named(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", [HEADER, ["L1", "一号", "Z9", "厂房", 30, 9]])
    book = openpyxl.load_workbook(path)
    for title, rows in (("西区", [HEADER, ["L2"], ["L3"]]), ("电话", [["编号", "名称"], ["1", "甲"]])):
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    read = read_ledger(path, "places")
    assert [(f.code, f.sheet, f.severity) for f in read.faults] == [("other-sheet", "西区", "warning")]
    assert read.faults[0].expected.zh == "一张工作表（这张也有 2 行，没有读）"


def test_missing_columns_are_told_with_the_headers_not_understood(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", [["序号", "名称", "面积", "权属"], [1, "甲", 30, "国有"]])
    with pytest.raises(InputError) as caught:
        read_ledger(path, "places")
    assert [fault.say("zh") for fault in caught.value.faults] == [
        "a.xlsx 台账：需要必填列 场地编号 [place_id]、开发区编号 [zone_id]、类型 [kind]"
        "（没认出的表头：序号、权属）；加一列自编、不变的编号（序号会变，不能代替）；"
        "改表头或补列，或用 --set 开发区编号=值 给全表一个值"
    ]


@pytest.mark.parametrize(
    ("header", "fix"),
    [
        ("可用电力（kW）", "“kW”不能换算成kVA：换算后改表头"),
        ("经纬度", "分成经度、纬度两列"),
        ("净高度", "是否应为“净高”？"),
        ("序号", "改成字典中的列名，或不管它"),
    ],
)
def test_a_header_that_is_not_read_says_why(tmp_path: Path, header: str, fix: str) -> None:
    read = places(tmp_path, ["L1", "一号", "Z9", "厂房", 30, 9, "x"], header=[*HEADER, header])
    assert [(fault.code, fault.fix.zh) for fault in read.faults] == [("unknown-header", fix)]


def test_a_refused_coordinate_system_is_told_once(tmp_path: Path) -> None:
    header = [*HEADER, "经度", "纬度", "坐标系"]
    read = places(tmp_path, ["L1", "一号", "Z9", "厂房", 30, 9, 112.4, 39.3, "西安80"], header=header)
    assert named(read.faults) == [("I2", "unknown-word", "error")]


def test_a_ledger_of_another_kind_is_recognised(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", [HEADER, ["L1", "一号", "Z9", "厂房", 30, 9]])
    fixes = []
    for header_row in (None, 2):
        with pytest.raises(InputError) as caught:
            read_ledger(path, "quotas", header_row=header_row)
        fixes.append(caught.value.faults[0].fix.zh)
    assert fixes == ["看来这是“场地”台账，核对文件", "核对 --header-row：第 2 行不是"]


def test_an_old_workbook_of_excel_97_is_read() -> None:
    read = read_ledger(Path(__file__).parent / "data" / "places.xls", "places")
    assert named(read.faults) == [("6", "total-row", "warning"), ("E4", "not-a-quantity", "error")]
    columns = ["place_id", "zone_id", "area_m2", "idle_since"]
    assert [tuple(row.values()) for row in read.table.select(columns).to_pylist()] == [
        ("001", "Z1", pytest.approx(20000 / 3), datetime.date(2020, 1, 1)),
        ("003", "Z1", pytest.approx(20000), datetime.date(2020, 1, 3)),
    ]


def test_advice_under_a_header_in_another_unit_names_the_unit_to_write(tmp_path: Path) -> None:
    path = tmp_path / "places.csv"
    path.write_text("场地编号,开发区编号,类型,面积(亩)\nL1,Z,地块,三十亩左右\n", encoding="utf-8")
    (fault,) = [f for f in read_ledger(path, "places").faults if f.severity == "error"]
    assert (fault.fix.zh, fault.fix.en) == (
        "写 20000（并写明单位：平方米）",
        "write 20000 (and write the unit: m²)",
    )
