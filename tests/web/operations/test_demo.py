"""The demonstration: entered once, kept, one user per role."""

from datetime import date

import pytest

from tests.web.operations.conftest import LEDGERS
from yinfeng.web.accounts.models import User
from yinfeng.web.operations import demo
from yinfeng.web.places.models import Place
from yinfeng.web.zones.models import Membership, Zone

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 1)


def test_it_is_entered_once_and_what_was_edited_is_kept():
    assert demo.load(LEDGERS, today=TODAY) > 100
    Zone.objects.update(zone_name="改过")
    assert demo.load(LEDGERS, today=TODAY) == 0
    assert set(Zone.objects.values_list("zone_name", flat=True)) == {"改过"}


def test_vacant_places_are_shown_and_say_that_the_day_they_were_seen_is_made_up():
    demo.load(LEDGERS, today=TODAY)
    shown = Place.objects.filter(is_released=True)
    assert set(shown.values_list("status", "verified_on")) == {("vacant", TODAY)}
    assert not Place.objects.filter(status="vacant", is_released=False).exists()
    assert all({"核实日期", "全部"} & set(place.synthetic) for place in shown)


def test_every_role_has_a_user_and_all_get_the_new_password():
    passwords = [demo.new_password(), demo.new_password()]
    assert passwords[0] != passwords[1]
    held = set(Membership.objects.values_list("user__username", "role", "zone"))
    assert held == {(username, role, None) for username, role in demo.USERS.items()}
    assert all(user.check_password(passwords[1]) for user in User.objects.all())


def test_the_account_that_entered_the_ledgers_opens_no_door(client):
    demo.load(LEDGERS, today=TODAY)
    loader = User.objects.get()
    assert (loader.is_active, loader.has_usable_password()) == (False, False)
