import datetime
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yinfeng.core.text import Text
from yinfeng.tables import schema
from yinfeng.tables.difference import (
    Action,
    CellChange,
    Difference,
    Options,
    Row,
    RowChange,
    applied,
    as_ledger,
    compare,
    counts,
    digest,
    from_json,
    to_json,
    undo,
)
from yinfeng.tables.difference_cells import Bounded, Value, decode, encode, same
from yinfeng.tables.difference_matches import NEW, HeldRow, key_columns, record_key
from yinfeng.tables.matching import rows_of
from yinfeng.tables.read import Ledger, read_ledger
from yinfeng.tables.references import check_references

Held = dict[str, HeldRow]


def read(folder: Path, name: str, *lines: str) -> Ledger:
    path = folder / f"{name}.csv"
    path.write_text("\n".join(lines), "utf-8")
    return read_ledger(path, name)


def hold(ledger: Ledger) -> Held:
    rows = rows_of(ledger).values()
    return {record_key(ledger.schema.name, row): HeldRow(row, 1) for row in rows}


def anyone(action: Action, key: str, row: Row) -> Text | None:
    return None


def write(difference: Difference, held: Mapping[str, HeldRow]) -> Held:
    """Do what a difference says."""
    result = dict(held)
    for change in difference.changes:
        if change.outcome == "removed":
            del result[change.key]
        elif change.outcome in {"created", "updated"}:
            before = result.get(change.key, HeldRow({}, 0))
            values = applied(difference.ledger, before.values, change.cells)
            result[change.key] = HeldRow(values, before.version + 1)
    return result


def told(difference: Difference) -> list[tuple[int, str, str]]:
    return [(change.row, change.key, change.outcome) for change in difference.changes]


FIRMS = "firm_id,firm_name,uscc,products,note"
FIRM = "F1,甲公司,91140600MA0K12345Q,板,旧"
PLACES = "place_id,place_name,zone_id,kind,area_m2,clear_height_m,available_on,products"
PROJECTS = "project_id,project_name,firm,land_min_mu"


def test_each_row_is_created_updated_or_unchanged_cell_by_cell(tmp_path: Path) -> None:
    held = hold(read(tmp_path, "places", PLACES, "L1,一号,Z9,厂房,100,9,2024-03,甲", "L2,二号,Z9,地块,200"))
    file = read(
        tmp_path,
        "places",
        PLACES,
        "L2,二号,Z9,地块,200",
        "L3,三号,Z9,地块,300",
        "L1,一号,Z9,厂房,100,10.5,2025,甲、乙",
    )
    difference = compare(file, held, Options(), anyone)
    assert told(difference) == [(2, "L2", "unchanged"), (3, "L3", "created"), (4, "L1", "updated")]
    assert counts(difference) == {"unchanged": 1, "created": 1, "updated": 1}
    _, created, updated = difference.changes
    assert [(cell.column, cell.after) for cell in created.cells] == [
        ("place_id", "L3"),
        ("place_name", "三号"),
        ("zone_id", "Z9"),
        ("kind", "land"),
        ("area_m2", 300.0),
    ]
    assert updated.cells == (
        CellChange("clear_height_m", 9.0, 10.5),
        CellChange("available_on", datetime.date(2024, 3, 1), datetime.date(2025, 1, 1)),
        CellChange("products", ["甲"], ["甲", "乙"]),
    )
    assert (created.version, updated.version) == (None, 1)


def test_a_quantity_is_one_cell_with_its_strength_and_upper_end(tmp_path: Path) -> None:
    held = hold(read(tmp_path, "projects", PROJECTS, "P1,甲,a,50", "P2,乙,b,不超过50", "P3,丙,c,30-50"))
    file = read(tmp_path, "projects", PROJECTS, "P1,甲,a,不超过50", "P2,乙,b,50", "P3,丙,c,30-50")
    difference = compare(file, held, Options(), anyone)
    at_most = Bounded(50.0, "<=", None)
    assert [change.cells for change in difference.changes] == [
        (CellChange("land_min_mu", 50.0, at_most),),
        (CellChange("land_min_mu", at_most, 50.0),),
        (),
    ]
    after = write(difference, held)["P1"].values
    assert (after["land_min_mu"], after["land_min_mu.strength"], after["land_min_mu.high"]) == (
        50,
        "<=",
        None,
    )


