"""Saving lists under a name. Everybody may for their department, the committee for everyone."""

from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet

from yinfeng.core.errors import InputError, problem_fault
from yinfeng.core.text import Text
from yinfeng.web.accounts.models import User
from yinfeng.web.audit.actions import Act, record
from yinfeng.web.ledgers.models import SavedView
from yinfeng.web.zones.policy import Refused, Role, demand, roles

Audience = SavedView.Audience
MINE, DEPARTMENT, EVERYONE = (str(value) for value in Audience.values)
MOST_EACH: Final = 50


def views_for(user: User, ledger: str) -> "QuerySet[SavedView]":
    """Give the saved views of a ledger that a user finds above the list, their own first."""
    shared = Q(audience=EVERYONE)
    if user.department:
        shared |= Q(audience=DEPARTMENT, department=user.department)
    views = SavedView.objects.filter(Q(owner=user) | shared, ledger=ledger)
    return views.order_by("audience", "made_at", "pk")


def may_publish(user: User) -> bool:
    """Tell whether a user may save views for everyone and for a role."""
    return Role.COMMITTEE in roles(user)


@transaction.atomic
def save(
    *, ledger: str, name: str, query: str, audience: str = MINE, default_for: str = "", by: User
) -> SavedView:
    """Save a list under a name; the same name of the same person is saved anew.

    default_for: role whose first screen of the ledger it becomes, instead of the one before.
    Raises `Refused`, InputError.
    """
    demand(by, "view", ledger)
    if (audience == EVERYONE or default_for) and not may_publish(by):
        raise Refused("publish", "views")
    _check(ledger, name, audience, default_for, by)
    if default_for:
        SavedView.objects.filter(ledger=ledger, default_for=default_for).update(default_for="")
    view, is_new = SavedView.objects.update_or_create(
        owner=by,
        ledger=ledger,
        name=name,
        defaults={
            "query": query,
            "audience": audience,
            "department": by.department if audience == DEPARTMENT else "",
            "default_for": default_for,
        },
    )
    after = {"ledger": ledger, "name": name, "query": query, "audience": audience, "default_for": default_for}
    record(Act(action="add" if is_new else "change", kind="views", key=str(view.pk), after=after), by=by)
    return view


@transaction.atomic
def remove(view: SavedView, *, by: User) -> None:
    """Remove a saved view: one's own, or, for the committee, one that is everyone's."""
    if view.owner_id != by.pk and not (view.audience == EVERYONE and may_publish(by)):
        raise Refused("delete", "views")
    before = {"ledger": view.ledger, "name": view.name, "query": view.query, "audience": view.audience}
    record(Act(action="delete", kind="views", key=str(view.pk), before=before), by=by)
    view.delete()


def _check(ledger: str, name: str, audience: str, default_for: str, by: User) -> None:
    faults = []
    if not name or len(name) > 60:
        expected = Text("1 至 60 个字的名称", "a name of 1 to 60 signs")
        faults.append(problem_fault("no-name", name, expected, Text("起一个名称", "give it a name")))
    if audience not in Audience.values or default_for not in ("", *Role.values):
        expected = Text("列表中的一项", "one of the list")
        fix = Text("从下拉单中选一个", "choose one from the list")
        faults.append(problem_fault("unknown-word", f"{audience} {default_for}".strip(), expected, fix))
    if default_for and audience != EVERYONE:
        expected = Text("给所有人看的视图", "a view for everyone")
        fix = Text("可见范围选“所有人”", "choose everyone as its audience")
        faults.append(problem_fault("default-not-shared", audience, expected, fix))
    if audience == DEPARTMENT and not by.department:
        fix = Text("请管理员填写您的部门", "ask the administrator to enter your department")
        faults.append(problem_fault("no-department", "", Text("您的部门", "your department"), fix))
    if SavedView.objects.filter(owner=by, ledger=ledger).exclude(name=name).count() >= MOST_EACH:
        expected = Text(f"每人每本台账不超过 {MOST_EACH} 个", f"at most {MOST_EACH} each on a ledger")
        faults.append(
            problem_fault("too-many-views", name, expected, Text("先删去不用的", "remove some first"))
        )
    if faults:
        raise InputError(faults)
