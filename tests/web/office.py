"""A small zone office for tests: zones, people with roles, and records, each made in plain sight."""

from typing import Any

from yinfeng.web.accounts.models import User
from yinfeng.web.ledgers.actions import Write, write
from yinfeng.web.ledgers.registry import find
from yinfeng.web.zones.models import Membership, Zone

PASSWORD = "correct-horse-2024"


def a_zone(zone_id: str = "Z1", **values: Any) -> Zone:
    """Make a zone without asking anybody: the first one has nobody to ask."""
    return Zone.objects.create(
        zone_id=zone_id, **{"zone_name": f"{zone_id}开发区", "zone_kind": "zone"} | values
    )


def a_user(
    role: str | None = "committee", zone: str | None = None, username: str = "", **values: Any
) -> User:
    """Make a user with one role, in a zone or everywhere."""
    name = username or f"{role or 'nobody'}-{zone or 'all'}"
    user = User.objects.create_user(name, password=PASSWORD, **values)
    if role is not None:
        Membership.objects.create(user=user, role=role, zone_id=zone)
    return user


def a_place(by: User, place_id: str = "L1", zone_id: str = "Z1", **values: Any) -> Any:
    """Enter a place on the ledger."""
    row = {
        "place_id": place_id,
        "place_name": f"{place_id}厂房",
        "zone_id": zone_id,
        "kind": "building",
    } | values
    write("places", [Write("add", "", row)], by=by)
    return find("places", place_id)


def a_project(by: User, project_id: str = "P1", zone_id: str | None = "Z1", **values: Any) -> Any:
    """Enter a project on the ledger."""
    row = {"project_id": project_id, "project_name": f"{project_id}项目", "zone_id": zone_id} | values
    write("projects", [Write("add", "", row)], by=by)
    return find("projects", project_id)


def a_firm(by: User, firm_id: str = "F1", zone_id: str | None = "Z1", **values: Any) -> Any:
    """Enter a firm on the ledger."""
    row = {"firm_id": firm_id, "firm_name": f"{firm_id}公司", "zone_id": zone_id} | values
    write("firms", [Write("add", "", row)], by=by)
    return find("firms", firm_id)
