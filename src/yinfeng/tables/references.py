"""Ledgers read together: what one says of another must hold, and no row may contradict itself."""

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely

from yinfeng.core.errors import Fault, Severity
from yinfeng.core.text import Text
from yinfeng.tables import coordinates, identifiers
from yinfeng.tables.bounds import column_index
from yinfeng.tables.read import Ledger
from yinfeng.tables.schema import LEDGER_LABEL
from yinfeng.tables.spelling import Unreadable, fold

TOLERANCE_KM: Final = 1.0
"""How far outside its zone a place may lie before it is named: boundaries and geocoders are no better."""


@dataclass(frozen=True, eq=False, slots=True)
class _Rows:
    """The good rows of a ledger as lists, and where they stand."""

    ledger: Ledger

    def __getitem__(self, column: str) -> list[Any]:
        values: list[Any] = self.ledger.table.column(column).to_pylist()
        return values

    def zip(self, *columns: str) -> Iterator[tuple[Any, ...]]:
        """Yield position and values of each row."""
        return zip(range(self.ledger.table.num_rows), *(self[column] for column in columns), strict=True)

    def fault(
        self,
        at: int,
        column: str,
        code: str,
        found: object,
        expected: Text,
        fix: Text,
        severity: Severity = "error",
    ) -> Fault:
        source = self.ledger.source
        row = self.ledger.table.column("row")[at].as_py()
        cell = f"{source.letters.get(column, '')}{row}"
        label = self.ledger.schema.column(column).label
        return Fault(
            code, source.file, source.sheet, cell, column, label, str(found), expected, fix, severity
        )


def check_references(ledgers: Mapping[str, Ledger]) -> tuple[Fault, ...]:
    """Check ledgers against one another and each row against itself; what is not given is not checked.

    ledgers: by name of the ledger; a blank form is as if it had not been given. An error says that its row
    cannot be used as it stands.
    """
    given = {name: ledger for name, ledger in ledgers.items() if ledger.table.num_rows or ledger.refused}
    rows = {name: _Rows(ledger) for name, ledger in given.items()}
    faults = [fault for name in rows for fault in _unknown_ids(name, rows)]
    for name, checks in _CHECKS.items():
        if name in rows:
            faults += (fault for one in checks for fault in one(rows[name], rows))
    return tuple(faults)


def _unknown_ids(name: str, rows: Mapping[str, _Rows]) -> Iterator[Fault]:
    own = rows[name]
    for column in own.ledger.schema.columns:
        if column.type in ("ref", "refs") and column.target in rows:
            target = rows[column.target].ledger
            known = set(rows[column.target][target.schema.key or ""])
            refused = _refused_ids(target)
            for at, value in own.zip(column.name):
                for one in [value] if isinstance(value, str) else value or ():
                    if one not in known:
                        expected, fix = _unknown_id(column.target, one, known, refused)
                        yield own.fault(at, column.name, "unknown-id", one, expected, fix)


def _unknown_id(target: str, value: str, known: Iterable[str], refused: set[str]) -> tuple[Text, Text]:
    label = LEDGER_LABEL[target]
    expected = Text(f"{label.zh}台账中有的编号", f"an id in the ledger {label.en}")
    if value in refused:
        return expected, Text("它所在的行被退回了：先改那一行", "its row was refused: mend that row first")
    by_lower = {name.lower(): name for name in known}
    near = difflib.get_close_matches(value.lower(), by_lower, n=1, cutoff=0.7)
    if near:
        name = by_lower[near[0]]
        return expected, Text(f"是否应为“{name}”？", f'perhaps "{name}"?')
    return expected, Text("改编号，或在那本台账中补上", "mend the id, or add it to that ledger")


def _refused_ids(ledger: Ledger) -> set[str]:
    letters = ledger.source.letters.get(ledger.schema.key or "")
    ids = set()
    for refused in ledger.refused if letters else ():
        try:
            ids.add(identifiers.parse_id(refused.cells[column_index(letters or "A")]))
        except Unreadable:
            continue
    return ids


