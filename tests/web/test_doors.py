"""Every address of the site, and who may open it.

A door stands in `DOORS` with the right it needs. An address that is not there fails the first test: whoever
adds a page says here who may open it. For each door and each role, in the zone of the record and in another:
who has the right comes in, who has not is refused, what is out of scope is not there.

A door's ``how`` names the request that is tried; ``needs`` is (action, kind), None for everybody logged in.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver

from tests.web.office import a_firm, a_place, a_project, a_user, a_zone
from yinfeng.web.audit.models import Entry
from yinfeng.web.jobs.models import Job
from yinfeng.web.leads.actions import take_enquiry
from yinfeng.web.ledgers.actions import Write, write
from yinfeng.web.zones.models import Membership
from yinfeng.web.zones.policy import GRANTS, LEDGERS

pytestmark = pytest.mark.django_db

ROLES = list(GRANTS)
HERE, ELSEWHERE = "Z1", "Z2"
ALLOWED = {200, 302, 400, 405, 409, 422}
"""Who has the right is let in: the form may still be found wanting."""


@dataclass(frozen=True, slots=True)
class Door:
    """An address and the right it needs."""

    address: str
    needs: tuple[str, str] | None
    how: str = "get"
    data: Mapping[str, Any] = field(default_factory=dict)
    has_record: bool = False
    """The address names a record of zone Z1: for who has the right elsewhere only, it is not there."""


def _each(
    address: str, action: str, how: str = "get", data: Mapping[str, Any] | None = None, only: str = ""
) -> list[Door]:
    """Give the door of every ledger (or of one kind's): the address has the ledger in <>."""
    return [
        Door(address.replace("<>", ledger), (action, only or ledger), how, data or {}) for ledger in LEDGERS
    ]


_LEDGER = "(?P<ledger>zones|firms|places|projects|quotas|pins)"
_FOLLOWED = {"version": "1", "state": "answered", "keeper": "", "next_on": "", "reason": "r"}
_AS_PROJECT = {"project_id": "P9", "project_name": "新项目"}


DOORS: Mapping[str, list[Door]] = {
    # the pattern as Django has it → the doors it opens
    "desk/": [Door("/desk/", None)],
    "desk/confirm/": [Door("/desk/confirm/", None)],
    "desk/password/": [Door("/desk/password/", None)],
    "desk/sessions/": [Door("/desk/sessions/", None), Door("/desk/sessions/", None, "post")],
    "desk/rights/": [Door("/desk/rights/", None)],
    "desk/users/": [Door("/desk/users/", ("view", "users"))],
    "desk/users/add/": [
        Door("/desk/users/add/", ("add", "users")),
        Door("/desk/users/add/", ("add", "users"), "post"),
    ],
    "desk/users/<int:pk>/": [Door("/desk/users/{user}/", ("view", "users"), has_record=True)],
    "desk/users/<int:pk>/change/": [
        Door(
            "/desk/users/{user}/change/", ("change", "users"), "post",
            {"first_name": "甲", "reason": "r"}, True,
        )
    ],
    "desk/users/<int:pk>/grant/": [
        Door(
            "/desk/users/{user}/grant/", ("change", "users"), "post",
            {"role": "department", "zone": "Z1", "reason": "r"}, True,
        )
    ],
    "desk/users/<int:pk>/roles/<int:membership>/withdraw/": [
        Door(
            "/desk/users/{user}/roles/{membership}/withdraw/", ("change", "users"), "post",
            {"reason": "r"}, True,
        )
    ],
    "desk/users/<int:pk>/activate/": [
        Door(
            "/desk/users/{user}/activate/", ("change", "users"), "post", {"active": "0", "reason": "r"}, True
        )
    ],
    "desk/users/<int:pk>/reset/": [
        Door("/desk/users/{user}/reset/", ("change", "users"), "post", {"reason": "r"}, True)
    ],
    "desk/audit/": [Door("/desk/audit/", ("view", "audit"))],
    "desk/audit/<int:pk>/": [Door("/desk/audit/{entry}/", ("view", "audit"), has_record=True)],
    "desk/audit/export/": [Door("/desk/audit/export/", ("export", "audit"), "post")],
    f"desk/^{_LEDGER}/$": _each("/desk/<>/", "view"),
    f"desk/^bulk/{_LEDGER}/$": _each("/desk/bulk/<>/", "change", "post"),
    f"desk/^export/{_LEDGER}/$": _each("/desk/export/<>/", "export", "post"),
    f"desk/^views/{_LEDGER}/counts$": [Door("/desk/views/places/counts", None)],
    f"desk/^views/{_LEDGER}/save/$": _each(
        "/desk/views/<>/save/", "view", "post", {"name": "n", "audience": "mine"}
    ),
    "desk/search": [Door("/desk/search", None)],
    "desk/places/map.json": [Door("/desk/places/map.json", ("view", "places"))],
    "desk/zones/map.json": [Door("/desk/zones/map.json", None)],
    "desk/leads/": [Door("/desk/leads/", ("view", "leads"))],
    "desk/leads/<str:number>/": [Door("/desk/leads/{lead}/", ("view", "leads"), has_record=True)],
    "desk/leads/<str:number>/follow/": [
        Door("/desk/leads/{lead}/follow/", ("change", "leads"), "post", _FOLLOWED, True)
    ],
    "desk/leads/<str:number>/project/": [
        Door("/desk/leads/{lead}/project/", ("change", "leads"), "post", _AS_PROJECT, True)
    ],
    "desk/leads/<str:number>/forget/": [
        Door("/desk/leads/{lead}/forget/", ("change", "leads"), "post", {"reason": "r"}, True)
    ],
    "desk/jobs/<int:job_id>/": [Door("/desk/jobs/{job}/", ("view", "runs"), has_record=True)],
    "desk/jobs/<int:job_id>/progress/": [
        Door("/desk/jobs/{job}/progress/", ("view", "runs"), has_record=True)
    ],
}  # fmt: skip

OPEN_TO_ALL = {
    "desk/login/": "the way in",
    "desk/logout/": "the way out; POST only",
    "language/": "the language switch; POST only",
    "health/live": "says only that the process lives",
    "health/ready": "says only whether the database answers",
}
"""Addresses that ask for no login, with the reason."""

TESTED_ELSEWHERE = {
    f"desk/^views/{_LEDGER}/(?P<number>\\d+)/remove/$": "a view is its owner's: web/desk/test_saved_views.py",
    "desk/jobs/<int:job_id>/cancel/": "who began it, or who decides: web/jobs/test_work.py",
}
"""Addresses whose rights do not follow from role and zone alone, with the test that holds them."""


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


@pytest.fixture
def records() -> dict[str, Any]:
    """One record of each kind in zone Z1, and a member of its staff."""
    a_zone(HERE)
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
    lead = take_enquiry(contact="来访者", phone="1", email="", zone_id=HERE, place_ids=[], need={}, by=clerk)
    job = Job.objects.create(kind="runs", ref="R1", zone_id=HERE, by=clerk, state="done")
    return {
        "user": clerk.pk,
        "membership": Membership.objects.get(user=clerk).pk,
        "entry": Entry.objects.get(kind="places").pk,
        "lead": lead.number,
        "job": job.pk,
    }


def _try(client: Client, door: Door, records: Mapping[str, Any]) -> int:
    answer = getattr(client, door.how)(door.address.format_map(records), door.data)
    answer.close()
    return answer.status_code


def _expected(door: Door, role: str | None, zone: str | None) -> set[int]:
    if door.needs is None:
        return ALLOWED
    action, kind = door.needs
    if role is None or action not in GRANTS[role].get(kind, ()):
        return {403, 404} if door.has_record else {403}
    return {403, 404} if door.has_record and zone == ELSEWHERE else ALLOWED


@pytest.mark.parametrize("pattern", list(DOORS))
def test_who_may_open_a_door(pattern, records):
    who = [(None, None), *((role, zone) for zone in (ELSEWHERE, HERE) for role in ROLES)]
    for role, zone in who:  # first those from elsewhere, who must find the record and still not have it
        client = Client()
        client.force_login(a_user(role, zone))
        for door in DOORS[pattern]:
            status = _try(client, door, records)
            said = f"{role} of {zone}, {door.how} {door.address}: {status}"
            assert status in _expected(door, role, zone), said


def test_nobody_comes_in_without_a_login():
    records = defaultdict(lambda: "1")
    for door in itertools.chain(*DOORS.values()):
        answer = getattr(Client(), door.how)(door.address.format_map(records), door.data)
        to = answer.headers.get("Location", "").partition("?")[0]
        assert (answer.status_code, to) == (302, "/desk/login/"), f"{door.how} {door.address}"


SHOWN = {
    "list": lambda ledger: ("get", f"/desk/{ledger}/"),
    "list without facets": lambda ledger: ("get", f"/desk/{ledger}/?show=list"),
    "export": lambda ledger: ("post", f"/desk/export/{ledger}/"),
    "search": lambda _: ("get", "/desk/search?q=厂房"),
    "map": lambda _: ("get", "/desk/places/map.json"),
    "audit": lambda _: ("get", "/desk/audit/"),
}
"""What shows rows of many records at once; each must show those in scope alone."""
NAMES = {
    "zones": ("Z1开发区", "Z2开发区"),
    "firms": ("FIRM-HERE", "FIRM-THERE"),
    "places": ("PLACE-HERE", "PLACE-THERE"),
    "projects": ("PROJECT-HERE", "PROJECT-THERE"),
    "quotas": ("QUOTA-HERE", "QUOTA-THERE"),
    "pins": ("PIN-HERE", "PIN-THERE"),
}


@pytest.fixture
def two_zones():
    """In each of two zones a record of every ledger, with names that cannot be missed."""
    a_zone(HERE)
    a_zone(ELSEWHERE)
    boss = a_user("committee", username="boss")
    for zone, end in ((HERE, "HERE"), (ELSEWHERE, "THERE")):
        a_place(boss, f"PLACE-{end}", zone, place_name=f"厂房 PLACE-{end}")
        a_project(boss, f"PROJECT-{end}", zone)
        a_firm(boss, f"FIRM-{end}", zone)
        row = {"quota_id": f"QUOTA-{end}", "scope_kind": "zone", "scope": zone, "resource": "power"}
        write("quotas", [Write("add", "", row | {"capacity": 1.0, "used": 0.0})], by=boss)
        pin = {"project_id": f"PROJECT-{end}", "place_id": [f"PLACE-{end}"], "action": "keep"}
        write("pins", [Write("add", "", pin | {"reason": f"PIN-{end}"})], by=boss)


@pytest.mark.parametrize("what", list(SHOWN))
@pytest.mark.parametrize("role", ["committee", "company", "department", "auditor"])
def test_only_what_is_in_scope_is_shown(what, role, two_zones):
    client = Client()
    client.force_login(a_user(role, ELSEWHERE))
    for ledger, (here, there) in NAMES.items():
        how, address = SHOWN[what](ledger)
        answer = getattr(client, how)(address, {"kind": "csv"} if how == "post" else None)
        text = b"".join(answer).decode()
        answer.close()
        assert here not in text, f"{what} of {ledger}"
        if what in ("list", "export"):
            assert there in text, f"{what} of {ledger}"
