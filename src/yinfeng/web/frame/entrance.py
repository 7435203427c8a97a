"""Coming in and going out, and what somebody sees who has tried too often."""

import math
from datetime import timedelta

from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django import forms
from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.db import transaction
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from yinfeng.core.text import Text
from yinfeng.web.accounts.actions import note
from yinfeng.web.accounts.models import User
from yinfeng.web.frame.address import address_of
from yinfeng.web.frame.reauth import safe_next
from yinfeng.web.frame.sitting import sit_down
from yinfeng.web.language import lazily, say

WRONG = Text(
    "用户名或密码不对。同一用户名在同一地址连错五次，将锁定十五分钟。",
    "The user name or the password is wrong. Five failures from one address lock a name for 15 minutes.",
)
ENDED = {
    "idle": Text(
        "很久没有操作，已自动退出；请重新登录，会回到原来的页面。",
        "You were logged out after a time without activity; log in to go back to the page.",
    ),
    "age": Text(
        "这次登录已到最长时限，请重新登录。", "This login has lasted as long as one may; please log in again."
    ),
    "left": Text("您已退出。", "You have logged out."),
}  # fmt: skip


class LoginForm(forms.Form):
    """Name and password."""

    username = forms.CharField(
        label=lazily(Text("用户名", "User name")),
        max_length=150,
        widget=forms.TextInput({"class": "yf-input", "autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label=lazily(Text("密码", "Password")),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput({"class": "yf-input", "autocomplete": "current-password"}),
    )


@never_cache
@sensitive_post_parameters("password")
def log_in(request: HttpRequest) -> HttpResponse:
    """Show the login form; let in who gives a name with its password."""
    if request.method != "POST" and request.user.is_authenticated:
        return redirect(safe_next(request))
    form = LoginForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        name, password = form.cleaned_data["username"], form.cleaned_data["password"]
        if is_locked(request, name):
            return locked_out(request, credentials={"username": name})
        user = authenticate(request, username=name, password=password)
        if user is not None:
            come_in(request, user)
            return redirect(safe_next(request))
        action = "locked" if getattr(request, "axes_locked_out", False) else "login_failed"
        note(action, username=name, by=request.user, address=address_of(request))
        form.add_error(None, say(WRONG))
    ended = ENDED.get(request.GET.get("ended", ""), "")
    return render(request, "login.html", {"form": form, "next": safe_next(request), "ended": ended})


@transaction.atomic
def come_in(request: HttpRequest, user: User) -> None:
    """Begin a user's session; it begins only if that can be noted."""
    note("login", username=user.username, by=user, address=address_of(request))
    login(request, user)
    sit_down(request)


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    if request.user.is_authenticated:
        note("logout", username=request.user.username, by=request.user, address=address_of(request))
    logout(request)
    return redirect(f"{settings.LOGIN_URL}?ended=left")


def is_locked(request: HttpRequest, name: str) -> bool:
    """Tell whether this name may not try from this address now, or no name may any more."""
    failures = _failures_from(address_of(request)).aggregate(n=Sum("failures_since_start"))["n"] or 0
    allowed = AxesProxyHandler.is_allowed(request, {"username": name})
    return not allowed or failures >= settings.FAILURES_PER_ADDRESS


def locked_out(
    request: HttpRequest, original: HttpResponse | None = None, credentials: dict | None = None
) -> HttpResponse:
    """Say that there were too many failures, and when to try again."""
    name = (credentials or {}).get("username", "")
    last = _failures_from(address_of(request)).filter(username=name).order_by("-attempt_time").first()
    failed_at = last.attempt_time if last else timezone.now()
    until = failed_at + _lock()
    wait_s = max(1, math.ceil((until - timezone.now()).total_seconds()))
    context = {"until": timezone.localtime(until), "minutes": math.ceil(wait_s / 60)}
    answer = render(request, "lockout.html", context, status=429)
    answer.headers["Retry-After"] = str(wait_s)
    return answer


def _failures_from(address: str) -> "QuerySet[AccessAttempt]":
    since = timezone.now() - _lock()
    return AccessAttempt.objects.filter(ip_address=address or None, attempt_time__gte=since)


def _lock() -> timedelta:
    return timedelta(hours=settings.AXES_COOLOFF_TIME)
