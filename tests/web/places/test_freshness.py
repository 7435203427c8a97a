"""How fresh a place is, in words, as a date and as the database asks for it."""

from datetime import date, timedelta

import pytest

from tests.web.office import a_user, a_zone
from yinfeng.core.text import Text
from yinfeng.web.places import freshness
from yinfeng.web.places.models import Place

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)
DAYS = 90


def on(days: int | None) -> date | None:
    return None if days is None else TODAY + timedelta(days)


@pytest.mark.parametrize(
    ("verified", "recheck", "until"),
    [
        (None, None, None),
        (None, 30, None),  # a date alone tells nothing of a place nobody saw
        (-10, None, 80),
        (-10, 5, 5),
        (-10, 80, 80),
        (-10, 200, 80),  # however far it is set, a place is to be seen as often as the rulebook says
        (-10, -10, 80),  # seen since: the date is done with
        (-10, -20, 80),
    ],
)
def test_a_place_holds_until(verified: int | None, recheck: int | None, until: int | None) -> None:
    assert freshness.holds_until(on(verified), on(recheck), DAYS) == on(until)


def test_words() -> None:
    def said(verified: int | None, until: int | None, *, is_released: bool = True) -> Text:
        return freshness.words(on(verified), on(until), TODAY, is_released=is_released)

    assert said(None, None) == Text("未到现场核实", "never verified on site")
    assert said(-10, 80) == Text("核实于 2026-11-13", "verified 2026-11-13")
    assert said(-76, 14) == Text("快到期（还有 14 天）", "due soon (days left: 14)")
    assert said(-90, 0) == Text("快到期（还有 0 天）", "due soon (days left: 0)")
    assert said(-91, -1) == Text("已过期 1 天，已离开网站", "overdue (days: 1), off the public site")
    assert said(-91, -1, is_released=False) == Text("已过期 1 天", "overdue (days: 1)")


def test_the_database_tells_the_same() -> None:
    a_zone()
    a_user()
    ends = (None, -200, -105, -91, -90, -77, -76, -75, -1, 0, 1, 14, 15, 100)
    Place.objects.bulk_create(
        Place(place_id=f"{v} {r}", zone_id="Z1", verified_on=on(v), recheck_on=on(r))
        for v in ends
        for r in ends
    )
    by_database = {
        "fresh": freshness.holds(TODAY) & ~freshness.fading(TODAY),
        "fading": freshness.fading(TODAY),
        "overdue": freshness.overdue(TODAY),
    }
    found = {
        name: set(Place.objects.filter(asked).values_list("place_id", flat=True))
        for name, asked in by_database.items()
    }
    told: dict[str, set[str]] = {"fresh": set(), "fading": set(), "overdue": set()}
    for place in Place.objects.all():
        seen = freshness.seen_on(place.verified_on, TODAY)
        until = freshness.holds_until(seen, place.recheck_on, DAYS)
        standing = freshness.freshness(until, TODAY)
        told["overdue" if standing == "never" else standing].add(place.place_id)
    assert found == told
