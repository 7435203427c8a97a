"""Published registers read row by row: what is read, what is refused, and why."""

import collections
import csv
import datetime
from pathlib import Path

import pytest

from yinfeng.tables import schema
from yinfeng.tables.headers import match_header
from yinfeng.tables.read import Ledger, read_ledger

# Looked up in the file by eye: row, hectares, use, way of supply, years, price in 万元.
RESULTS = """
2 6.0 industrial listing 50 1668
3 4.500629 residential listing 70 15659
4 0.4158 transport allocation - 3.3264
5 6.0163 residential allocation - 2707.335
6 0.33 residential listing 70 173.25
7 6.06 residential listing 70+40 2757.3
8 0.2791 industrial listing 50 96
9 3.8577 public listing 50 1698
10 0.85 residential listing 70 446.25
11 5.2 residential listing 40+70 2366
12 3.406444 public allocation - -
13 1.04 residential listing 70 546
14 5.676363 new_industry allocation - -
15 4.3 residential listing 40+70 2322
16 2.4878 public allocation - 1865.85
17 0.23 residential listing 70 138
18 2.3139 industrial listing 50 97.3
19 1.7723 residential listing 70+40 1824
20 1.727943 special allocation - -
21 5.46 residential listing 70 2866.5
22 4.93 residential listing 70 2588.25
23 0.73 residential listing 70 383.25
24 13.2034 residential listing 70 402000
25 4.677155 residential listing 70 7983
26 5.3353 commercial listing 40 1323.1544
27 4.0 residential listing 40+70 2160
28 6.6573 public allocation - -
29 26.6574 public allocation - -
30 1.0 public listing 50 570
31 5.6089 public allocation - -
"""
MIXED_TERMS = {  # two uses of one parcel, each with its own term
    "70+40": "城镇住宅用地70年; 其他商服用地40年;",
    "40+70": "其他商服用地40年; 城镇住宅用地70年;",
}

# Notices of an auction to come: no supervision number and no area of a result.
NOTICES = """
3 4 5 6 9 12 14 15 16 17 18 19 20 21 22 23 24 25 28 31 34 36 37 39 40 41 42 46 47 48 49 50 52 53 54 56 57 59
60 61 63 65 67 69 71 73 74 75 76 77 78 79 81 82 86 88 89
"""
GLUED = 26  # an auction notice and the result of another parcel in one row; row 27 is that result alone


def by_row(ledger: Ledger) -> dict[int, list[tuple[str, str]]]:
    return {
        row.row: [(f.cell, f.code) for f in row.faults if f.severity == "error"] for row in ledger.refused
    }


def number(text: str) -> float | None:
    return None if text == "-" else float(text)


def test_land_results(data_dir: Path) -> None:
    read = read_ledger(data_dir / "land_records" / "jieguo_output_2019.psv", "land_supply")
    columns = ["row", "area_ha", "land_use", "supply_method", "term", "price_wan"]
    expected = []
    for line in RESULTS.split("\n")[1:-1]:
        row, area, use, method, term, price = line.split()
        years = None if term == "-" else MIXED_TERMS.get(term, term)
        expected.append((int(row), float(area), use, method, years, number(price)))
    assert [tuple(row.values()) for row in read.table.select(columns).to_pylist()] == expected
    assert read.refused == ()
    assert [(f.cell, f.code) for f in read.faults if f.severity == "warning"] == [("G1", "unknown-header")]


def test_land_results_in_full(data_dir: Path) -> None:
    read = read_ledger(data_dir / "land_records" / "jieguo_output_2019.psv", "land_supply")
    first = {name: value for name, value in read.table.to_pylist()[0].items() if "." not in name}
    published = {column.name for column in schema.load("land_supply").columns[:22]} | {"row"}
    assert {value for name, value in first.items() if name not in published} == {None}
    assert {name: value for name, value in first.items() if name in published} == {
        "supervision_no": "4418272019B00376",
        "project_name": "清远市德拉尼家居有限公司",
        "district": "清新县",
        "location": "清远市清新区禾云镇广州花都（清新）产业转移工业园",
        "area_ha": 6.0,
        "stock_area_ha": 0.0,
        "land_use": "industrial",
        "supply_method": "listing",
        "term": "50",
        "industry": "家具制造业",
        "land_grade": "十一级",
        "price_wan": 1668.0,
        "holder": "清远市德拉尼家居有限公司",
        "plot_ratio_min": 0.8,
        "plot_ratio_max": 2.5,
        "deliver_on": datetime.date(2019, 7, 21),
        "start_on": datetime.date(2020, 7, 21),
        "complete_on": datetime.date(2022, 1, 21),
        "started_on": None,
        "completed_on": None,
        "approved_by": "清远市清新区",
        "signed_on": datetime.date(2019, 6, 1),
        "row": 2,
    }
    # Written once 2019/6/1 and once 2019年06月01日: the same day is no conflict.
    signed = read.table.column("signed_on").to_pylist()
    assert collections.Counter(signed) == {datetime.date(2019, 6, 1): 26, datetime.date(2019, 5, 31): 4}
    assert read.table.column("signed_on.raw").to_pylist()[0] == "2019年06月01日"
    assert read.table.column("location").to_pylist()[8] == "315国道与和平路十字东北角"


