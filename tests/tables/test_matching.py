"""Ledgers become facts: units, inheritance, ranges, and what is left out."""

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tests.core.matching.zone import PLACE_NUMBERS, PROJECT_NUMBERS
from yinfeng.core.matching.facts import Facts, Numbers
from yinfeng.core.matching.model import build
from yinfeng.tables import schema
from yinfeng.tables.matching import to_facts
from yinfeng.tables.policy import read_policy
from yinfeng.tables.read import Ledger, read_ledger

POLICY = read_policy("shanxi", date(2024, 2, 29))
PROJECT = {"项目编号": "P1", "项目名称": "项目"}
PLACE = {"场地编号": "L1", "开发区编号": "K", "类型": "厂房", "面积": "6000"}
ZONES = [
    {
        "开发区编号": "Z", "开发区名称": "开发区", "类别": "开发区", "级别": "省级", "禁入行业代码": "C25",
        "认定化工园区": "是", "所属区域": "R",
    },
    {"开发区编号": "K", "开发区名称": "园区", "类别": "园区", "上级开发区": "Z", "准入行业代码": "C30、C33"},
    {"开发区编号": "R", "开发区名称": "区域", "类别": "区域"},
]  # fmt: skip


def ledger(tmp_path: Path, name: str, rows: list[dict[str, str]]) -> Ledger:
    """Write rows as a CSV under their Chinese headers and read them."""
    headers = list(dict.fromkeys(header for row in rows for header in row))
    lines = [",".join(headers), *(",".join(f'"{row.get(h, "")}"' for h in headers) for row in rows)]
    path = tmp_path / f"{name}.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    read = read_ledger(path, name)
    assert [fault for fault in read.faults if fault.severity == "error"] == []
    return read


def facts(tmp_path: Path, *, project: Any = (), place: Any = (), **others: list[dict[str, str]]) -> Facts:
    rows = {"projects": [PROJECT | dict(project)], "places": [PLACE | dict(place)], "zones": ZONES, **others}
    return to_facts({name: ledger(tmp_path, name, of) for name, of in rows.items()}, POLICY)


def only(numbers: Numbers) -> int | None:
    return int(numbers.value[0]) if numbers.known[0] else None


@pytest.mark.parametrize(
    ("header", "written", "column", "value"),
    [
        ("用地需求下限（亩）", "30", "land_min_mu", 20_000),
        ("用地需求", "2公顷", "land_min_mu", 20_000),
        ("净高需求", "9", "clear_height_m", 9_000),
        ("用电需求", "2.5MVA", "power_kva", 2_500),
        ("固定资产投资", "1.2亿元", "fixed_investment_wan", 120_000_000),
        ("年税收", "600", "tax_wan_yr", 6_000_000),
        ("用水需求", "200吨/天", "water_t_d", 73_000),
        ("年综合能耗", "4000", "energy_tce_yr", 4_000_000),
        ("蒸汽需求", "1.5", "steam_t_h", 1_500),
        ("租金上限", "8.5", "rent_ceiling_yuan_m2_month", 850),
        ("生产火灾危险性", "丙类", "fire_class", 3),
        ("需要首层", "是", "ground_floor", 1),
        ("需要日期", "2024年6月", "needed_on", date(2024, 6, 1).toordinal()),
    ],
)
def test_needs_arrive_in_engine_units(
    tmp_path: Path, header: str, written: str, column: str, value: int
) -> None:
    assert only(facts(tmp_path, project={header: written}).projects.number[column]) == value


@pytest.mark.parametrize(
    ("need", "bounds"),
    [
        ({"用地需求下限": "30亩至50亩"}, (20_000, 33_333)),
        ({"用地需求下限": "30", "用地需求上限": "50"}, (20_000, 33_333)),
        ({"用地需求下限": "30"}, (20_000, None)),
        ({"用地需求下限": "不超过50亩"}, (0, 33_333)),
    ],
)
def test_ranges_of_land(tmp_path: Path, need: dict[str, str], bounds: tuple[int | None, int | None]) -> None:
    number = facts(tmp_path, project=need).projects.number
    assert (only(number["land_min_mu"]), only(number["land_max_mu"])) == bounds