@pytest.mark.parametrize(
    ("blank", "expected"),
    [("keep", ()), ("clear", (CellChange("products", ["板"], None), CellChange("note", "旧", None)))],
)
def test_a_blank_cell_keeps_or_clears_but_a_missing_column_never_does(
    tmp_path: Path, blank: Literal["keep", "clear"], expected: tuple[CellChange, ...]
) -> None:
    held = hold(read(tmp_path, "firms", f"{FIRMS},parent_firm", f"{FIRM},母"))
    file = read(tmp_path, "firms", FIRMS, "F1,甲公司,91140600MA0K12345Q,,")
    (change,) = compare(file, held, Options(blank=blank), anyone).changes
    assert change.cells == expected


def test_the_mode_says_what_becomes_of_rows_it_does_not_take(tmp_path: Path) -> None:
    held = hold(read(tmp_path, "firms", FIRMS, FIRM))
    file = read(tmp_path, "firms", FIRMS, "F1,甲公司,,,新", "F2,乙公司")
    outcomes = {
        (mode, otherwise): [change.outcome for change in compare(file, held, options, anyone).changes]
        for mode in ("insert", "update", "upsert")
        for otherwise in ("skip", "refuse")
        for options in [Options(mode=mode, otherwise=otherwise)]  # type: ignore[arg-type]
    }
    assert outcomes == {
        ("insert", "skip"): ["skipped", "created"],
        ("insert", "refuse"): ["refused", "created"],
        ("update", "skip"): ["updated", "skipped"],
        ("update", "refuse"): ["updated", "refused"],
        ("upsert", "skip"): ["updated", "created"],
        ("upsert", "refuse"): ["updated", "created"],
    }


def test_another_column_finds_the_held_row_whose_id_stays(tmp_path: Path) -> None:
    others = ["F2,乙公司,,,x", "F3,乙（公司）,,,y"]
    held = hold(read(tmp_path, "firms", FIRMS, FIRM, *others))
    lines = [
        f"X1,甲新名,{FIRM.split(',')[2]},板,旧",
        "X2,丙公司,91140600MA0K54321P",
        "X3,丁公司",
        "F2,戊,91140600MA0KABCDEP",
    ]
    by_code = compare(read(tmp_path, "firms", FIRMS, *lines), held, Options(key="uscc"), anyone)
    assert told(by_code) == [
        (2, "F1", "updated"),
        (3, "X2", "created"),
        (4, "X3", "conflicting"),
        (5, "F2", "conflicting"),
    ]
    assert by_code.changes[0].cells == (CellChange("firm_name", "甲公司", "甲新名"),)
    assert by_code.changes[2].reasons == (
        Text(
            "“统一社会信用代码”空白，找不到原有的行",
            '"Unified social credit code" is blank: the held row cannot be found',
        ),
    )
    assert by_code.changes[3].matches == ("F2",)
    by_name = compare(read(tmp_path, "firms", FIRMS, "X1,乙公司"), held, Options(key="firm_name"), anyone)
    assert (by_name.changes[0].outcome, by_name.changes[0].matches) == ("conflicting", ("F2", "F3"))
    assert by_name.changes[0].reasons[0].zh == "“企业名称”相同的有 2 行：F2、F3"


def test_the_key_columns_are_the_id_and_what_names_a_record() -> None:
    expected = {
        "zones": ["zone_id", "zone_name"],
        "firms": ["firm_id", "uscc", "firm_name"],
        "places": ["place_id", "place_name"],
        "projects": ["project_id", "project_name"],
        "quotas": ["quota_id"],
        "pins": [],
        "land_supply": ["supervision_no"],
        "land_events": ["event_id"],
        "asset_steps": ["step_id"],
    }
    assert {name: [column.name for column in key_columns(name)] for name in expected} == expected


ALIKE = {
    "zones": (
        "zone_id,zone_name,zone_kind",
        "Z1,朔州经济开发区,开发区",
        "Z2,朔州 经济开发区,开发区",
        "Z3,怀仁,开发区",
    ),
    "firms": (
        "firm_id,firm_name,uscc",
        "1,甲（集团）公司,91140600MA0K12345Q",
        "2,甲(集团) 公司,",
        "3,乙,91140600MA0K12345Q",
    ),
    "places": (
        "place_id,place_name,zone_id,kind",
        "1,1号厂房,Z9,厂房",
        "2,１号厂房,Z9,厂房",
        "3,1号厂房,Z8,厂房",
    ),
    "projects": (
        "project_id,project_name,firm",
        "1,硅酸钙板,甲公司",
        "2,硅酸钙 板,甲公司",
        "3,硅酸钙板,乙公司",
    ),
}


