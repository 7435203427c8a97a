"""Rates that a Chinese text states, worked out again from the numbers of the same sentence.

Nothing is guessed: a rate is checked where its numerator bears its name (开工 for 开工率) or leads to it by
words such as 已 or 其中, and other numbers of the same unit are there to divide by; else the text is said
not to tell. A number written with 超, 近 or 余 is no ground for working out a rate.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final, Literal

from yinfeng.core.figures import rounded
from yinfeng.core.progress.printed import Check, check
from yinfeng.core.progress.problem import Typed
from yinfeng.core.text import Text
from yinfeng.tables.relations import BEHIND, GROWTH, Found, Pair, Several, base_of, norm_of, related
from yinfeng.tables.said_numbers import Said, numbers_in, plain

Kind = Literal["share", "growth", "points"]

_SENTENCE: Final = re.compile(r"[^。！？!?\n\r]+[。！？!?]?")
_RATE: Final = re.compile(r"[\u4e00-\u9fff]{1,16}?(?:率|(?<![方全])面(?!积)|比例|比重)")
_LEVEL: Final = re.compile(r"(?:提高|增长|增加|上升|下降|减少|降低|回落)[到至]")
_FALLS: Final = re.compile(r"下降|减少|降低|负增长|下跌")
SEVERAL: Final = Text(
    "可作分母的数不止一个，哪个都不符：{numbers}",
    "several numbers may be the denominator, none fits: {numbers}",
)
ONE_OF_SEVERAL: Final = Text(
    "可作分母的数不止一个，按 {number} 计相符，口径请核实",
    "several numbers may be the denominator; by {number} it agrees, make sure of its definition",
)
INEXACT: Final = Text("分子或分母不是精确数：{numbers}", "numerator or denominator is not exact: {numbers}")

VAGUE: Final = Text("{number} 不是精确数", "{number} is not exact")


@dataclass(frozen=True, slots=True)
class Statement:
    """A rate that a text states, with what its own numbers come to."""

    line: int
    sentence: str
    name: str
    """Its name, such as ``开工率``; empty where the text gives it none."""
    phrase: str
    """The words it stands in, from the last stop."""
    kind: Kind
    printed: Typed
    numerator: Said | None
    denominator: Said | None
    check: Check
    note: Text
    """Why it could not be checked, or how its numbers were found."""


def statements_in(text: str) -> tuple[Statement, ...]:
    """Find every per cent and every number of percentage points of a text and work it out again."""
    text = plain(text)
    found: list[Statement] = []
    before: list[Said] = []
    for sentence in _SENTENCE.finditer(text):
        words = sentence[0]
        numbers = numbers_in(words)
        names = _names(words, numbers)
        line = 1 + text.count("\n", 0, sentence.start())
        for at, number in enumerate(numbers):
            if number.is_rate:
                found.append(_statement(line, words, numbers, at, names.get(at, ""), before))
        before = numbers if numbers else before
        if "\n" in text[sentence.end() : sentence.end() + 1]:
            before = []  # a new paragraph speaks of something else
    return tuple(found)


def _statement(
    line: int, words: str, numbers: Sequence[Said], at: int, name: str, earlier: Sequence[Said]
) -> Statement:
    rate = numbers[at]
    kind: Kind = "points" if rate.dimension == "points" else "share"
    if kind == "share" and GROWTH.search(_LEVEL.sub("", rate.before)) and not name:
        kind = "growth"
    sign = -1 if kind == "growth" and _FALLS.search(rate.before) else 1
    sign = -1 if kind == "points" and (BEHIND.search(rate.before) or _FALLS.search(rate.before)) else sign
    printed = Typed(sign * rate.value, rate.step, "=", rate.raw)
    found: Found
    if kind == "growth":
        found = base_of(words, numbers, at)
    elif kind == "points":
        found = norm_of(words, numbers, at)
    else:
        found = related(words, numbers, at, name, earlier)
    stated = (line, words.strip(), name, _phrase(words, rate), kind, printed)
    if isinstance(found, Several):
        fitting = _the_one_that_fits(kind, printed, rate, found)
        if isinstance(fitting, Text):
            numerator = found.known if found.is_numerator_known else None
            return Statement(*stated, numerator, None, Check("wrong", None, None), fitting)
        found = fitting
    if isinstance(found, Pair) and not (found.numerator.is_exact and found.denominator.is_exact):
        vague = [said.raw for said in (found.numerator, found.denominator) if not said.is_exact]
        found = INEXACT.format(numbers="、".join(vague))
    if isinstance(found, Text):
        return Statement(*stated, None, None, Check("unknown", None, None), found)
    checked = _checked(kind, printed, rate, found)
    note = found.note if rate.is_exact else VAGUE.format(number=rate.raw)
    return Statement(*stated, found.numerator, found.denominator, checked, note)


def _phrase(words: str, rate: Said) -> str:
    start = max(words.rfind(sign, 0, rate.start) for sign in "，,；;。(（")
    return words[start + 1 : rate.end].strip()


def _the_one_that_fits(kind: Kind, printed: Typed, rate: Said, found: Several) -> Pair | Text:
    """Take the only reading by which a rate agrees; where none does, say what each comes to."""
    pairs = [pair for pair in found.pairs() if pair.numerator.is_exact and pair.denominator.is_exact]
    checks = [_checked(kind, printed, rate, pair) for pair in pairs]
    fits = [pair for pair, one in zip(pairs, checks, strict=True) if one.verdict == "agrees"]
    if len(fits) == 1:
        other = fits[0].denominator if found.is_numerator_known else fits[0].numerator
        return replace(fits[0], note=ONE_OF_SEVERAL.format(number=other.raw))
    told = [
        f"{pair.numerator.raw}/{pair.denominator.raw} = {rounded(one.value * 100, 2)}%"
        for pair, one in zip(pairs, checks, strict=True)
        if one.value is not None
    ]
    return SEVERAL.format(numbers="；".join(told))


def _checked(kind: Kind, printed: Typed, rate: Said, pair: Pair) -> Check:
    above, below = pair.numerator, pair.denominator
    if not rate.is_exact:
        return Check("unknown", None, None)
    if kind == "points":
        value, slack = above.value - below.value, (above.step + below.step) / 2
        return check(printed, value, value - slack, value + slack)
    if not below.value:
        return Check("unknown", None, None)
    less = 1 if kind == "growth" else 0
    ends = [
        (above.value + a * _slack(above)) / (below.value + b * _slack(below)) - less
        for a in (-1, 1)
        for b in (-1, 1)
        if below.value + b * _slack(below)
    ]
    return check(printed, above.value / below.value - less, min(ends), max(ends))


def _slack(said: Said) -> Fraction:
    """Give how far a number as said may be from the true one: half its last decimal; a whole one is exact.

    Else a target of 100亿元 would let 93.9% pass for 93.61%.
    """
    return said.step / 2 if "." in said.raw else Fraction()


def _names(words: str, numbers: Sequence[Said]) -> dict[int, str]:
    """Give each per cent the name of its rate; ``开工率、投产率分别为 …`` names as many as follow it."""
    names: dict[int, str] = {}
    for at, number in enumerate(numbers):
        if number.dimension != "share" or at in names:
            continue
        stretch = _stretch(words, numbers, at)
        told = _RATE.findall(stretch)
        run = [at]
        while run[-1] + 1 < len(numbers) and _follows(words, numbers[run[-1]], numbers[run[-1] + 1]):
            run.append(run[-1] + 1)
        if "分别" in stretch and len(told) == len(run):
            names |= {place: name.strip("和与及") for place, name in zip(run, told, strict=True)}
        elif told:
            names[at] = told[-1]
    return names


def _stretch(words: str, numbers: Sequence[Said], at: int) -> str:
    """Give the words between the number before and a rate; a full clause, stops included."""
    stretch = words[numbers[at - 1].end if at else 0 : numbers[at].start]
    return stretch if "分别" in stretch else numbers[at].before


def _follows(words: str, first: Said, second: Said) -> bool:
    return second.dimension == "share" and bool(
        re.fullmatch(r"\s*[、,，和与及]\s*", words[first.end : second.start])
    )


def typed(said: Said) -> Typed:
    """Give a number of a text as one that was printed."""
    return Typed(said.value, said.step, "=", said.raw)


def sentences_in(text: str) -> Iterator[str]:
    """Split a text into its sentences."""
    yield from (found[0].strip() for found in _SENTENCE.finditer(plain(text)) if found[0].strip())
