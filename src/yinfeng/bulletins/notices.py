"""Draft notices of Order 53, filled from rows; a blank line where the ledger does not say."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from yinfeng.bulletins.word import Block, Grid, Line, word
from yinfeng.core.errors import InputError, problem_fault
from yinfeng.core.idleness.problem import Parcel
from yinfeng.core.idleness.procedure import IDLE
from yinfeng.core.idleness.result import Answer, LandAnswer, LandState, Stall, Verdict
from yinfeng.core.text import Text
from yinfeng.tables.idleness import Idleness
from yinfeng.tables.idleness_words import article, article_text, percent, reason_text, unsourced
from yinfeng.tables.schema import choice_label

BLANK: Final = "＿＿＿＿＿＿"
MARK: Final = "草　稿　DRAFT（未经审核签发，不具有法律效力）"
UNCHECKED: Final = "〔条号或期限出处待核〕"
_ORDER: Final = "《闲置土地处置办法》（国土资源部令第53号）"
_BUREAU: Final = f"{BLANK}自然资源局"


@dataclass(frozen=True, slots=True)
class Draft:
    """One draft: what it is called, whom it concerns, and the Word file."""

    parcel: str
    title: str
    content: bytes

    @property
    def file_name(self) -> str:
        """A name that any system takes."""
        kept = "".join(sign if sign.isalnum() or sign in "-_" else "_" for sign in self.parcel)
        return f"{self.title}-{kept}.docx"


def drafts(answer: Idleness, only: tuple[str, ...] = ()) -> Iterator[Draft]:
    """Draft the paper that each parcel's next step needs.

    only: the parcels wanted; empty for all. Raises InputError where one of these has no paper to be drafted:
    it is not known, no land idle in law, or its next step is the holder's.
    """
    by_id = {one.id: one for one in answer.result.parcels}
    if only:
        faults = [_not_drafted(answer, id_, by_id.get(id_)) for id_ in only if not _is_due(by_id.get(id_))]
        if faults:
            raise InputError(faults)
    for one in answer.result.parcels:
        if _is_due(one) and (not only or one.id in only):
            yield draft(answer, one)


def draft(answer: Idleness, one: Answer) -> Draft:
    """Draft the paper of one parcel's next step; raises InputError where none is due."""
    if not _is_due(one):
        raise InputError([_not_drafted(answer, one.id, one)])
    step = one.land.step
    assert step is not None
    title, body = _PAPERS[step.code]
    case = _case(answer, one)
    blocks: list[Block] = [
        Line(title, "title"),
        Line(f"{BLANK}〔{answer.on.year}〕{BLANK}号", "number"),
        Line(f"{case.holder}（地址：{case.told('holder_address')}）：", "address"),
        *body(case),
        Line(_BUREAU + "（印章）", "right"),
        Line("＿＿＿＿年＿＿月＿＿日", "right"),
        *_notes(case),
    ]
    return Draft(one.id, title, word(blocks, made_on=answer.on, title=title, mark=MARK))


def _is_due(one: Answer | None) -> bool:
    """Say whether a paper may be drafted: only for land idle by Order 53, at a step that needs one."""
    if one is None or one.land.state not in IDLE or one.land.step is None:
        return False
    return one.land.step.code in _PAPERS


def _not_drafted(answer: Idleness, id_: str, one: Answer | None) -> Any:
    if one is None and id_ in answer.places:
        why = Text(
            "53号令下涉嫌闲置的宗地（这是场地台账的场地，厂房不发闲置土地文书）",
            "a parcel suspected under Order 53 (this is a place; no notice of idle land goes to a building)",
        )
    elif one is None:
        why = Text("供地台账中的宗地编号", "a parcel of the ledger of land supply")
    else:
        why = Text(
            "下一步由主管部门发文的闲置宗地（这宗地不需要发文）",
            "an idle parcel whose next step is a paper of the bureau (this one needs none)",
        )
    fix = Text("见“先办”中的下一步", "see the next steps under to do first")
    return problem_fault("no-notice", id_, why, fix)


