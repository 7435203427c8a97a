"""The only conversions between units. Whole numbers are held in the small unit named here."""

import math
from fractions import Fraction
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

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

_NEAR_WHOLE: Final = 1e-5
"""Ten times what rounding to 6 decimals can move a number by, sums in float64 included."""
_FITS: Final = 2.0**62
"""Smaller numbers fit into 64 bits whatever they are rounded to."""


def to_engine(value: float, unit: str) -> int:
    """Give a ledger value as the engine's whole number, rounded half up.

    unit: a key of `ENGINE_FACTOR`; raises KeyError for another.
    """
    factor = ENGINE_FACTOR[unit]
    # Rounding first takes off what binary fractions add: 8.2 m are 8,200 mm, not 8,200.000000000001.
    return math.floor(round(value * factor.numerator / factor.denominator, 6) + 0.5)


def all_to_engine(values: NDArray[np.float64], unit: str) -> NDArray[np.int64]:
    """Give many ledger values as the engine's whole numbers, each just as `to_engine` does.

    unit: a key of `ENGINE_FACTOR`; raises KeyError for another. Raises what `to_engine` raises for what is
    not finite, and OverflowError for what 64 bits do not hold.
    """
    factor = ENGINE_FACTOR[unit]
    with np.errstate(over="ignore", invalid="ignore"):
        half_up = values * factor.numerator / factor.denominator + 0.5
        # Rounding to 6 decimals first moves a value by less than 1e-6: it matters near a whole number only.
        is_plain = (np.abs(half_up - np.rint(half_up)) > _NEAR_WHOLE) & (np.abs(half_up) < _FITS)
    whole = np.floor(np.where(is_plain, half_up, 0.0)).astype(np.int64)
    if not is_plain.all():
        rest, of_rest = np.unique(values[~is_plain], return_inverse=True)
        whole[~is_plain] = np.array([to_engine(v, unit) for v in rest.tolist()], dtype=np.int64)[of_rest]
    return whole


def from_engine(value: int, unit: str) -> float:
    """Give an engine's whole number in the unit of its ledger column."""
    factor = ENGINE_FACTOR[unit]
    return float(value * factor.denominator / factor.numerator)
