"""The thresholds of idle land and low efficiency from a rulebook."""

from datetime import date
from fractions import Fraction
from typing import Any, Final

from yinfeng.core.errors import InputError
from yinfeng.core.idleness.rules import EfficiencyRules, LandRules
from yinfeng.core.rulebook import Rules
from yinfeng.tables.rulebook import keys_of, read_rules, value_fault

_EXCUSE: Final = "idle_land.excuse."
_TESTS: Final = frozenset(
    {"overdue", "output", "halted", "prohibited", "unsafe", "plan_needs", "extensive_use"}
)
_LAND_KEYS: Final = (
    "idle_land.not_started_months", "idle_land.recovery_months", "idle_land.stalled_months",
    "idle_land.area_share", "idle_land.investment_share", "idle_land.fee_share", "idle_land.fee_on_stalled",
    "idle_land.start_share", "idle_land.handover_months", "idle_land.delivery_shifts_start",
    "idle_land.extension_months", "idle_land.temporary_months", "idle_land.due_soon_days",
    "idle_land.investigation_days", "idle_land.reply_days", "idle_land.hearing_request_days",
    "idle_land.hearing_days", "idle_land.payment_days", "idle_land.hand_back_days", "idle_land.articles",
    "idle_land.articles_unchecked",
)  # fmt: skip
_EFFICIENCY_KEYS: Final = (
    "low_efficiency.tests", "low_efficiency.overdue_months", "low_efficiency.completed_months",
    "low_efficiency.intensity_share", "low_efficiency.output_share", "low_efficiency.halted_months",
)  # fmt: skip


def read_idleness_rules(rulebook: str, on: date) -> Rules:
    """Read every entry of both regimes that holds on a day; raises InputError for what is missing."""
    return read_rules(rulebook, on, (*_LAND_KEYS, *_EFFICIENCY_KEYS, *keys_of(rulebook, on, _EXCUSE)))


def land_rules(rules: Rules) -> LandRules:
    """Give the rules of Order 53. Raises InputError for a value of another shape than the bundled one."""
    try:
        return _land_rules(rules)
    except (KeyError, TypeError, ValueError, ZeroDivisionError, AttributeError) as error:
        raise InputError([value_fault(rules.name, f"idle_land: {error}")]) from error


def _land_rules(rules: Rules) -> LandRules:
    value = rules.value
    start_share = {
        kind: _share(value("idle_land.start_share")[kind]) for kind in ("deep_pit", "pile", "other")
    }
    excuses = {key.removeprefix(_EXCUSE): key for key in rules.entries if key.startswith(_EXCUSE)}
    return LandRules(
        idle_months=int(value("idle_land.not_started_months")),
        recovery_months=int(value("idle_land.recovery_months")),
        stalled_months=int(value("idle_land.stalled_months")),
        area_share=_share(value("idle_land.area_share")),
        investment_share=_share(value("idle_land.investment_share")),
        fee_share=_share(value("idle_land.fee_share")),
        fee_on_stalled=bool(value("idle_land.fee_on_stalled")),
        start_share=start_share,
        strictest_share=max(start_share.values()),
        handover_months=int(value("idle_land.handover_months")),
        delivery_shifts_start=bool(value("idle_land.delivery_shifts_start")),
        extension_months=int(value("idle_land.extension_months")),
        temporary_months=int(value("idle_land.temporary_months")),
        due_soon_days=int(value("idle_land.due_soon_days")),
        investigation_days=int(value("idle_land.investigation_days")),
        reply_days=int(value("idle_land.reply_days")),
        hearing_request_days=int(value("idle_land.hearing_request_days")),
        hearing_days=int(value("idle_land.hearing_days")),
        payment_days=int(value("idle_land.payment_days")),
        hand_back_days=int(value("idle_land.hand_back_days")),
        excuses={cause: str(value(key)) for cause, key in excuses.items()},
        excuse_entries=excuses,
        articles={
            step: str(article)
            for key in ("idle_land.articles", "idle_land.articles_unchecked")
            for step, article in value(key).items()
        },
        unchecked_steps=frozenset(
            step
            for key in ("idle_land.articles", "idle_land.articles_unchecked")
            if not rules.entries[key].is_sourced
            for step in value(key)
        ),
        unsourced=_unsourced(rules),
    )


def efficiency_rules(rules: Rules) -> EfficiencyRules:
    """Give the low-efficiency list. Raises InputError for a value of another shape than the bundled one."""
    try:
        tests = tuple(rules.value("low_efficiency.tests"))
        unknown = sorted(set(tests) - _TESTS)
        if unknown:
            raise ValueError(f"tests: {', '.join(unknown)}")
        return EfficiencyRules(
            overdue_months=int(rules.value("low_efficiency.overdue_months")),
            completed_months=int(rules.value("low_efficiency.completed_months")),
            intensity_share=_share(rules.value("low_efficiency.intensity_share")),
            output_share=_share(rules.value("low_efficiency.output_share")),
            halted_months=int(rules.value("low_efficiency.halted_months")),
            tests=tests,
            unsourced=_unsourced(rules),
        )
    except (KeyError, TypeError, ValueError, ZeroDivisionError) as error:
        raise InputError([value_fault(rules.name, f"low_efficiency: {error}")]) from error


def _share(value: Any) -> Fraction:
    """Read a share: ``1/3`` as it stands, 0.25 as typed."""
    return Fraction(str(value))


def _unsourced(rules: Rules) -> frozenset[str]:
    return frozenset(key for key, entry in rules.entries.items() if not entry.is_sourced)