def test_kinds_follow_the_need_that_is_given(tmp_path: Path) -> None:
    found = [
        facts(tmp_path, project=need).projects.key["kinds_accepted"][0]
        for need in ({"用地需求下限": "30"}, {"厂房需求下限": "5000"}, {"接受类型": "地块、厂房"}, {})
    ]
    assert found == [{"land"}, {"building"}, {"land", "building"}, frozenset()]


def test_a_park_inherits_from_its_zone(tmp_path: Path) -> None:
    found = facts(tmp_path)
    assert found.zones["K"].within == ("K", "Z", "R")
    assert found.zones["K"].root == "Z"
    assert found.places.key["industries"][0] == ((("C30", "C33"),), ("C25",))
    assert only(found.places.number["min_intensity_wan_mu"]) == 2_000_000  # the provincial floor
    assert only(found.places.number["is_chemical_park"]) == 1


def test_a_place_may_ask_more_or_less_than_its_zone(tmp_path: Path) -> None:
    found = facts(tmp_path, place={"投资强度下限": "500", "准入行业代码": "C3024"})
    assert only(found.places.number["min_intensity_wan_mu"]) == 5_000_000
    assert found.places.key["industries"][0][0] == (("C3024",), ("C30", "C33"))


def test_without_a_zones_ledger_a_zone_stands_for_itself(tmp_path: Path) -> None:
    rows = {"projects": [PROJECT], "places": [PLACE]}
    found = to_facts({name: ledger(tmp_path, name, of) for name, of in rows.items()}, POLICY)
    assert found.zones["K"].within == ("K",)
    assert only(found.places.number["min_intensity_wan_mu"]) is None


def test_what_is_let_is_not_free(tmp_path: Path) -> None:
    found = facts(tmp_path, place={"已用面积": "1500"})
    assert only(found.places.number["area_m2"]) == 4_500
    assert only(found.places.number["gross_area_m2"]) == 6_000


def test_a_place_without_an_area_is_not_known_to_fit(tmp_path: Path) -> None:
    found = facts(tmp_path, project={"厂房需求下限": "10"}, place={"面积": "", "状态": "闲置"})
    assert only(found.places.number["area_m2"]) is None
    assert build(found, POLICY).problem.n_candidates == 0


def test_vacant_means_available_now(tmp_path: Path) -> None:
    assert only(facts(tmp_path, place={"状态": "闲置"}).places.number["available_on"]) == POLICY.as_of
    assert only(facts(tmp_path).places.number["available_on"]) is None


def test_a_firms_place_without_consent_is_to_be_asked(tmp_path: Path) -> None:
    assert facts(tmp_path, place={"产权类别": "企业"}).places.key["owner_state"][0] == ("ask", None)


def test_projects_that_are_placed_or_dropped_are_not_looking(tmp_path: Path) -> None:
    rows = [
        PROJECT | {"项目编号": f"P{n}", "阶段": stage}
        for n, stage in enumerate(("洽谈", "已落地", "终止", ""))
    ]
    assert facts(tmp_path, projects=rows).projects.id == ("P0", "P3")


def test_lines_stand_in_buildings_and_are_no_places(tmp_path: Path) -> None:
    line = {
        "场地编号": "N1", "开发区编号": "K", "类型": "生产线", "所在厂房": "L1", "产品": "硅酸钙板",
        "设备重置价": "3000", "面积": "",
    }  # fmt: skip
    found = facts(tmp_path, places=[PLACE, line])
    assert (found.places.id, found.lines.id, found.lines.building) == (("L1",), ("N1",), ("L1",))
    assert only(found.lines.value_yuan) == 30_000_000


def test_quotas_are_what_remains(tmp_path: Path) -> None:
    quotas = [
        {
            "配额编号": "Q1", "范围类别": "开发区", "范围": "Z", "指标": "能耗",
            "总量": "2万吨标准煤", "已用": "5000",
        },
        {"配额编号": "Q2", "范围类别": "变电站", "范围": "甲站", "指标": "电力", "总量": "20MVA"},
    ]  # fmt: skip
    assert [(q.resource, q.capacity) for q in facts(tmp_path, quotas=quotas).quotas] == [
        ("energy", 15_000_000),
        ("power", 20_000),
    ]


