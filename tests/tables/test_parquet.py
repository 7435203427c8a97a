"""A Parquet ledger read by the column is the very ledger that reading it cell by cell gives."""

import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yinfeng.core.errors import InputError
from yinfeng.tables import bounds
from yinfeng.tables.read import Ledger, read_ledger
from yinfeng.tables.sheets import read_grids
from yinfeng.tables.synthetic import write

ROWS = 60  # the first 29 are read cell by cell in any case

LISTS = pa.list_(pa.string())
PLACES = {
    "place_id": pa.string(),
    "place_name": pa.string(),
    "zone_id": pa.string(),
    "kind": pa.string(),
    "area_m2": pa.float64(),
    "净高": pa.string(),
    "power_kva": pa.int64(),
    "divisible": pa.bool_(),
    "idle_since": pa.date32(),
    "products": LISTS,
    "longitude": pa.float64(),
    "latitude": pa.float64(),
    "旁注": pa.string(),
}
ODD: dict[pa.DataType, list[Any]] = {
    pa.string(): [
        None, "", " ", "无", "待定", "合计", "注：合成", "示例", "Example1", "place_id", "一、厂房",
        "厂 房", "ｐ０３０", "P040", "P0  41", "9米", "很大", "-0", "约3", "building", "x\u200by",
    ],
    pa.float64(): [None, 0.0, -0.0, -5.0, 1e12, float("nan"), float("inf"), 39.5, 112.5, 1 / 3],
    pa.int64(): [None, 0, -1, 10**12],
    pa.bool_(): [None, True, False],
    pa.date32(): [None, datetime.date(1900, 1, 1), datetime.date(2020, 2, 29), datetime.date(2150, 1, 1)],
    LISTS: [None, [], [""], ["砖", None], ["砖", "砖"], ["砖、瓦", "瓦"]],
}  # fmt: skip
cells = st.sampled_from(list(PLACES)).flatmap(
    lambda name: st.tuples(st.integers(0, ROWS - 1), st.just(name), st.sampled_from(ODD[PLACES[name]]))
)
whole_rows = st.tuples(
    st.integers(29, ROWS - 1), st.just(""), st.sampled_from(["blank", "same as before", "header"])
)


def plain_row(at: int) -> dict[str, Any]:
    return {
        "place_id": f"P{at:03}",
        "place_name": f"合成厂房{at}",
        "zone_id": f"Z{at % 3}",
        "kind": ("building", "厂房", "land")[at % 3],
        "area_m2": 1000.0 + at / 7,
        "净高": f"{at % 9 + 3}",
        "power_kva": 100 * (at % 4),
        "divisible": False,
        "idle_since": datetime.date(2020, 1, 1 + at % 28),
        "products": ["砖", f"瓦{at % 4}"] if at % 2 else None,
        "longitude": 112.5 + at / 1000,
        "latitude": 37.8,
        "旁注": None,
    }


def save(path: Path, rows: list[dict[str, Any]]) -> Path:
    pq.write_table(pa.Table.from_pylist(rows, schema=pa.schema(PLACES)), path)
    return path


def assert_same(by_column: Ledger, by_cell: Ledger) -> None:
    assert by_column.table.schema.equals(by_cell.table.schema)
    # By their text: a number that is none is equal to nothing.
    assert repr(by_column.table.to_pylist()) == repr(by_cell.table.to_pylist())
    assert by_column.faults == by_cell.faults
    assert [(r.row, repr(r.cells), r.faults) for r in by_column.refused] == [
        (r.row, repr(r.cells), r.faults) for r in by_cell.refused
    ]
    for part in ("file", "sheet", "sha256", "header_rows", "mapping", "headers", "letters", "ignored"):
        assert getattr(by_column.source, part) == getattr(by_cell.source, part)


def both_ways(path: Path, ledger: str = "places", **options: Any) -> Ledger:
    by_column = read_ledger(path, ledger, **options)
    assert_same(by_column, read_ledger(path, ledger, grids=read_grids(path), **options))
    return by_column


