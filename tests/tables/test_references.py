from collections.abc import Sequence
from pathlib import Path

import pytest

from yinfeng.core.errors import Fault
from yinfeng.tables.read import Ledger, read_ledger
from yinfeng.tables.references import check_references


def ledger(tmp_path: Path, name: str, *lines: str) -> Ledger:
    path = tmp_path / f"{name}.csv"
    path.write_text("\n".join(lines), "utf-8")
    return read_ledger(path, name)


def named(faults: Sequence[Fault]) -> list[tuple[str, str, str, str]]:
    return [(fault.file.removesuffix(".csv"), fault.cell, fault.code, fault.severity) for fault in faults]


def zones(tmp_path: Path, *lines: str) -> Ledger:
    return ledger(
        tmp_path,
        "zones",
        "zone_id,zone_name,zone_kind,part_of,regions,longitude,latitude,radius_km,coordinate_system,boundary",
        *lines,
    )


def places(tmp_path: Path, *lines: str) -> Ledger:
    return ledger(
        tmp_path,
        "places",
        "place_id,zone_id,kind,part_of,status,reserved_for,area_m2,let_area_m2,divisible,smallest_share_m2,longitude,latitude,coordinate_system,substation",
        *lines,
    )


Z9 = "Z9,朔州,zone,,,112.43,39.33,5,wgs84,"


def test_a_blank_form_is_as_if_it_had_not_been_given(tmp_path: Path) -> None:
    assert check_references({"zones": zones(tmp_path), "places": places(tmp_path, "L1,Z9,land")}) == ()


def test_ids_must_be_in_the_ledger_they_refer_to(tmp_path: Path) -> None:
    ledgers = {
        "zones": zones(tmp_path, Z9),
        "places": places(tmp_path, "L1,Z9,land", "L2,Z8,land,,reserved,P7", "L3,X,land"),
        "projects": ledger(
            tmp_path,
            "projects",
            "project_id,project_name,zones_wished,current_place",
            "P1,甲,Z9、Z7,L1",
            "P2,乙,,L4",
        ),
        "pins": ledger(
            tmp_path,
            "pins",
            "项目编号,场地编号,做法,决定单位,理由",
            "P1,L1、L9,指定,会,有",
            "P9,L1,禁止,会,有",
        ),
    }
    assert named(check_references(ledgers)) == [
        ("places", "B3", "unknown-id", "error"),
        ("places", "B4", "unknown-id", "error"),
        ("places", "F3", "unknown-id", "error"),
        ("projects", "C2", "unknown-id", "error"),
        ("projects", "D3", "unknown-id", "error"),
        ("pins", "A3", "unknown-id", "error"),
        ("pins", "B2", "unknown-id", "error"),
    ]


def test_an_id_whose_row_was_refused_says_so_and_a_near_one_is_offered(tmp_path: Path) -> None:
    ledgers = {
        "zones": zones(tmp_path, "Z01,朔州,zone", "Z02,怀仁,不知道"),
        "places": places(tmp_path, "L1,Z02,land", "L2,z01,land"),
    }
    first, second = check_references(ledgers)
    assert first.fix.zh == "它所在的行被退回了：先改那一行"
    assert second.fix.zh == "是否应为“Z01”？"


def test_what_is_not_given_is_not_checked(tmp_path: Path) -> None:
    assert check_references({"places": places(tmp_path, "L1,Z8,land")}) == ()
    assert check_references({}) == ()


def test_zones_must_not_lie_in_themselves(tmp_path: Path) -> None:
    read = zones(tmp_path, "A,甲,zone,B", "B,乙,park,C", "C,丙,park,A", "D,丁,park,A", "E,戊,park,E")
    assert named(check_references({"zones": read})) == [
        ("zones", "D2", "zone-cycle", "error"),
        ("zones", "D3", "zone-cycle", "error"),
        ("zones", "D4", "zone-cycle", "error"),
        ("zones", "D6", "zone-cycle", "error"),
    ]


def test_regions_group_and_zones_contain(tmp_path: Path) -> None:
    ledgers = {
        "zones": zones(tmp_path, "R,大区,region", "A,甲,zone,R,R", "B,乙,park,A,A"),
        "places": places(tmp_path, "L1,R,land", "L2,B,land"),
    }
    assert named(check_references(ledgers)) == [
        ("zones", "D3", "region-as-zone", "error"),
        ("zones", "E4", "zone-as-region", "error"),
        ("places", "B2", "region-as-zone", "error"),
    ]


def test_lines_stand_in_buildings(tmp_path: Path) -> None:
    read = places(
        tmp_path,
        "B1,Z,building",
        "L1,Z,land",
        "X1,Z,line,B1",
        "X2,Z,line",
        "X3,Z,line,L1",
        "B2,Z,building,B1",
    )
    assert named(check_references({"places": read})) == [
        ("places", "D5", "line-without-building", "error"),
        ("places", "D6", "line-without-building", "error"),
        ("places", "D7", "not-a-line", "warning"),
    ]