def _zone_cycles(zones: _Rows, _: Mapping[str, _Rows]) -> Iterator[Fault]:
    parent = {zone: above for _, zone, above in zones.zip("zone_id", "part_of")}
    for at, zone, above in zones.zip("zone_id", "part_of"):
        seen, next_above = [zone], above
        while next_above is not None and next_above not in seen:
            seen.append(next_above)
            next_above = parent.get(next_above)
        if next_above == zone:
            path = " → ".join([*seen, zone])
            expected = Text("不绕回自身的上级", "a zone above that does not lead back here")
            fix = Text("改正其中一个上级开发区", "mend the zone above of one of them")
            yield zones.fault(at, "part_of", "zone-cycle", path, expected, fix)


def _zone_kinds(zones: _Rows, _: Mapping[str, _Rows]) -> Iterator[Fault]:
    kind = {zone: kind for _, zone, kind in zones.zip("zone_id", "zone_kind")}
    for at, above, regions in zones.zip("part_of", "regions"):
        if kind.get(above) == "region":
            expected = Text(
                "开发区或园区（区域写在“所属区域”）", "a zone or park (a region goes under regions)"
            )
            fix = Text("移到“所属区域”", "move it to the column regions")
            yield zones.fault(at, "part_of", "region-as-zone", above, expected, fix)
        for region in regions or ():
            if kind.get(region, "region") != "region":
                expected = Text("类别为“区域”的编号", "the id of a region")
                fix = Text("移到“上级开发区”，或改它的类别", "move it to part_of, or mend its kind")
                yield zones.fault(at, "regions", "zone-as-region", region, expected, fix)


def _region_as_zone(own: _Rows, rows: Mapping[str, _Rows]) -> Iterator[Fault]:
    if "zones" not in rows:
        return
    regions = {zone for _, zone, kind in rows["zones"].zip("zone_id", "zone_kind") if kind == "region"}
    for at, zone in own.zip("zone_id"):
        if zone in regions:
            expected = Text("一个开发区或园区，不是区域", "a zone or park, not a region")
            fix = Text("写所在的最小一级开发区或园区", "write the smallest zone or park it lies in")
            yield own.fault(at, "zone_id", "region-as-zone", zone, expected, fix)


def _lines(places: _Rows, _: Mapping[str, _Rows]) -> Iterator[Fault]:
    kind = {place: kind for _, place, kind in places.zip("place_id", "kind")}
    expected = Text("生产线所在厂房的编号", "the id of the building the line stands in")
    for at, own_kind, above in places.zip("kind", "part_of"):
        if own_kind == "line" and above is None:
            fix = Text("填上所在厂房", "fill in the building")
            yield places.fault(at, "part_of", "line-without-building", "", expected, fix)
        elif own_kind == "line" and kind.get(above, "building") != "building":
            fix = Text("写厂房的编号", "write the id of a building")
            yield places.fault(at, "part_of", "line-without-building", above, expected, fix)
        elif own_kind != "line" and above is not None:
            nothing = Text("空白（只有生产线填）", "nothing (only lines stand in a building)")
            fix = Text("删去，或把类型改为生产线", "delete it, or make the kind a line")
            yield places.fault(at, "part_of", "not-a-line", above, nothing, fix, "warning")


def _reservations(places: _Rows, _: Mapping[str, _Rows]) -> Iterator[Fault]:
    for at, status, project in places.zip("status", "reserved_for"):
        if project is not None and status != "reserved":
            expected = Text("空白，或状态为“预留”", "nothing, or the status reserved")
            fix = Text("把状态改为预留，或删去预留项目", "make the status reserved, or delete the project")
            yield places.fault(
                at, "reserved_for", "reserved-without-status", project, expected, fix, "warning"
            )


