"""A published figure: a number with its definition, its period and the rows it was counted from."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Literal

from yinfeng.core.text import Text

Kind = Literal["count", "amount", "share", "growth", "points"]
"""count: of things; amount: money, area, mass; share: numerator / denominator; growth: change against a base;
points: difference of two shares, in percentage points."""


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a share, or the whole of a count or an amount: its sum and the rows it sums."""

    value: Fraction
    rows: tuple[str, ...]
    """Ids of the rows, each as ``ledger:id``, in the order of the ledger."""
    is_aggregate: bool = False
    """Whether it was given as a sum that cannot be opened into single rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A typed fact of a zone for a period; never a number that somebody typed into a text."""

    code: str
    """Stable short name, such as ``start-rate``."""
    title: Text
    definition: Text
    """What is divided by what, or what is counted, and under which conditions."""
    zone: str
    period: str
    """``2024H1``, ``2024``, ``2024-08-31`` (a day's state) …"""
    kind: Kind
    unit: Text
    """Of a count or an amount; empty for shares, growth and points, which are shown in per cent."""
    numerator: Side | None
    """The count or amount itself, or what is divided; None where nothing is known."""
    denominator: Side | None = None
    """What it is divided by, or the base of a growth; None for counts and amounts."""
    value: Fraction | None
    """The number, exact: a share is 18/19, not 0.947. None where it cannot be given: see ``notes``."""
    decimals: int
    """Digits behind the point when shown: of the per cent for shares, growth and points."""
    entries: tuple[str, ...] = ()
    """Keys of the rulebook entries that decided something in it."""
    notes: tuple[Text, ...] = ()
    """Reservations a reader must see: refused bases, claimed events left out, sources to be checked."""


def total(values: Sequence[tuple[str, Fraction]]) -> Side:
    """Sum rows, each with its id."""
    return Side(sum((value for _, value in values), Fraction()), tuple(row for row, _ in values))


def count(rows: Sequence[str]) -> Side:
    """Count rows."""
    return Side(Fraction(len(rows)), tuple(rows))


def share(numerator: Side, denominator: Side) -> Fraction | None:
    """Divide two sides; None where there is nothing to divide by."""
    return numerator.value / denominator.value if denominator.value else None


def rounded(value: Fraction, decimals: int) -> Decimal:
    """Round half away from zero, as published figures are: 0.125 to two digits is 0.13."""
    scaled = abs(value) * 10**decimals
    whole, rest = divmod(scaled.numerator, scaled.denominator)
    whole += 2 * rest >= scaled.denominator
    sign = -1 if value < 0 else 1
    return (Decimal(sign * whole).scaleb(-decimals)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def shown(figure: Figure) -> str:
    """Give a figure's number as it is printed, without its unit: ``94.7%``, ``93.61``; a dash for None."""
    if figure.value is None:
        return "—"
    if figure.kind in ("share", "growth"):
        return f"{rounded(figure.value * 100, figure.decimals):,}%"
    if figure.kind == "points":
        return f"{rounded(figure.value * 100, figure.decimals):+,}"
    return f"{rounded(figure.value, figure.decimals):,}"
