"""Who may do what, where: the one decision that every page, list, count, map, file and command asks for.

A right is an action on a kind of thing in a zone. A role grants actions on kinds (`GRANTS`); a membership
gives a role in a zone and all zones below it, or everywhere. What belongs to no zone (an outside firm, a
substation's quota) belongs to everybody who may do that with its kind somewhere.

Who decides does not operate (管运分离), who administers neither decides nor reads, who audits changes
nothing. So that nobody unites what is kept apart, a user has roles of one side only (`SIDES`), and:

- an administrator makes users and gives the roles of committee, company, department and administrator, in
  the zones of their own membership and below; never to themselves;
- an administrator cannot make, change or remove an auditor. Auditors are made on the server's command line
  (``yinfeng user add --role auditor``) by whoever runs the machine, which the trail shows too;
- nobody is deleted, and somebody who administers everywhere always remains.

`zones.members` enforces these, the grants are enforced here.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from django.db.models import Q, QuerySet

from yinfeng.core.text import Text
from yinfeng.web.accounts.models import User
from yinfeng.web.zones.models import Membership, Zone

Role = Membership.Role

LEDGERS: Final = ("zones", "firms", "places", "projects", "quotas", "pins")
KINDS: Final = (
    *LEDGERS,
    "files",
    "leads",
    "deals",
    "visits",
    "runs",
    "imports",
    "audit",
    "users",
    "settings",
)
ACTIONS: Final = (
    "view",
    "add",
    "change",
    "delete",
    "comment",  # add a remark to the trail of a record
    "import",  # rows of a file; each row also needs the right to add or change it
    "export",
    "export_all",  # more than one screenful at once: everything in scope
    "release",  # show a place to the public
    "decide",  # accept a plan's row, reserve, sign a deal
    "merge",
    "restore",  # put back an earlier value; undo a batch
)

_READ: Final = frozenset({"view", "export"})
_DISCUSS: Final = _READ | {"comment"}
_WORK: Final = _DISCUSS | {"add", "change", "import", "restore"}
_OWN: Final = _WORK | {"delete", "export_all", "merge"}

GRANTS: Final[Mapping[str, Mapping[str, frozenset[str]]]] = MappingProxyType(
    {
        Role.COMMITTEE: {
            **dict.fromkeys(LEDGERS, _OWN),
            "places": _OWN | {"release", "decide"},
            "pins": _OWN | {"decide"},
            "files": _OWN,
            "leads": _OWN,
            "deals": _OWN | {"decide"},
            "visits": _OWN,
            "runs": _OWN | {"decide"},
            "imports": _OWN,
            "audit": _READ,
        },
        Role.COMPANY: {
            "zones": _DISCUSS,
            "quotas": _DISCUSS,
            "pins": _DISCUSS,
            "firms": _WORK,
            "places": _WORK,
            "projects": _WORK,
            "files": _WORK,
            "leads": _WORK,
            "deals": _WORK,
            "visits": _WORK,
            "runs": frozenset({"view", "add", "export"}),
            "imports": _WORK,
        },
        Role.DEPARTMENT: {
            **dict.fromkeys(("zones", "firms", "projects", "pins"), _DISCUSS),
            **dict.fromkeys(("runs", "deals", "visits"), _READ),
            "quotas": _DISCUSS | {"change"},
            "places": _DISCUSS | {"change", "import"},
            "files": frozenset({"view", "add", "export"}),
            "imports": frozenset({"view", "add"}),
        },
        Role.AUDITOR: {
            **dict.fromkeys(KINDS, _READ),
            "audit": _READ | {"export_all"},
            "users": frozenset({"view"}),
            "settings": frozenset({"view"}),
        },
        Role.ADMINISTRATOR: {
            "users": frozenset({"view", "add", "change"}),
            "settings": frozenset({"view", "change"}),
            "zones": frozenset({"view"}),
        },
    }
)

ROLE_LABEL: Final[Mapping[str, Text]] = MappingProxyType(
    {
        Role.COMMITTEE: Text("管委会", "Zone committee"),
        Role.COMPANY: Text("运营公司", "Operating company"),
        Role.DEPARTMENT: Text("部门", "Department"),
        Role.AUDITOR: Text("审计员", "Auditor"),
        Role.ADMINISTRATOR: Text("系统管理员", "System administrator"),
    }
)


SIDES: Final[tuple[frozenset[str], ...]] = (
    frozenset({Role.COMMITTEE, Role.DEPARTMENT}),  # decide, and answer for what is said
    frozenset({Role.COMPANY}),  # promotes and operates
    frozenset({Role.AUDITOR}),
    frozenset({Role.ADMINISTRATOR}),
)
"""Roles that one user may have together; no two roles of different sides."""

GIVEN_BY_ADMINISTRATORS: Final = (Role.COMMITTEE, Role.COMPANY, Role.DEPARTMENT, Role.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a user may do something: everywhere, or in these zones (none at all: nowhere)."""

    everywhere: bool
    zones: frozenset[str]

    def __bool__(self) -> bool:
        return self.everywhere or bool(self.zones)

    def covers(self, zone_id: str | None) -> bool:
        """Tell whether a thing of this zone lies in the scope; a thing of no zone lies in any."""
        return bool(self) and (self.everywhere or not zone_id or zone_id in self.zones)


