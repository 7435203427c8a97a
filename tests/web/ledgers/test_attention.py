"""Conditions that a list knows by name."""

from datetime import timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone

from tests.web.office import a_place, a_project, a_user, a_zone
from yinfeng.web.accounts.models import User
from yinfeng.web.desk import list_state
from yinfeng.web.desk.asked import ask
from yinfeng.web.ledgers.actions import Write, write
from yinfeng.web.ledgers.registry import HELD

pytestmark = pytest.mark.django_db


def listed(user: User, ledger: str, query: str) -> list[str]:
    """Give the keys of the rows that an address lists."""
    state = list_state.read(ledger, QueryDict(query))
    assert list_state.written(state) == query
    return list(ask(user, state).rows.values_list(HELD[ledger].key, flat=True))


def test_places_are_listed_by_what_they_need() -> None:
    a_zone()
    boss = a_user()
    today = timezone.localdate()
    a_place(boss, "A", status="vacant", owner_kind="firm")
    a_place(boss, "B", status="vacant", owner_kind="firm", owner_consent="let", verified_on=today)
    a_place(boss, "C", status="in_use", owner_kind="firm", verified_on=today - timedelta(91))
    a_place(boss, "D", status="vacant", owner_kind="committee", verified_on=today - timedelta(80))
    own = {"keeper_id": boss.username, "is_released": True}
    write("places", [Write("change", "D", own)], by=boss)
    assert listed(boss, "places", "is=overdue") == ["A", "C"]
    assert listed(boss, "places", "is=to_ask") == ["A"]
    assert listed(boss, "places", "is=fading") == ["D"]
    assert listed(boss, "places", f"kept_by={boss.username}") == ["D"]
    assert listed(boss, "places", f"kept_by={boss.username}&is=overdue") == []


def test_projects_without_a_place() -> None:
    a_zone()
    boss = a_user()
    for key, stage in (("P1", "talks"), ("P2", ""), ("P3", "placed"), ("P4", "talks"), ("P5", "talks")):
        a_project(boss, key, stage=stage)
    a_place(boss, "A", status="reserved", reserved_for="P4")
    a_place(boss, "B")
    write("pins", [Write("add", "", {"project_id": "P5", "place_id": ["B"], "action": "pin"})], by=boss)
    write("pins", [Write("add", "", {"project_id": "P1", "place_id": ["B"], "action": "bar"})], by=boss)
    assert listed(boss, "projects", "is=unplaced") == ["P1", "P2"]
