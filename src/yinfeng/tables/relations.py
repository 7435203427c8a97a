"""Which numbers of a sentence a rate was divided from: by its name, by brackets, by the words between."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from yinfeng.core.text import Text
from yinfeng.tables.said_numbers import Said

_CLAUSE_END: Final = "；;"
_SHARE_OF: Final = re.compile(r"占比|占")
_TARGET: Final = re.compile(r"目标|任务|计划|指标")
_DONE: Final = re.compile(r"完成|实现|达成")
_OF: Final = re.compile(r"(?:的|之)(?:(?:比重|比例)(?:为|达到?|是)?)?\s*$")
_LEAD: Final = re.compile(r"时序|序时")
_BASE: Final = re.compile(r"上年|去年|同期|上期|基数|年初")
_FROM: Final = re.compile(r"(?:由|从)[^，,]*$")
_LESS: Final = re.compile(r"减少|下降|下跌|降低|回落|少")
_CHANGE: Final = re.compile(r"(?:增加|增长|增收|净增|提高|提升|上升|减少|下降|下跌|降低|回落|多|少)了?$")
"""What stands in front of a number that says by how much a level changed."""
_NOT_DONE: Final = re.compile(r"(?:需|应|待|未|拟|尚未|计划|预计|正在|未能|不)(?:要)?$")
_LEADS_AHEAD: Final = re.compile(r"(?:已|其中|实现|中有?)$")
_LEADS: Final = re.compile(r"已|其中|完成|实现|中有?$")
_REST: Final = re.compile(r"(?:未|剩|余|差|尚有|还有|待)[^0-9]{0,6}$")
_RATE_ENDS: Final = re.compile("(?:率|面|比例|比重)$")
_ALL: Final = re.compile(r"全部|全面|均已|悉数")
_SYNONYMS: Final = {
    "办结": ("办结", "办理", "办完", "办妥"),
    "到位": ("到位", "到资", "到账"),
    "入统": ("入统", "入库", "纳统"),
    "投产": ("投产", "投运", "投入生产"),
    "签约": ("签约", "签订", "协议"),
    "转化": ("签约", "签订", "协议", "落地", "转化"),
    "完成": ("完成", "实现"),
    "竣工": ("竣工", "完工"),
    "复工": ("复工", "复产"),
    "达效": ("达效", "实际"),
}
_GENERAL: Final = re.compile(r"项目|完成|全区|资金|金额|企业|已|达到|达")

_THAN: Final = re.compile(r"^(?:比|较)")
_HIGHER: Final = re.compile(r"^(?:高|低)(?:出|了)?$")
_TO: Final = re.compile(r"(?:提高|提升|上升|增长|增加|增|升|下降|降低|回落|减少|降)[到至为]\s*$")

_NOTHING: Final = Text("", "")
NO_PAIR: Final = Text(
    "同一句中没有能相除的分子和分母", "the sentence has no numerator and denominator to divide"
)
NO_BASE: Final = Text("同一句中没有上年同期数", "the sentence does not give the base of the year before")
NO_NORM: Final = Text("同一句中没有时序进度", "the sentence does not say how much of the year is over")
_OTHER_SENTENCE: Final = Text("分母取自上一句", "the denominator is from the sentence before")
GROWTH: Final = re.compile(r"增长|增速|增幅|增加|提高|上升|下降|减少|降低|回落|同比|环比")
BEHIND: Final = re.compile(r"落后|慢于|低于|滞后|^低(?:出|了)?$")


@dataclass(frozen=True, slots=True)
class Pair:
    """What is divided by what (of points: less what), and how that was found where it is not plain."""

    numerator: Said
    denominator: Said
    note: Text = _NOTHING


@dataclass(frozen=True, slots=True)
class Several:
    """Numbers of which more than one may be the other side of a rate."""

    known: Said
    others: tuple[Said, ...]
    is_numerator_known: bool

    def pairs(self) -> list[Pair]:
        """Give every reading."""
        if self.is_numerator_known:
            return [Pair(self.known, other) for other in self.others]
        return [Pair(other, self.known) for other in self.others]


Found = Pair | Several | Text


def related(words: str, numbers: Sequence[Said], at: int, name: str, earlier: Sequence[Said]) -> Found:
    """Find what was divided by what: in brackets, in the clause, in the sentence, in the one before."""
    rate = numbers[at]
    bracketed = _bracketed(words, numbers, at) or _in_brackets(words, numbers, at, name)
    if bracketed is not None:
        return bracketed
    clause = max((words.rfind(sign, 0, rate.start) for sign in _CLAUSE_END), default=-1)
    since = max((n.end for n in numbers[:at] if n.is_rate), default=0)
    left = [n for n in numbers[:at] if not n.is_rate]
    scopes = [
        [n for n in left if n.start > clause and n.start >= since],
        [n for n in left if n.start > clause],
        left,
    ]
    answer: Found = NO_PAIR
    for scope in scopes:
        found = _pair(words, scope, rate, name)
        if isinstance(found, Pair):
            return found
        answer = found if found is not NO_PAIR else answer
    if answer is NO_PAIR:
        behind = _target_behind(words, numbers, at, name) or _behind(words, numbers, at, name)
        if behind is not None:
            return behind
    if earlier and answer is NO_PAIR:
        return _across(words, left, rate, name, earlier) or answer
    return answer


def _target_behind(words: str, numbers: Sequence[Said], at: int, name: str) -> Pair | None:
    """Read ``完成10.83亿元，完成率达108.3%（目标10亿元）``: the target stands behind the rate."""
    if not (name.endswith("完成率") or _TARGET.search(numbers[at].before)):
        return None
    since = max((place + 1 for place in range(at) if numbers[place].is_rate), default=0)
    until = next((place for place in range(at + 1, len(numbers)) if numbers[place].is_rate), len(numbers))
    behind = numbers[at + 1 : until]
    target = _only([n for n in behind if _TARGET.search(n.before)])
    if target is None:
        return None
    alike = [n for n in (*numbers[since:at], *behind) if n is not target and n.dimension == target.dimension]
    done = _nearest(alike, words, ("完成", "实现")) or _only(alike)
    return Pair(done, target) if done is not None else None


def _behind(words: str, numbers: Sequence[Said], at: int, name: str) -> Pair | None:
    """Read ``19个新建项目开工率达94.7%，其中18个已开工``: the numerator behind the rate, by its name."""
    ahead = next((n.start for n in numbers[at + 1 :] if n.is_rate), len(words))
    following = [n for n in numbers[at + 1 :] if n.start < ahead]
    above = _nearest(following, words, _stems(name))
    if above is None:
        return None
    others = [n for n in numbers[:at] if not n.is_rate and _can_be_whole(n, above)]
    below = _only(others)
    return Pair(above, below) if below is not None else None


def _bracketed(words: str, numbers: Sequence[Said], at: int) -> Pair | None:
    """Read ``94.7%（18/19）`` and ``18/19，94.7%``."""
    rate = numbers[at]
    for first, second in ((at + 1, at + 2), (at - 2, at - 1)):
        if first < 0 or second >= len(numbers):
            continue
        above, below = numbers[first], numbers[second]
        is_ratio = words[above.end : below.start].strip() in ("/", "÷", "∕")
        beside = words[rate.end : above.start] if first > at else words[below.end : rate.start]
        if is_ratio and len(beside) <= 6 and not any(n.is_rate for n in (above, below)):
            return Pair(above, below)
    return None


def _in_brackets(words: str, numbers: Sequence[Said], at: int, name: str) -> Pair | None:
    """Read ``94.7%（已开工18个，共19个）``."""
    opened = re.match(r"\s*[，,]?\s*[(（]([^)）]*)[)）]", words[numbers[at].end :])
    if opened is None:
        return None
    end = numbers[at].end + opened.end()
    found = _pair(words, [n for n in numbers[at + 1 :] if n.end <= end and not n.is_rate], numbers[at], name)
    return found if isinstance(found, Pair) else None


def _pair(words: str, scope: Sequence[Said], rate: Said, name: str) -> Found:
    if not scope:
        return NO_PAIR
    target = _target(words, scope, rate, name)
    if target is not None:
        others = [n for n in scope if n is not target and n.dimension == target.dimension]
        done = _nearest(others, words, ("完成", "实现")) or _only(others) or _alike(others, target.before)
        if done is None:
            return Several(target, tuple(others), is_numerator_known=False) if others else NO_PAIR
        return Pair(done, target)
    above = _numerator(words, scope, rate, name)
    if above is None:
        return NO_PAIR
    others = [n for n in scope if n is not above and _can_be_whole(n, above)]
    if not others:
        above, others = _smaller(scope, above, name)
    if not others:
        return _all_of(above)
    below = _only(others) or _alike(others, above.before + name)
    return Pair(above, below) if below is not None else Several(above, tuple(others), is_numerator_known=True)


def _can_be_whole(one: Said, part: Said) -> bool:
    """Say whether a number may be the whole of another; what is left to do, or too few things, may not."""
    if one.dimension != part.dimension or _REST.search(one.before):
        return False
    return one.dimension == "元" or one.value >= part.value


def _target(words: str, scope: Sequence[Said], rate: Said, name: str) -> Said | None:
    """Find the number of ``100亿元目标任务的93.61%`` or the target that ``完成年度计划的…%`` speaks of."""
    last = scope[-1]
    between = words[last.end : rate.start]
    if _OF.search(rate.before) and not any(sign in between for sign in "，,、；;"):
        return last
    if not (_DONE.search(rate.before) or _TARGET.search(rate.before) or name.endswith("完成率")):
        return None
    aims = [n for n in scope if _TARGET.search(n.before) or (not n.runs_on and _TARGET.search(n.after))]
    alike = [n for n in aims if last not in aims and n.dimension == last.dimension]
    return _only(aims) or _only(alike)


def _numerator(words: str, scope: Sequence[Said], rate: Said, name: str) -> Said | None:
    stems = _stems(name)
    if stems:
        named = _nearest(scope, words, stems)
        if named is not None:
            return named
    if name and not stems:
        return None
    if _SHARE_OF.search(rate.before):
        return scope[-1]
    led = [n for n in scope if _LEADS.search(n.before)]
    return led[-1] if led and (name or not rate.before or _DONE.search(rate.before)) else None


def _stems(name: str) -> tuple[str, ...]:
    base = _RATE_ENDS.sub("", name)[-2:]
    return _SYNONYMS.get(base, (base,) if len(base) == 2 else ())


def _nearest(scope: Sequence[Said], words: str, stems: Sequence[str]) -> Said | None:
    """Give the last number that bears one of the stems: in front of it, else behind it before a stop."""
    for said in reversed(scope):
        if _bears(said.before, stems):
            return said
    for said in reversed(scope):
        if not said.runs_on and _bears(said.after, stems):
            return said
    return None


def _bears(words: str, stems: Sequence[str]) -> bool:
    """Say whether words hold a stem that is not denied or still to be done (需办理, 未开工)."""
    for stem in stems:
        at = words.find(stem)
        while at >= 0:
            if not _NOT_DONE.search(words[:at]):
                return True
            at = words.find(stem, at + 1)
    return False


def _smaller(scope: Sequence[Said], above: Said, name: str) -> tuple[Said, list[Said]]:
    """Read ``签约94个、已开工82个，开工项目107个``: 107 is no part of anything, 开工率 means the 82."""
    stems = _stems(name)
    for said in reversed([n for n in scope if n is not above and _bears(n.before, stems)]):
        others = [n for n in scope if n not in (said, above) and _can_be_whole(n, said)]
        if others and any(_LEADS_AHEAD.search(said.before[: said.before.find(stem)]) for stem in stems):
            return said, others
    return above, []


def _all_of(above: Said) -> Pair | Text:
    """Take ``17个续建项目全部复工`` as 17 of 17."""
    return Pair(above, above) if _ALL.search(above.after) else NO_PAIR


def _only(found: Sequence[Said]) -> Said | None:
    return found[0] if len(found) == 1 else None


def _alike(found: Sequence[Said], told: str) -> Said | None:
    """Give the number whose own words share the longest stretch with what is told, where only one does."""
    lengths = [_shared(_telling(n.before + n.after), _telling(told)) for n in found]
    best = max(lengths, default=0)
    return found[lengths.index(best)] if best >= 2 and lengths.count(best) == 1 else None


def _telling(words: str) -> str:
    """Leave out words too common to show that two numbers are of one thing."""
    return _GENERAL.sub("|", words)


def _shared(first: str, second: str) -> int:
    """Give the length of the longest stretch that two texts have in common."""
    return max(
        (
            length
            for at in range(len(first))
            for length in range(2, min(len(first) - at, 12) + 1)
            if "|" not in first[at : at + length] and first[at : at + length] in second
        ),
        default=0,
    )


def _across(words: str, left: Sequence[Said], rate: Said, name: str, earlier: Sequence[Said]) -> Pair | None:
    """Take the denominator from the sentence before, where that has only one that can be it."""
    above = _numerator(words, left, rate, name) if left else None
    if above is None or any(n.dimension == above.dimension for n in left if n is not above):
        return None
    below = _only([n for n in earlier if _can_be_whole(n, above)])
    if below is None or below.value < above.value:
        return None
    return replace(Pair(above, below), note=_OTHER_SENTENCE)


def base_of(words: str, numbers: Sequence[Said], at: int) -> Found:
    """Find this period's level and that of the year before."""
    ahead = next((n.start for n in numbers[at + 1 :] if n.is_rate), len(words))
    levels = [n for n in numbers if not n.is_rate and n.end <= ahead]
    since = max((n.end for n in numbers[:at] if n.is_rate), default=0)
    grown = _grown([n for n in levels if n.start >= since])
    if grown is not None:
        return grown
    levels = [n for n in levels if not _CHANGE.search(n.before)]
    bases = [n for n in levels if _BASE.search(n.before) or _FROM.search(n.before)]
    base = _only(bases)
    if base is None:
        return NO_BASE
    others = [n for n in levels if n is not base and n.dimension == base.dimension]
    now = _only(others)
    if now is None:
        return Several(base, tuple(others), is_numerator_known=False) if others else NO_BASE
    return Pair(now, base)


