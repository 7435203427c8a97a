"""Asking for the password again before what is hard to take back: users, roles, whole exports, undoing.

Given once, it holds for 15 minutes (`CONFIRMED_S`). A form's page is asked for before it is shown, so that
nothing typed is lost; a POST that comes too late goes back to the page of its form.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from yinfeng.core.text import Text
from yinfeng.web.accounts.actions import note
from yinfeng.web.accounts.sessions import CONFIRMED_AT, instant
from yinfeng.web.frame.address import address_of
from yinfeng.web.frame.site import page
from yinfeng.web.language import lazily, say

CONFIRM = "/desk/confirm/"
WRONG_PASSWORD = Text("密码不对", "That is not your password")


class PasswordForm(forms.Form):
    """The user's own password."""

    password = forms.CharField(
        label=lazily(Text("您的密码", "Your password")),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(
            {"class": "yf-input", "autocomplete": "current-password", "autofocus": True}
        ),
    )


def recently_confirmed(request: HttpRequest) -> bool:
    """Tell whether the user gave the password within the last 15 minutes."""
    at = instant(request.session.get(CONFIRMED_AT))
    return at is not None and timezone.now() - at < timedelta(seconds=settings.CONFIRMED_S)


def confirm_first(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a view be used only by who has given the password lately; others give it and come back."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if recently_confirmed(request):
            return view(request, *args, **kwargs)
        return redirect(f"{CONFIRM}?{urlencode({'next': _page_of(request)})}")

    return guarded


def confirm(request: HttpRequest) -> HttpResponse:
    """Ask for the password, then go on to where it was asked for."""
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if is_own_password(request, form.cleaned_data["password"]):
            request.session[CONFIRMED_AT] = timezone.now().isoformat()
            return redirect(safe_next(request))
        form.add_error("password", say(WRONG_PASSWORD))
    title = Text("请再输一次密码", "Please give your password again")
    return page(request, "desk/confirm.html", title, form=form, next=safe_next(request))


def is_own_password(request: HttpRequest, password: str) -> bool:
    """Tell whether this is the user's password; wrong ones count towards the lock, as at the login."""
    name = request.user.get_username()
    if authenticate(request, username=name, password=password) is not None:
        return True
    note("confirm_failed", username=name, by=request.user, address=address_of(request))
    return False


def safe_next(request: HttpRequest, default: str = "/desk/") -> str:
    """Give the address a page was told to go on to, if it is one of this site."""
    address = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = address.startswith("/") and url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if is_ours else default


def _page_of(request: HttpRequest) -> str:
    """Give the page to come back to: of a GET itself, of a POST the one its form stood on."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    referer = urlsplit(request.headers.get("Referer", ""))
    if referer.netloc != request.get_host():
        return "/desk/"
    return referer.path + (f"?{referer.query}" if referer.query else "")
