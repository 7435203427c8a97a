"""Users and their roles: for administrators to keep, for auditors to read. And what every role may do."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from yinfeng.core.errors import InputError
from yinfeng.core.text import Text
from yinfeng.web.accounts.actions import KIND
from yinfeng.web.accounts.models import User
from yinfeng.web.accounts.queries import locked_names, unused_since
from yinfeng.web.audit.queries import history
from yinfeng.web.desk.user_forms import DetailsForm, GrantForm, NewUserForm, ReasonForm
from yinfeng.web.frame.address import address_of
from yinfeng.web.frame.reauth import confirm_first
from yinfeng.web.frame.site import page
from yinfeng.web.language import current, say
from yinfeng.web.zones import members
from yinfeng.web.zones.models import Membership
from yinfeng.web.zones.policy import ACTIONS, GRANTS, KINDS, ROLE_LABEL, demand, may, scope
from yinfeng.web.zones.words import action_label, kind_label

PER_PAGE = 50
STALE_DAYS = 90


def index(request: HttpRequest) -> HttpResponse:
    """List the users in scope."""
    demand(request.user, "view", KIND)
    state, words = request.GET.get("state", ""), request.GET.get("q", "").strip()
    users = _found(members.seen_by(request.user), state, words).prefetch_related("memberships__zone")
    pages = Paginator(users.order_by("username"), PER_PAGE).get_page(request.GET.get("page"))
    rows = [(user, _roles(list(user.memberships.all()))) for user in pages]
    return page(
        request, "desk/users.html", Text("用户与权限", "Users and rights"),
        rows=rows, pages=pages, state=state, words=words, stale_days=STALE_DAYS,
        may_add=may(request.user, "add", KIND),
    )  # fmt: skip


def add(request: HttpRequest) -> HttpResponse:
    """Make a user; the first password is shown once, on the page that answers."""
    demand(request.user, "add", KIND)
    form = NewUserForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = members.add_user(
                username=given["username"], details=form.details, reason=given["reason"],
                by=request.user, address=address_of(request),
            )  # fmt: skip
        except InputError as error:
            _put_on(form, error)
        else:
            return _password_once(request, made)
    return page(request, "desk/user_add.html", Text("新增用户", "Add a user"), form=form)


def one(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a user: details, roles, last acts about them; with the forms for who may change them."""
    demand(request.user, "view", KIND)
    user = _user(request, pk)
    is_keeper = may(request.user, "change", KIND)  # readers are not asked for the password
    return (confirm_first(_shown) if is_keeper else _shown)(request, user)


@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change who a user is."""
    user, form = _user(request, pk), DetailsForm(request.POST)
    demand(request.user, "change", KIND)
    if not form.is_valid():
        return _shown(request, user, details=form)
    reason, address = form.cleaned_data["reason"], address_of(request)
    members.change_details(user=user, details=form.details, reason=reason, by=request.user, address=address)
    return _done(request, user)


@require_POST
def grant(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a user a role."""
    demand(request.user, "change", KIND)
    user, form = _user(request, pk), GrantForm(request.POST, by=request.user)
    if form.is_valid():
        role, reason = form.cleaned_data["role"], form.cleaned_data["reason"]
        try:
            members.grant(
                user=user, role=role, zone_id=form.zone_id, reason=reason,
                by=request.user, address=address_of(request),
            )  # fmt: skip
            return _done(request, user)
        except InputError as error:
            _put_on(form, error)
    return _shown(request, user, grant=form)


@require_POST
def withdraw(request: HttpRequest, pk: int, membership: int) -> HttpResponse:
    """Take a role back."""
    user = _user(request, pk)
    held = get_object_or_404(Membership, pk=membership, user=user)
    return _with_reason(request, user, lambda **why: members.withdraw(membership=held, **why))


