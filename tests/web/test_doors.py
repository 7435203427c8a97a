"""Every address of the site, and who may open it.

An address that does not stand in `doors` fails the first test. For each door and each role, in the zone of
the record and in another: who has the right comes in, who has not does not.
"""

import io
import itertools
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver

from tests.web.doors import DOORS, OPEN_TO_ALL, TESTED_ELSEWHERE, Door
from tests.web.imports.bringing import compared
from tests.web.office import a_firm, a_place, a_project, a_user, a_zone
from yinfeng.web.accounts.models import User
from yinfeng.web.audit.models import Entry
from yinfeng.web.files import actions as files
from yinfeng.web.jobs.models import Job
from yinfeng.web.leads.actions import take_enquiry
from yinfeng.web.ledgers.actions import Write, write
from yinfeng.web.matching.models import Acceptance, Deal
from yinfeng.web.matching.queries import OUTCOMES
from yinfeng.web.places.models import Place
from yinfeng.web.portal.models import Share
from yinfeng.web.projects.models import Pin
from yinfeng.web.runs.bridge import folder_of
from yinfeng.web.runs.models import PlanRow, Run, RunZone
from yinfeng.web.takers.models import Visit
from yinfeng.web.zones.models import Membership
from yinfeng.web.zones.policy import GRANTS

pytestmark = pytest.mark.django_db

HERE, ELSEWHERE = "Z1", "Z2"
ALLOWED = {200, 302, 400, 405, 409, 422}
"""Who has the right is let in: the form may still be found wanting."""
NOT_ALLOWED = {403, 404}
Who = tuple[str | None, str | None]
EVERYBODY: list[Who] = [(None, None), *itertools.product(GRANTS, (ELSEWHERE, HERE))]


def _patterns(patterns: list[Any], before: str = "") -> Iterator[str]:
    for one in patterns:
        path = before + str(one.pattern)
        if isinstance(one, URLPattern):
            yield path
        else:
            yield from _patterns(one.url_patterns, path)


def test_every_address_is_declared():
    found = set(_patterns(get_resolver().url_patterns))
    declared = DOORS.keys() | OPEN_TO_ALL.keys() | TESTED_ELSEWHERE.keys()
    assert found - declared == set(), "say in DOORS who may open these"
    assert declared - found == set(), "these addresses are gone"


@pytest.fixture(scope="module")
def records(django_db_setup, django_db_blocker) -> Iterator[dict[str, Any]]:
    """One record of each kind in zone Z1; made once, each test takes back what it does."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield _made()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def clients(records, django_db_blocker) -> dict[Who, Client]:
    """A browser for everybody: nobody's role, and each role in each zone."""
    with django_db_blocker.unblock():
        return {who: _logged_in(*who) for who in EVERYBODY}


def _made() -> dict[str, Any]:
    here = a_zone(HERE)
    a_zone(ELSEWHERE)
    clerk = a_user("committee", HERE, "clerk")
    a_place(clerk)
    a_project(clerk)
    a_firm(clerk)
    quota = {
        "quota_id": "Q1", "scope_kind": "zone", "scope": HERE, "resource": "power",
        "capacity": 1.0, "used": 0.0,
    }  # fmt: skip
    write("quotas", [Write("add", "", quota)], by=clerk)
    pin = {"project_id": "P1", "place_id": ["L1"], "action": "keep", "reason": "r"}
    write("pins", [Write("add", "", pin)], by=clerk)
    write("places", [Write("change", "L1", {"area_m2": 9.0})], by=clerk)
    Place.objects.update(version=1)  # so that a form can name the version it saw
    a_firm(clerk, "F2")
    file = files.add(
        io.BytesIO(b"%PDF-1.4"), name="a.pdf", size_bytes=8, ledger="places", key="L1", zone_id=HERE, by=clerk
    )
    lead = take_enquiry(contact="来访者", phone="1", email="", zone_id=HERE, place_ids=[], need={}, by=clerk)
    deal = Deal.objects.create(place_id="L1", project_id="P1", zone_id=HERE)
    visit = Visit.objects.create(place_id="L1", zone_id=HERE, who="project", who_key="P1")
    share = Share.objects.create(place_ids=["L1"], expires_on=date(2099, 1, 1))
    share.zones.add(here)
    batch = compared(clerk, ("L7", "七号", HERE, "厂房", 100, "空置"))
    return {
        "zones": HERE, "firms": "F1", "places": "L1", "projects": "P1", "quotas": "Q1",
        "pins": Pin.objects.get().pin_key,
        "firm2": "F2",
        "user": clerk.pk,
        "membership": Membership.objects.get(user=clerk).pk,
        "entry": Entry.objects.filter(kind="places").first().pk,
        "changed": Entry.objects.get(kind="places", action="change").pk,
        "file": file.pk,
        "lead": lead.number,
        "deal": deal.pk,
        "visit": visit.pk,
        "share": share.pk,
        "batch": batch.token,
    } | _a_run(clerk)  # fmt: skip


