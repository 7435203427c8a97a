"""How long somebody may sit at the desk: 30 minutes without doing anything, 12 hours at most.

A page that asks by itself whether there is news says so (``X-Yinfeng-Poll: 1``): that is not doing anything.
Who has a password that others know is first asked for one of their own.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import urlencode

from yinfeng.web.accounts.actions import note
from yinfeng.web.accounts.queries import must_change_password
from yinfeng.web.accounts.sessions import ADDRESS, AGENT, CONFIRMED_AT, ENTERED_AT, SEEN_AT, instant
from yinfeng.web.frame.address import address_of

DESK: Final = "/desk/"
PASSWORD: Final = "/desk/password/"
_ALWAYS_OPEN: Final = frozenset({PASSWORD, settings.LOGIN_URL, "/desk/logout/"})
_TOUCHED_EVERY: Final = timedelta(minutes=1)  # a session is not written at every request


def middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """End sessions that have lasted long enough, and ask for a new password where one is due."""

    def respond(request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            answer = _before_anything_else(request)
            if answer is not None:
                return answer
        return get_response(request)

    return respond


def sit_down(request: HttpRequest) -> None:
    """Write into a session when and from where its user came."""
    now = timezone.now().isoformat()
    request.session.update(
        {
            ENTERED_AT: now,
            SEEN_AT: now,
            CONFIRMED_AT: now,
            ADDRESS: address_of(request),
            AGENT: request.headers.get("User-Agent", "")[:200],
        }
    )


def is_navigation(request: HttpRequest) -> bool:
    """Tell whether a browser asks for a page to show, and not a script for a part of one."""
    by_htmx = request.headers.get("HX-Request") == "true"
    return not by_htmx and request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"


def _before_anything_else(request: HttpRequest) -> HttpResponse | None:
    session, now = request.session, timezone.now()
    if ENTERED_AT not in session:
        sit_down(request)
    why = _ended(session, now)
    if why:
        note("timed_out", username=request.user.username, by=request.user, address=address_of(request))
        logout(request)
        return _to_login(request, why)
    if request.headers.get("X-Yinfeng-Poll") != "1" and now - _seen_at(session) > _TOUCHED_EVERY:
        session[SEEN_AT] = now.isoformat()
    is_held_up = request.path.startswith(DESK) and request.path not in _ALWAYS_OPEN
    if is_held_up and must_change_password(request.user):
        return _sent_to(request, PASSWORD)
    return None


def _ended(session: SessionBase, now: datetime) -> str:
    """Say why a session is over: "idle", "age", or nothing."""
    if now - _seen_at(session) > timedelta(seconds=settings.IDLE_S):
        return "idle"
    entered_at = instant(session[ENTERED_AT]) or now
    return "age" if now - entered_at > timedelta(seconds=settings.SESSION_COOKIE_AGE) else ""


def _seen_at(session: SessionBase) -> datetime:
    return datetime.fromisoformat(session[SEEN_AT])


def _to_login(request: HttpRequest, why: str) -> HttpResponse:
    back = request.get_full_path() if request.method == "GET" and is_navigation(request) else DESK
    if not back.startswith(DESK):
        return redirect(back)  # the portal is open to all: the same page again, as a visitor
    return _sent_to(request, f"{settings.LOGIN_URL}?{urlencode({'ended': why, 'next': back})}")


def _sent_to(request: HttpRequest, address: str) -> HttpResponse:
    """Send a browser to a page; a script is told where to (htmx goes there by itself)."""
    if is_navigation(request):
        return redirect(address)
    return HttpResponse(status=401, headers={"HX-Redirect": address})
