"""What the answer of idleness says: states, steps, reasons and tests as sentences."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Final

from yinfeng.core.figures import rounded
from yinfeng.core.idleness import states
from yinfeng.core.idleness.result import Actor, LandAnswer, Reason, Stall, Step, Test, Verdict
from yinfeng.core.idleness.rules import LandRules
from yinfeng.core.rulebook import UNSOURCED
from yinfeng.core.text import Text
from yinfeng.tables.schema import choice_label

ORDER_53: Final = Text("《闲置土地处置办法》（国土资源部令第53号）", "Order 53 of 2012 (idle land)")
_DIGITS: Final = "零一二三四五六七八九十"

ACTOR: Final[Mapping[Actor, Text]] = {
    Actor.HOLDER: Text("使用权人", "holder"),
    Actor.BUREAU: Text("自然资源主管部门", "natural-resources bureau"),
    Actor.GOVERNMENT: Text("有批准权的人民政府", "government with the power to approve"),
    Actor.ZONE: Text("开发区（补录台账）", "the zone (fill in the ledger)"),
}

VERDICT: Final[Mapping[Verdict, Text]] = {
    Verdict.YES: Text("符合", "met"),
    Verdict.NO: Text("不符合", "not met"),
    Verdict.UNKNOWN: Text("资料不足", "not known"),
}

STEP: Final[Mapping[str, Text]] = {
    "start": Text("按约定日期动工", "start on the agreed day"),
    "start_before_idle": Text("在满一年前动工", "start before a year is full"),
    "start_before_recovery": Text("在满两年前动工，否则收回", "start before two years are full, or lose it"),
    "resume": Text("在中止满一年前复工", "go on before the stop has lasted a year"),
    "investigate": Text("开展调查核实，发出《闲置土地调查通知书》", "investigate and serve the notice"),
    "reply": Text("按通知提供开发利用情况、闲置原因和材料", "reply with facts, causes and papers"),
    "determine": Text("作出认定，下达《闲置土地认定书》，或结案", "determine, or close the case"),
    "publish": Text("向社会公开闲置土地信息，处置完毕前不撤", "publish until it is disposed of"),
    "withdraw": Text("撤销已公开的闲置信息", "withdraw the publication"),
    "verify_cause": Text("核实所述原因（使用权人提交说明材料）", "verify the cause on the holder's papers"),
    "negotiate": Text(
        "与使用权人协商处置：延期、调整用途、临时使用、有偿收回、置换，报政府批准",
        "negotiate: extension, other use, temporary use, buy-back or swap, for the government to approve",
    ),
    "end_temporary_use": Text("临时使用到期前落实开发", "see to the start before temporary use ends"),
    "hearing_notice": Text("书面告知申请听证的权利", "give written notice of the right to a hearing"),
    "hearing_request": Text("可以申请听证", "may ask for a hearing"),
    "hearing": Text("举行听证", "hold the hearing"),
    "fee": Text(
        "报本级政府批准后下达《征缴土地闲置费决定书》",
        "decide the fee once the government has approved",
    ),
    "pay": Text("缴纳土地闲置费", "pay the fee"),
    "recover": Text(
        "批准并下达《收回国有建设用地使用权决定书》，抄送抵押权人",
        "approve and serve the recovery decision, with a copy to the mortgagee",
    ),
    "hand_back": Text("注销登记、交回土地权利证书", "cancel the registration, hand back the title"),
    "enforce": Text("逾期未履行：申请强制执行或公告注销", "not complied with: enforcement, or cancellation"),
    "decide_disposal": Text(
        "依法确定处置方式（第十四条只写未动工开发，不自动征费或收回）",
        "decide how to dispose (art. 14 speaks of land not started: no fee or recovery by itself)",
    ),
    "watch": Text("已结案，继续关注动工情况", "closed; keep watching for a start"),
    "complete_ratios": Text(
        "补录已动工面积、应动工面积，或已投资额、总投资额",
        "fill in the areas built and due, or money invested and total",
    ),
    "complete_dates": Text("补录约定动工日期或实际交地日期", "fill in agreed start or actual handover"),
    "bring_contract": Text("补录供地合同（供地台账）", "bring the contract (ledger of land supply)"),
}

_ARTICLE_OF: Final[Mapping[str, str]] = {
    "start": "define",
    "start_before_idle": "define",
    "start_before_recovery": "recover",
    "resume": "define",
    "end_temporary_use": "negotiate",
    "complete_ratios": "define",
    "complete_dates": "start",
}
"""Step → the step of the rulebook whose article it shares."""
_DAYS_OF: Final[Mapping[str, str]] = {
    "investigate": "idle_land.investigation_days",
    "reply": "idle_land.reply_days",
    "hearing_request": "idle_land.hearing_request_days",
    "hearing": "idle_land.hearing_days",
    "pay": "idle_land.payment_days",
    "hand_back": "idle_land.hand_back_days",
}
"""Step → the entry that gives its limit."""

REASON: Final[Mapping[str, Text]] = {
    "building_stands": Text(
        "宗地上有建成的厂房 {building}：53号令不适用，按低效厂房看",
        "a finished building stands on it, {building}: Order 53 does not apply",
    ),
    "finished_building": Text(
        "建成的厂房停产、空置不是闲置土地：53号令不适用，不征闲置费、不收回",
        "a finished building out of use is not idle land: Order 53 does not apply, no fee, no recovery",
    ),
    "a_line": Text("生产线不是土地：随所在厂房看", "a line is no land: it goes with its building"),
    "see_contract": Text("按供地合同 {contract} 判断", "judged by the contract {contract}"),
    "not_granted": Text(
        "管委会名下未供应的土地，没有使用权人和合同，53号令不适用",
        "land not granted has no holder and no contract: Order 53 does not apply",
    ),
    "no_contract": Text(
        "没有供地合同资料，不能按53号令判断", "without its contract Order 53 cannot be applied"
    ),
    "disposed": Text("{on} 已处置：{kind}", "disposed of on {on}: {kind}"),
    "built": Text("{on} 竣工：53号令不再适用", "completed on {on}: Order 53 no longer applies"),
    "started_legally": Text(
        "{on} 动工：有施工许可，基础达到法定标准（第三十条）",
        "started on {on}: permit held and foundation enough (art. 30)",
    ),
    "started_as_stated": Text(
        "台账写 {on} 开工：按陈述计，未按施工许可和基础核实（第三十条）",
        "the ledger states a start on {on}: taken as stated, not tested by permit and foundation (art. 30)",
    ),
    "started_late": Text("比约定动工日期晚 {days} 天", "{days} days after the agreed start"),
    "no_start_recorded": Text(
        "台账没有动工记录；确已动工的，补录后重算", "no start is on record; if there was one, enter it"
    ),
    "no_start_permit": Text(
        "基础已达标，但没有施工许可证记录，不算动工（第三十条）{stated}",
        "the foundation is enough, but no permit is on record: no start in law (art. 30){stated}",
    ),
    "no_start_foundation": Text(
        "未见基础达到法定标准的记录{share}，不算动工（第三十条）{stated}",
        "the foundation is not shown to be enough{share}: no start in law (art. 30){stated}",
    ),
    "gap": Text(
        "程序缺项：{decision}之前没有“{step}”的记录", 'a gap: no "{step}" is on record before {decision}'
    ),
    "extended": Text(
        "{signed} 补充协议重新约定动工日期 {to}", "by the agreement of {signed} the start is {to}"
    ),
    "extension_too_long": Text(
        "协议写到 {asked}，超过最长 {months} 个月，只计到 {to}",
        "the agreement says {asked}, beyond {months} months; counted to {to}",
    ),
    "delivered_late": Text(
        "交地晚 {days} 天，约定动工日期顺延同样天数",
        "handed over {days} days late: the agreed start moves by as many",
    ),
    "temporary_too_long": Text(
        "临时使用最长 {months} 个月，超过的不计", "temporary use lasts {months} months at most"
    ),
    "cause_rejected": Text(
        "所述原因经核实不属实，计入使用权人", "the cause was not found true and counts on the holder"
    ),
    "excused": Text(
        "{since} 至 {until} {cause}，经核实，不计 {days} 天",
        "{since} to {until}, {cause}, found true: {days} days do not count",
    ),
    "excused_unverified": Text(
        "{since} 至 {until} {cause}，尚未核实，暂不计 {days} 天",
        "{since} to {until}, {cause}, not yet verified: {days} days are left out for now",
    ),
    "no_start_date": Text(
        "没有约定动工日期，也没有交地日期", "neither an agreed start nor a handover is known"
    ),
    "no_start_date_but_delivery": Text(
        "合同没有约定动工日期，也没有实际交地日期；如按约定于 {agreed} 交地，"
        "动工日期推定为 {start}，{first} 起满一年",
        "no agreed start, no actual handover; handed over as agreed on {agreed}, "
        "the start would be {start} and a year full on {first}",
    ),
    "clock_not_due": Text("应于 {start} 动工", "to be started by {start}"),
    "clock_late": Text(
        "应于 {start} 动工，{first} 起满一年", "to be started by {start}; a year is full on {first}"
    ),
    "clock_due_soon": Text(
        "应于 {start} 动工，{first} 起满一年", "to be started by {start}; a year is full on {first}"
    ),
    "clock_excused": Text(
        "应于 {start} 动工；扣除后 {first} 起满一年",
        "to be started by {start}; less what does not count, a year is full on {first}",
    ),
    "clock_stopped": Text(
        "应于 {start} 动工；事由未消除，不计算", "to be started by {start}; the clock stands while it lasts"
    ),
    "clock_idle_1": Text(
        "应于 {start} 动工，{first} 起满一年，{second} 起满两年",
        "to be started by {start}; a year full on {first}, two on {second}",
    ),
    "clock_idle_2": Text(
        "应于 {start} 动工，{first} 起满一年，{second} 起满两年",
        "to be started by {start}; a year full on {first}, two on {second}",
    ),
    "stop_excused": Text(
        "{since} 停工，原因不计入使用权人", "stopped since {since} by a cause that does not count"
    ),
    "stop_under_a_year": Text("{since} 停工，{on} 起满一年", "stopped since {since}, a year on {on}"),
    "stalled": Text(
        "{since} 停工，{on} 起满一年，且比例不足：可以认定闲置（第二条第二款，裁量）",
        "stopped since {since}, a year full on {on}, a ratio short: may be found idle (art. 2)",
    ),
    "ratios_unknown": Text(
        "{since} 停工，{on} 起满一年，两项比例资料不全，不能判断",
        "stopped since {since}, a year full on {on}; the ratios are not known",
    ),
    "ratios_met": Text(
        "{since} 停工，{on} 起满一年，两项比例均不低于下限：不构成闲置",
        "stopped since {since}, a year full on {on}; neither ratio is short: not idle",
    ),
    "line_in_building": Text("生产线随所在厂房看", "a line goes with its building"),
    "land_by_contract": Text("土地按供地合同看，不看厂房清单", "land is judged by its contract"),
    "by_its_building": Text("看宗地上的厂房", "the building on it is looked at"),
    "not_started": Text("未动工的土地只看53号令", "land not started is Order 53's alone"),
}

TEST: Final[Mapping[str, Text]] = {
    "overdue": Text("超过约定竣工日期两年以上（企业自身原因）", "over two years past the agreed completion"),
    "output": Text(
        "竣工两年以上，投资强度或产出不足一半", "two years built, investment or output short by half"
    ),
    "halted": Text("停产、半停产一年以上", "production stopped or half stopped for a year"),
    "prohibited": Text("产业禁止或淘汰", "industry prohibited or eliminated"),
    "unsafe": Text("安全、环保不达标", "fails safety or environmental rules"),
    "plan_needs": Text("旧城改造或规划实施需要", "needed for renewal or the plan"),
    "extensive_use": Text(
        "布局散乱、利用粗放、用途不合理或建筑危旧", "scattered, extensive, wrong use, dilapidated"
    ),
}


def article(code: str, rules: LandRules) -> Text | None:
    """Give the article of a step: 第十四条第（一）项."""
    number = rules.articles.get(_ARTICLE_OF.get(code, code))
    return None if number is None else article_text(number)


def article_text(number: str) -> Text:
    """Write an article: ``14(1)`` → 第十四条第（一）项; ``8(1)(6)`` has a paragraph before its item."""
    main, *parts = number.replace(")", "").split("(")
    zh = f"第{_numeral(int(main))}条"
    if len(parts) == 2:
        zh += f"第{_numeral(int(parts[0]))}款第（{_numeral(int(parts[1]))}）项"
    elif parts:
        zh += f"第（{_numeral(int(parts[0]))}）项" if main == "14" else f"第{_numeral(int(parts[0]))}款"
    return Text(zh, f"art. {number}")


def _numeral(number: int) -> str:
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else f"{_DIGITS[tens]}十")
    return head + (_DIGITS[ones] if ones or not tens else "")


def step_text(step: Step) -> Text:
    """Say a step."""
    return STEP[step.code]


def unsourced(answer: LandAnswer, rules: LandRules) -> tuple[str, ...]:
    """Give the entries behind an answer whose source is to be checked."""
    keys = [key for key in answer.entries if key in rules.unsourced]
    if answer.step is not None and _DAYS_OF.get(answer.step.code, "") in rules.unsourced:
        keys.append(_DAYS_OF[answer.step.code])
    if answer.step is not None and answer.step.code in rules.unchecked_steps:
        keys.append("idle_land.articles_unchecked")
    return tuple(dict.fromkeys(keys))


def reason_text(reason: Reason, own_row: str = "") -> Text:
    """Say a reason, with the event it rests on. own_row: the parcel's own row, which is not named."""
    text = REASON[reason.code].format(**{name: _said(name, value) for name, value in reason.values.items()})
    if reason.row in ("", own_row):
        return text
    return Text(f"{text.zh}〔{reason.row}〕", f"{text.en} [{reason.row}]")