def _areas(places: _Rows, _: Mapping[str, _Rows]) -> Iterator[Fault]:
    columns = ("area_m2", "let_area_m2", "divisible", "smallest_share_m2")
    for at, area, used, divisible, share in places.zip(*columns):
        if divisible and share is None:
            expected = Text("可分割场地的最小分割面积", "the smallest share of a divisible place")
            fix = Text("填上，或把可分割改为否", "fill it in, or make divisible no")
            yield places.fault(at, "smallest_share_m2", "no-smallest-share", "", expected, fix)
        for column, value in (("let_area_m2", used), ("smallest_share_m2", share)):
            if area is not None and value is not None and value > area:
                expected = Text(f"不超过面积 {area:,.10g} 平方米", f"at most the area {area:,.10g} m²")
                fix = Text("核对两个面积和单位", "check both areas and their units")
                yield places.fault(at, column, "larger-than-area", f"{value:,.10g}", expected, fix)


def _land_areas(places: _Rows, _: Mapping[str, _Rows]) -> Iterator[Fault]:
    for at, kind, area, plot in places.zip("kind", "area_m2", "plot_area_m2"):
        if kind == "land" and area is None and plot is not None:
            expected = Text(
                "土地面积（地块没有面积不能安排）", "the area of the land (without it nothing fits)"
            )
            fix = Text(
                f"把宗地面积（厂房用）的 {plot:,.10g} 平方米填到面积列",
                f"put the {plot:,.10g} m² of the plot area, which is for buildings, in the column area",
            )
            yield places.fault(at, "area_m2", "land-without-area", "", expected, fix, "warning")


def _outside_zone(places: _Rows, rows: Mapping[str, _Rows]) -> Iterator[Fault]:
    if "zones" not in rows:
        return
    members: dict[str, list[tuple[int, float, float]]] = {}
    for at, zone, longitude, latitude in places.zip("zone_id", "longitude", "latitude"):
        if longitude is not None:
            members.setdefault(zone, []).append((at, longitude, latitude))
    columns = ("zone_id", "boundary", "longitude", "latitude", "radius_km")
    for _, zone, boundary, longitude, latitude, radius in rows["zones"].zip(*columns):
        if zone in members and boundary is not None:
            distances = _beyond_boundary(shapely.from_wkt(boundary), members[zone])
        elif zone in members and longitude is not None and radius is not None:
            distances = _beyond_circle(longitude, latitude, radius, members[zone])
        else:
            continue
        for (at, x, y), distance in zip(members[zone], distances, strict=True):
            if distance > TOLERANCE_KM:
                yield _outside(places, at, x, y, zone, distance)


def _outside(
    places: _Rows, at: int, longitude: float, latitude: float, zone: str, distance_km: float
) -> Fault:
    found = f"{longitude:.6f}, {latitude:.6f}"
    expected = Text(
        f"开发区 {zone} 范围内的坐标（在界外 {distance_km:.1f} 公里）",
        f"a coordinate in zone {zone} (it lies {distance_km:.1f} km outside)",
    )
    fix = Text("核对坐标、坐标系和开发区编号", "check the coordinate, its system and the zone id")
    return places.fault(at, "longitude", "outside-zone", found, expected, fix, "warning")


def _beyond_boundary(boundary: Any, points: list[tuple[int, float, float]]) -> list[float]:
    xs, ys = np.array([x for _, x, _ in points]), np.array([y for _, _, y in points])
    inside = shapely.contains_xy(boundary, xs, ys)
    return [
        0.0 if within else _distance_km(boundary, x, y) for within, x, y in zip(inside, xs, ys, strict=True)
    ]


def _distance_km(boundary: Any, longitude: float, latitude: float) -> float:
    line = shapely.shortest_line(boundary, shapely.Point(longitude, latitude))
    (x, y), _ = line.coords
    return coordinates.distance_km(x, y, longitude, latitude)