@pytest.mark.parametrize(
    ("name", "outcomes"),
    [
        ("zones", ["conflicting", "created"]),
        ("firms", ["conflicting", "conflicting"]),
        ("places", ["conflicting", "created"]),
        ("projects", ["conflicting", "created"]),
    ],
)
def test_a_new_row_that_may_be_a_held_one_is_to_be_decided(
    tmp_path: Path, name: str, outcomes: list[str]
) -> None:
    header, first, *lines = ALIKE[name]
    held = hold(read(tmp_path, name, header, first))
    difference = compare(read(tmp_path, name, header, *lines), held, Options(), anyone)
    assert [change.outcome for change in difference.changes] == outcomes
    assert difference.changes[0].matches == tuple(held)


def test_a_decision_updates_the_row_named_or_makes_a_new_one(tmp_path: Path) -> None:
    header, first, second, third = ALIKE["places"]
    held = hold(read(tmp_path, "places", header, first))
    file = read(tmp_path, "places", header, second, third)
    land = read(tmp_path, "places", header, f"{second[:-2]}地块", third)
    same_row = compare(land, held, Options(), anyone, decisions={2: "1"})
    assert told(same_row) == [(2, "1", "updated"), (3, "3", "created")]
    assert same_row.changes[0].cells == (CellChange("kind", "building", "land"),)
    new_row = compare(file, held, Options(), anyone, decisions={2: NEW})
    assert told(new_row) == [(2, "2", "created"), (3, "3", "created")]
    gone = compare(file, held, Options(), anyone, decisions={2: "9"})
    assert gone.changes[0].reasons == (Text("选定的 9 已经没有了", "the row chosen, 9, is no longer there"),)
    taken = compare(read(tmp_path, "places", header, first), held, Options(), anyone, decisions={2: NEW})
    assert (taken.changes[0].outcome, taken.changes[0].matches) == ("conflicting", ("1",))


def test_rows_that_stand_for_one_record_are_rivals_unless_they_say_the_same(tmp_path: Path) -> None:
    header = "项目编号,场地编号,做法,决定单位,理由"
    file = read(
        tmp_path,
        "pins",
        header,
        "P1,L1、L2,指定,会,有",
        "P1,L1、L2,指定,会,有",
        "P2,L1,指定,会,有",
        "P2,L1,禁止,会,有",
    )
    difference = compare(file, {}, Options(), anyone)
    assert told(difference) == [
        (2, "P1 L1 L2", "created"),
        (3, "P1 L1 L2", "skipped"),
        (4, "P2 L1", "conflicting"),
        (5, "P2 L1", "conflicting"),
    ]
    assert [change.reasons[0].zh for change in difference.changes[1:]] == [
        "与第 2 行相同，只用那一行",
        "与第 5 行指同一条记录",
        "与第 4 行指同一条记录",
    ]
    held = write(difference, {})
    again = compare(read(tmp_path, "pins", header, "P1,L2、L1,禁止,会,有"), held, Options(), anyone)
    assert again.changes[0].cells == (CellChange("action", "pin", "bar"),)


def test_the_right_is_asked_for_the_row_as_it_is_and_as_it_will_be(tmp_path: Path) -> None:
    held = hold(
        read(tmp_path, "places", PLACES, "L1,一号,Z9,厂房,100", "L2,二号,Z8,厂房,100", "L4,四号,Z7,厂房,100")
    )
    file = read(
        tmp_path,
        "places",
        PLACES,
        "L1,一号,Z8,厂房,100",
        "L2,二号,Z9,厂房,100",
        "L3,三号,Z7,厂房,100",
        "L4,四号,Z7,厂房,100",
    )

    def only_z9(action: Action, key: str, row: Row) -> Text | None:
        return None if row["zone_id"] == "Z9" else Text(f"{action} {key} {row['zone_id']}", "no")

    difference = compare(file, held, Options(), only_z9)
    assert [(c.outcome, [r.zh for r in c.reasons], c.cells) for c in difference.changes] == [
        ("refused", ["change L1 Z8"], ()),
        ("refused", ["change L2 Z8"], ()),
        ("refused", ["add L3 Z7"], ()),
        ("unchanged", [], ()),
    ]


def test_rows_refused_on_reading_come_in_with_their_faults(tmp_path: Path) -> None:
    file = read(tmp_path, "places", PLACES, "L1,一号,Z9,厂房,三十来", "L2,二号,Z9,厂房,100")
    difference = compare(file, {}, Options(), anyone)
    assert told(difference) == [(2, "", "refused"), (3, "L2", "created")]
    (fault,) = file.refused[0].faults
    assert difference.changes[0].reasons == (Text(fault.say("zh"), fault.say("en")),)


