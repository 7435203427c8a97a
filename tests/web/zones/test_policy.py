"""The one policy: what roles may do anywhere, and where a membership reaches."""

import pytest
from django.contrib.auth.models import AnonymousUser

from tests.web.office import a_user, a_zone
from yinfeng.web.zones.models import Membership, Zone
from yinfeng.web.zones.policy import (
    ACTIONS,
    GRANTS,
    KINDS,
    LEDGERS,
    NOWHERE,
    SIDES,
    Refused,
    Role,
    demand,
    may,
    scope,
    shared,
    visible,
)
from yinfeng.web.zones.words import ACTION_LABEL, KIND_LABEL

_READING = {"view", "export", "export_all"}


def _granted(role: str) -> set[str]:
    return {action for actions in GRANTS[role].values() for action in actions}


def test_every_grant_is_of_a_known_action_on_a_known_kind():
    assert {kind for grants in GRANTS.values() for kind in grants} <= set(KINDS)
    assert {action for role in GRANTS for action in _granted(role)} <= set(ACTIONS)
    assert set(GRANTS) == set(Role)


def test_every_action_and_kind_has_a_name():
    assert set(ACTIONS) <= ACTION_LABEL.keys()
    assert set(KINDS) <= KIND_LABEL.keys()


def test_only_the_committee_decides():
    assert [role for role in Role if _granted(role) & {"decide", "release"}] == [Role.COMMITTEE]


def test_an_auditor_reads_everything_and_changes_nothing():
    assert _granted(Role.AUDITOR) <= _READING
    assert all("view" in GRANTS[Role.AUDITOR].get(kind, ()) for kind in KINDS)


def test_an_administrator_has_nothing_to_do_with_business():
    assert set(GRANTS[Role.ADMINISTRATOR]) == {"users", "settings", "zones"}
    assert GRANTS[Role.ADMINISTRATOR]["zones"] == {"view"}


def test_only_auditors_and_the_committee_read_the_trail():
    assert {role for role in Role if "audit" in GRANTS[role]} == {Role.AUDITOR, Role.COMMITTEE}


def test_who_reads_plans_reads_the_ledgers_they_are_made_from():
    # so that what a plan tells of the ledgers of its zones (`shared`) is nothing new to any of its readers
    for role in Role:
        if "view" in GRANTS[role].get("runs", ()):
            assert all("view" in GRANTS[role].get(ledger, ()) for ledger in LEDGERS)


@pytest.mark.django_db
def test_shared_is_what_everybody_sees_who_sees_the_zones():
    for zone, above in (("Z0", None), ("Z1", "Z0"), ("Z11", "Z1"), ("Z2", "Z0")):
        a_zone(zone, part_of_id=above)
    everywhere, here = a_user("committee"), a_user("company", "Z1")
    assert shared(everywhere, "firms", ["Z1"]).zones == {"Z1", "Z11"}
    assert not shared(everywhere, "firms", ["Z1"]).everywhere
    assert shared(here, "firms", ["Z1", "Z2"]).zones == {"Z1", "Z11"}
    assert shared(here, "firms", ["Z1"]).covers(None)
    assert not shared(a_user("administrator"), "firms", ["Z1"]).covers(None)


def test_every_role_is_on_one_side():
    assert sorted(role for side in SIDES for role in side) == sorted(Role)


@pytest.mark.django_db
def test_a_membership_reaches_the_zones_below_and_no_others():
    a_zone("A")
    a_zone("B", part_of_id="A")
    a_zone("C", part_of_id="B")
    a_zone("D")
    user = a_user("company", "B")
    assert scope(user, "change", "places").zones == {"B", "C"}
    assert not may(user, "change", "places", "A")
    assert may(user, "change", "places", None)
    with pytest.raises(Refused):
        demand(user, "change", "places", "D")
    assert {zone.zone_id for zone in visible(user, "zones", Zone.objects.all())} == {"B", "C"}


@pytest.mark.django_db
def test_zones_that_stand_in_a_ring_do_not_hang():
    a_zone("A")
    a_zone("B", part_of_id="A")
    Zone.objects.filter(zone_id="A").update(part_of_id="B")
    assert scope(a_user("company", "A"), "view", "places").zones == {"A", "B"}


@pytest.mark.django_db
def test_who_is_nobody_inactive_or_without_a_role_may_nothing():
    gone = a_user("committee", username="gone", is_active=False)
    for user in (AnonymousUser(), gone, a_user(None)):
        assert all(scope(user, action, kind) == NOWHERE for action in ACTIONS for kind in KINDS)
        assert visible(user, "zones", Zone.objects.all()).count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("role", list(Role))
def test_in_another_zone_no_role_may_anything(role):
    a_zone("Z1")
    a_zone("Z2")
    user = a_user(role, "Z2")
    for kind in KINDS:
        for action in ACTIONS:
            assert not may(user, action, kind, "Z1")
            assert may(user, action, kind, "Z2") == (action in GRANTS[role].get(kind, ()))


@pytest.mark.django_db
def test_two_roles_add_up_each_where_it_was_given():
    a_zone("Z1")
    a_zone("Z2")
    user = a_user("committee", "Z1")
    Membership.objects.create(user=user, role="department", zone_id="Z2")
    assert scope(user, "view", "places").zones == {"Z1", "Z2"}
    assert scope(user, "release", "places").zones == {"Z1"}
