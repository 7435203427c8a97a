"""The start page."""

from django.http import HttpRequest, HttpResponse

from yinfeng.core.text import Text
from yinfeng.web.frame.site import page


def today(request: HttpRequest) -> HttpResponse:
    """Show what needs attention today."""
    return page(request, "desk/today.html", Text("今天", "Today"))