def test_two_spellings_of_a_substation_are_one(tmp_path: Path) -> None:
    quota = {"配额编号": "Q", "范围类别": "变电站", "范围": "神电110KV站", "指标": "电力", "总量": "9"}
    found = facts(tmp_path, place={"供电变电站": "神电 110kV站"}, quotas=[quota])
    assert tuple(found.places.substation) == (found.quotas[0].scope,)
    assert found.quotas[0].scope_name == "神电110KV站"


def test_without_a_smallest_share_a_place_is_offered_whole(tmp_path: Path) -> None:
    assert facts(tmp_path, place={"可分割": "是"}).places.divisible.tolist() == [False]
    shared = facts(tmp_path, place={"可分割": "是", "最小分割面积": "500"})
    assert shared.places.divisible.tolist() == [True]


def test_a_by_product_named_twice_adds_up(tmp_path: Path) -> None:
    found = facts(tmp_path, project={"利用副产物": "粉煤灰 5万吨；粉煤灰 3万吨"})
    assert tuple(found.projects.by_products) == ({"粉煤灰": 80_000_000},)


def test_by_products_are_kilograms(tmp_path: Path) -> None:
    firms = [
        {
            "企业编号": "F1",
            "企业名称": "电厂",
            "开发区编号": "K",
            "可供副产物": "粉煤灰 20万吨；脱硫石膏 3万吨",
        }
    ]
    found = facts(tmp_path, project={"利用副产物": "粉煤灰 5万吨"}, firms=firms)
    assert tuple(found.projects.by_products) == ({"粉煤灰": 50_000_000},)
    assert found.firms[0].by_products == {"粉煤灰": 200_000_000, "脱硫石膏": 30_000_000}


def test_chemical_projects_are_known_by_their_industry(tmp_path: Path) -> None:
    codes = ({"行业代码": "C2614"}, {"行业代码": "C2614", "化工项目": "否"}, {"行业代码": "C3024"})
    assert [only(facts(tmp_path, project=p).projects.number["is_chemical"]) for p in codes] == [1, 0, None]


def test_properties_shared_in_a_bundle_are_named_as_people_name_them(tmp_path: Path) -> None:
    found = facts(tmp_path, place={"合并时共用": "可用电力、铁路专用线、power_kva"})
    assert tuple(found.places.shared) == (frozenset({"power_kva", "rail"}),)


def test_rows_in_any_order_make_the_same_problem(tmp_path: Path) -> None:
    projects = [
        PROJECT | {"项目编号": f"P{n}", "厂房需求下限": "3000", "年税收": f"{100 + n}"} for n in range(5)
    ]
    places = [PLACE | {"场地编号": f"L{n}", "状态": "闲置", "规划用途": "工业用地"} for n in range(4)]
    ledgers = {
        "projects": ledger(tmp_path, "projects", projects),
        "places": ledger(tmp_path, "places", places),
    }
    turned = {name: _reversed(of) for name, of in ledgers.items()}
    first, second = (build(to_facts(given, POLICY), POLICY).problem for given in (ledgers, turned))
    assert first.n_candidates == 20
    for name in ("project_id", "candidate_id", "resource_id"):
        assert getattr(first, name) == getattr(second, name)
    for name in ("start", "value", "use_start", "use_resource", "use_amount", "capacity"):
        assert getattr(first, name).tolist() == getattr(second, name).tolist()


def _reversed(given: Ledger) -> Ledger:
    order = pa.array(range(given.table.num_rows - 1, -1, -1))
    return Ledger(given.schema, given.table.take(order), given.faults, given.refused, given.source)


def test_every_number_of_the_dictionaries_reaches_the_facts() -> None:
    """A quantity column added to a ledger is either used by the engine or named here as only for reading."""
    reading = {"output_wan_yr", "let_area_m2", "line_value_wan", "upgrade_wan"}
    for name, used in (("projects", PROJECT_NUMBERS), ("places", PLACE_NUMBERS)):
        columns = {c.name for c in schema.load(name).columns if c.type == "quantity"}
        assert columns - set(used) - reading == set()