ZONES = "zone_id,zone_name,zone_kind,part_of"


def test_references_are_judged_as_check_judges_the_ledgers_together(tmp_path: Path) -> None:
    header = "place_id,zone_id,kind,part_of,area_m2,let_area_m2"
    held = hold(read(tmp_path, "places", header, "B1,Z9,厂房,,100"))
    zones = read(tmp_path, "zones", ZONES, "Z9,朔州,开发区")
    lines = [
        "B2,Z9,厂房,,100",
        "E1,Z9,生产线,B1",
        "E2,Z9,生产线,B2",
        "E3,Z9,生产线,B9",
        "B4,Z7,厂房,,100",
        "E4,Z9,生产线,B4",
        "B5,Z9,厂房,,10,20",
    ]
    file = read(tmp_path, "places", header, *lines)
    others = {"zones": as_ledger("zones", rows_of(zones).values())}
    difference = compare(file, held, Options(), anyone, others=others)
    refused = {change.key: change.reasons for change in difference.changes if change.outcome == "refused"}
    whole = read(tmp_path, "places", header, *lines, "B1,Z9,厂房,,100")
    faults = [f for f in check_references({"places": whole, "zones": zones}) if f.severity == "error"]
    by_check = {lines[int(fault.cell[1:]) - 2].split(",")[0]: fault.say("zh") for fault in faults}
    assert {key: reasons[0].zh for key, reasons in refused.items() if key != "E4"} == by_check
    assert refused["E4"][0].zh == "“所在厂房”写的 B4 在本文件中，但那一行没有采用"
    assert [c.key for c in difference.changes if c.outcome == "created"] == ["B2", "E1", "E2"]


def test_what_names_a_refused_new_row_falls_with_it_however_far(tmp_path: Path) -> None:
    lines = ["Z1,一,开发区,Z0", "Z2,二,园区,Z1", "Z3,三,园区,Z2", "Z4,四,开发区"]
    difference = compare(read(tmp_path, "zones", ZONES, *lines), {}, Options(), anyone)
    outcomes = [change.outcome for change in difference.changes]
    assert outcomes == ["refused", "refused", "refused", "created"]


def test_a_raw_text_goes_with_the_value_it_told() -> None:
    row = {"area_m2": 100.0, "area_m2.raw": "100平", "available_on.raw": "2024-03", "idle_since.raw": "2013"}
    cells = [CellChange("area_m2", 100.0, 200.0), CellChange("available_on", None, datetime.date(2025, 1, 1))]
    after = applied("places", row, cells)
    assert {name: text for name, text in after.items() if name.endswith(".raw")} == {"idle_since.raw": "2013"}


def test_a_warning_of_the_check_is_told_and_refuses_nothing(tmp_path: Path) -> None:
    header = "place_id,zone_id,kind,status,reserved_for"
    file = read(tmp_path, "places", header, "L1,Z9,地块,闲置,P1")
    (change,) = compare(file, {}, Options(), anyone).changes
    assert change.outcome == "created"
    assert "空白，或状态为“预留”" in change.reasons[0].zh


def test_a_credit_code_of_another_firm_is_refused_however_it_comes(tmp_path: Path) -> None:
    held = hold(read(tmp_path, "firms", FIRMS, FIRM, "F2,乙公司,91140600MA0K54321P"))
    code = FIRM.split(",")[2]
    file = read(tmp_path, "firms", FIRMS, f"F2,乙公司,{code}", "F3,丙公司,91140600MA0K54321P")
    difference = compare(file, held, Options(), anyone, decisions={3: NEW})
    taken = Text(f"信用代码 {code} 是企业 F1 的", f"the credit code {code} is that of firm F1")
    assert [(c.key, c.outcome, c.reasons) for c in difference.changes] == [
        ("F2", "refused", (taken,)),
        ("F3", "created", ()),
    ]


def test_an_undo_restores_old_values_and_removes_what_was_created(tmp_path: Path) -> None:
    held = hold(read(tmp_path, "firms", FIRMS, FIRM, "F9,壬公司"))
    committed = compare(
        read(tmp_path, "firms", FIRMS, "F1,甲新名,,,新", "F2,乙公司"), held, Options(), anyone
    )
    after = write(committed, held)
    back = undo(committed, after, anyone)
    assert told(back) == [(3, "F2", "removed"), (2, "F1", "updated")]
    assert {key: row.values for key, row in write(back, after).items()} == {
        key: applied("firms", row.values, ()) for key, row in held.items()
    }
    redone = undo(back, write(back, after), anyone)
    assert {key: row.values for key, row in write(redone, write(back, after)).items()} == {
        key: row.values for key, row in after.items()
    }


