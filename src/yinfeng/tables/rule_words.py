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
}
"""Parts of a value, in words."""

_WORDS: Final[Mapping[str, Text]] = {
    "working": Text("工作日", "working days"),
    "calendar": Text("自然日", "plain days"),
    "hearing": Text("听证", "hearing"),
    "tender": Text("招标拍卖", "tender, auction"),
    "test": Text("检验检测", "inspection, test"),
    "review": Text("评审", "review"),
}
"""Words that stand as values."""


def shown_value(value: object) -> Text:
    """Write a value in words; a name that is nobody's word (a by-product's) stays as it is."""
    if isinstance(value, bool):
        return Text("是", "yes") if value else Text("否", "no")
    if isinstance(value, dict):
        return _joined([_named(key, shown_value(part)) for key, part in value.items()])
    if isinstance(value, list):
        return _joined([shown_value(part) for part in value])
    return _WORDS.get(str(value), Text(str(value), str(value)))


def _named(key: str, part: Text) -> Text:
    name = _PARTS.get(key) or choice_label("land_use", key)
    return Text(f"{name.zh} {part.zh}", f"{name.en} {part.en}")


def _joined(parts: Sequence[Text]) -> Text:
    return Text("；".join(part.zh for part in parts), "; ".join(part.en for part in parts))