def _said(name: str, value: object) -> object:
    if name == "cause":
        label = choice_label("land_cause", str(value))
        return choice_label("land_event", str(value)) if label.zh == value else label
    if name in ("kind", "step", "decision"):
        return choice_label("land_event", str(value))
    if name == "share":
        return Text("", "") if value is None else percent_note(value)
    if name == "stated":
        if value is None:
            return Text("", "")
        return Text(f"；台账所写 {value} 开工不计", f"; the start stated for {value} does not count")
    if value is None or value == date.max:
        return Text("（未消除）", "(it lasts)")
    return value


def percent_note(value: object) -> Text:
    """Say how much of a foundation was seen."""
    shown = f"{percent(Fraction(str(value)))}"
    return Text(f"（已完成 {shown}）", f" ({shown} done)")


def percent(share: Fraction) -> str:
    """Write a share in per cent to two digits."""
    return f"{rounded(share * 100, 2)}%"


def stall_text(stall: Stall) -> Text:
    """Say the two ratios of the second test."""
    area = Text("未知", "not known") if stall.area is None else Text(percent(stall.area), percent(stall.area))
    money = stall.investment
    invested = Text("未知", "not known") if money is None else Text(percent(money), percent(money))
    return Text("已动工面积 {area}，已投资 {invested}", "area {area}, investment {invested}").format(
        area=area, invested=invested
    )


