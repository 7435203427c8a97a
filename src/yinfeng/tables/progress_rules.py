"""Rulebook entries → the rules for counting projects on the way."""

from fractions import Fraction
from typing import Any, Final

from yinfeng.core.errors import InputError
from yinfeng.core.progress.rules import Lights, Needed, ProgressRules
from yinfeng.core.rulebook import Rules
from yinfeng.tables.rulebook import value_fault

_CHOICES: Final = {
    "progress.parts": ("once", "each"),
    "progress.phases": ("all", "any"),
    "progress.batches.newest": ("out", "in"),
    "progress.batches.rates": ("lists", "chain"),
    "progress.schedule.norm": ("time", "plan"),
    "progress.lights.rule": ("yinchuan", "sanya"),
    "progress.lights.gap": ("green", "yellow", "red"),
}


def progress_rules(rules: Rules) -> ProgressRules:
    """Take the entries of `KEYS`; raises InputError where one has another shape than the bundled ones."""
    faults = [
        value_fault(rules.name, f"{key} = {rules.value(key)}（{' / '.join(allowed)}）")
        for key, allowed in _CHOICES.items()
        if rules.value(key) not in allowed
    ]
    if faults:
        raise InputError(faults)
    try:
        return _taken(rules)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError([value_fault(rules.name, str(error))]) from error


def _taken(rules: Rules) -> ProgressRules:
    value = rules.value
    needed = value("progress.procedures.needed")
    decimals = {code: int(places) for code, places in value("progress.decimals").items()}
    return ProgressRules(
        start_kinds=frozenset(value("progress.start.kinds")),
        resumption_kinds=frozenset(value("progress.resumption.kinds")),
        counts_parts=value("progress.parts") == "each",
        needed=Needed(frozenset(needed["kinds"]), bool(needed["blank"])),
        evidence={
            event: tuple(frozenset(one) for one in sets) for event, sets in value("progress.evidence").items()
        },
        strict=frozenset(value("progress.evidence.strict")),
        phases=value("progress.phases"),
        newest_out=value("progress.batches.newest") == "out",
        chained=value("progress.batches.rates") == "chain",
        listed_is_event=bool(value("progress.batches.listed")),
        removal_months=frozenset(int(month) for month in value("progress.batches.removal")),
        credit=dict(value("progress.credit")),
        norm=value("progress.schedule.norm"),
        growth_limit=_number(value("progress.growth.limit")),
        comparable_only=frozenset(value("progress.growth.comparable")),
        lights=_lights(rules),
        decimals={"default": decimals["default"]} | decimals,
    )


def _lights(rules: Rules) -> Lights:
    yinchuan = rules.value("progress.lights.yinchuan")
    progress, start, entry = (yinchuan[name] for name in ("progress", "start_months", "entry_months"))
    return Lights(
        rule=rules.value("progress.lights.rule"),
        gap=rules.value("progress.lights.gap"),
        progress_yellow=_number(progress[0]),
        progress_red=_number(progress[1]),
        start_yellow_months=int(start[0]),
        start_red_months=int(start[1]),
        entry_yellow_months=int(entry[0]),
        entry_red_months=int(entry[1]),
        short_red=_number(rules.value("progress.lights.sanya")["short_red"]),
    )


def _number(value: Any) -> Fraction:
    return Fraction(str(value))
