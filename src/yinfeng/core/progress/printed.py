"""Published figures held against the rows, and against their own numerator and denominator."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final, Literal

from yinfeng.core.figures import Figure, Side
from yinfeng.core.period import Period, year_to
from yinfeng.core.progress.problem import Printed, Typed
from yinfeng.core.text import Text

Verdict = Literal["agrees", "rounding", "scope", "wrong", "unknown"]

VERDICT: Final[Mapping[Verdict, Text]] = {
    "agrees": Text("一致", "agrees"),
    "rounding": Text("末位舍入不符", "differs by rounding"),
    "scope": Text("口径不同", "agrees by another definition"),
    "wrong": Text("不符", "wrong"),
    "unknown": Text("无从核对", "nothing to check it with"),
}
_FAMILY: Final = {
    "start-rate": ("signed-start-rate",),
    "signed-start-rate": (),
    "signed-amount-completion": (),
    "agreement-rate": (),
}
"""Figures that the same words may also mean, tried where the first is not known."""
_OF_MONEY: Final = frozenset({"attainment-rate", "funds-arrival-rate"})
"""Shares of money, whose parts can be compared only where their unit is known."""
_NORM_TAKEN: Final = Text("按时序 {months}/12 核对", "checked against time, {months}/12")


@dataclass(frozen=True, slots=True)
class Check:
    """A printed value held against one value worked out."""

    verdict: Verdict
    value: Fraction | None
    difference: Fraction | None
    """Printed less worked out, rounded as it was printed."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A printed figure with what the rows and its own parts say of it."""

    printed: Printed
    period: Period
    by_rows: Check
    figure: Figure | None
    by_parts: Check
    parts: tuple[Check, Check]
    """Its printed numerator and denominator against those of the rows."""
    note: Text

    @property
    def verdict(self) -> Verdict:
        """What is to be said of it: the rows count first, its own parts where there are no rows."""
        found = [check.verdict for check in (self.by_rows, self.by_parts) if check.verdict != "unknown"]
        if not found:
            return "unknown"
        order: tuple[Verdict, ...] = ("agrees", "scope", "rounding", "wrong")
        return max(found, key=order.index)


_UNKNOWN: Final = Check("unknown", None, None)


def compare(
    printed: Printed, period: Period, figures: Sequence[Figure], others: Sequence[Figure]
) -> Comparison:
    """Hold one printed figure against figures from rows and against its own parts.

    others: the same figures by another definition, such as with the newest round in.
    """
    figure = _find(printed.indicator, figures)
    by_rows = _by_rows(printed, figure)
    note = Text("", "")
    if by_rows.verdict in ("wrong", "rounding"):
        other = _find(printed.indicator, others)
        if other is not None and _by_rows(printed, other).verdict == "agrees":
            by_rows = replace(_by_rows(printed, other), verdict="scope")
            figure = other
            note = other.notes[0] if other.notes else note
    by_parts, part_note = _by_parts(printed, period)
    return Comparison(printed, period, by_rows, figure, by_parts, _parts(printed, figure), part_note or note)


def _find(code: str, figures: Sequence[Figure]) -> Figure | None:
    by_code = {figure.code: figure for figure in figures if figure.value is not None}
    return next((by_code[one] for one in (code, *_FAMILY.get(code, ())) if one in by_code), None)


def _by_rows(printed: Printed, figure: Figure | None) -> Check:
    if figure is None or figure.value is None:
        return _UNKNOWN
    low = high = figure.value
    if figure.numerator is not None and figure.denominator is not None and figure.kind == "share":
        low, high = _bounds(
            (figure.numerator.value, _slack(figure.numerator)),
            (figure.denominator.value, _slack(figure.denominator)),
        )
    return check(printed.printed, figure.value, low, high)


def _slack(side: Side) -> Fraction:
    """Give half of the last digit of an amount that was entered as a sum; what was counted is exact."""
    if not side.is_aggregate or side.value.denominator == 1:
        return Fraction()
    step = Fraction(1)
    while (side.value / step).denominator != 1 and step > Fraction(1, 10**12):
        step /= 10
    return step / 2


