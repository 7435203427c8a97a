"""How long what is known of a place holds: seen on site, to be seen again by, else off the portal.

A place holds for the days that the rulebook gives after it was last seen; a re-check date ends that earlier,
unless the place was seen since, and never later. What was never seen on site does not hold at all.
"""

from datetime import date, timedelta
from functools import lru_cache
from typing import Final, Literal

from django.conf import settings
from django.db.models import F, Q

from yinfeng.core.text import Text
from yinfeng.tables import policy

FADING_DAYS: Final = 14
"""A place says so when it will be overdue within so many days."""

Freshness = Literal["never", "overdue", "fading", "fresh"]


def rulebook_name() -> str:
    """Name the rulebook the site goes by."""
    return str(getattr(settings, "RULEBOOK", "shanxi"))


@lru_cache(maxsize=2)
def recheck_days(day: date) -> int:
    """Give how many days after it was seen a place is to be seen again, by the rulebook of that day."""
    return policy.recheck_days(rulebook_name(), day)


def seen_on(verified_on: date | None, today: date) -> date | None:
    """Give the day a place was seen; None where the ledger names a day that has not come yet."""
    return verified_on if verified_on is not None and verified_on <= today else None


def holds_until(verified_on: date | None, recheck_on: date | None, days: int) -> date | None:
    """Give the last day on which what is known of a place holds; None where nobody ever saw it."""
    if verified_on is None:
        return None
    by_rule = verified_on + timedelta(days)
    return min(recheck_on, by_rule) if recheck_on is not None and recheck_on > verified_on else by_rule


def freshness(until: date | None, today: date) -> Freshness:
    """Tell how what is known of a place stands on a day."""
    if until is None:
        return "never"
    if until < today:
        return "overdue"
    return "fading" if until - today <= timedelta(FADING_DAYS) else "fresh"


def words(verified_on: date | None, until: date | None, today: date, *, is_released: bool) -> Text:
    """Say how fresh a place is, and what follows for the portal."""
    if verified_on is None or until is None:
        return Text("未到现场核实", "never verified on site")
    left = (until - today).days
    standing = freshness(until, today)
    if standing == "fresh":
        return Text(f"核实于 {verified_on}", f"verified {verified_on}")
    if standing == "fading":
        return Text(f"快到期（还有 {left} 天）", f"due soon (days left: {left})")
    said = Text(f"已过期 {-left} 天", f"overdue (days: {-left})")
    if not is_released:
        return said
    return Text(f"{said.zh}，已离开网站", f"{said.en}, off the public site")


def holds(day: date) -> Q:
    """Keep the places that were seen on site in time."""
    in_time = Q(verified_on__gte=day - timedelta(recheck_days(day)), verified_on__lte=day)
    return in_time & (_NO_DATE | Q(recheck_on__gte=day))


def overdue(day: date) -> Q:
    """Keep the places that are to be seen on site: the time is over, or nobody saw them yet."""
    return Q(verified_on=None) | Q(verified_on__gt=day) | _over_before(day, recheck_days(day))


def fading(day: date) -> Q:
    """Keep the places whose time will soon be over."""
    return holds(day) & _over_before(day + timedelta(FADING_DAYS + 1), recheck_days(day))


# `holds_until` as the database says it: nothing is negated, so that what is not known never slips in.
_BY_DATE: Final = Q(recheck_on__gt=F("verified_on"))
_NO_DATE: Final = Q(recheck_on=None) | Q(recheck_on__lte=F("verified_on"))


def _over_before(day: date, days: int) -> Q:
    return _BY_DATE & Q(recheck_on__lt=day) | Q(verified_on__lt=day - timedelta(days))
