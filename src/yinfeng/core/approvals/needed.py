"""Which items a project needs, in which form, and what takes their place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from yinfeng.core.approvals.conditions import ALWAYS, Ground, facts_of, judge
from yinfeng.core.approvals.problem import Evaluation, Project
from yinfeng.core.approvals.template import Item, Limit, Replacement, Template, Variant
from yinfeng.core.text import Text


class Way(StrEnum):
    """How an item is done."""

    APPROVAL = "approval"
    COMMITMENT = "commitment"
    AREA = "area"


@dataclass(frozen=True, slots=True)
class Need:
    """Whether a project needs an item, in which form, by which way, and why."""

    holds: bool | None
    """None: it depends on facts that are not known."""
    grounds: tuple[Ground, ...]
    """What decided it, or what it waits for."""
    variants: tuple[Variant, ...] = ()
    """The forms it may have; several where a fact that decides between them is not known."""
    way: Way = Way.APPROVAL
    replacement: Replacement | None = None
    evaluation: Evaluation | None = None
    asked: tuple[str, ...] = ()
    """Facts not known that would decide whether, in which form or by which way."""
    notes: tuple[Text, ...] = ()

    @property
    def variant(self) -> Variant | None:
        """The form, where it is known or there is only one."""
        return self.variants[0] if len(self.variants) == 1 else None


BY_LEDGER: Final = Need(True, ())
"""Needed because the ledger of procedures has it."""

_FOREVER: Final = Text("没有填有效期，按有效算，待核", "no end is given; taken as valid, to be checked")


@dataclass(frozen=True, eq=False, slots=True)
class Judge:
    """Tells what projects need; an item judged for the same facts is not judged again."""

    template: Template
    on: date
    facts: Mapping[str, tuple[str, ...]]
    """Item → the facts that decide whether, in which form and by which way it is needed."""
    judged: dict[tuple[object, ...], Need]
    """Filled as projects are judged."""

    def needs(self, project: Project, evaluations: Mapping[str, Sequence[Evaluation]]) -> dict[str, Need]:
        """Tell for each item of the template whether a project needs it.

        evaluations: by kind, those of the project's zone, in the order of their rows.
        """
        known = project.known.get
        needs = {}
        for item in self.template.items:
            replacements = self.template.replacements.get(item.key, ())
            facts = [known(fact) for fact in self.facts[item.key]]
            key = (id(item), id(replacements), project.zone, *facts)
            need = self.judged.get(key)
            if need is None:
                need = self.judged[key] = _need(item, replacements, project, evaluations, self.on)
            needs[item.key] = need
        return needs


def judge_for(template: Template, on: date, judged: dict[tuple[object, ...], Need]) -> Judge:
    """Make ready to judge projects by a template on a day. judged: what was judged before on that day."""
    facts = {}
    for item in template.items:
        conditions = [item.when, *(variant.when for variant in item.variants)]
        conditions += [one.when for one in template.replacements.get(item.key, ())]
        facts[item.key] = tuple(sorted(frozenset().union(*map(facts_of, conditions))))
    return Judge(template, on, facts, judged)


def limit_of(item: Item, need: Need, *, longest: bool) -> Limit | None:
    """Give the time an agency has for an item; of several forms the longest or the shortest.

    item: the version that holds for the application, which may be older than the need's.
    """
    if need.way is Way.COMMITMENT and need.replacement is not None:
        return need.replacement.limit
    if not item.variants:
        return item.limit
    codes = {variant.code for variant in need.variants}
    limits = [variant.limit for variant in item.variants if variant.code in codes and variant.limit]
    if not limits:
        return item.limit
    choose = max if longest else min
    return choose(limits, key=lambda limit: limit.span.days)


def gate_of(item: Item, need: Need) -> str:
    """Tell what an item must be done before; of several forms the strictest."""
    if not need.variants:
        return item.gate
    gates = {item.gate if variant.gate is None else variant.gate for variant in need.variants}
    return next((gate for gate in ("start", "production") if gate in gates), "")


def _need(
    item: Item,
    replacements: Sequence[Replacement],
    project: Project,
    evaluations: Mapping[str, Sequence[Evaluation]],
    on: date,
) -> Need:
    holds, grounds = judge(item.when, project.known)
    if holds is False:
        return Need(False, grounds)
    variants, of_variants = _variants(item, project)
    if item.variants and not variants:
        return Need(False, of_variants)
    if item.variants and of_variants and holds:
        # Not one of the forms can be ruled out for certain: needed only if one is sure to apply.
        sure = any(judge(variant.when, project.known)[0] for variant in item.variants)
        holds = True if sure else None
    grounds = tuple(dict.fromkeys((*grounds, *of_variants)))
    need = Need(holds, grounds, variants, asked=_asked(grounds))
    for replacement in replacements:
        found = _replaced(need, replacement, project, evaluations, on)
        if found.way is not Way.APPROVAL:
            return found
        need = found
    return need


def _variants(item: Item, project: Project) -> tuple[tuple[Variant, ...], tuple[Ground, ...]]:
    """Give the forms that may apply: up to the first that is certain to, without those that cannot."""
    possible: list[Variant] = []
    grounds: list[Ground] = []
    for variant in item.variants:
        holds, why = judge(variant.when, project.known)
        if holds is not False:
            possible.append(variant)
            grounds += why
        if holds:
            break
    if not possible:
        grounds = [ground for variant in item.variants for ground in judge(variant.when, project.known)[1]]
    return tuple(possible), tuple(dict.fromkeys(grounds))


def _asked(grounds: Sequence[Ground]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ground.fact for ground in grounds if ground.holds is None))


def _replaced(
    need: Need,
    replacement: Replacement,
    project: Project,
    evaluations: Mapping[str, Sequence[Evaluation]],
    on: date,
) -> Need:
    holds, grounds = judge(replacement.when, project.known) if replacement.when != ALWAYS else (True, ())
    if holds is False:
        return need
    evaluation = None
    notes = need.notes
    if replacement.by == "area_evaluation":
        evaluation = next((e for e in evaluations.get(replacement.evaluation, ()) if _is_valid(e, on)), None)
        if evaluation is None:
            return need
        notes = (*notes, _FOREVER) if evaluation.valid_until is None else notes
    if holds is None:
        asked = tuple(dict.fromkeys((*need.asked, *_asked(grounds))))
        return Need(need.holds, need.grounds, need.variants, asked=asked, notes=need.notes)
    if replacement.effect == "simplifies":
        said = Text("材料可以简化：{title}", "less has to be written: {title}").format(
            title=replacement.title
        )
        return Need(
            need.holds, need.grounds, need.variants, asked=need.asked, notes=(*notes, said),
            replacement=replacement, evaluation=evaluation,
        )  # fmt: skip
    way = Way.AREA if replacement.effect == "replaces" else Way.COMMITMENT
    why = tuple(dict.fromkeys((*need.grounds, *grounds)))
    return Need(need.holds, why, need.variants, way, replacement, evaluation, need.asked, notes)


def _is_valid(evaluation: Evaluation, on: date) -> bool:
    begun = evaluation.approved_on is None or evaluation.approved_on <= on
    return begun and (evaluation.valid_until is None or evaluation.valid_until >= on)
