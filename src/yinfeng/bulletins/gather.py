"""From ledgers to an issue: the figures a template names, with their rows, rules and printed forms."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from yinfeng.bulletins.issue import Issue, Printed, RowContent, UsedRule, rows_of
from yinfeng.bulletins.template import Template
from yinfeng.core.figures import Figure
from yinfeng.core.period import Period
from yinfeng.core.progress.printed import VERDICT, Comparison
from yinfeng.core.progress.problem import Printed as PrintedRow
from yinfeng.core.progress.schedule import INDICATORS
from yinfeng.core.progress.scope import scope_of
from yinfeng.core.progress.solve import comparisons, figures
from yinfeng.core.progress.titles import CHAINED, TITLES
from yinfeng.core.rulebook import Rules
from yinfeng.core.text import Text
from yinfeng.tables.progress import Dispatch
from yinfeng.tables.progress_rules import progress_rules
from yinfeng.tables.reasons import BASIS
from yinfeng.tables.row_cells import cells_of, synthetic_of
from yinfeng.tables.rule_words import shown_value
from yinfeng.tables.schema import LEDGER_LABEL

_FLAGGED: Final = frozenset({"wrong", "rounding", "scope"})

_ENDS: Final = (
    ("-growth", "增速", "growth of"),
    ("-completion", "目标完成率", "completion against target of"),
    ("-lead", "超时序", "ahead of schedule,"),
)


def known_codes(found: Sequence[Figure]) -> frozenset[str]:
    """List the codes a template may name: every figure with a definition, and those that rows gave."""
    stems = {*TITLES, *CHAINED, *INDICATORS}
    ends = {f"{stem}{end}" for stem in stems for end, _, _ in _ENDS}
    return frozenset(stems | ends | {figure.code for figure in found})


def title_of(code: str) -> Text:
    """Name a figure by its code, also where no row gives it."""
    if code in TITLES:
        return TITLES[code][0]
    for end, zh, en in _ENDS:
        if code.endswith(end):
            base = title_of(code.removesuffix(end))
            return Text(f"{base.zh}{zh}", f"{en} {base.en}")
    return INDICATORS.get(code, Text(code, code))


def all_figures(dispatch: Dispatch, rules: Rules, period: Period, zone: str) -> tuple[Figure, ...]:
    """Give every figure of a zone and period."""
    return figures(scope_of(dispatch.problem, progress_rules(rules), period, zone))


def gather(
    dispatch: Dispatch,
    rules: Rules,
    template: Template,
    *,
    period: Period,
    zone: str,
    made_on: date,
    against: Sequence[PrintedRow] = (),
) -> Issue:
    """Make the issue of a zone and period from the rows as they are now.

    against: figures of an existing text, held against the rows as those of the ledger are.
    """
    problem = replace(dispatch.problem, printed=(*dispatch.problem.printed, *against))
    scope = scope_of(problem, progress_rules(rules), period, zone)
    codes = template.codes()
    by_code = {figure.code: figure for figure in figures(scope)}
    used = tuple(by_code[code] for code in codes if code in by_code)
    # what was printed of another period is no other printing of these figures
    compared = [
        one for one in comparisons(scope) if one.printed.indicator in codes and one.period.end == period.end
    ]
    printed = tuple(_printed(one, dispatch.rows) for one in compared if _is_flagged(one))
    row_ids = dict.fromkeys(
        [row for figure in used for row in rows_of(figure)]
        + [one.printed.row for one in compared if one.printed.row in dispatch.rows]
    )
    return Issue(
        template=template,
        zone=zone,
        period=period.label,
        period_words=period_words(period),
        period_full=period_words(period, with_year=True),
        rulebook=rules.name,
        made_on=made_on,
        figures=used,
        rows=tuple(_content(dispatch, row) for row in row_ids if row in dispatch.rows),
        rules=tuple(_used_rules(used, rules)),
        printed=printed,
    )


def compared(
    dispatch: Dispatch, rules: Rules, stated: Sequence[PrintedRow], *, period: Period, zone: str
) -> tuple[Comparison, ...]:
    """Hold the figures of a text against the rows."""
    problem = replace(dispatch.problem, printed=tuple(stated))
    return comparisons(scope_of(problem, progress_rules(rules), period, zone))


def _is_flagged(one: Comparison) -> bool:
    return one.verdict in _FLAGGED or any(part.verdict == "wrong" for part in one.parts)


def _printed(one: Comparison, rows: Mapping[str, Any]) -> Printed:
    row = one.printed.row
    return Printed(
        code=one.printed.indicator,
        printed=one.printed.printed.raw,
        verdict=VERDICT[one.verdict],
        note=_parts(one),
        source=one.printed.source,
        row=row if row in rows else "",
    )


def _parts(one: Comparison) -> Text:
    """Say which sides were printed other than the rows have them."""
    told = []
    for name, part, typed in zip(
        (Text("分子", "numerator"), Text("分母", "denominator")),
        one.parts,
        (one.printed.numerator, one.printed.denominator),
        strict=True,
    ):
        if part.verdict == "wrong" and typed is not None:
            told.append(Text(f"{name.zh}印为 {typed.raw}", f"{name.en} printed as {typed.raw}"))
    if not told:
        return one.note
    return Text("；".join(text.zh for text in told), "; ".join(text.en for text in told))


def _content(dispatch: Dispatch, row_id: str) -> RowContent:
    ledger = row_id.partition(":")[0]
    row = dispatch.rows[row_id]
    schema = dispatch.ledgers[ledger].schema
    return RowContent(row_id, LEDGER_LABEL[ledger], cells_of(schema, row), synthetic_of(row))


def _used_rules(used: Collection[Figure], rules: Rules) -> Iterator[UsedRule]:
    for key in dict.fromkeys(key for figure in used for key in figure.entries):
        entry = rules.entries.get(key)
        if entry is not None:
            yield UsedRule(
                key, entry.title, shown_value(entry.value), entry.unit, entry.valid_from,
                BASIS[entry.basis], entry.is_sourced, entry.source,
            )  # fmt: skip


_HALVES: Final = {
    (1, 12): Text("全年", "year"),
    (1, 6): Text("上半年", "first half-year"),
    (7, 12): Text("下半年", "second half-year"),
    (1, 3): Text("一季度", "first quarter"),
    (4, 6): Text("二季度", "second quarter"),
    (7, 9): Text("三季度", "third quarter"),
    (10, 12): Text("四季度", "fourth quarter"),
    (1, 9): Text("前三季度", "first three quarters"),
}


def period_words(period: Period, *, with_year: bool = False) -> Text:
    """Say a period as a bulletin does: 上半年, 1—8月; with its year 2024年上半年."""
    first, last = period.start.month, period.end.month
    is_whole = "." not in period.label or period.label.count("-") == 2
    if not is_whole or period.start.year != period.end.year:
        return Text(f"{period.start}至{period.end}", f"period {period.start} to {period.end}")
    words = _HALVES.get((first, last))
    if words is None and first == last:
        words = Text(f"{first}月", f"{period.start:%B}")
    if words is None:
        words = Text(f"{first}—{last}月", f"months {first} to {last}")
    if not with_year:
        return words
    if (first, last) == (1, 12):
        return Text(f"{period.year}年", f"{period.year}")
    return Text(f"{period.year}年{words.zh}", f"{words.en} of {period.year}")
