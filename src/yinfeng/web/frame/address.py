"""From which address a request comes, also behind a proxy that is known."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """Give the visitor's address; empty where it is not known.

    ``X-Forwarded-For`` is believed only as far as proxies named in ``YINFENG_PROXIES`` wrote it: read from
    the right, the first address that is not one of them is the visitor's. Anybody can write the rest.
    """
    address = request.META.get("REMOTE_ADDR", "")
    told = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    while address in settings.PROXIES and told and _is_address(told[-1]):
        address = told.pop()
    return address if _is_address(address) else ""


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
