"""The desk's own content security policy, and what browsers may not be asked for on any page.

The desk's library evaluates expressions and sets styles in pages, so these are allowed there; scripts written
into a page are not, anywhere. The login and the portal keep the strict policy of the settings.
"""

from collections.abc import Callable
from typing import Final

from csp.constants import SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.conf import settings
from django.http import HttpRequest, HttpResponse

_DESK: Final = {
    "script-src": [SELF, UNSAFE_EVAL],
    "style-src": [SELF, UNSAFE_INLINE],
}
_NOT_ASKED_FOR: Final = ", ".join(
    f"{feature}=()"
    for feature in ("camera", "microphone", "geolocation", "payment", "usb", "serial", "browsing-topics")
)


def middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Widen the policy under ``/desk/`` only, and name what no page asks for."""

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.path.startswith("/desk/") and request.path != settings.LOGIN_URL:
            response._csp_update = _DESK
        response.headers.setdefault("Permissions-Policy", _NOT_ASKED_FOR)
        return response

    return respond
