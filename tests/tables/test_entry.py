from datetime import date

import pytest

from yinfeng.tables.entry import read_entry
from yinfeng.tables.read import read_ledger


def codes(entered):
    return [(fault.column, fault.code, fault.severity) for fault in entered.faults]


def test_texts_are_read_as_the_cells_of_a_sheet():
    entered = read_entry(
        "projects",
        {
            "project_id": "Ｐ 3",
            "project_name": " 硅酸钙板  生产线 ",
            "stage": "在谈",
            "land_min_mu": "不超过30亩",
            "floor_min_m2": "三千平方米",
            "must_place": "是",
            "needed_on": "2024-06",
            "products": "硅酸钙板；石膏板",
            "by_products_used": "粉煤灰 5万吨",
            "power_kva": "",
        },
    )
    assert entered.faults == ()
    assert entered.values == {
        "project_id": "P3",
        "project_name": "硅酸钙板 生产线",
        "stage": "talks",
        "must_place": True,
        "products": ["硅酸钙板", "石膏板"],
        "land_min_mu": 30.0,
        "land_min_mu.raw": "不超过30亩",
        "land_min_mu.strength": "<=",
        "land_min_mu.high": None,
        "floor_min_m2": 3000.0,
        "floor_min_m2.raw": "三千平方米",
        "floor_min_m2.strength": "=",
        "floor_min_m2.high": None,
        "power_kva": None,
        "power_kva.raw": None,
        "power_kva.strength": None,
        "power_kva.high": None,
        "needed_on": date(2024, 6, 1),
        "needed_on.raw": "2024-06",
        "by_products_used": [{"name": "粉煤灰", "amount": 50000.0}],
    }


@pytest.mark.parametrize(
    ("ledger", "column", "text"),
    [
        ("places", "place_id", ""),
        ("places", "area_m2", "很大"),
        ("places", "area_m2", "约30亩"),
        ("places", "clear_height_m", "900"),
        ("places", "status", "废弃"),
        ("places", "divisible", "也许"),
        ("places", "idle_since", "去年"),
        ("places", "idle_since", "1900-01-01"),
        ("places", "allowed_industries", "C99"),
        ("firms", "uscc", "91140000000000000X"),
        ("firms", "by_products", "粉煤灰"),
    ],
)
def test_a_fault_of_a_form_is_that_of_the_sheet(tmp_path, ledger, column, text):
    sheet = tmp_path / "ledger.csv"
    required = {
        "places": {"place_id": "L1", "zone_id": "Z1", "kind": "地块"},
        "firms": {"firm_id": "F1", "firm_name": "甲"},
    }
    cells = {**required[ledger], column: text}
    sheet.write_text(f"{','.join(cells)}\n{','.join(cells.values())}\n", "utf-8")
    told = [
        (fault.code, fault.found, fault.expected, fault.fix, fault.severity)
        for fault in read_ledger(sheet, ledger).faults
        if fault.column == column
    ]
    faults = read_entry(ledger, {column: text}).faults
    assert told
    assert [(f.code, f.found, f.expected, f.fix, f.severity) for f in faults] == told


def test_a_refused_column_has_no_value_and_others_keep_theirs():
    entered = read_entry("places", {"area_m2": "很大", "clear_height_m": "9"})
    assert codes(entered) == [("area_m2", "not-a-quantity", "error")]
    assert entered.errors == entered.faults
    assert entered.values["clear_height_m"] == 9.0
    assert "area_m2" not in entered.values
    assert "area_m2.raw" not in entered.values


def test_a_quotas_amounts_are_in_the_unit_of_its_resource():
    entered = read_entry("quotas", {"resource": "电力", "capacity": "2万千伏安", "used": "500"})
    assert (entered.faults, entered.values["capacity"], entered.values["used"]) == ((), 20000.0, 500.0)
    assert codes(read_entry("quotas", {"resource": "", "capacity": "2"})) == [
        ("resource", "required-blank", "error"),
        ("capacity", "no-resource", "error"),
    ]


def test_coordinates_are_turned_by_the_system_given_and_a_wrong_pair_is_a_warning():
    position = {"longitude": "112.43", "latitude": "39.33", "boundary": ""}
    held = read_entry("places", position | {"coordinate_system": "WGS84"})
    assert (held.values["longitude"], held.values["latitude"], held.values["boundary"]) == (
        112.43,
        39.33,
        None,
    )
    turned = read_entry("places", position | {"coordinate_system": "gcj02"})
    assert turned.values["longitude"] == pytest.approx(112.4231, abs=1e-4)
    assert codes(read_entry("places", position | {"coordinate_system": ""})) == [
        ("coordinate_system", "no-coordinate-system", "warning")
    ]
    swapped = read_entry("places", position | {"longitude": "39.33", "latitude": "112.43"})
    assert codes(swapped) == [("longitude", "swapped-coordinate", "warning")]
    assert swapped.values["longitude"] is None