def test_land_notices_and_results_in_one_file(data_dir: Path) -> None:
    read = read_ledger(data_dir / "land_records" / "concat_output_2019.psv", "land_supply")
    assert by_row(read) == {
        **{
            row: [(f"AF{row}", "required-blank"), (f"AI{row}", "required-blank")]
            for row in map(int, NOTICES.split())
        },
        GLUED: [("AF26", "duplicate-id")],
        GLUED + 1: [("AF27", "duplicate-id")],
    }
    rows = "2 7 8 10 11 13 29 30 32 33 35 38 43 44 45 51 55 58 62 64 66 68 70 72 80 83 84 85 87"
    assert read.table.column("row").to_pylist() == [int(row) for row in rows.split()]
    conflicts = [(f.cell, f.column) for f in read.faults if f.code == "conflicting-cells"]
    assert conflicts == [
        ("AH8", "location"),  # 驸马村 in the one column, 页马村 in the other
        ("A26", "district"),
        ("AH26", "location"),
        ("AI26", "area_ha"),
        ("AL26", "supply_method"),
        ("AM26", "term"),
        ("AH38", "location"),  # a sign broken in the one column, whole in the other
    ]
    persons = read.table.filter(read.table.column("row").to_numpy() == 35).to_pylist()[0]
    assert (persons["holder"], persons["area_ha"], persons["deliver_on"]) == ("自然人", 0.0342, None)
    assert read.table.column("supervision_no").to_pylist()[18] == "3503002019B00545-1"


@pytest.fixture(scope="module")
def brownfield(data_dir: Path) -> Ledger:
    path = data_dir / "uk_brownfield" / "brownfield_sample_5_authorities.csv"
    return read_ledger(path, "places", defaults={"kind": "地块"})


def test_brownfield_sites(brownfield: Ledger) -> None:
    assert brownfield.table.num_rows == 2496
    assert brownfield.refused == ()
    assert collections.Counter(fault.code for fault in brownfield.faults) == {
        "unknown-header": 11,
        "two-columns-in-one": 1,  # site-address, and name (of the council)
        "no-coordinate-system": 1,
        "outside-china": 2494,  # the other two have no coordinate
    }
    assert brownfield.table.column("longitude").null_count == 2496


def test_brownfield_areas_are_in_the_unit_of_their_header(brownfield: Ledger, data_dir: Path) -> None:
    area = brownfield.table.column("area_m2")
    assert area.null_count == 9
    first = brownfield.table.slice(0, 1).to_pylist()[0]
    assert (first["place_id"], first["area_m2"], first["area_m2.raw"]) == (
        "CC1",
        pytest.approx(33_800),
        "3.38",
    )
    assert first["place_name"] == "Ledsam Street, Ladywood"
    assert (first["zone_id"], first["kind"]) == ("local-authority-eng:BIR", "land")
    values = [value for value in area.to_pylist() if value is not None]
    assert (min(values), max(values)) == (pytest.approx(40), pytest.approx(1_059_200))


def test_brownfield_owners_and_dates(brownfield: Ledger) -> None:
    owners = collections.Counter(brownfield.table.column("owner_kind").to_pylist())
    assert owners == {None: 1464, "firm": 630, "committee": 313, "platform": 89}
    verified = brownfield.table.column("verified_on").to_pylist()
    assert verified[0] == datetime.date(2017, 12, 19)
    assert collections.Counter(verified)[datetime.date(2019, 12, 31)] == 577


def test_header_spellings_of_english_councils(data_dir: Path) -> None:
    column_of = {
        "SiteReference": "place_id",
        "SiteNameAddress": "place_name",
        "Hectares": "area_m2",
        "OwnershipStatus": "owner_kind",
        "LastUpdatedDate": "verified_on",
        "GeoX": "longitude",
        "GeoY": "latitude",
        "Notes": "note",
    }
    places = schema.load("places")
    understood, wrong = collections.Counter[str](), []
    with (data_dir / "uk_brownfield" / "pipeline_column.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            column = match_header(row["pattern"], places).column
            if column and column == column_of.get(row["value"]):
                understood[column] += 1
            elif column:
                wrong.append((row["pattern"], column))
    # Eastings and northings are metres of the British grid: rightly no longitude and latitude.
    assert understood == {
        "place_name": 12,
        "area_m2": 9,
        "place_id": 5,
        "verified_on": 4,
        "longitude": 2,
        "latitude": 2,
        "owner_kind": 1,
    }
    assert wrong == [("Title", "title")]


def test_zones_of_the_notice_of_2018(data_dir: Path) -> None:
    path = data_dir / "zones_2018" / "shanxi_zones_2018_partial.csv"
    read = read_ledger(path, "zones", defaults={"zone_kind": "开发区"})
    assert (read.table.num_rows, read.refused) == (21, ())
    assert [(fault.code, fault.found) for fault in read.faults] == [
        ("unknown-header", header)
        for header in (
            "序号",
            "开发区类型",
            "核准面积_公顷",
            "经度_GCJ02",
            "纬度_GCJ02",
            "格式化地址",
            "地理编码精度",
        )
    ]
    shuozhou = next(row for row in read.table.to_pylist() if row["zone_id"] == "S147005")
    assert shuozhou["zone_name"] == "山西朔州经济开发区"
    assert (shuozhou["level"], shuozhou["approved_on"]) == ("provincial", datetime.date(1996, 1, 1))
    assert shuozhou["leading_industries"] == ["煤炭", "煤机维修", "铁合金冶炼"]
    # Of two pairs of columns the one in WGS84 is read, as it stands.
    assert (shuozhou["longitude"], shuozhou["latitude"]) == (112.450981, 39.347437)
    assert collections.Counter(read.table.column("level").to_pylist()) == {"national": 5, "provincial": 16}