NOWHERE: Final = Scope(False, frozenset())


class Refused(Exception):
    """The user may not do this; carries what, for the trail and the page."""

    def __init__(self, action: str, kind: str, zone_id: str | None = None) -> None:
        self.action, self.kind, self.zone_id = action, kind, zone_id
        super().__init__(f"no right to {action} {kind}" + (f" in {zone_id}" if zone_id else ""))


def scope(user: User, action: str, kind: str) -> Scope:
    """Tell where a user may do this with this kind of thing."""
    if not user.is_authenticated or not user.is_active:
        return NOWHERE
    zones = [zone for role, zone in _memberships(user) if action in GRANTS[role].get(kind, ())]
    if None in zones:
        return Scope(True, frozenset())
    return Scope(False, _with_those_below(user, zones)) if zones else NOWHERE


def may(user: User, action: str, kind: str, zone_id: str | None = None) -> bool:
    """Tell whether a user may do this with a thing of this kind in this zone (or of no zone)."""
    return scope(user, action, kind).covers(zone_id)


def demand(user: User, action: str, kind: str, zone_id: str | None = None) -> None:
    """Raise `Refused` unless the user may do this."""
    if not may(user, action, kind, zone_id):
        raise Refused(action, kind, zone_id)


def within(rows: "QuerySet[Any]", where: Scope, zone_path: str = "zone_id") -> "QuerySet[Any]":
    """Keep the rows that lie in a scope; rows of no zone lie in any."""
    if where.everywhere:
        return rows
    if not where.zones:
        return rows.none()
    return rows.filter(Q(**{f"{zone_path}__in": where.zones}) | Q(**{f"{zone_path}__isnull": True}))


def visible(user: User, kind: str, rows: "QuerySet[Any]", *, action: str = "view") -> "QuerySet[Any]":
    """Keep the rows of a kind that the user may see (or do something else with)."""
    return within(rows, scope(user, action, kind))


def shared(user: User, kind: str, zones: Iterable[str]) -> Scope:
    """Tell of what a user sees of a kind what all see too who may see it in each of these zones.

    Whoever has a right in a zone has it in those below, and need not have it beside or above.
    """
    where, common = scope(user, "view", kind), _with_those_below(user, zones)
    return Scope(False, common if where.everywhere else common & where.zones)


def roles(user: User) -> frozenset[str]:
    """Give the roles a user has anywhere."""
    return frozenset(role for role, _ in _memberships(user))


def who_may(action: str, kind: str, zone_id: str | None) -> "QuerySet[User]":
    """Give the active users who may do this with a thing of a kind in a zone (or of no zone)."""
    granting = [role for role, kinds in GRANTS.items() if action in kinds.get(kind, ())]
    held = Q(memberships__role__in=granting)
    if zone_id:
        held &= Q(memberships__zone=None) | Q(memberships__zone_id__in=_with_those_above(zone_id))
    return (
        User.objects.filter(held, is_active=True).distinct().order_by("department", "first_name", "username")
    )


def _memberships(user: User) -> list[tuple[str, str | None]]:
    """Give a user's roles with their zones; read once for each user object, that is for each request."""
    known = user.__dict__.get("_yinfeng_memberships")
    if known is None:
        known = list(Membership.objects.filter(user=user).values_list("role", "zone_id"))
        user.__dict__["_yinfeng_memberships"] = known
    return known


def _with_those_above(zone_id: str) -> frozenset[str]:
    above = dict(Zone.objects.exclude(part_of=None).values_list("zone_id", "part_of"))
    found: set[str] = set()
    zone: str | None = zone_id
    while zone is not None and zone not in found:
        found.add(zone)
        zone = above.get(zone)
    return frozenset(found)


def _with_those_below(user: User, zones: Iterable[str | None]) -> frozenset[str]:
    below = _below(user)
    found: set[str] = set()
    left = [zone for zone in zones if zone is not None]
    while left:
        zone = left.pop()
        if zone not in found:
            found.add(zone)
            left += below.get(zone, ())
    return frozenset(found)


def _below(user: User) -> Mapping[str, Sequence[str]]:
    """Give zone → the zones directly below it; read once for each user object, as the memberships are."""
    known = user.__dict__.get("_yinfeng_below")
    if known is None:
        known = defaultdict(list)
        for zone, above in Zone.objects.exclude(part_of=None).values_list("zone_id", "part_of"):
            known[above].append(zone)
        user.__dict__["_yinfeng_below"] = known
    return known