@dataclass(frozen=True, eq=False, slots=True)
class _Case:
    """A parcel with its answer and its row, as the papers speak of it."""

    answer: Idleness
    land: LandAnswer
    parcel: Parcel
    row: Mapping[str, Any]

    def told(self, column: str) -> str:
        """Give what the ledger says, a blank line where it does not."""
        value = self.row.get(column)
        if value is None:
            return BLANK
        return day(value) if isinstance(value, date) else str(value)

    @property
    def holder(self) -> str:
        return self.parcel.holder or BLANK

    def article(self, code: str) -> str:
        """Cite the article of a step, marked where it was not read in the text of the order."""
        rules = self.answer.land
        found = article(code, rules)
        if found is None:
            return BLANK
        return found.zh + (UNCHECKED if code in rules.unchecked_steps else "")

    def days(self, entry: str) -> str:
        """Write a limit, marked where its source was not found."""
        value = self.answer.rules.value(entry)
        return f"{value}日" + (UNCHECKED if entry in self.answer.land.unsourced else "")

    def event(self, kind: str) -> str:
        """Give the day of an event of the parcel, a blank line where it is not on record."""
        days = [e.on for e in self.parcel.events if e.kind == kind and e.on <= self.answer.on]
        return day(max(days)) if days else BLANK


def _case(answer: Idleness, one: Answer) -> _Case:
    return _Case(answer, one.land, answer.parcels[one.id], answer.contract(one.id))


def day(on: date) -> str:
    """Write a day as papers do: 2024年7月21日."""
    return f"{on.year}年{on.month}月{on.day}日"


def _facts(case: _Case) -> Iterator[Block]:
    row = case.row
    use = choice_label("land_use", row["land_use"]).zh if row.get("land_use") else BLANK
    how = choice_label("supply_method", row["supply_method"]).zh if row.get("supply_method") else BLANK
    price = BLANK if case.parcel.price_wan is None else f"{case.parcel.price_wan:,.10g}万元"
    area = BLANK if case.parcel.area_ha is None else f"{case.parcel.area_ha:,.10g}公顷"
    told = (
        ("电子监管号（合同编号）", case.parcel.id),
        ("项目名称", case.told("project_name")),
        ("土地坐落", case.told("location")),
        ("面积", area),
        ("用途", use),
        ("供地方式", how),
        ("合同签订（决定书）日期", case.told("signed_on")),
        ("出让（划拨）价款", price),
        ("约定交地、实际交地", f"{case.told('deliver_on')}、{case.told('delivered_on')}"),
        ("约定动工、竣工", f"{case.told('start_on')}、{case.told('complete_on')}"),
    )
    yield Grid(told, (56, 100))


def _grounds(case: _Case) -> Iterator[Block]:
    """Say the facts that make it idle, each from its row, with the article."""
    land = case.land
    if land.state == LandState.STALLED and land.stall is not None:
        yield Line(_stalled(land.stall))
        return
    start, first = land.start_on, land.one_year_on
    assert start is not None
    assert first is not None
    full = "两年" if land.state == LandState.IDLE_2 else "一年"
    full_on = land.two_years_on if land.state == LandState.IDLE_2 else first
    assert full_on is not None
    yield Line(
        f"该宗地应于{day(start)}动工开发。截至{day(case.answer.on)}，没有达到法定动工标准的记录，"
        f"自应动工之日起已过{land.elapsed_days}天{_not_counted(land)}；"
        f"自{day(full_on)}起未动工开发满{full}，"
        f"符合{_ORDER}{article_text('2(1)').zh}规定的情形。"
    )
    for reason in land.reasons:
        if not reason.code.startswith("clock_") and reason.code != "no_start_recorded":
            yield Line(reason_text(reason, case.parcel.id).zh + "。")


def _not_counted(land: LandAnswer) -> str:
    if not land.excused_days:
        return ""
    return f"，其中不计入使用权人的{land.excused_days}天，计入{land.idle_days}天"


