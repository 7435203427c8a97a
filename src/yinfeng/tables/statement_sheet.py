"""The rates of a text as a sheet: what was printed, from which numbers, what they come to."""

from collections.abc import Sequence

from yinfeng.core.figures import rounded
from yinfeng.core.progress.printed import VERDICT
from yinfeng.core.text import Lang, Text
from yinfeng.tables.statements import Statement
from yinfeng.tables.write import Sheet

_HEADERS = (
    Text("行", "Line"),
    Text("结论", "Verdict"),
    Text("原文", "Words"),
    Text("名称", "Name"),
    Text("印出值", "Printed"),
    Text("分子", "Numerator"),
    Text("分母", "Denominator"),
    Text("重算值(%)", "Worked out (%)"),
    Text("说明", "Note"),
    Text("整句", "Sentence"),
)


def statement_sheet(found: Sequence[Statement], lang: Lang) -> Sheet:
    """Lay out the rates of a text, one a row."""
    rows: list[list[object]] = [
        [
            one.line,
            VERDICT[one.check.verdict].of(lang),
            one.phrase,
            one.name,
            one.printed.raw,
            one.numerator.raw if one.numerator is not None else "",
            one.denominator.raw if one.denominator is not None else "",
            float(rounded(one.check.value * 100, 4)) if one.check.value is not None else None,
            one.note.of(lang),
            one.sentence,
        ]
        for one in found
    ]
    return Sheet(Text("比率核对", "Rates").of(lang), [header.of(lang) for header in _HEADERS], rows)
