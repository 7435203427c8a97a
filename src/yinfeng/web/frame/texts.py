"""What no text of a request may hold: the sign zero, which PostgreSQL refuses with an error of its own."""

from collections.abc import Callable, Iterable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, QueryDict

_ZERO = "\0"


def middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answer 400 where a path, a query or a form holds the sign zero: no browser sends one."""

    def respond(request: HttpRequest) -> HttpResponse:
        if _ZERO in request.path or _holds_zero((request.GET, request.POST)):
            raise BadRequest("sign zero")
        return get_response(request)

    return respond


def _holds_zero(told: Iterable[QueryDict]) -> bool:
    return any(_ZERO in text for one in told for _, texts in one.lists() for text in texts)
