"""A small issue: three new-build projects of which two have started, one statistic, two signings."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

from yinfeng.bulletins.issue import Issue, Printed, RowContent, UsedRule
from yinfeng.bulletins.template import Template, parse_template
from yinfeng.core.figures import Figure, Side, count, share, total
from yinfeng.core.text import Text

TOML = """
[about]
name = "small"
version = "1"
title_zh = "{zone}{period.full}亮点"
title_en = "Highlights of {zone}, {period.full}"

[[sentence]]
id = "S1"
when = "start-rate full"
zh = "{period}{start-rate.denominator}个新建项目全部开工。"
en = "All {start-rate.denominator} projects have started."

[[sentence]]
id = "S1"
zh = "{period}{start-rate.denominator}个新建项目已开工{start-rate.numerator}个，开工率{start-rate}。"
en = "Of {start-rate.denominator} projects {start-rate.numerator} have started, {start-rate}."

[[sentence]]
id = "S2"
zh = "签约额{signed-amount}，进出口总额{trade}。"
en = "{signed-amount} signed; imports and exports {trade}."
"""
KNOWN = ("start-rate", "signed-amount", "trade")
TEMPLATE: Template = parse_template("small.toml", TOML, KNOWN)


def row(row_id: str, ledger: str, *cells: tuple[str, str], synthetic: tuple[str, ...] = ()) -> RowContent:
    return RowContent(
        row_id,
        Text(ledger, ledger),
        tuple((Text(label, label), Text(text, text)) for label, text in cells),
        synthetic,
    )


def start_rate(started: tuple[str, ...], listed: tuple[str, ...], *notes: Text) -> Figure:
    above, below = count(started), count(listed)
    return figure("start-rate", "新建项目开工率", "share", above, below, share(above, below), 1, notes=notes)


def figure(
    code: str,
    title: str,
    kind: str,
    above: Side | None,
    below: Side | None,
    value: Fraction | None,
    decimals: int,
    *,
    unit: str = "",
    notes: tuple[Text, ...] = (),
) -> Figure:
    return Figure(
        code=code, title=Text(title, code), definition=Text(f"{title}的定义", f"definition of {code}"),
        zone="甲开发区", period="2024H1", kind=kind, unit=Text(unit, unit), numerator=above,  # type: ignore[arg-type]
        denominator=below, value=value, decimals=decimals, entries=("progress.start.kinds",), notes=notes,
    )  # fmt: skip


STARTED = ("year_plan:A", "year_plan:B")
LISTED = (*STARTED, "year_plan:C")
SIGNED = total([("signings:2", Fraction(5, 2)), ("signings:3", Fraction(1, 4))])
ROWS = (
    row("year_plan:A", "年度项目", ("项目名称", "甲一"), ("开工日期", "2024-03-01")),
    row("year_plan:B", "年度项目", ("项目名称", "乙二"), ("开工日期", "2024-04-01")),
    row("year_plan:C", "年度项目", ("项目名称", "丙三")),
    row("signings:2", "签约", ("项目名称", "丁四"), ("签约日期", "2024-05-01"), ("签约额", "2.5亿元")),
    row("signings:3", "签约", ("项目名称", "戊五"), ("签约日期", "2024-06-01"), ("签约额", "2500万元")),
)
RULE = UsedRule(
    key="progress.start.kinds",
    title=Text("开工率的分母", "denominator of the start rate"),
    value=Text("新建", "new"),
    unit=Text("", ""),
    valid_from=date(2018, 1, 1),
    basis=Text("开发区自定", "the zone's policy"),
    is_sourced=True,
    source="某文件",
)
FLAG = Printed("start-rate", "76.7%", Text("不符", "wrong"), Text("", ""), "某报", "printed_figures:2")
ISSUE = Issue(
    template=TEMPLATE,
    zone="甲开发区",
    period="2024H1",
    period_words=Text("上半年", "first half-year"),
    period_full=Text("2024年上半年", "first half-year of 2024"),
    rulebook="shanxi",
    made_on=date(2024, 7, 5),
    figures=(
        start_rate(STARTED, LISTED),
        figure("signed-amount", "签约额", "amount", SIGNED, None, SIGNED.value, 2, unit="亿元"),
    ),
    rows=ROWS,
    rules=(RULE,),
)


def with_third_started() -> Issue:
    """Give the issue as it would be made after the third project has started."""
    changed = row("year_plan:C", "年度项目", ("项目名称", "丙三"), ("开工日期", "2024-06-30"))
    rows = tuple(changed if one.row == "year_plan:C" else one for one in ROWS)
    figures = (start_rate(LISTED, LISTED), ISSUE.figures[1])
    return replace(ISSUE, figures=figures, rows=rows, made_on=date(2024, 8, 1))