def test_a_row_must_not_contradict_itself(tmp_path: Path) -> None:
    read = places(
        tmp_path,
        "L1,Z,land,,vacant,P1,1000",
        "L2,Z,land,,reserved,P1,1000",
        "L3,Z,land,,,,1000,1001,no,1000",
        "L4,Z,land,,,,1000,1000,yes",
        "L5,Z,land,,,,1000,,yes,1000.5",
    )
    assert named(check_references({"places": read})) == [
        ("places", "F2", "reserved-without-status", "warning"),
        ("places", "H4", "larger-than-area", "error"),
        ("places", "J5", "no-smallest-share", "error"),
        ("places", "J6", "larger-than-area", "error"),
    ]


@pytest.mark.parametrize(
    ("longitude", "latitude", "outside"),
    [(112.43, 39.33, False), (112.43, 39.38, False), (112.43, 39.395, True), (112.30, 39.33, True)],
)
def test_places_lie_within_the_radius_of_their_zone_and_a_kilometre(
    tmp_path: Path, longitude: float, latitude: float, outside: bool
) -> None:
    read = places(tmp_path, f"L1,Z9,land,,,,,,,,{longitude},{latitude},wgs84")
    faults = check_references({"zones": zones(tmp_path, Z9), "places": read})
    assert named(faults) == ([("places", "K2", "outside-zone", "warning")] if outside else [])


@pytest.mark.parametrize(("latitude", "outside"), [(39.05, False), (39.108, False), (39.12, True)])
def test_a_boundary_goes_before_the_radius(tmp_path: Path, latitude: float, outside: bool) -> None:
    zone = "Z9,朔州,zone,,,112.05,39.05,100,wgs84,112 39; 112.1 39; 112.1 39.1; 112 39.1"
    read = places(tmp_path, f"L1,Z9,land,,,,,,,,112.05,{latitude},wgs84")
    faults = check_references({"zones": zones(tmp_path, zone), "places": read})
    assert named(faults) == ([("places", "K2", "outside-zone", "warning")] if outside else [])
    if outside:
        assert faults[0].expected.zh == "开发区 Z9 范围内的坐标（在界外 2.2 公里）"


def test_quotas_belong_to_a_zone_or_a_substation_that_is_known(tmp_path: Path) -> None:
    quotas = ledger(
        tmp_path,
        "quotas",
        "quota_id,scope_kind,scope,resource,capacity,used",
        "Q1,开发区,Z9,电力,100,",
        "Q2,开发区,Z8,电力,100,",
        "Q3,变电站,神电 110kV站,电力,100,",
        "Q4,变电站,别站,电力,100,101",
    )
    ledgers = {
        "zones": zones(tmp_path, Z9),
        "places": places(tmp_path, "L1,Z9,land,,,,,,,,,,,神电 110kV站"),
        "quotas": quotas,
    }
    assert named(check_references(ledgers)) == [
        ("quotas", "C3", "unknown-id", "error"),
        ("quotas", "C5", "unknown-substation", "warning"),
        ("quotas", "F5", "quota-overdrawn", "warning"),
    ]


def test_a_pair_is_pinned_or_barred_not_both(tmp_path: Path) -> None:
    pins = ledger(
        tmp_path,
        "pins",
        "项目编号,场地编号,做法,决定单位,理由",
        "P1,L1、L2,指定,会,有",
        "P1,L2、L1,禁止,会,有",
        "P1,L1,禁止,会,有",
        "P1,L1,禁止,会,有",
    )
    assert named(check_references({"pins": pins})) == [("pins", "C3", "pin-and-bar", "error")]


def test_a_credit_code_belongs_to_one_firm(tmp_path: Path) -> None:
    code = "91350100M000100Y43"
    firms = ledger(tmp_path, "firms", "firm_id,firm_name,uscc", f"F1,甲,{code}", "F2,乙,", f"F3,丙,{code}")
    assert named(check_references({"firms": firms})) == [("firms", "C4", "repeated-credit-code", "error")]


def test_a_parcel_with_its_area_in_the_column_of_buildings_is_named(tmp_path: Path) -> None:
    read = ledger(
        tmp_path,
        "places",
        "place_id,zone_id,kind,占地面积（亩）",
        "L1,Z9,land,30",
        "L2,Z9,building,30",
        "L3,Z9,land,",
    )
    faults = check_references({"places": read})
    assert named(faults) == [("places", "2", "land-without-area", "warning")]
    assert faults[0].fix.zh == "把宗地面积（厂房用）的 20,000 平方米填到面积列"
