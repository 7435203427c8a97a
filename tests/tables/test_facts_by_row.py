"""Facts made column by column are those made row by row, keys in the same order, from tables and rows."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tables import facts_by_row
from yinfeng.core.matching.facts import Facts, Keys, Numbers
from yinfeng.core.matching.offers import all_offers
from yinfeng.tables import synthetic
from yinfeng.tables.held import ledger_of
from yinfeng.tables.matching import facts_of, rows_of, to_facts
from yinfeng.tables.policy import read_policy
from yinfeng.tables.read import Ledger, read_ledger

POLICY = read_policy("shanxi", date(2025, 1, 1))
NEWSPAPER = Path(__file__).parents[2] / "examples" / "newspaper"
ROWS = {
    name: [
        {column: value for column, value in row.items() if column != "row"}
        for row in rows_of(ledger_of(name, table.to_pylist())).values()
    ]
    for name, table in synthetic.ledgers(projects=12, places=40, seed=3).items()
}


def seen(value: Any) -> Any:
    """Lay facts open, the keys of columns with their order."""
    if isinstance(value, Numbers):
        return value.value.tolist(), value.known.tolist()
    if isinstance(value, Keys):
        hashable = not any(isinstance(key, dict) for key in value.distinct)
        return (value.distinct, value.index.tolist()) if hashable else list(value)
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, Mapping):
        return {name: seen(each) for name, each in value.items()}
    if hasattr(value, "__dataclass_fields__"):
        return {field.name: seen(getattr(value, field.name)) for field in fields(value)}
    return value


def same_either_way(ledgers: Mapping[str, Ledger]) -> Facts:
    rows = {name: list(rows_of(ledger).values()) for name, ledger in ledgers.items()}
    plain = seen(facts_by_row.facts_of(rows, POLICY))
    found = to_facts(ledgers, POLICY)
    assert seen(found) == plain
    turned = {name: of if name == "pins" else of[::-1] for name, of in rows.items()}
    assert seen(facts_of(turned, POLICY)) == plain
    return found


@pytest.mark.parametrize("day", ["2024-02", "2024-08"])
def test_of_the_newspapers_ledgers(day: str) -> None:
    files = [file for file in (NEWSPAPER / day).iterdir() if file.stem in {*synthetic.LEDGERS, "pins"}]
    same_either_way({file.stem: read_ledger(file, file.stem) for file in files})


def test_of_made_up_ledgers(tmp_path: Path) -> None:
    names = synthetic.write(tmp_path, projects=300, places=900, seed=4, file_format="parquet")
    found = same_either_way({name: read_ledger(tmp_path / f"{name}.parquet", name) for name in names})
    places = found.places
    for offers in all_offers(found).values():
        single = [o for o in range(len(offers)) if not offers.is_bundle[o]]
        part = offers.parts[single, 0].tolist()
        assert [offers.id[o] for o in single] == [places.id[j] for j in part]
        assert [offers.substation[o] for o in single] == [places.substation[j] for j in part]
        assert offers.divisible[single].tolist() == places.divisible[part].tolist()
        for column, keys in offers.key.items():
            assert [keys[o] for o in single] == [(places.key[column][j],) for j in part]
            assert seen(keys) == seen(Keys.of(keys))
        for column, numbers in offers.number.items():
            assert seen(numbers.take(np.array(single))) == seen(places.number[column].take(np.array(part)))


def odd_cells(draw: st.DrawFn, ledger: str, cells: Mapping[str, st.SearchStrategy[Any]]) -> Ledger:
    rows = [dict(row) for row in ROWS[ledger]]
    for row in rows:
        for column in draw(st.sets(st.sampled_from(sorted(cells)), max_size=6)):
            row[column] = draw(cells[column])
    return ledger_of(ledger, rows)


NUMBERS = st.none() | st.floats(0, 1e6) | st.integers(0, 4000).map(lambda n: n / 8)
NAMES = st.none() | st.lists(st.sampled_from(["P01", "P07", "甲", "", "Z1"]), max_size=3)
BOUNDED = {
    f"{need}.{part}": of
    for need in ("land_min_mu", "floor_min_m2")
    for part, of in (("strength", st.sampled_from(["=", "<", "<=", ">", ">=", None])), ("high", NUMBERS))
}
AMOUNTS = st.builds(lambda name, t: {"name": name, "amount": t}, st.sampled_from("ab"), st.floats(0, 1e5))
OF_PROJECTS = {
    **dict.fromkeys(
        ("land_min_mu", "land_max_mu", "floor_min_m2", "floor_max_m2", "clear_height_m"), NUMBERS
    ),
    **BOUNDED,
    **dict.fromkeys(("products", "processes", "current_place", "zones_wished", "zones_excluded"), NAMES),
    "kinds_accepted": st.none() | st.lists(st.sampled_from(["land", "building", "line"]), max_size=2),
    "stage": st.sampled_from([None, "lead", "placed", "dropped"]),
    "industry_code": st.sampled_from([None, "C2614", "C3024"]),
    "is_chemical": st.sampled_from([None, True, False]),
    "must_place": st.sampled_from([None, True, False]),
    "fire_class": st.sampled_from([None, "jia", "wu"]),
    "needed_on": st.none() | st.dates(date(2024, 1, 1), date(2027, 1, 1)),
    "by_products_used": st.none() | st.lists(AMOUNTS, max_size=3),
}
SQUARES = [
    f"POLYGON (({x} 37, {x} 37.01, {x + 0.01:.2f} 37.01, {x + 0.01:.2f} 37, {x} 37))"
    for x in (111.0, 111.01, 111.5)
]
OF_PLACES = {
    **dict.fromkeys(
        ("area_m2", "let_area_m2", "smallest_share_m2", "min_intensity_wan_mu", "rent_yuan_m2_month"), NUMBERS
    ),
    **dict.fromkeys(("allowed_industries", "barred_industries", "adjacent_to", "products"), NAMES),
    "shared_in_bundle": st.none()
    | st.lists(st.sampled_from(["可用电力", "铁路专用线", "rail", "无此列"]), max_size=3),
    "kind": st.sampled_from(["land", "building", "line"]),
    "status": st.sampled_from([None, "vacant", "partly_let", "reserved", "in_use"]),
    "reserved_for": st.sampled_from([None, "X01", "X05"]),
    "place_name": st.sampled_from([None, "", "厂房"]),
    "part_of": st.sampled_from([None, "", "P01"]),
    "substation": st.sampled_from([None, "神电110KV站", "神电 110kV站", "东站"]),
    "bundle_substation": st.sampled_from([None, "东站", "东 站"]),
    "owner_kind": st.sampled_from([None, "firm", "committee"]),
    "owner_consent": st.sampled_from([None, "refused", "let"]),
    "divisible": st.sampled_from([None, True, False]),
    "zone_id": st.sampled_from(["Z1", "Z2", "elsewhere"]),
    "available_on": st.none() | st.dates(date(2024, 1, 1), date(2027, 1, 1)),
    "verified_on": st.none() | st.dates(date(2024, 1, 1), date(2025, 1, 1)),
    "boundary": st.none() | st.sampled_from(SQUARES),
}


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_of_ledgers_with_odd_cells(data: st.DataObject) -> None:
    ledgers = {name: ledger_of(name, rows) for name, rows in ROWS.items()}
    ledgers["projects"] = odd_cells(data.draw, "projects", OF_PROJECTS)
    ledgers["places"] = odd_cells(data.draw, "places", OF_PLACES)
    same_either_way(ledgers)


def test_of_no_rows_at_all() -> None:
    empty = {name: ledger_of(name, []) for name in ("projects", "places")}
    found = same_either_way(empty)
    assert [len(offers) for offers in all_offers(found).values()] == [0, 0]