@require_POST
def activate(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a user come in again, or no longer."""
    user, is_active = _user(request, pk), request.POST.get("active") == "1"
    return _with_reason(
        request, user, lambda **why: members.set_active(user=user, is_active=is_active, **why)
    )


@require_POST
def reset(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a user a password for one login."""
    user, form = _user(request, pk), ReasonForm(request.POST)
    demand(request.user, "change", KIND)
    if not form.is_valid():
        return _shown(request, user, problem=_NO_REASON)
    reason, address = form.cleaned_data["reason"], address_of(request)
    made = members.reset_password(user=user, reason=reason, by=request.user, address=address)
    return _password_once(request, made)


def rights(request: HttpRequest) -> HttpResponse:
    """Show what every role may do, and what the user's own roles are."""
    held = list(Membership.objects.filter(user=request.user).select_related("zone"))
    own = {one.role for one in held}
    tables = [(ROLE_LABEL[role], role in own, *_granted(grants)) for role, grants in GRANTS.items()]
    return page(request, "desk/rights.html", Text("权限", "Rights"), held=_roles(held), tables=tables)


_NO_REASON = Text("请写明事由", "Please give a reason")


def _user(request: HttpRequest, pk: int) -> User:
    """Give a user the reader may see; others are not there."""
    return get_object_or_404(members.seen_by(request.user), pk=pk)


def _found(users: "QuerySet[User]", state: str, words: str) -> "QuerySet[User]":
    if words:
        users = users.filter(
            Q(username__icontains=words) | Q(first_name__icontains=words) | Q(department__icontains=words)
        )
    if state == "locked":
        return users.filter(username__in=locked_names())
    if state == "stale":
        return users.filter(unused_since(timezone.now() - timedelta(days=STALE_DAYS)))
    return users.filter(is_active=state == "active") if state in ("active", "inactive") else users


def _with_reason(request: HttpRequest, user: User, act: Callable[..., None]) -> HttpResponse:
    demand(request.user, "change", KIND)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _shown(request, user, problem=_NO_REASON)
    try:
        act(reason=form.cleaned_data["reason"], by=request.user, address=address_of(request))
    except InputError as error:
        return _shown(request, user, problem=_said(error))
    return _done(request, user)


def _shown(
    request: HttpRequest,
    user: User,
    *,
    details: DetailsForm | None = None,
    grant: GrantForm | None = None,
    problem: Text | str = "",
) -> HttpResponse:
    held = list(user.memberships.select_related("zone"))
    is_changeable = members.may_change(user, request.user)
    wrong = problem or any(form is not None for form in (details, grant))
    return page(
        request, "desk/user.html", str(user), status=422 if wrong else 200,
        subject=user, roles=list(zip(held, _roles(held), strict=True)), is_changeable=is_changeable,
        is_self=user.pk == request.user.pk, problem=problem,
        details=details or DetailsForm(initial={name: getattr(user, name) for name in members.DETAILS}),
        grant=(grant or GrantForm(by=request.user)) if is_changeable else None,
        entries=[(entry, action_label(entry.action)) for entry in history(KIND, user.username)[:20]]
        if scope(request.user, "view", "audit") else [],
    )  # fmt: skip


def _done(request: HttpRequest, user: User) -> HttpResponse:
    messages.success(request, say(Text("已保存，并记入审计记录", "Saved, and noted on the audit trail")))
    return redirect("user", pk=user.pk)


def _password_once(request: HttpRequest, made: members.Made) -> HttpResponse:
    title = Text("首次登录密码", "Password for the first login")
    return page(request, "desk/user_password.html", title, subject=made.user, password=made.password)


def _put_on(form: NewUserForm | GrantForm, error: InputError) -> None:
    form.add_error(None, _said(error))


def _said(error: InputError) -> str:
    return " ".join(fault.say(current()) for fault in error.faults)


def _roles(held: list[Membership]) -> list[Text]:
    everywhere = Text("全部开发区", "every zone")
    return [
        Text("{role}（{zone}）", "{role} ({zone})").format(
            role=ROLE_LABEL[one.role], zone=str(one.zone) if one.zone else everywhere
        )
        for one in held
    ]


def _granted(grants: Mapping[str, frozenset[str]]) -> tuple[list[Text], list[tuple[Text, list[bool]]]]:
    """Give the actions a role has for anything, and for each kind which of them."""
    actions = [action for action in ACTIONS if any(action in granted for granted in grants.values())]
    kinds = [kind for kind in KINDS if grants.get(kind)]
    marks = [(kind_label(kind), [action in grants[kind] for action in actions]) for kind in kinds]
    return [action_label(action) for action in actions], marks
