"""How a figure is said in a sentence: its value with its unit, its sides, its formula."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Final

from yinfeng.core.figures import Figure, Side, rounded, shown
from yinfeng.core.text import Text

MISSING: Final = Text("〔暂缺〕", "〔not available〕")
_YI: Final = "亿元"
_MONEY_SHARES: Final = frozenset({"funds-arrival-rate"})
_MOST_DECIMALS: Final = 6


def said(figure: Figure | None) -> Text:
    """Say a figure with its unit; that it is not available where there is no number."""
    if figure is None or figure.value is None:
        return MISSING
    if figure.kind == "amount" and figure.unit.zh == _YI:
        return Text(f"{shown(figure)}{_YI}", yuan(figure.value, figure.decimals))
    number = shown(figure)
    if figure.kind == "points":
        return Text(f"{number}个百分点", f"{number} percentage points")
    unit_en = f" {figure.unit.en}" if figure.unit.en else ""
    return Text(f"{number}{figure.unit.zh}", f"{number}{unit_en}")


def said_number(figure: Figure | None) -> Text:
    """Say a figure's number alone."""
    if figure is None or figure.value is None:
        return MISSING
    return Text(shown(figure), shown(figure))


def said_size(figure: Figure | None) -> Text:
    """Say a figure without its sign, for words that say which way it went: 下降3.2%."""
    if figure is None or figure.value is None:
        return MISSING
    return said(replace(figure, value=abs(figure.value)))


def said_side(figure: Figure | None, part: str) -> Text:
    """Say the numerator or denominator of a figure; money with its unit."""
    side = None if figure is None else _side(figure, part)
    if figure is None or side is None:
        return MISSING
    if is_of_money(figure):
        return Text(f"{plain(side.value)}{_YI}", yuan(side.value, _decimals(side.value)))
    return Text(plain(side.value), plain(side.value))


def with_sides(figure: Figure | None) -> Text:
    """Say a figure with what it was divided from, as a correction shows it: ``87.5%（35/40）``."""
    if figure is None or figure.value is None or figure.kind != "share":
        return said(figure)
    above, below = figure.numerator, figure.denominator
    if above is None or below is None:
        return said(figure)
    sides = f"{plain(above.value)}/{plain(below.value)}"
    return Text(f"{shown(figure)}（{sides}）", f"{shown(figure)} ({sides})")


def formula(figure: Figure) -> Text:
    """Write how the value comes of its sides: ``35 ÷ 40 = 87.5%``; of a sum, how many rows it sums."""
    above, below, whole = figure.numerator, figure.denominator, said(figure)
    if figure.kind == "share" and above is not None and below is not None:
        unit = _YI if is_of_money(figure) else ""
        return Text(
            f"{plain(above.value)}{unit} ÷ {plain(below.value)}{unit} = {whole.zh}",
            f"{plain(above.value)} ÷ {plain(below.value)} = {whole.en}",
        )
    if figure.kind == "growth" and above is not None and below is not None:
        return Text(
            f"{plain(above.value)} ÷ {plain(below.value)} − 1 = {whole.zh}",
            f"{plain(above.value)} ÷ {plain(below.value)} - 1 = {whole.en}",
        )
    rows = len(set(above.rows)) if above is not None else 0
    if above is None or rows < 2:
        return whole
    if figure.kind == "amount":
        return Text(f"{rows} 行合计 = {whole.zh}", f"sum of {rows} rows = {whole.en}")
    if rows != above.value:
        return Text(f"{rows} 行所载，各计一次 = {whole.zh}", f"told by {rows} rows, each once = {whole.en}")
    return Text(f"{rows} 行 = {whole.zh}", f"{rows} rows = {whole.en}")


def is_of_money(figure: Figure) -> bool:
    """Whether the sides of a share are amounts, not counts."""
    if figure.kind == "amount":
        return True
    base = figure.code.removesuffix("-completion")
    if base != figure.code:
        return not base.endswith(("-count", "-cities", "-provinces")) and base not in _COUNTS
    return figure.code in _MONEY_SHARES or "金额" in figure.definition.zh


_COUNTS: Final = frozenset({"contacts", "agreements", "landed", "trips", "planned-projects"})


def yuan(yi: Fraction, decimals: int) -> str:
    """Write an amount of 亿元 (100 million yuan) in English: ``9.361 billion yuan``, ``758 million yuan``."""
    if abs(yi) >= 10:
        return f"{_trimmed(rounded(yi / 10, decimals + 1))} billion yuan"
    return f"{_trimmed(rounded(yi * 100, max(0, decimals - 2)))} million yuan"


def plain(value: Fraction) -> str:
    """Write a number as it is, without zeros at its end; one that does not end is cut to six decimals."""
    return _trimmed(rounded(value, _decimals(value)))


def _decimals(value: Fraction) -> int:
    for places in range(_MOST_DECIMALS):
        if (value * 10**places).denominator == 1:
            return places
    return _MOST_DECIMALS


def _trimmed(number: Decimal) -> str:
    text = f"{number:,}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _side(figure: Figure, part: str) -> Side | None:
    return figure.numerator if part == "numerator" else figure.denominator