@settings(max_examples=60, deadline=None)
@given(
    st.lists(cells | whole_rows, max_size=8),
    st.sampled_from([{}, {"coordinate_system": "gcj02"}, {"净高": "7"}]),
)
def test_both_ways_give_the_same_ledger_and_the_same_faults(tmp_path_factory, changes, defaults):
    rows = [plain_row(at) for at in range(ROWS)]
    for at, name, value in changes:
        if name:
            rows[at][name] = value
        elif value == "blank":
            rows[at] = dict.fromkeys(PLACES)
        elif value == "same as before":
            rows[at] = dict(rows[at - 1])
        else:
            rows[at] = dict.fromkeys(PLACES) | {"place_id": "place_id", "zone_id": "zone_id"}
    both_ways(save(tmp_path_factory.mktemp("p") / "places.parquet", rows), defaults=defaults)


@pytest.mark.parametrize("ledger", ["zones", "firms", "places", "projects", "quotas"])
def test_generated_ledgers_are_read_the_same_both_ways(tmp_path, ledger):
    write(tmp_path, projects=150, places=300, seed=3, file_format="parquet")
    both_ways(tmp_path / f"{ledger}.parquet", ledger)


def test_two_columns_of_one_name_are_compared_row_by_row(tmp_path):
    rows = [plain_row(at) | {"clear_height_m": [None, 3.0, 11.0][at % 3]} for at in range(ROWS)]
    table = pa.Table.from_pylist(rows, schema=pa.schema(PLACES | {"clear_height_m": pa.float64()}))
    pq.write_table(table, tmp_path / "places.parquet")
    read = both_ways(tmp_path / "places.parquet")
    assert "two-columns-in-one" in {fault.code for fault in read.faults}


@pytest.mark.parametrize("kind", [pa.large_string(), pa.string_view(), pa.dictionary(pa.int8(), pa.string())])
def test_texts_are_read_in_whatever_way_arrow_keeps_them(tmp_path, kind):
    table = pa.Table.from_pylist([plain_row(at) for at in range(ROWS)], schema=pa.schema(PLACES))
    at = table.column_names.index("kind")
    pq.write_table(table.set_column(at, "kind", table.column("kind").cast(kind)), tmp_path / "places.parquet")
    assert both_ways(tmp_path / "places.parquet").table.num_rows == ROWS


def test_a_column_without_a_name_has_every_row_read_by_the_cell(tmp_path):
    table = pa.Table.from_pylist([plain_row(at) for at in range(ROWS)], schema=pa.schema(PLACES))
    names = ["" if name == "旁注" else name for name in table.column_names]
    filled = table.set_column(12, "旁注", pa.array([None] * 50 + ["x"] * 10)).rename_columns(names)
    pq.write_table(filled, tmp_path / "places.parquet")
    assert "value-without-header" in {f.code for f in both_ways(tmp_path / "places.parquet").faults}


def test_all_or_nothing_holds_for_rows_read_by_the_column(tmp_path):
    path = save(tmp_path / "places.parquet", [plain_row(at) | {"area_m2": -1.0} for at in range(ROWS)])
    with pytest.raises(InputError) as caught:
        read_ledger(path, "places", all_or_nothing=True)
    assert [fault.code for fault in caught.value.faults].count("out-of-range") == ROWS


def test_only_odd_rows_are_bounded_as_those_of_a_sheet(tmp_path, monkeypatch):
    monkeypatch.setattr(bounds, "MAX_ROWS", 40)
    rows = [plain_row(at) for at in range(ROWS)]
    assert read_ledger(save(tmp_path / "places.parquet", rows), "places").table.num_rows == ROWS
    for at in range(35, 47):
        rows[at]["kind"] = "什么"
    with pytest.raises(InputError) as caught:
        read_ledger(save(tmp_path / "places.parquet", rows), "places")
    (fault,) = caught.value.faults
    assert (fault.code, fault.cell, fault.found) == ("too-many-odd-rows", "37", "41")


def test_a_table_beyond_what_can_be_read_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(bounds, "MAX_TABLE_ROWS", ROWS - 1)
    with pytest.raises(InputError) as caught:
        read_ledger(save(tmp_path / "places.parquet", [plain_row(at) for at in range(ROWS)]), "places")
    (fault,) = caught.value.faults
    assert (fault.code, fault.found, fault.expected.en) == (
        "too-many-rows", "60", "at most 59 rows (where there are 13 columns)"
    )  # fmt: skip