def _grown(levels: Sequence[Said]) -> Pair | None:
    """Find level and base where the sentence says by how much one is above the other: 比去年的20个增加5个."""
    change = _only([n for n in levels if _CHANGE.search(n.before)])
    if change is None:
        return None
    alike = [n for n in levels if n is not change and n.dimension == change.dimension]
    base = _only([n for n in alike if _BASE.search(n.before) or _FROM.search(n.before)])
    now = _only([n for n in alike if n is not base])
    falls = bool(_LESS.search(change.before))
    if now is None and base is not None:
        now = _moved(base, "-" if falls else "+", change)
    elif base is None and now is not None:
        base = _moved(now, "+" if falls else "-", change)
    return Pair(now, base) if now is not None and base is not None else None


def _moved(one: Said, sign: str, by: Said) -> Said:
    value = one.value + by.value if sign == "+" else one.value - by.value
    return replace(
        one,
        value=value,
        step=max(one.step, by.step),
        raw=f"({one.raw}{sign}{by.raw})",
        is_exact=one.is_exact and by.is_exact,
    )


def norm_of(words: str, numbers: Sequence[Said], at: int) -> Pair | Text:
    """Find a completion and the share of the year that is over, for what runs ahead of schedule."""
    if not _LEAD.search(words[max(0, numbers[at].start - 14) : numbers[at].end + 8]):
        return _risen(words, numbers, at)
    shares = [n for n in numbers if n.dimension == "share"]
    norms = [n for n in shares if _LEAD.search(n.before) and not BEHIND.search(n.before)]
    norm = _only([n for n in norms if "超" not in n.before and "快" not in n.before])
    done = [
        n for n in numbers[:at] if n.dimension == "share" and n is not norm and not GROWTH.search(n.before)
    ]
    if norm is None or not done:
        return NO_NORM
    return Pair(done[-1], norm)


def _risen(words: str, numbers: Sequence[Said], at: int) -> Pair | Text:
    """Read ``由85%提高到94.7%，提高9.7个百分点`` and ``94.7%，比全市平均90.2%高4.5个百分点``."""
    shares = [n for n in numbers[:at] if n.dimension == "share"][-2:]
    if len(shares) < 2:
        return NO_PAIR
    first, last = shares
    if _HIGHER.search(numbers[at].before) and _THAN.search(last.before) and numbers[at - 1] is last:
        return Pair(first, last)
    is_told = (_FROM.search(first.before) or _BASE.search(first.before)) and _TO.search(last.before)
    return Pair(last, first) if is_told and GROWTH.search(numbers[at].before) else NO_PAIR