def _stalled(stall: Stall) -> str:
    parts = []
    if stall.area is not None:
        short = "，不足三分之一" if stall.area_is_short == Verdict.YES else ""
        parts.append(f"已动工开发建设用地面积占应动工总面积的{percent(stall.area)}{short}")
    if stall.investment is not None:
        short = "，不足百分之二十五" if stall.investment_is_short == Verdict.YES else ""
        parts.append(f"已投资额占总投资额（均不含土地价款和税费）的{percent(stall.investment)}{short}")
    full_on = BLANK if stall.one_year_on is None else day(stall.one_year_on)
    return (
        f"该宗地已动工开发，{day(stall.since)}起中止开发建设，自{full_on}起中止满一年；"
        f"{'；'.join(parts)}。依照{_ORDER}{article_text('2(2)').zh}，可以认定为闲置土地。"
    )


def _investigation(case: _Case) -> Iterator[Block]:
    yield Line(
        f"你单位使用的下列国有建设用地涉嫌构成闲置土地。依照{_ORDER}{case.article('investigate')}、"
        f"{case.article('notice')}，现开展调查核实，通知如下。"
    )
    yield Line("一、宗地基本情况", "heading")
    yield from _facts(case)
    yield Line("二、涉嫌闲置的事实和依据", "heading")
    yield from _grounds(case)
    yield Line("三、需要调查的事项和期限", "heading")
    yield Line(
        f"请自收到本通知书之日起{case.days('idle_land.reply_days')}内，书面提供该宗地的开发利用情况、"
        "闲置原因以及相关说明材料，包括施工许可证、基础施工进度、已投资额和已动工面积的证明。"
    )
    yield Line("四、权利和义务", "heading")
    yield Line(
        f"属于{case.article('verify_cause')}所列政府原因或者自然灾害等不可抗力造成迟延的，请一并提供说明材料，"
        "经核实的时间不计入使用权人。调查中可以询问当事人、现场勘测、查阅复制有关资料，请予配合。"
    )
    yield Line("五、其他", "heading")
    yield Line(f"联系人：{BLANK}　电话：{BLANK}　地址：{BLANK}")


def _determination(case: _Case) -> Iterator[Block]:
    yield Line(
        f"依照{_ORDER}{case.article('determine')}，经调查核实（《闲置土地调查通知书》"
        f"{case.event('investigation')}送达，你单位{case.event('reply')}答复），对下列国有建设用地认定如下。"
    )
    yield Line("一、宗地基本情况", "heading")
    yield from _facts(case)
    yield Line("二、认定的事实和依据", "heading")
    yield from _grounds(case)
    yield Line("三、闲置原因及认定结论", "heading")
    yield Line(f"闲置原因：{BLANK}。认定结论：该宗地（构成／不构成）闲置土地，面积{BLANK}公顷。")
    yield Line("四、其他", "heading")
    yield Line(
        f"本认定依照{case.article('publish')}向社会公开，处置完毕后及时撤销。不服本认定的，"
        f"可以依法申请行政复议或者提起行政诉讼（期限：{BLANK}）。"
    )


def _hearing(case: _Case) -> Iterator[Block]:
    is_recovery = case.land.state == LandState.IDLE_2
    code = "recover" if is_recovery else "fee"
    what = "无偿收回国有建设用地使用权" if is_recovery else f"征缴土地闲置费（{_fee(case)}）"
    yield Line(
        f"你单位使用的下列国有建设用地已认定为闲置土地（{case.event('determination')}）。"
        f"拟依照{_ORDER}{case.article(code)}{what}。依照{case.article('hearing_notice')}，"
        "你单位有申请听证的权利，现告知如下。"
    )
    yield from _facts(case)
    yield from _grounds(case)
    limit = case.answer.rules.value("idle_land.hearing_request_days")
    mark = UNCHECKED if "idle_land.hearing_request_days" in case.answer.land.unsourced else ""
    yield Line(
        f"要求听证的，请自收到本告知书之日起{limit}个工作日{mark}内向本机关书面提出；"
        "逾期未提出的，视为放弃听证权利。"
    )
    yield Line(f"联系人：{BLANK}　电话：{BLANK}　地址：{BLANK}")


