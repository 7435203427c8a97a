"""Values of rulebook entries in words."""

from collections.abc import Mapping, Sequence
from typing import Final

from yinfeng.core.text import Text
from yinfeng.tables.schema import choice_label

_PARTS: Final[Mapping[str, Text]] = {
    "land": Text("地块", "land"),
    "building": Text("厂房", "building"),
    "rate": Text("利率", "rate"),
    "years": Text("年数", "years"),
    "firm": Text("每家企业", "a firm"),
    "cap": Text("最多", "at most"),
    "worth": Text("价值", "worth"),
    "haulage": Text("运费", "haulage"),
    "days": Text("天数", "days"),
    "rule": Text("作为硬性条件", "as a rule"),
    "national": Text("国家级", "national"),
    "provincial": Text("省级", "provincial"),
    "supplier": Text("供方", "supplier"),
    "customer": Text("需方", "customer"),
    "source": Text("出处", "source"),
    "off": Text("放假", "off"),
    "worked": Text("上班", "worked"),
    "kind": Text("按", "kind"),
    "extension": Text("可延长", "extension"),
    "after_acceptance_stops": Text("受理后补正停表", "corrections after acceptance stop the clock"),
    "after_notice_stops": Text("逾期告知的补正停表", "corrections asked for too late stop it"),
    "rolls": Text("末日遇休息日顺延", "a last day off rolls on"),
    "kinds": Text("类别", "kinds"),
    "blank": Text("空白算需要", "blank counts as needed"),
    "progress": Text("进度", "progress"),
    "start_months": Text("未开工月数", "months not started"),
    "entry_months": Text("未入统月数", "months not entered"),
    "short_red": Text("红灯", "red"),
    "default": Text("一般", "else"),
    "investigate": Text("调查核实", "investigate"),
    "reply": Text("使用权人答复", "reply"),
    "notice": Text("调查通知书", "notice"),
    "verify_cause": Text("核实原因", "verify the cause"),
    "publish": Text("公开", "publish"),
    "withdraw": Text("撤销公开", "withdraw"),
    "negotiate": Text("协商处置", "negotiate"),
    "fee": Text("征缴闲置费", "fee"),
    "recover": Text("收回", "recover"),
    "hearing_notice": Text("听证告知", "notice of the hearing"),
    "hearing_request": Text("申请听证", "request for a hearing"),
    "hearing": Text("举行听证", "hearing"),
    "define": Text("闲置的认定", "definition"),
    "start": Text("动工", "start"),
    "determine": Text("认定书", "determination"),
    "decide_disposal": Text("处置方式", "disposal"),
    "pay": Text("缴费", "pay"),
    "hand_back": Text("交回", "hand back"),
    "enforce": Text("强制执行", "enforce"),
    "restrict": Text("限制", "restrict"),
    "deep_pit": Text("深基坑", "deep pit"),
    "pile": Text("桩基", "piles"),
}
"""Parts of a value, in words."""

_WORDS: Final[Mapping[str, Text]] = {
    "working": Text("工作日", "working days"),
    "calendar": Text("自然日", "plain days"),
    "hearing": Text("听证", "hearing"),
    "tender": Text("招标拍卖", "tender, auction"),
    "test": Text("检验检测", "inspection, test"),
    "review": Text("评审", "review"),
    "once": Text("只计一次", "once"),
    "each": Text("各计", "each"),
    "all": Text("全部", "all"),
    "any": Text("任一", "any"),
    "out": Text("不计", "left out"),
    "in": Text("计入", "counted"),
    "lists": Text("按各份名单", "by list"),
    "chain": Text("逐级相除", "chained"),
    "time": Text("对照时间", "against time"),
    "plan": Text("对照计划", "against plan"),
    "added": Text("只计增加额", "what it adds"),
    "progress": Text("只算进展", "progress only"),
    "moves": Text("改计到后一次", "moves to the later"),
    "yinchuan": Text("银川规则", "Yinchuan's"),
    "sanya": Text("三亚规则", "Sanya's"),
    "green": Text("绿", "green"),
    "yellow": Text("黄", "yellow"),
    "red": Text("红", "red"),
    "overdue": Text("逾期竣工", "overdue"),
    "output": Text("投入产出不足", "short of output"),
    "halted": Text("停产、半停产", "halted"),
    "prohibited": Text("产业禁止或淘汰", "prohibited"),
    "unsafe": Text("安全环保不达标", "unsafe"),
    "plan_needs": Text("规划实施需要", "needed for the plan"),
    "extensive_use": Text("布局散乱或利用粗放", "extensive use"),
}
"""Words that stand as values."""

_CHOICE_SETS: Final = ("plan_list", "event_evidence", "progress_event", "signing_kind", "progress_indicator")
"""Choice sets whose codes values are written with."""


def shown_value(value: object) -> Text:
    """Write a value in words; a name that is nobody's word (a by-product's) stays as it is."""
    if isinstance(value, bool):
        return Text("是", "yes") if value else Text("否", "no")
    if isinstance(value, dict):
        return _joined([_named(key, shown_value(part)) for key, part in value.items()])
    if isinstance(value, list):
        return _joined([shown_value(part) for part in value])
    if isinstance(value, str):
        return _WORDS.get(value) or _chosen(value)
    return Text(str(value), str(value))


def _chosen(code: str) -> Text:
    """Give the words of a code of a ledger's choice; the code itself where it is none."""
    labels = (choice_label(name, code) for name in _CHOICE_SETS)
    return next((label for label in labels if label.zh != code), Text(code, code))


def _named(key: str, part: Text) -> Text:
    name = _PARTS.get(key) or _chosen(key)
    if name.zh == key:
        name = choice_label("land_use", key)
    return Text(f"{name.zh} {part.zh}", f"{name.en} {part.en}")


def _joined(parts: Sequence[Text]) -> Text:
    return Text("；".join(part.zh for part in parts), "; ".join(part.en for part in parts))