def test_an_undo_refuses_rows_changed_later_and_names_the_cells(tmp_path: Path) -> None:
    held = hold(read(tmp_path, "firms", FIRMS, FIRM, "F3,丙公司", "F4,丁公司"))
    file = read(tmp_path, "firms", FIRMS, "F1,甲新名,,,新", "F2,乙公司", "F3,丙新名", "F4,丁新名")
    committed = compare(file, held, Options(), anyone)
    now = write(committed, held)

    def edit(key: str, **values: object) -> HeldRow:
        return HeldRow({**now[key].values, **values}, now[key].version + 1)

    now |= {"F1": edit("F1", note="后来"), "F2": edit("F2", products=["砖"]), "F3": edit("F3", note="无关")}
    del now["F4"]
    back = undo(committed, now, anyone)
    assert [(c.key, c.outcome, c.version, c.cells, [r.zh for r in c.reasons]) for c in back.changes] == [
        ("F4", "refused", None, (), ["这一行后来已删去"]),
        ("F3", "updated", 3, (CellChange("firm_name", "丙新名", "丙公司"),), []),
        ("F2", "refused", 2, (CellChange("products", ["砖"], None),), ["“产品”后来又改过"]),
        ("F1", "refused", 3, (CellChange("note", "后来", "旧"),), ["“备注”后来又改过"]),
    ]
    may_not = undo(committed, now, lambda action, key, row: Text(action, action))
    assert [c.outcome for c in may_not.changes] == ["refused"] * 4
    assert may_not.changes[1].reasons == (Text("change", "change"),)


def test_the_digest_covers_what_is_written_and_nothing_else(tmp_path: Path) -> None:
    held = hold(read(tmp_path, "firms", FIRMS, FIRM))
    shown = compare(read(tmp_path, "firms", FIRMS, "F1,甲新名", "F2,乙公司"), held, Options(), anyone)
    assert digest(shown) == digest(
        Difference(
            "firms",
            tuple(
                from_json("firms", json.loads(json.dumps(to_json("firms", change))))
                for change in shown.changes
            ),
        )
    )
    first = shown.changes[0]
    unlike = [
        compare(read(tmp_path, "firms", FIRMS, "F1,甲新名", "F2,乙"), held, Options(), anyone),
        compare(read(tmp_path, "firms", FIRMS, "F1,甲新名"), held, Options(), anyone),
        compare(
            read(tmp_path, "firms", FIRMS, "F1,甲新名", "F2,乙公司"),
            {"F1": HeldRow(held["F1"].values, 2)},
            Options(),
            anyone,
        ),
        Difference("places", ()),
        Difference("firms", ()),
    ]
    assert len({digest(shown), *map(digest, unlike)}) == 1 + len(unlike)
    told_otherwise = RowChange(
        9, first.key, first.outcome, first.cells, first.version, (Text("提示", "note"),)
    )
    skipped = RowChange(4, "F3", "skipped")
    assert digest(Difference("firms", (told_otherwise, shown.changes[1], skipped))) == digest(shown)


ASH = {"name": "灰", "amount": 3.0}
TRIANGLE = "POLYGON ((112 39, 113 39, 113 40, 112 39))"


@pytest.mark.parametrize(
    ("ledger", "column", "one", "other", "is_same"),
    [
        ("places", "area_m2", 1.0, 1, True),
        ("places", "area_m2", 0.1 + 0.2, 0.3, True),
        ("places", "area_m2", 20000.000001, 20000.0, False),
        ("places", "area_m2", 0.0, None, False),
        ("places", "area_m2", 1.0, Bounded(1.0, ">", None), False),
        ("places", "area_m2", Bounded(1.0, ">", None), Bounded(1.0, ">", None), True),
        ("places", "products", ["甲", "乙"], ["乙", "甲"], True),
        ("places", "products", [], None, True),
        ("places", "products", ["甲"], ["乙"], False),
        ("places", "note", "两\n行", "两 行", True),
        ("places", "note", "-5度", "'-5度", True),
        ("places", "note", "引", "'引", False),
        ("places", "rail", False, None, False),
        ("places", "place_id", "L1", "l1", False),
        ("firms", "by_products", [ASH], [{"name": "灰", "amount": 1}, {"name": "灰", "amount": 2}], True),
        ("firms", "by_products", [ASH], [{"name": "渣", "amount": 3.0}], False),
        ("zones", "boundary", TRIANGLE, "POLYGON ((113 39.0000001, 113 40, 112 39, 113 39.0000001))", True),
        ("zones", "boundary", TRIANGLE, "POLYGON ((112 39, 113 39, 113 41, 112 39))", False),
    ],
)  # fmt: skip
def test_cells_are_equal_by_meaning(
    ledger: str, column: str, one: Value, other: Value, is_same: bool
) -> None:
    of = schema.load(ledger).column(column)
    assert (same(of, one, other), same(of, other, one)) == (is_same, is_same)


