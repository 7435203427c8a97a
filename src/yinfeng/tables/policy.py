"""The policy of placement: the prices and thresholds of a rulebook, in the engine's units."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from yinfeng.core.errors import InputError
from yinfeng.core.matching.facts import Kind
from yinfeng.core.matching.policy import ByProductPrice, Link, Policy
from yinfeng.core.matching.rules import BY_CODE
from yinfeng.core.rulebook import Rules
from yinfeng.core.units import YUAN_PER_WAN
from yinfeng.tables.rulebook import names as rulebooks
from yinfeng.tables.rulebook import read_rules, value_fault

_RECHECK: Final = "verified.recheck_days"
_KEYS: Final = frozenset(
    {
        "yield.tax_weight", "yield.value_added_weight", "yield.horizon_months", "yield.build_months",
        "reuse.price", "reuse.cap_years", "equipment.annuity", "equipment.upgrade_share", "space.price",
        "chain.price", "chain.links", "by_products.price", "readiness.share_per_month",
        "available.tolerance_days", "verified.limit", "intensity.floor", "land_use.admits",
        "chemical.industries", "pins.waivable", "replan.move_cost",
    }
)  # fmt: skip


def read_policy(rulebook: str, as_of: date) -> Policy:
    """Read the policy that holds on a date.

    rulebook: as in `read_rules`. Raises InputError with every fault of its files at once.
    """
    rules = read_rules(rulebook, as_of, _KEYS)
    try:
        return _policy(rules)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError([value_fault(rulebook, str(error))]) from error


def recheck_days(rulebook: str, as_of: date) -> int:
    """Give how many days after a check on site a place is to be seen again.

    Raises InputError where the rulebook has no such entry that holds on the date.
    """
    return int(read_rules(rulebook, as_of, [_RECHECK]).value(_RECHECK))


def names() -> tuple[str, ...]:
    """List the rulebooks of the product by which places can be given."""
    return rulebooks(having=_KEYS)


def _policy(rules: Rules) -> Policy:
    values = {key: entry.value for key, entry in rules.entries.items()}
    waivable = frozenset(values["pins.waivable"])
    for code in waivable:
        if not BY_CODE[code].may_be_waived:
            raise ValueError(f"pins.waivable: {code} may never be waived")
    return Policy(
        name=rules.name,
        as_of=rules.on.toordinal(),
        tax_weight=float(values["yield.tax_weight"]),
        value_added_weight=float(values["yield.value_added_weight"]),
        horizon_months=int(values["yield.horizon_months"]),
        build_months={kind: int(months) for kind, months in _by_kind(values["yield.build_months"])},
        reuse_yuan_m2_yr=dict(_by_kind(values["reuse.price"])),
        reuse_cap_years=float(values["reuse.cap_years"]),
        annuity_factor=annuity(**values["equipment.annuity"]),
        upgrade_share=float(values["equipment.upgrade_share"]),
        space_yuan_m2=dict(_by_kind(values["space.price"])),
        chain_yuan_firm=values["chain.price"]["firm"] * YUAN_PER_WAN,
        chain_cap_yuan=values["chain.price"]["cap"] * YUAN_PER_WAN,
        links=tuple(Link(**link) for link in values["chain.links"]),
        by_product={
            product: ByProductPrice(float(price["worth"]), float(price["haulage"]))
            for product, price in values["by_products.price"].items()
        },
        readiness_share_month=float(values["readiness.share_per_month"]),
        tolerance_days=int(values["available.tolerance_days"]),
        verified_days=int(values["verified.limit"]["days"]),
        verified_is_rule=bool(values["verified.limit"]["rule"]),
        intensity_floor_yuan_mu={
            level: round(wan * YUAN_PER_WAN) for level, wan in values["intensity.floor"].items()
        },
        land_use_admits={use: tuple(codes) for use, codes in values["land_use.admits"].items()},
        chemical_industries=tuple(values["chemical.industries"]),
        waivable=waivable,
        move_yuan=round(values["replan.move_cost"] * YUAN_PER_WAN),
        entries=tuple(rules.entries.values()),
    )


def annuity(*, rate: float, years: float) -> float:
    """Give the yearly payment that repays 1 over ``years`` at ``rate`` a year."""
    return rate / (1 - (1 + rate) ** -years) if rate else 1 / years


def _by_kind(value: Mapping[str, float]) -> tuple[tuple[Kind, float], tuple[Kind, float]]:
    return ("land", float(value["land"])), ("building", float(value["building"]))
