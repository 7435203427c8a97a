"""The zone's policy as numbers: every price and threshold, each a dated and sourced rulebook entry."""

from collections.abc import Mapping
from dataclasses import dataclass

from yinfeng.core.matching.facts import Kind
from yinfeng.core.rulebook import Entry


@dataclass(frozen=True, slots=True)
class Link:
    """Two industries that supply one another: code prefix of the supplier and of the customer."""

    supplier: str
    customer: str
    source: str


@dataclass(frozen=True, slots=True)
class ByProductPrice:
    """What a tonne of a by-product put to use is worth, and what bringing it costs."""

    worth_yuan_t: float
    haulage_yuan_t: float


@dataclass(frozen=True, eq=False)
class Policy:
    """Prices in yuan, thresholds in engine units, for one date."""

    name: str
    as_of: int  # days since 0001-01-01
    tax_weight: float  # yuan of value per yuan of yearly tax
    value_added_weight: float
    horizon_months: int
    build_months: Mapping[Kind, int]  # from getting the place to producing
    reuse_yuan_m2_yr: Mapping[Kind, float]  # per m² and idle year
    reuse_cap_years: float
    annuity_factor: float  # yearly worth of a yuan of investment saved
    upgrade_share: float  # of a line's replacement value, where no cost is given
    space_yuan_m2: Mapping[Kind, float]  # per m² taken beyond the wish, a year
    chain_yuan_firm: float
    chain_cap_yuan: float
    links: tuple[Link, ...]
    by_product: Mapping[str, ByProductPrice]
    readiness_share_month: float  # of the yearly yield, lost per month waited
    tolerance_days: int  # a place may be this much later than needed
    verified_days: int  # a place not checked for longer is stale
    verified_is_rule: bool  # stale places are refused, not only marked
    intensity_floor_yuan_mu: Mapping[str, int]  # by zone level
    land_use_admits: Mapping[str, tuple[str, ...]]  # land use → industry prefixes
    chemical_industries: tuple[str, ...]  # prefixes that are chemical unless the ledger says otherwise
    waivable: frozenset[str]  # rules a pin may break
    move_yuan: int  # what moving a placed project costs in a new plan
    entries: tuple[Entry, ...]