@pytest.mark.parametrize(
    ("ledger", "column", "value"),
    [
        ("places", "available_on", datetime.date(2024, 3, 1)),
        ("places", "place_name", "2024-03-01"),
        ("places", "area_m2", 0.1),
        ("places", "area_m2", Bounded(30.0, "=", 50.0)),
        ("places", "products", ["甲", "乙"]),
        ("places", "rail", False),
        ("places", "rail", None),
        ("firms", "by_products", [{"name": "灰", "amount": 1.5}]),
    ],
)
def test_cells_go_through_json_and_back(ledger: str, column: str, value: Value) -> None:
    of = schema.load(ledger).column(column)
    back = decode(of, json.loads(json.dumps(encode(of, value))))
    assert (back, type(back)) == (value, type(value))


numbers = st.floats(0.01, 1e6, allow_nan=False).map(lambda number: round(number, 3))
filled = st.builds(
    lambda area, high, products, rail, on, name: {
        "area_m2": area, "clear_height_m": high, "products": products, "rail": rail, "available_on": on,
        "place_name": name,
    },
    st.none() | numbers | st.builds(Bounded, numbers, st.sampled_from(["<", ">="]), st.none()),
    st.none() | numbers,
    st.none() | st.lists(st.sampled_from("甲乙丙"), min_size=1, unique=True),
    st.none() | st.booleans(),
    st.none() | st.dates(),
    st.none() | st.sampled_from(["一号", "二号"]),
)  # fmt: skip


def as_file(cells: Mapping[str, Mapping[str, Value]]) -> Ledger:
    """Give places of zone Z9 as a file that has every column."""
    places = [
        [CellChange(name, None, value) for name, value in (KEY | {"place_id": place, **row}).items()]
        for place, row in cells.items()
    ]
    ledger = as_ledger("places", [applied("places", {}, place) for place in places])
    at = ledger.table.column_names.index("row")
    numbered = ledger.table.set_column(at, "row", [list(range(2, len(places) + 2))])
    letters = {column.name: "A" for column in ledger.schema.columns}
    return replace(ledger, table=numbered, source=replace(ledger.source, letters=letters))


KEY: Mapping[str, Value] = {"zone_id": "Z9", "kind": "land"}
places = st.dictionaries(st.sampled_from(["L1", "L2", "L3", "L4"]), filled, max_size=4)
blanks = st.sampled_from(["keep", "clear"])


@settings(max_examples=50, deadline=None)
@given(places, blanks)
def test_a_ledger_compared_with_itself_is_unchanged(
    cells: dict[str, dict[str, Value]], blank: Literal["keep", "clear"]
) -> None:
    ledger = as_file(cells)
    difference = compare(ledger, hold(ledger), Options(blank=blank), anyone)
    assert [change.outcome for change in difference.changes] == ["unchanged"] * len(cells)


@settings(max_examples=50, deadline=None)
@given(places, places, blanks)
def test_written_twice_is_unchanged_and_undone_is_as_it_was(
    first: dict[str, dict[str, Value]], second: dict[str, dict[str, Value]], blank: Literal["keep", "clear"]
) -> None:
    held, options = hold(as_file(first)), Options(blank=blank)
    new = {row: NEW for row, place in enumerate(second, start=2) if place not in held}
    difference = compare(as_file(second), held, options, anyone, decisions=new)
    after = write(difference, held)
    again = compare(as_file(second), after, options, anyone)
    assert [change.outcome for change in again.changes] == ["unchanged"] * len(second)
    back = write(undo(difference, after, anyone), after)
    assert {key: row.values for key, row in back.items()} == {
        key: applied("places", row.values, ()) for key, row in held.items()
    }
