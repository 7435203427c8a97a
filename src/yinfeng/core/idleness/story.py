"""The story of an idle asset: idle since, attempts, taker, deal, upgrade, first product, area returned."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Final

from yinfeng.core.figures import Figure, Side, total
from yinfeng.core.idleness.course import exact
from yinfeng.core.text import Text


class StepKind(StrEnum):
    """What can happen to an idle asset; the words of the choice set ``asset_step``."""

    IDLE = "idle"
    SHOWN = "shown"
    ASKED = "asked"
    VISITED = "visited"
    DECLINED = "declined"
    TAKER = "taker"
    DEAL = "deal"
    UNDONE = "undone"
    UPGRADE = "upgrade"
    UPGRADED = "upgraded"
    FIRST_PRODUCT = "first_product"
    RETURNED = "returned"
    GIVEN_UP = "given_up"


ATTEMPTS: Final = frozenset({StepKind.SHOWN, StepKind.ASKED, StepKind.VISITED})
_STATE_AFTER: Final[Mapping[str, str]] = {
    StepKind.IDLE: "idle",
    StepKind.SHOWN: "sought",
    StepKind.ASKED: "sought",
    StepKind.VISITED: "sought",
    StepKind.DECLINED: "sought",
    StepKind.TAKER: "taken",
    StepKind.DEAL: "deal",
    StepKind.UNDONE: "sought",
    StepKind.UPGRADE: "upgrading",
    StepKind.UPGRADED: "upgrading",
    StepKind.FIRST_PRODUCT: "producing",
    StepKind.RETURNED: "returned",
    StepKind.GIVEN_UP: "given_up",
}
_ORDER: Final = tuple(StepKind)
_SETTLED: Final = frozenset({"taken", "deal", "upgrading", "producing", "returned"})


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetStep:
    """One row of an asset's story."""

    id: str
    asset: str
    kind: str
    on: date
    zone: str | None = None
    name: str | None = None
    party: str | None = None
    """Who was shown it, asked, took it."""
    area_m2: float | None = None
    way: str | None = None
    document: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One asset's story up to a date."""

    asset: str
    name: str
    zone: str | None
    state: str
    idle_since: date | None
    attempts: int
    parties: tuple[str, ...]
    """Who was shown or asked, in order, each once."""
    taker: str | None
    taker_on: date | None
    deal_on: date | None
    way: str | None
    upgrade_on: date | None
    first_product_on: date | None
    returned_on: date | None
    returned_m2: Fraction
    idle_days: int | None
    """From idle since to the first return, or to the date asked for."""
    flaws: tuple[Text, ...]
    """What does not fit together, such as more area returned than the asset has."""
    rows: tuple[str, ...]


def tell(
    steps: Iterable[AssetStep], on: date, areas: Mapping[str, float], idle_since: Mapping[str, date]
) -> tuple[Story, ...]:
    """Tell every asset's story up to a date, in the order of their ids.

    areas: area of each place of the ledger [m²]; idle_since: what that ledger says of it.
    """
    by_asset: dict[str, list[AssetStep]] = {}
    for step in steps:
        if step.on <= on:
            by_asset.setdefault(step.asset, []).append(step)
    return tuple(
        _story(asset, sorted(own, key=_order), on, areas.get(asset), idle_since.get(asset))
        for asset, own in sorted(by_asset.items())
    )


def _order(step: AssetStep) -> tuple[date, int, str]:
    return step.on, _ORDER.index(StepKind(step.kind)), step.id