def land_state(answer: LandAnswer) -> Text:
    """Give the words of a parcel's state."""
    return states.LAND.label(answer.state)


def place_state(code: str) -> Text:
    """Give the words of a place's state."""
    return states.PLACE.label(code)


def story_state(code: str) -> Text:
    """Give the words of a story's state."""
    return states.STORY.label(code)


def test_text(test: Test) -> Text:
    """Say how a test of the low-efficiency list came out."""
    text = Text("{test}：{verdict}", "{test}: {verdict}").format(
        test=TEST[test.code], verdict=VERDICT[test.verdict]
    )
    since, kind = test.values.get("since"), test.values.get("kind")
    if test.code == "halted" and since is not None:
        half = Text("半停产", "half stopped") if kind == "half" else Text("停产", "stopped")
        return Text("{text}（{since} 起{half}）", "{text} ({half} since {since})").format(
            text=text, since=since, half=half
        )
    if test.code == "overdue" and test.verdict == Verdict.YES:
        return Text(
            "{text}（{since} 已满，台账未见非企业原因）",
            "{text} (two years on {since}; no cause of others is on record)",
        ).format(text=text, since=test.since)
    if test.since is not None and test.verdict == Verdict.YES:
        return Text("{text}（{since} 起）", "{text} (since {since})").format(text=text, since=test.since)
    return text


def unsourced_mark(keys: tuple[str, ...]) -> Text:
    """Mark what rests on entries whose source was not found."""
    return UNSOURCED if keys else Text("", "")