def _fee(case: _Case) -> str:
    fee = case.land.fee_wan
    if fee is None:
        return f"金额{BLANK}万元"
    yuan = fee * 10_000
    return f"金额{float(fee):,.10g}万元，即人民币{float(yuan):,.2f}元"


def _fee_decision(case: _Case) -> Iterator[Block]:
    share = f"{float(case.answer.land.fee_share * 100):.10g}%"
    yield Line(
        f"你单位使用的下列国有建设用地已认定为闲置土地（{case.event('determination')}），"
        f"听证权利已于{case.event('hearing_notice')}书面告知。经{BLANK}人民政府批准（{BLANK}），"
        f"依照{_ORDER}{case.article('fee')}和《中华人民共和国城市房地产管理法》第二十六条，决定如下。"
    )
    yield Line("一、宗地基本情况", "heading")
    yield from _facts(case)
    yield Line("二、事实和依据", "heading")
    yield from _grounds(case)
    yield Line("三、决定", "heading")
    price = BLANK if case.parcel.price_wan is None else f"{case.parcel.price_wan:,.10g}"
    yield Line(f"按出让（划拨）价款{price}万元的{share}征缴土地闲置费，{_fee(case)}，不得列入生产成本。")
    yield Line("四、履行方式和期限", "heading")
    yield Line(
        f"自本决定书送达之日起{case.days('idle_land.payment_days')}内缴纳（{case.article('pay')}），"
        f"账户：{BLANK}。不服本决定的，可以依法申请行政复议或者提起行政诉讼（期限：{BLANK}）。"
    )


def _recovery(case: _Case) -> Iterator[Block]:
    yield Line(
        f"你单位使用的下列国有建设用地已认定为闲置土地（{case.event('determination')}），"
        f"听证权利已于{case.event('hearing_notice')}书面告知。经{BLANK}人民政府批准（{BLANK}），"
        f"依照{_ORDER}{case.article('recover')}、《中华人民共和国土地管理法》第三十八条和"
        "《中华人民共和国城市房地产管理法》第二十六条，决定如下。"
    )
    yield Line("一、宗地基本情况", "heading")
    yield from _facts(case)
    yield Line("二、事实和依据", "heading")
    yield from _grounds(case)
    yield Line("三、决定", "heading")
    yield Line("无偿收回该宗国有建设用地使用权。")
    yield Line("四、履行方式和期限", "heading")
    yield Line(
        f"自本决定书送达之日起{case.days('idle_land.hand_back_days')}内办理国有建设用地使用权注销登记，"
        f"交回土地权利证书（{case.article('hand_back')}）。不服本决定的，可以依法申请行政复议或者"
        f"提起行政诉讼（期限：{BLANK}）。"
    )
    yield Line(f"抄送：抵押权人{case.told('mortgagee')}（设有抵押的）。")


def _notes(case: _Case) -> Iterator[Block]:
    """Say which rows and entries the draft rests on; the note is taken off before it is issued."""
    rows = [f"land_supply:{case.parcel.id}", *(f"land_events:{row}" for row in case.land.rows)]
    yield Line(f"起草说明（签发前删去）：按 {case.answer.on} 的台账起草；数据行 {'、'.join(rows)}。", "note")
    unread = unsourced(case.land, case.answer.land)
    if unread:
        yield Line(f"出处待核的规则条目：{'、'.join(unread)}。", "note")


Body = Callable[[_Case], Iterator[Block]]
_PAPERS: Final[Mapping[str, tuple[str, Body]]] = {
    "investigate": ("闲置土地调查通知书", _investigation),
    "determine": ("闲置土地认定书", _determination),
    "hearing_notice": ("听证权利告知书", _hearing),
    "fee": ("征缴土地闲置费决定书", _fee_decision),
    "recover": ("收回国有建设用地使用权决定书", _recovery),
}
"""Next step → title of its paper and what it says."""