def _story(
    asset: str, steps: list[AssetStep], on: date, area_m2: float | None, idle_since: date | None
) -> Story:
    state, taker = "idle", None
    for step in steps:
        # Showing an asset to others does not undo a taker or a deal.
        if not (step.kind in ATTEMPTS and state in _SETTLED):
            state = _STATE_AFTER[step.kind]
        if step.kind in (StepKind.TAKER, StepKind.DEAL):
            taker = step.party or taker
        elif step.kind in (StepKind.DECLINED, StepKind.UNDONE, StepKind.IDLE):
            taker = None
    last_idle = _last(steps, StepKind.IDLE)
    since = last_idle.on if last_idle is not None else idle_since
    back = [step for step in steps if step.kind == StepKind.RETURNED and step.area_m2 is not None]
    returned_m2 = sum((exact(step.area_m2 or 0) for step in back), Fraction())
    first_back = min((step.on for step in steps if step.kind == StepKind.RETURNED), default=None)
    end = first_back if first_back is not None and since is not None and first_back >= since else on
    attempts = [step for step in steps if step.kind in ATTEMPTS]
    return Story(
        asset=asset,
        name=next((step.name for step in steps if step.name), asset),
        zone=next((step.zone for step in steps if step.zone), None),
        state=state,
        idle_since=since,
        attempts=len(attempts),
        parties=tuple(dict.fromkeys(step.party for step in attempts if step.party)),
        taker=taker,
        taker_on=_day(steps, StepKind.TAKER),
        deal_on=_day(steps, StepKind.DEAL),
        way=next((step.way for step in reversed(steps) if step.way), None),
        upgrade_on=_day(steps, StepKind.UPGRADE),
        first_product_on=_day(steps, StepKind.FIRST_PRODUCT),
        returned_on=first_back,
        returned_m2=returned_m2,
        idle_days=None if since is None else (end - since).days,
        flaws=tuple(_flaws(steps, returned_m2, area_m2)),
        rows=tuple(step.id for step in steps),
    )


def _last(steps: list[AssetStep], kind: StepKind) -> AssetStep | None:
    return next((step for step in reversed(steps) if step.kind == kind), None)


def _day(steps: list[AssetStep], kind: StepKind) -> date | None:
    step = _last(steps, kind)
    return None if step is None else step.on


def _flaws(steps: list[AssetStep], returned_m2: Fraction, area_m2: float | None) -> Iterable[Text]:
    if any(step.kind == StepKind.RETURNED and step.area_m2 is None for step in steps):
        yield Text("恢复使用的一步没有面积，不计入", "a return without its area is not counted")
    if area_m2 is not None and returned_m2 > exact(area_m2) and _last(steps, StepKind.IDLE) is None:
        yield Text(
            f"恢复使用面积合计 {float(returned_m2):,.10g} 平方米，超过场地面积 {area_m2:,.10g} 平方米",
            f"{float(returned_m2):,.10g} m² were returned, the place has {area_m2:,.10g} m²",
        )
    kinds = {step.kind for step in steps}
    if StepKind.RETURNED in kinds and not kinds & {StepKind.TAKER, StepKind.DEAL}:
        yield Text("恢复使用，但没有承接方或签约的记录", "returned without a taker or a deal on record")


def returned_area(
    steps: Iterable[AssetStep], *, zone: str | None, start: date, end: date, period: str
) -> Figure:
    """Sum the area returned to use in a zone from ``start`` to ``end``, both included.

    zone: None for all zones. Rows without an area are named, not counted.
    """
    own = sorted(
        (
            step
            for step in steps
            if step.kind == StepKind.RETURNED and start <= step.on <= end and zone in (None, step.zone)
        ),
        key=lambda step: step.id,
    )
    counted = [step for step in own if step.area_m2 is not None]
    blank = [step.id for step in own if step.area_m2 is None]
    notes: tuple[Text, ...] = ()
    if blank:
        ids = "、".join(blank)
        notes = (Text(f"{ids} 没有面积，未计入", f"{ids} have no area and are not counted"),)
    side: Side = total([(f"asset_steps:{step.id}", exact(step.area_m2 or 0)) for step in counted])
    return Figure(
        code="area-returned",
        title=Text("盘活面积", "Idle area returned to production"),
        definition=Text(
            f"盘活记录中 {start} 至 {end} 登记“恢复使用”的面积之和，每行计一次",
            f"area of the rows “returned to use” dated {start} to {end}, each row once",
        ),
        zone=zone or "",
        period=period,
        kind="amount",
        unit=Text("平方米", "m²"),
        numerator=side,
        value=side.value,
        decimals=0,
        notes=notes,
    )