def _by_parts(printed: Printed, period: Period) -> tuple[Check, Text | None]:
    numerator, denominator = printed.numerator, printed.denominator
    if numerator is None:
        return _UNKNOWN, None
    if printed.kind == "points":
        norm = denominator.value if denominator is not None else period.time_norm
        slack = numerator.step / 2
        value = numerator.value - norm
        note = None if denominator is not None else _NORM_TAKEN.format(months=period.months_elapsed)
        return check(printed.printed, value, value - slack, value + slack), note
    if denominator is None:
        return (
            (check(printed.printed, numerator.value), None)
            if printed.kind in ("count", "amount")
            else (_UNKNOWN, None)
        )
    if denominator.value == 0:
        return _UNKNOWN, None
    less = 1 if printed.kind == "growth" else 0
    low, high = _bounds(
        (numerator.value, _half_step(numerator)), (denominator.value, _half_step(denominator))
    )
    value = numerator.value / denominator.value
    return check(printed.printed, value - less, low - less, high - less), None


def _half_step(typed: Typed) -> Fraction:
    """Give how far a printed amount may be from the true one; a count is exact."""
    return Fraction() if typed.step == 1 and typed.value.denominator == 1 else typed.step / 2


def _bounds(
    numerator: tuple[Fraction, Fraction], denominator: tuple[Fraction, Fraction]
) -> tuple[Fraction, Fraction]:
    ends = [
        (numerator[0] + a * numerator[1]) / (denominator[0] + b * denominator[1])
        for a in (-1, 1)
        for b in (-1, 1)
        if denominator[0] + b * denominator[1]
    ]
    return min(ends), max(ends)


def _parts(printed: Printed, figure: Figure | None) -> tuple[Check, Check]:
    if figure is None:
        return _UNKNOWN, _UNKNOWN
    is_money = figure.code in _OF_MONEY or figure.code.endswith("-completion")

    def part(typed: Typed | None, side: Side | None) -> Check:
        if typed is None or side is None or (is_money and not typed.is_money):
            return _UNKNOWN
        return check(typed, side.value)

    return part(printed.numerator, figure.numerator), part(printed.denominator, figure.denominator)


def check(
    printed: Typed, value: Fraction, low: Fraction | None = None, high: Fraction | None = None
) -> Check:
    """Hold a printed number against a value worked out.

    It agrees where the value, rounded half up to the printed place, is the number; it differs by rounding
    where the number is the value cut off or rounded up, or where the rounding of the value's own parts, which
    leaves it anywhere from ``low`` to ``high``, may have led to it; else it is wrong.
    """
    step = printed.step
    if printed.strength != "=":
        holds = {
            ">": value > printed.value, ">=": value >= printed.value, "<": value < printed.value,
            "<=": value <= printed.value, "<~": value < printed.value,
        }[printed.strength]  # fmt: skip
        return Check("agrees" if holds else "wrong", value, None if holds else printed.value - value)
    rounded = round_to(value, step)
    if rounded == printed.value:
        return Check("agrees", value, Fraction())
    difference = printed.value - rounded
    if abs(printed.value - value) < step and step != 1:
        return Check("rounding", value, difference)
    low, high = (value if low is None else low), (value if high is None else high)
    if low != high and printed.value - step / 2 <= high and printed.value + step / 2 >= low:
        return Check("rounding", value, difference)
    return Check("wrong", value, difference)


def round_to(value: Fraction, step: Fraction) -> Fraction:
    """Round half away from zero to a multiple of a step."""
    scaled = abs(value) / step
    whole, rest = divmod(scaled.numerator, scaled.denominator)
    whole += 2 * rest >= scaled.denominator
    return (-1 if value < 0 else 1) * whole * step


def period_of(printed: Printed, asked: Period) -> Period:
    """Give the period a printed figure is of; the one asked about where it names none."""
    if printed.start is None or printed.end is None:
        return asked
    return Period(printed.start, printed.end)


def periods_to_try(printed: Printed, asked: Period) -> tuple[Period, ...]:
    """Give the periods to check it over: a month or quarter is mostly printed as the year up to its end."""
    period = period_of(printed, asked)
    so_far = year_to(period.end)
    return (period,) if so_far == period else (period, so_far)
