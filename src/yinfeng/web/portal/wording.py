"""Why a place fits a need and what it lacks, in words for the public: nothing of its owner, no worth."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from yinfeng.core.matching.area import area_choice, yuan_required
from yinfeng.core.matching.feasible import Miss, rules_of
from yinfeng.core.matching.model import Model
from yinfeng.core.matching.rank import Fit
from yinfeng.core.matching.rules import BY_CODE, Relation, Rule, Verdict
from yinfeng.core.matching.value import Component, firms_of, linked_firms
from yinfeng.core.text import Text
from yinfeng.tables.reasons import amount, miss
from yinfeng.tables.schema import choice_label, load

_PRIVATE: Final = frozenset({"M22", "M23", "M24"})
"""Rules about owner, title and the office's own affairs: only that something is to be settled is said."""
_ASK: Final = Text("供应事项须向开发区确认", "ask the zone whether it can be had")
_FIRE: Final = ("", "jia", "yi", "bing", "ding", "wu")


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that keeps a place from fitting."""

    code: str
    brief: Text
    """In a few words, with the amount: “净高差 1.5 米”."""
    sentence: Text
    to_add: Text | None
    """What the one who asks could add to settle it."""


def fits(model: Model, fit: Fit) -> tuple[Text, ...]:
    """Say what fits, each thing that was asked and then what the place gives beside."""
    missed = {lack.code for lack in fit.misses}
    offers = model.offers[fit.kind]
    o = offers.id.index(fit.offer)
    said = [_fitting(model, rule, fit, o) for rule in rules_of(offers) if rule.code not in missed]
    return tuple(text for text in (*said, *_beside(model, fit, o)) if text is not None)


def lacks(model: Model, fit: Fit) -> tuple[Lack, ...]:
    """Say what keeps the place from fitting, each with the amount missing where there is one."""
    return tuple(_lack(model, fit, one) for one in fit.misses)


def _fitting(model: Model, rule: Rule, fit: Fit, o: int) -> Text | None:
    """Say that a rule that was asked is met; None where nothing was asked."""
    projects, offers = model.facts.projects, model.offers[fit.kind]
    if rule.relation is Relation.AREA:
        free = int(offers.number["area_m2"].value[o])
        return Text("面积够：可用 {free}", "area: {free} free").format(free=amount(free, "m2"))
    if rule.relation is Relation.CATEGORY:
        return _category(model, rule, fit, o)
    has, need = offers.number[rule.place], projects.number[rule.need]
    if not (need.known[fit.project] and has.known[o]):
        return None
    wanted, given = int(need.value[fit.project]), int(has.value[o])
    if rule.relation is Relation.PER_LAND:
        return (
            Text("{title}达到下限 {floor}", "{title} reaches the floor of {floor}").format(
                title=rule.title, floor=amount(given, "wan_per_mu")
            )
            if given
            else None
        )
    if rule.relation is Relation.AT_LEAST and not wanted:
        return None
    return _measured(rule, wanted, given)


def _measured(rule: Rule, wanted: int, given: int) -> Text:
    if rule.unit == "yes":
        return Text("有{title}", "{title}: yes").format(title=rule.title)
    if rule.unit == "date":
        day = date.fromordinal(given)
        return Text("{day} 可交付", "available on {day}").format(day=day)
    if rule.unit == "fire_class":
        classes = {
            "has": choice_label("fire_class", _FIRE[given]),
            "need": choice_label("fire_class", _FIRE[wanted]),
        }
        return Text("火灾危险性{has}类，容纳{need}类", "made for fire class {has}, admits {need}").format(
            **classes
        )
    text = Text("{title} {has}（要 {need}）", "{title} {has} (asked: {need})")
    if rule.relation is Relation.AT_MOST:
        text = Text("{title} {has}（上限 {need}）", "{title} {has} (ceiling {need})")
    return text.format(title=rule.title, has=amount(given, rule.unit), need=amount(wanted, rule.unit))


def _category(model: Model, rule: Rule, fit: Fit, o: int) -> Text | None:
    projects, offers = model.facts.projects, model.offers[fit.kind]
    if projects.key["industry_code"][fit.project] is None:
        return None
    if rule.code == "M03":
        use = choice_label("land_use", str(offers.key["land_use"][o][0]))
        return Text("{use}容许您的行业", "{use} land admits your industry").format(use=use)
    if rule.code == "M04" and any(allowed for allowed, _ in offers.key["industries"][o]):
        return Text("您的行业在准入之列", "your industry is on the list of those admitted")
    return None


def _beside(model: Model, fit: Fit, o: int) -> Iterator[Text]:
    """Say what the place gives beside what was asked: lines left over, firms of the same chain."""
    if not fit.passes:
        return
    table, facts = model.candidates[fit.kind], model.facts
    names = [facts.lines.name[n] for n in table.line_sets[table.lines[fit.row]]]
    if names:
        yield Text("可接用遗留生产线：{zh}", "lines left over that fit: {en}").format(
            zh="、".join(names), en=", ".join(names)
        )
    if table.components[fit.row, Component.CHAIN]:
        root = str(table.offers.key["root"][o][0])
        industry = facts.projects.key["industry_code"][fit.project]
        firms = linked_firms(industry, firms_of(facts, root), model.policy)
        yield Text("同一开发区有上下游企业 {n} 家", "{n} firms up or down your chain in the zone").format(
            n=len(firms)
        )


def _lack(model: Model, fit: Fit, missed: Miss) -> Lack:
    rule = BY_CODE[missed.code]
    if missed.code in _PRIVATE:
        return Lack(missed.code, _ASK, _ASK, None)
    if missed.verdict is Verdict.NEED_UNKNOWN:
        return _open(model, fit, rule)
    sentence = miss(model, fit.project, fit.kind, fit.offer, missed)
    if missed.verdict is Verdict.PLACE_UNKNOWN:
        brief = Text("{title}未登记", "{title} not recorded").format(title=rule.title)
        sentence = Text(
            "{title}：场地没有登记，可请开发区核实", "{title}: not recorded; the zone can check it"
        ).format(title=rule.title)
        return Lack(missed.code, brief, sentence, None)
    return Lack(missed.code, _brief(model, fit, rule, missed), sentence, None)


def _brief(model: Model, fit: Fit, rule: Rule, missed: Miss) -> Text:
    if missed.shortfall is None:
        return Text("{title}不合", "{title} does not fit").format(title=rule.title)
    short = amount(missed.shortfall, rule.unit)
    if rule.unit == "date":
        return Text("晚 {short}交付", "{short} late").format(short=short)
    if rule.unit == "fire_class":
        return Text("{title}不合", "{title} does not fit").format(title=rule.title)
    if _is_too_much(model, fit, rule):
        return Text("{title}多 {short}", "{title} over by {short}").format(title=rule.title, short=short)
    return Text("{title}差 {short}", "{title} short by {short}").format(title=rule.title, short=short)


def _is_too_much(model: Model, fit: Fit, rule: Rule) -> bool:
    if rule.relation is Relation.AREA:
        offers = model.offers[fit.kind]
        least = model.facts.projects.number["land_min_mu" if fit.kind == "land" else "floor_min_m2"]
        return bool(offers.number["area_m2"].value[offers.id.index(fit.offer)] >= least.value[fit.project])
    return rule.relation is Relation.AT_MOST


def _open(model: Model, fit: Fit, rule: Rule) -> Lack:
    """Say what is to be added, and from how much on it would do where a floor is asked per mu."""
    column = (
        ("land_min_mu" if fit.kind == "land" else "floor_min_m2")
        if rule.relation is Relation.AREA
        else rule.need
    )
    label = load("projects").column(column).label
    brief = Text("取决于{label}", "depends on: {label}").format(label=label)
    if rule.relation is not Relation.PER_LAND:
        return Lack(
            rule.code,
            brief,
            Text("{title}：请补充“{label}”", '{title}: please add "{label}"').format(
                title=rule.title, label=label
            ),
            label,
        )
    project = np.array([fit.project])
    alone = model.offers[fit.kind].take(np.array([model.offers[fit.kind].id.index(fit.offer)]))
    smallest = area_choice(model.facts.projects.take(project), alone).smallest[0]
    needed = int(yuan_required(rule, alone, np.array([0]), smallest)[0])
    sentence = Text(
        "{title}：下限 {floor}，在此至少要{label} {needed}",
        "{title}: floor {floor}, so here {label} of at least {needed} is needed",
    ).format(
        title=rule.title,
        floor=amount(int(alone.number[rule.place].value[0]), "wan_per_mu"),
        label=label,
        needed=amount(needed, rule.unit),
    )
    return Lack(rule.code, brief, sentence, label)
