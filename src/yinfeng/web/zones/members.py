"""Making users and giving them roles: by administrators, within the rules that `policy` states.

Nobody is deleted: the trail names them. Every act has a reason and is on the trail.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from axes.utils import reset as lift_lock
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet

from yinfeng.core.errors import Fault, InputError, problem_fault
from yinfeng.core.text import Text
from yinfeng.web.accounts.actions import KIND, set_password
from yinfeng.web.accounts.models import Session, User
from yinfeng.web.accounts.passwords import temporary_password
from yinfeng.web.audit.actions import Act, record
from yinfeng.web.zones.models import Membership
from yinfeng.web.zones.policy import (
    GIVEN_BY_ADMINISTRATORS,
    ROLE_LABEL,
    SIDES,
    Refused,
    Role,
    Scope,
    demand,
    scope,
)

DETAILS = ("first_name", "department", "phone", "email")
"""Fields of a user that an administrator fills in."""


@dataclass(frozen=True, slots=True)
class Made:
    """A user with the password made for the first login: shown once, kept nowhere."""

    user: User
    password: str


def seen_by(user: User, *, action: str = "view") -> "QuerySet[User]":
    """Give the users somebody sees: those of the zones in scope, and those who have no role yet."""
    return User.objects.filter(_within(scope(user, action, KIND))).distinct()


def _within(where: Scope) -> Q:
    if where.everywhere:
        return Q()
    in_zones = Q(memberships__zone__in=where.zones) | Q(memberships=None)
    return in_zones if where.zones else Q(pk__in=[])


@transaction.atomic
def add_user(*, username: str, details: Mapping[str, str], reason: str, by: User, address: str = "") -> Made:
    """Make a user without any role; gives the password for the first login.

    Raises `Refused` without the right, InputError where the name is taken.
    """
    demand(by, "add", KIND)
    return make_user(username=username, details=details, reason=reason, by=by, address=address)


@transaction.atomic
def make_user(
    *, username: str, details: Mapping[str, str], reason: str, by: User | None, address: str = ""
) -> Made:
    """Make a user without asking who may: by None, whoever runs the server."""
    try:
        User.username_validator(username)
    except ValidationError as error:
        expected = Text("字母、汉字、数字或 @ . + - _", "letters, digits or @ . + - _")
        fix = Text("换一个", "choose another")
        raise InputError([problem_fault("poor-user-name", username, expected, fix)]) from error
    if User.objects.filter(username__iexact=username).exists():
        expected = Text("没有用过的用户名", "a user name that is not taken")
        raise InputError([problem_fault("user-taken", username, expected, Text("换一个", "choose another"))])
    user = User(username=username, **details)
    password = temporary_password()
    user.set_unusable_password()
    user.save()
    set_password(user, password, must_change=True)
    after = {"username": username} | {name: value for name, value in details.items() if value}
    act = Act(action="add", kind=KIND, key=username, after=after, reason=reason)
    record(act, by=by, address=address)
    return Made(user, password)


@transaction.atomic
def change_details(
    *, user: User, details: Mapping[str, str], reason: str, by: User, address: str = ""
) -> None:
    """Change a user's name, department, phone or address."""
    _demand_over(user, by)
    before = {name: getattr(user, name) for name in details if getattr(user, name) != details[name]}
    if not before:
        return
    for name in before:
        setattr(user, name, details[name])
    user.save(update_fields=list(before))
    after = {name: details[name] for name in before}
    _note("change", user, by, reason, address, before=before, after=after)


@transaction.atomic
def set_active(*, user: User, is_active: bool, reason: str, by: User, address: str = "") -> None:
    """Let a user come in again, or no longer; all sessions of one who may not end at once."""
    _demand_over(user, by)
    if user.is_active == is_active:
        return
    if not is_active:
        _keep_an_administrator(user)
        Session.objects.filter(user=user).delete()
    user.is_active = is_active
    user.save(update_fields=["is_active"])
    _note("activated" if is_active else "deactivated", user, by, reason, address)


@transaction.atomic
def reset_password(*, user: User, reason: str, by: User, address: str = "") -> Made:
    """Give a user a new password for one login, end the sessions, and lift a lock."""
    _demand_over(user, by)
    return give_password(user=user, reason=reason, by=by, address=address)


@transaction.atomic
def give_password(*, user: User, reason: str, by: User | None, address: str = "") -> Made:
    """Do what `reset_password` does without asking who may."""
    password = temporary_password()
    set_password(user, password, must_change=True)
    Session.objects.filter(user=user).delete()
    lift_lock(username=user.username)
    act = Act(action="password_reset", kind=KIND, key=user.username, reason=reason)
    record(act, by=by, address=address)
    return Made(user, password)


