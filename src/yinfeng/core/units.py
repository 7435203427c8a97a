"""The only conversions between units. Whole numbers are held in the small unit named here."""

import math
from fractions import Fraction
from types import MappingProxyType
from typing import Final

MU_PER_HECTARE: Final = 15
M2_PER_HECTARE: Final = 10_000
M2_PER_MU: Final = Fraction(M2_PER_HECTARE, MU_PER_HECTARE)  # 666.67 m²
YUAN_PER_WAN: Final = 10_000
FEN_PER_YUAN: Final = 100
DAYS_PER_YEAR: Final = 365
HOURS_PER_YEAR: Final = 8_760
MONTHS_PER_YEAR: Final = 12
MM_PER_M: Final = 1_000
KG_PER_T: Final = 1_000

# Factor from the unit of a ledger column to the whole-number unit the engine holds.
ENGINE_FACTOR: Final = MappingProxyType(
    {
        "m2": Fraction(1),  # → m²
        "mu": M2_PER_MU,  # → m²
        "wan": Fraction(YUAN_PER_WAN),  # 万元 → yuan
        "wan_per_mu": Fraction(YUAN_PER_WAN),  # 万元/亩 → yuan per mu
        "yuan_m2_month": Fraction(FEN_PER_YUAN),  # → fen per m² and month
        "m": Fraction(MM_PER_M),  # → mm
        "t": Fraction(KG_PER_T),  # → kg
        "t_m2": Fraction(KG_PER_T),  # → kg per m²
        "kva": Fraction(1),  # → kVA
        "tce": Fraction(KG_PER_T),  # t of coal equivalent a year → kg a year
        "t_per_yr": Fraction(KG_PER_T),  # → kg a year
        "t_per_d": Fraction(DAYS_PER_YEAR),  # t of water a day → m³ a year
        "m3_per_yr": Fraction(1),  # → m³ a year
        "t_per_h": Fraction(KG_PER_T),  # steam → kg an hour
        "count": Fraction(1),
    }
)


def to_engine(value: float, unit: str) -> int:
    """Give a ledger value as the engine's whole number, rounded half up.

    unit: a key of `ENGINE_FACTOR`; raises KeyError for another.
    """
    factor = ENGINE_FACTOR[unit]
    # Rounding first takes off what binary fractions add: 8.2 m are 8,200 mm, not 8,200.000000000001.
    return math.floor(round(value * factor.numerator / factor.denominator, 6) + 0.5)


def from_engine(value: int, unit: str) -> float:
    """Give an engine's whole number in the unit of its ledger column."""
    return float(value / ENGINE_FACTOR[unit])
