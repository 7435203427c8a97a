"""What users do in a request is on the trail with the address it came from."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from yinfeng.web.audit.origin import acting_from
from yinfeng.web.frame.address import address_of


def middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Tell the trail the address of each request."""

    def respond(request: HttpRequest) -> HttpResponse:
        with acting_from(address_of(request)):
            return get_response(request)

    return respond
