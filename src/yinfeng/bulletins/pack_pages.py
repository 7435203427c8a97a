"""From a pack to its pages: every word in one language, the facts side by side, the maps drawn."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from yinfeng.bulletins.drawn_map import DrawnMap, Mapped, draw_map
from yinfeng.bulletins.pack import Fact, FactGroup, Pack, PackedPlace, Words, check_pack
from yinfeng.bulletins.typeset import typeset
from yinfeng.core.text import Lang, Text

Json = dict[str, object]

_WORDS: Final = {
    "to": Text("致", "For"),
    "reference": Text("编号", "Reference"),
    "made_on": Text("日期", "Date"),
    "need": Text("您的需求", "Your need"),
    "contact": Text("联系我们", "Contact"),
    "share": Text("在线查看", "View online"),
    "map": Text("推荐场地位置", "Where the places lie"),
    "no_map": Text(
        "所选场地均未登记坐标，无法绘制位置图。",
        "None of the places has a recorded position, so no map is drawn.",
    ),
    "no_position": Text("未登记坐标，图中未标出", "no recorded position, not on the map"),
    "comparison": Text("场地比较", "The places side by side"),
    "fact": Text("事项", "Fact"),
    "summary": Text("小结", "In short"),
    "fits": Text("符合之处", "What fits"),
    "lacks": Text("不足之处", "What is lacking"),
    "none_found": Text("未发现不足", "nothing found lacking"),
    "no_reasons": Text("未列出", "none listed"),
    "not_stated": Text("未填写", "not stated"),
    "terms": Text("供应条件", "Terms"),
    "zone": Text("所在开发区", "Zone"),
    "kind": Text("类型", "Kind"),
    "freshness": Text("信息核实", "Verified"),
    "industries": Text("开发区主导产业", "Leading industries of the zone"),
    "neighbours": Text("产业链上下游企业", "Neighbours in the industry chain"),
    "page": Text("第 {page} 页，共 {pages} 页", "Page {page} of {pages}"),
    "mark": Text("〔合成〕", "〔synthetic〕"),
    "mark_note": Text(
        "标有〔合成〕的内容含编造的数据，仅供演示，不得作为决策依据。",
        "What is marked 〔synthetic〕 holds made-up data, for demonstration only; "
        "do not base decisions on it.",
    ),
    "disclaimer": Text(
        "本应答书依据所示核实日期的台账编制，最终以现场踏勘和正式文件为准。",
        "Compiled from the zone's ledgers as verified on the dates shown; "
        "site visits and formal documents prevail.",
    ),
}
_MOST_ROWS_BELOW_MAP: Final = 13
"""Rows of facts that fit on the first page below the map; longer comparisons get a page of their own."""
_SMALL_MAP_MM: Final = (104.0, 70.0)
_LARGE_MAP_MM: Final = (174.0, 110.0)
_SKETCH_MM: Final = (62.0, 52.0)
_VERIFIED: Final = Text("{date} 现场核实", "verified on site on {date}")
_NEVER_VERIFIED: Final = Text("尚未现场核实", "not yet verified on site")
_EXPIRES: Final = Text("链接有效至 {date}", "link valid until {date}")
_LACKING: Final = Text("{count} 项不足", "{count} lacking")
_MAP_ALT: Final = Text(
    "位置图，以编号 1 至 {count} 标出所选场地", "Map of the chosen places, numbered 1 to {count}"
)
_MAP_NOTE: Final = Text(
    "按 A4 原大打印时为 1:{denominator}（北纬 {latitude:.2f}° 处）；坐标系 CGCS2000。"
    "示意图，不作为界址依据。",
    "1:{denominator} when printed on A4 at full size (at {latitude:.2f}° N); CGCS2000. "
    "A sketch, not a cadastral plan.",
)


def response_pack(pack: Pack, lang: Lang) -> bytes:
    """Set a response pack as PDF on A4: an opening with map and comparison, then a page for each place.

    The same pack gives the same bytes. Raises `InputError`; see `check_pack`.
    """
    check_pack(pack)
    return typeset("pack.typ", pack_data(pack, lang), made_on=pack.made_on)


def pack_data(pack: Pack, lang: Lang) -> Json:
    """Give what the template prints, in one language."""
    comparison = _comparison(pack.places, lang)
    is_short = _row_count(comparison) <= _MOST_ROWS_BELOW_MAP
    width_mm, height_mm = _SMALL_MAP_MM if is_short else _LARGE_MAP_MM
    overview = draw_map(
        [Mapped(str(number), place.outline, place.point) for number, place in enumerate(pack.places, 1)],
        zones=pack.zone_outlines,
        width_mm=width_mm,
        height_mm=height_mm,
        lang=lang,
    )
    expires = _EXPIRES.format(date=pack.share_expires_on) if pack.share_expires_on else None
    return {
        "lang": lang,
        "words": {name: words.of(lang) for name, words in _WORDS.items()},
        "title": _said(pack.title, lang),
        "zone": _said(pack.zone, lang),
        "made_on": pack.made_on.isoformat(),
        "to": _said(pack.answers, lang),
        "need": [_fact(fact, lang) for fact in pack.need],
        "contact": _all_said(pack.contact, lang),
        "reference": pack.reference,
        "share": pack.share_address,
        "share_expires": _said(expires, lang),
        "seal": _said(pack.seal, lang),
        "is_synthetic": any(_holds_synthetic(place) for place in pack.places),
        "map": _map(overview, _MAP_ALT.format(count=len(pack.places)), lang),
        "places": [_place(number, place, lang) for number, place in enumerate(pack.places, 1)],
        "is_short": is_short,
        "comparison": [{"title": title, "rows": rows} for title, rows in comparison],
    }


def _place(number: int, place: PackedPlace, lang: Lang) -> Json:
    width_mm, height_mm = _SKETCH_MM
    drawn = [Mapped(str(number), place.outline, None)]
    sketch = draw_map(drawn, width_mm=width_mm, height_mm=height_mm, lang=lang)
    lacking = _LACKING.format(count=len(place.shortfalls)) if place.shortfalls else _WORDS["none_found"]
    return {
        "number": str(number),
        "id": place.id,
        "name": place.name,
        "zone": place.zone_name,
        "kind": place.kind.of(lang),
        "fit": place.fit.of(lang),
        "verdict": lacking.of(lang),
        "groups": [_group(group, lang) for group in place.groups],
        "reasons": _all_said(place.reasons, lang),
        "shortfalls": _all_said(place.shortfalls, lang),
        "terms": [_fact(fact, lang) for fact in place.terms],
        "freshness": _freshness(place.verified_on).of(lang),
        "industries": _all_said(place.leading_industries, lang),
        "neighbours": _all_said(place.chain_neighbours, lang),
        "is_synthetic": _holds_synthetic(place),
        "has_position": place.outline is not None or place.point is not None,
        "sketch": _map(sketch, Text(f"{place.name} 轮廓图", f"Outline of {place.name}"), lang),
    }


def _comparison(places: Sequence[PackedPlace], lang: Lang) -> list[tuple[str, list[Json]]]:
    """Line up the facts of the places by group and label, in the order they first appear, terms last."""
    grouped = [_by_title(place) for place in places]
    appeared = dict.fromkeys(title for groups in grouped for title in groups)
    titles = sorted(appeared, key=lambda title: title == _WORDS["terms"])
    return [(title.of(lang), _rows([groups.get(title, {}) for groups in grouped], lang)) for title in titles]


def _row_count(comparison: Sequence[tuple[str, list[Json]]]) -> int:
    return sum(1 + len(rows) for _, rows in comparison)


def _by_title(place: PackedPlace) -> dict[Text, dict[Text, Fact]]:
    groups = [*place.groups, FactGroup(_WORDS["terms"], place.terms)]
    return {group.title: {fact.label: fact for fact in group.facts} for group in groups if group.facts}


def _rows(columns: Sequence[dict[Text, Fact]], lang: Lang) -> list[Json]:
    labels = dict.fromkeys(label for facts in columns for label in facts)
    return [
        {
            "label": label.of(lang),
            # A fact a place does not have, as a parcel has no clear height, is no fact left blank.
            "cells": [_fact(facts[label], lang) if label in facts else None for facts in columns],
        }
        for label in labels
    ]


def _group(group: FactGroup, lang: Lang) -> Json:
    return {"title": group.title.of(lang), "facts": [_fact(fact, lang) for fact in group.facts]}


def _fact(fact: Fact, lang: Lang) -> Json:
    return {
        "label": fact.label.of(lang),
        "value": _said(fact.value, lang),
        "lack": _said(fact.lack, lang),
        "is_synthetic": fact.is_synthetic,
    }


def _map(drawn: DrawnMap | None, alt: Text, lang: Lang) -> Json | None:
    if drawn is None:
        return None
    denominator = f"{drawn.denominator:,}".replace(",", " ")
    note = _MAP_NOTE.format(denominator=denominator, latitude=drawn.latitude)
    return {
        "svg": drawn.svg,
        "width_mm": drawn.width_mm,
        "alt": alt.of(lang),
        "note": note.of(lang),
    }


def _holds_synthetic(place: PackedPlace) -> bool:
    facts = [*place.terms, *(fact for group in place.groups for fact in group.facts)]
    return place.is_synthetic or any(fact.is_synthetic for fact in facts)


def _freshness(verified_on: date | None) -> Text:
    return _VERIFIED.format(date=verified_on) if verified_on else _NEVER_VERIFIED


def _all_said(sentences: Iterable[Words], lang: Lang) -> list[str]:
    return [sentence if isinstance(sentence, str) else sentence.of(lang) for sentence in sentences]


def _said(words: Words | None, lang: Lang) -> str | None:
    return words if words is None or isinstance(words, str) else words.of(lang)