def _beyond_circle(
    longitude: float, latitude: float, radius_km: float, points: list[tuple[int, float, float]]
) -> list[float]:
    return [max(0.0, coordinates.distance_km(longitude, latitude, x, y) - radius_km) for _, x, y in points]


def _quota_scopes(quotas: _Rows, rows: Mapping[str, _Rows]) -> Iterator[Fault]:
    zones = set(rows["zones"]["zone_id"]) if "zones" in rows else None
    substations = {fold(s) for s in rows["places"]["substation"] if s} if "places" in rows else None
    for at, kind, scope in quotas.zip("scope_kind", "scope"):
        if kind == "zone" and zones is not None and scope not in zones:
            expected, fix = _unknown_id("zones", scope, zones, _refused_ids(rows["zones"].ledger))
            yield quotas.fault(at, "scope", "unknown-id", scope, expected, fix)
        if kind == "substation" and substations is not None and fold(scope) not in substations:
            expected = Text("场地台账中有的变电站名称", "a substation named in the ledger of places")
            fix = Text("两本台账写同一个名称", "write the same name in both ledgers")
            yield quotas.fault(at, "scope", "unknown-substation", scope, expected, fix, "warning")


def _used_quota(quotas: _Rows, _: Mapping[str, _Rows]) -> Iterator[Fault]:
    for at, capacity, used in quotas.zip("capacity", "used"):
        if used is not None and used > capacity:
            expected = Text(f"不超过总量 {capacity:,.10g}", f"at most the total {capacity:,.10g}")
            fix = Text("核对两个数和单位；确已超用则不再安排", "check both numbers; if true, nothing is left")
            yield quotas.fault(at, "used", "quota-overdrawn", f"{used:,.10g}", expected, fix, "warning")


def _pin_and_bar(pins: _Rows, _: Mapping[str, _Rows]) -> Iterator[Fault]:
    action_of: dict[tuple[str, frozenset[str]], tuple[str, int]] = {}
    for at, project, places, action in pins.zip("project_id", "place_id", "action"):
        pair = (project, frozenset(places))
        first, first_at = action_of.setdefault(pair, (action, at))
        if first != action:
            row = pins["row"][first_at]
            expected = Text(
                f"与第 {row} 行一致（同一项目、同一场地）",
                f"the same as in row {row} (same project and place)",
            )
            fix = Text("指定和禁止只留一个", "keep either the pin or the bar")
            yield pins.fault(at, "action", "pin-and-bar", f"{project} / {'、'.join(places)}", expected, fix)


def _repeated_codes(firms: _Rows, _: Mapping[str, _Rows]) -> Iterator[Fault]:
    first_row: dict[str, int] = {}
    for at, code, row in firms.zip("uscc", "row"):
        if code is not None and first_row.setdefault(code, row) != row:
            expected = Text(
                f"每家企业自己的信用代码（第 {first_row[code]} 行已有）",
                f"the firm's own code (row {first_row[code]} has it)",
            )
            fix = Text("核对营业执照，或合并两行", "check the licence, or merge the rows")
            yield firms.fault(at, "uscc", "repeated-credit-code", code, expected, fix)


def _land_dates(land: _Rows, _: Mapping[str, _Rows]) -> Iterator[Fault]:
    """Name dates that cannot both be true; the row is read all the same."""
    pairs = (
        ("deliver_on", "start_on", Text("不早于约定交地时间", "not before the agreed delivery")),
        ("start_on", "complete_on", Text("不早于约定开工时间", "not before the agreed start")),
        ("started_on", "completed_on", Text("不早于实际开工时间", "not before the actual start")),
        ("cause_since", "cause_until", Text("不早于原因起始", "not before the cause began")),
    )
    fix = Text("核对两个日期", "check both dates")
    for first, second, when in pairs:
        for at, before, after in land.zip(first, second):
            if before is not None and after is not None and after < before:
                expected = Text("{when} {day}", "{when} {day}").format(when=when, day=before)
                yield land.fault(at, second, "dates-contradict", after, expected, fix, "warning")