ANSWER = {
    "value_yuan": 0, "bound_yuan": 0, "gap": 0.0, "status": ["最优", "optimal"], "rows": 2,
    "outcomes": {code: ["落位", "placed"] for code in OUTCOMES},
}  # fmt: skip


def _a_run(clerk: User) -> dict[str, Any]:
    """Make a plan with a row to accept and one that was."""
    sheet = [{"title": "t", "headers": ["a"], "rows": [["b"]]}]
    run = Run.objects.create(
        rulebook="shanxi", as_of=date(2024, 2, 29), by=clerk, sheets={"zh": sheet, "en": sheet}, answer=ANSWER
    )
    RunZone.objects.create(run=run, zone_id=HERE)
    job = Job.objects.create(kind="runs", ref=str(run.pk), zone_id=HERE, by=clerk, state="done")
    row, done = (
        PlanRow.objects.create(run=run, project_id=project, zone_id=HERE, outcome="placed", place_ids=["L1"])
        for project in ("P1", "P2")
    )
    acceptance = Acceptance.objects.create(row=done, batch="b", by=clerk)
    book = folder_of(run) / "plan-zh.xlsx"
    book.parent.mkdir(parents=True, exist_ok=True)
    book.write_bytes(b"PK")
    return {"run": run.pk, "job": job.pk, "row": row.pk, "acceptance": acceptance.pk}


def _try(client: Client, door: Door, records: Mapping[str, Any]) -> int:
    answer = getattr(client, door.how)(door.address.format_map(records), door.data)
    b"".join(answer)  # a file is closed when it was read to its end
    return answer.status_code


def _expected(door: Door, role: str | None, zone: str | None) -> set[int]:
    if door.needs is None:
        return ALLOWED
    action, kind = door.needs
    if role is None or action not in GRANTS[role].get(kind, ()):
        return NOT_ALLOWED
    return NOT_ALLOWED if door.has_record and zone == ELSEWHERE else ALLOWED


@pytest.mark.parametrize("pattern", list(DOORS))
def test_who_may_open_a_door(pattern, records, clients):
    for door in DOORS[pattern]:
        # first those who may not: they must find the record there, and still not have it
        for who in sorted(EVERYBODY, key=lambda who: _expected(door, *who) is ALLOWED):
            status = _try(clients[who], door, records)
            assert status in _expected(door, *who), f"{who}, {door.how} {door.address}: {status}"


def _logged_in(role: str | None, zone: str | None) -> Client:
    client = Client()
    client.force_login(a_user(role, zone))
    return client


def test_nobody_comes_in_without_a_login():
    records = defaultdict(lambda: "1")
    for door in itertools.chain(*DOORS.values()):
        answer = getattr(Client(), door.how)(door.address.format_map(records), door.data)
        to = answer.headers.get("Location", "").partition("?")[0]
        assert (answer.status_code, to) == (302, "/desk/login/"), f"{door.how} {door.address}"
