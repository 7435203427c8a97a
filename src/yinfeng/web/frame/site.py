"""The desk's admin site: unfold's look, Chinese names, the start page in place of a list of apps."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from unfold.sites import UnfoldAdminSite

from yinfeng.core.text import Text
from yinfeng.web.language import say


class Desk(UnfoldAdminSite):
    """The staff's site; everybody active comes in, pages then ask the policy.

    It lends the frame of the pages and their guard (`staff`). Its own addresses (lists of apps,
    autocompletes, redirects to any object) are not opened: they would ask Django's permissions, not ours.
    """

    def has_permission(self, request: HttpRequest) -> bool:
        """Let in every active user; what they see is the policy's to say."""
        return bool(request.user.is_authenticated and request.user.is_active)


desk = Desk(name="admin")


def staff(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let only the staff see a page: others are sent to log in and come back."""
    return desk.admin_view(view)


def page(
    request: HttpRequest, template: str, title: Text | str, *, status: int = 200, **context: Any
) -> HttpResponse:
    """Render a page of the desk in the frame that all of them share."""
    frame = desk.each_context(request) | {"title": say(title)}
    return render(request, template, frame | context, status=status)
