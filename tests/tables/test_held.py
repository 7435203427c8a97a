from datetime import date

import pytest

from yinfeng.tables.held import freeze, ledger_of, thaw
from yinfeng.tables.matching import rows_of
from yinfeng.tables.read import read_ledger
from yinfeng.tables.schema import LEDGERS
from yinfeng.tables.template import write_template


@pytest.mark.parametrize("name", LEDGERS)
def test_a_ledger_of_rows_has_the_very_columns_of_one_that_was_read(name, tmp_path):
    write_template(tmp_path / f"{name}.xlsx", name)
    read = read_ledger(tmp_path / f"{name}.xlsx", name)
    held = ledger_of(name, [])
    assert {f.name: f.type for f in held.table.schema} == {
        f.name: f.type for f in read.table.schema if f.type != "null"
    } | {f.name: held.table.schema.field(f.name).type for f in read.table.schema if f.type == "null"}


def test_what_was_frozen_thaws_to_the_same_rows(tmp_path):
    rows = [
        {
            "place_id": "L1",
            "kind": "land",
            "area_m2": 12.5,
            "area_m2.strength": "<=",
            "idle_since": date(2020, 1, 2),
        },
        {"place_id": "L2", "products": ["硅酸钙板", "砖"]},
    ]
    ledger = ledger_of("places", rows, source="台账")
    digest = freeze(ledger, tmp_path / "places.parquet")
    thawed = thaw("places", tmp_path / "places.parquet")
    assert rows_of(thawed) == rows_of(ledger)
    assert rows_of(thawed)["L1"]["idle_since"] == date(2020, 1, 2)
    assert rows_of(thawed)["L1"]["area_m2.strength"] == "<="
    assert rows_of(thawed)["L2"]["products"] == ["硅酸钙板", "砖"]
    assert rows_of(thawed)["L2"]["area_m2"] is None
    assert thawed.source.sha256 == digest
