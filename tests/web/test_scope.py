"""Lists, search, counts, the map, exports and the trail show only what is in scope."""

import pytest
from django.test import Client

from tests.web.office import a_firm, a_place, a_project, a_user, a_zone
from yinfeng.web.ledgers.actions import Write, write

pytestmark = pytest.mark.django_db

HERE, ELSEWHERE = "Z1", "Z2"

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
        assert here not in text, f"{what} of {ledger}"
        if what in ("list", "export"):
            assert there in text, f"{what} of {ledger}"