@transaction.atomic
def grant(
    *, user: User, role: str, zone_id: str | None, reason: str, by: User, address: str = ""
) -> Membership:
    """Give a user a role in a zone and those below, or everywhere (zone_id None).

    Raises `Refused` where the giver may not, InputError where the role does not go with those already had.
    """
    _demand_over(user, by)
    _demand_role(role, zone_id, by)
    return give_role(user=user, role=role, zone_id=zone_id, reason=reason, by=by, address=address)


@transaction.atomic
def give_role(
    *, user: User, role: str, zone_id: str | None, reason: str, by: User | None, address: str = ""
) -> Membership:
    """Give a role without asking who may; roles of two sides are refused to everybody."""
    User.objects.select_for_update().get(pk=user.pk)
    held = list(Membership.objects.filter(user=user))
    same = [one for one in held if (one.role, one.zone_id) == (role, zone_id)]
    if same:
        return same[0]
    if not any({role, *(one.role for one in held)} <= side for side in SIDES):
        raise InputError([_two_sides(role, {one.role for one in held})])
    membership = Membership.objects.create(user=user, role=role, zone_id=zone_id)
    _note("granted", user, by, reason, address, zone_id or "", after=_said(membership))
    return membership


@transaction.atomic
def withdraw(*, membership: Membership, reason: str, by: User, address: str = "") -> None:
    """Take a role back."""
    user = membership.user
    _demand_over(user, by)
    _demand_role(membership.role, membership.zone_id, by)
    if membership.role == Role.ADMINISTRATOR and membership.zone_id is None:
        _keep_an_administrator(user)
    before = _said(membership)
    membership.delete()
    _note("withdrawn", user, by, reason, address, membership.zone_id or "", before=before)


def may_change(user: User, by: User) -> bool:
    """Tell whether an administrator may change this user at all."""
    try:
        _demand_over(user, by)
    except Refused:
        return False
    return True


def _demand_over(user: User, by: User) -> None:
    """Raise `Refused` unless all the user's roles lie in the scope of who changes them.

    An auditor is beyond every administrator; so is one's own account.
    """
    where = scope(by, "change", KIND)
    held = list(Membership.objects.filter(user=user).values_list("role", "zone_id"))
    is_beyond = user.pk == by.pk or any(role == Role.AUDITOR for role, _ in held)
    if not where or is_beyond or not all(_covers(where, zone) for _, zone in held):
        raise Refused("change", KIND)


def _demand_role(role: str, zone_id: str | None, by: User) -> None:
    if role not in GIVEN_BY_ADMINISTRATORS or not _covers(scope(by, "change", KIND), zone_id):
        raise Refused("change", KIND, zone_id)


def _covers(where: Scope, zone_id: str | None) -> bool:
    """Tell whether a membership lies in a scope: here no zone means everywhere, not nowhere in particular."""
    return where.everywhere or zone_id in where.zones


def _keep_an_administrator(user: User) -> None:
    """Raise InputError where nobody but this user administers everywhere."""
    everywhere = Membership.objects.select_for_update().filter(
        role=Role.ADMINISTRATOR, zone=None, user__is_active=True
    )
    holders = {one.user_id for one in everywhere}
    if holders == {user.pk}:
        expected = Text("另有一位全局系统管理员", "another administrator of the whole site")
        fix = Text("先添加一位，再停用或收回", "add one first, then deactivate or withdraw")
        raise InputError([problem_fault("last-administrator", user.username, expected, fix)])


def _two_sides(role: str, held: set[str]) -> Fault:
    names = [ROLE_LABEL[one] for one in sorted(held)]
    expected = Text("与现有角色（{held}）不冲突的角色", "a role that goes with those held ({held})").format(
        held=Text("、".join(one.zh for one in names), ", ".join(one.en for one in names))
    )
    fix = Text(
        "决策、运营、审计、管理须由不同的人担任：收回现有角色，或另建用户",
        "deciding, operating, auditing and administering are for different people: withdraw, or add a user",
    )
    return problem_fault("two-sides", ROLE_LABEL[role].zh, expected, fix)


def _said(membership: Membership) -> dict[str, Any]:
    return {"role": membership.role, "zone_id": membership.zone_id}


def _note(
    action: str,
    user: User,
    by: User | None,
    reason: str,
    address: str,
    zone_id: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    act = Act(
        action=action,
        kind=KIND,
        key=user.username,
        zone_id=zone_id,
        before=before,
        after=after,
        reason=reason,
    )
    record(act, by=by, address=address)
