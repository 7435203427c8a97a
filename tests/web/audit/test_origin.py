"""From which address users act is on the trail, and under its chain."""

from datetime import date

import pytest
from django.db import connection

from tests.web.office import a_place, a_user, a_zone
from yinfeng.web.audit.actions import Act, record
from yinfeng.web.audit.chain import entry_hash, verify
from yinfeng.web.audit.models import Entry
from yinfeng.web.audit.origin import acting_address, acting_from
from yinfeng.web.jobs.queries import latest
from yinfeng.web.jobs.work import execute
from yinfeng.web.runs.actions import start_run

pytestmark = pytest.mark.django_db

DESK_PC, VISITOR = "192.168.5.5", "203.0.113.9"


class Visitor:
    """Nobody by name."""

    def get_username(self):
        return ""


@pytest.fixture
def boss(settings, tmp_path):
    settings.SITE = tmp_path
    a_zone("Z1")
    return a_user("committee", "Z1")


def addresses(**which):
    return list(Entry.objects.filter(**which).order_by("pk").values_list("address", flat=True))


def test_a_record_entered_and_changed_on_the_desk_says_from_where(boss, client):
    client.force_login(boss)
    typed = {"place_id": "L1", "place_name": "一号厂房", "zone_id": "Z1", "kind": "building"}
    client.post("/desk/places/new/", typed, REMOTE_ADDR=DESK_PC)
    client.post("/desk/places/L1/edit/", typed | {"version": 1, "note": "东门"}, REMOTE_ADDR="2001:db8::7")
    assert addresses(kind="places") == [DESK_PC, "2001:db8::7"]
    assert (acting_address(), verify().faults) == ("", ())


def test_what_is_done_outside_a_request_comes_from_nowhere(boss):
    a_place(boss)
    assert addresses(kind="places") == [""]


def test_neither_visitors_nor_the_system_get_an_address(boss):
    with acting_from(VISITOR):
        for by in (Visitor(), None, boss):
            record(Act(action="add", kind="leads"), by=by)
    assert addresses(kind="leads") == ["", "", VISITOR]


def test_an_address_that_is_given_goes_before_that_of_the_request(boss):
    with acting_from(VISITOR):
        record(Act(action="login", kind="users"), by=boss, address=DESK_PC)
    assert addresses(kind="users") == [DESK_PC]


def test_work_done_later_carries_the_address_it_was_asked_for_from(boss):
    with acting_from(DESK_PC):
        run = start_run(zones=["Z1"], rulebook="shanxi", as_of=date(2024, 2, 29), by=boss)
    execute.call(latest("runs", str(run.pk)).pk)
    assert addresses(kind="runs") == [DESK_PC, DESK_PC]
    assert acting_address() == ""


def test_the_chain_covers_the_address_and_entries_without_one_still_hold(boss):
    a_place(boss, "L1")
    with acting_from(DESK_PC):
        a_place(boss, "L2")
    assert verify().faults == ()
    entry = Entry.objects.get(key="L2")
    entry.address = VISITOR
    assert entry_hash(entry) != entry.hash
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER audit_entry_no_update")
        else:
            cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
    Entry.objects.filter(pk=entry.pk).update(address=VISITOR)
    assert [fault.en for fault in verify().faults] == [f"entry {entry.pk} was changed"]
