"""Figures that an existing text states, by indicator, so that they can be held against the rows."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from yinfeng.core.period import Period
from yinfeng.core.progress.problem import Printed
from yinfeng.tables.columns import find_choice
from yinfeng.tables.said_numbers import Said, numbers_in
from yinfeng.tables.statements import Statement, sentences_in, statements_in, typed
from yinfeng.tables.typed_numbers import kind_of

_INDICATORS: Final = "progress_indicator"
_VERBS: Final = re.compile(r"(?:累计|共|已|完成|达到|达|实现|为|约|额?共计|总计)+$")
_WHOLE: Final = re.compile(r"目标|任务|计划")
_WHEN: Final = re.compile(
    r"(?:今年|本年|去年)?(?:以来|上半年|下半年|全年|年内|前?[一二三四]季度|前三季度|截至目前|目前|当年|同比)"
)
_LONGEST: Final = 12
_GOING: Final = re.compile(r"赴|前往|走访|到访")
_PLACES: Final = {"省": "trip-provinces", "市": "trip-cities"}


def printed_in(text: str, *, source: str, zone: str, period: Period) -> tuple[Printed, ...]:
    """Give what a text states of indicators there is a figure for; what it names otherwise is left out."""
    found: dict[tuple[str, str], Printed] = {}
    for code, printed in [*_rates(text), *_levels(text)]:
        if code and (code, printed.printed.raw) not in found:
            found[code, printed.printed.raw] = printed
    of = {"zone": zone, "start": period.start, "end": period.end, "source": source}
    return tuple(replace(one, **of) for one in found.values())  # type: ignore[arg-type]


def _rates(text: str) -> Iterator[tuple[str, Printed]]:
    for stated in statements_in(text):
        code = _code_of(stated)
        if code:
            is_share = stated.kind == "share"
            yield (
                code,
                Printed(
                    row=f"text:{stated.line}",
                    indicator=code,
                    kind=stated.kind,
                    printed=stated.printed,
                    numerator=typed(stated.numerator) if is_share and stated.numerator is not None else None,
                    denominator=typed(stated.denominator)
                    if is_share and stated.denominator is not None
                    else None,
                ),
            )


def _code_of(stated: Statement) -> str:
    """Name the indicator of a rate: by its own name, by what stands before its growth, by its target."""
    if stated.name:
        return _named(stated.name)
    if stated.kind == "growth":
        return _grown(stated)
    if stated.kind == "share" and stated.numerator is not None and _WHOLE.search(stated.phrase):
        base = _named(stated.numerator.before)
        return f"{base}-completion" if base else ""
    return ""


def _grown(stated: Statement) -> str:
    ahead = [n for n in numbers_in(stated.sentence) if n.raw == stated.printed.raw and n.is_rate]
    if not ahead:
        return ""
    own = _named(re.sub(r"(?:同比|环比)?(?:增长|增速|增幅|下降)(?:为|达)?$", "", ahead[0].before))
    if not own:
        earlier = [n for n in numbers_in(stated.sentence) if n.end <= ahead[0].start and not n.is_rate]
        own = _level_code(earlier[-1]) if earlier else ""
    return f"{own}-growth" if own else ""


def _levels(text: str) -> Iterator[tuple[str, Printed]]:
    for sentence in sentences_in(text):
        for said in numbers_in(sentence):
            code = "" if said.is_rate or not said.is_exact else _level_code(said)
            if code and kind_of(code) == ("amount" if said.dimension == "元" else "count"):
                row = f"text:{1 + text[: max(0, text.find(sentence[:12]))].count(chr(10))}"
                yield code, Printed(row=row, indicator=code, kind=kind_of(code), printed=typed(said))


def _level_code(said: Said) -> str:
    if said.dimension in _PLACES and (_GOING.search(said.before) or not said.before):
        return _PLACES[said.dimension]
    return _named(said.before)


def _named(words: str) -> str:
    """Give the code of the indicator that the last of some words name; empty where they name none."""
    words = _VERBS.sub("", _WHEN.sub("", words.strip()))
    for start in range(max(0, len(words) - _LONGEST), len(words) - 1):
        code = find_choice(_INDICATORS, words[start:])
        if code is not None:
            return code
    return ""