def _event_subjects(events: _Rows, rows: Mapping[str, _Rows]) -> Iterator[Fault]:
    known: set[str] = set()
    for ledger, columns in (("land_supply", ("supervision_no", "place_id")), ("places", ("place_id",))):
        if ledger in rows:
            known |= {one for column in columns for one in rows[ledger][column] if one is not None}
    if not known:
        return
    expected = Text("供地台账或场地台账中有的编号", "an id of the ledger of land supply or of places")
    fix = Text("两本台账写同一个编号；此行不用", "write the same id in both; this row is not used")
    for at, subject in events.zip("parcel_id"):
        if subject not in known:
            yield events.fault(at, "parcel_id", "unknown-id", subject, expected, fix)


def _event_spans(events: _Rows, _: Mapping[str, _Rows]) -> Iterator[Fault]:
    columns = ("event", "happened_on", "until_on", "cause", "foundation_share")
    for at, kind, on, until, cause, share in events.zip(*columns):
        if until is not None and until < on:
            expected = Text(f"不早于 {on}", f"not before {on}")
            yield events.fault(at, "until_on", "ends-before-it-begins", until, expected, _CHECK_DATES)
        if kind == "extension" and until is None:
            expected = Text("重新约定的动工日期", "the start agreed anew")
            fix = Text("填上；没有它延期不计", "fill it in; without it the extension does not count")
            yield events.fault(at, "until_on", "extension-without-date", "", expected, fix)
        if kind == "foundation" and share is None:
            expected = Text("完成比例", "the share done")
            fix = Text("填上；没有它此行不计", "fill it in; without it the row does not count")
            yield events.fault(at, "foundation_share", "foundation-without-share", "", expected, fix)
        if kind == "delay" and cause is None:
            expected = Text("延误的原因", "the cause of the delay")
            fix = Text("填上；没有原因的延误计入使用权人", "fill it in; else it counts on the holder")
            yield events.fault(at, "cause", "delay-without-cause", "", expected, fix, "warning")


_CHECK_DATES: Final = Text("核对两个日期", "check both dates")


def _step_assets(steps: _Rows, rows: Mapping[str, _Rows]) -> Iterator[Fault]:
    known = set(rows["places"]["place_id"]) if "places" in rows else set()
    if "land_supply" in rows:
        known |= set(rows["land_supply"]["supervision_no"])
    expected = Text("场地台账或供地台账中有的编号", "an id of the ledger of places or of land supply")
    fix = Text("写同一个编号；此行仍计入盘活", "write the same id; the row counts all the same")
    for at, asset, step, area in steps.zip("place_id", "step", "area_m2"):
        if known and asset not in known:
            yield steps.fault(at, "place_id", "unknown-id", asset, expected, fix, "warning")
        if step == "returned" and area is None:
            wanted = Text("恢复使用的面积", "the area returned to use")
            mend = Text("填上；没有面积不计入盘活面积", "fill it in; without it nothing is counted")
            yield steps.fault(at, "area_m2", "return-without-area", "", wanted, mend, "warning")


_Check = Callable[[_Rows, Mapping[str, _Rows]], Iterator[Fault]]
_CHECKS: Final[Mapping[str, tuple[_Check, ...]]] = {
    "zones": (_zone_cycles, _zone_kinds),
    "firms": (_region_as_zone, _repeated_codes),
    "places": (_region_as_zone, _lines, _reservations, _areas, _land_areas, _outside_zone),
    "quotas": (_quota_scopes, _used_quota),
    "pins": (_pin_and_bar,),
    "land_supply": (_land_dates,),
    "land_events": (_event_subjects, _event_spans),
    "asset_steps": (_step_assets,),
}
