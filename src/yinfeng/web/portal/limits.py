"""How often one address, and all together, may ask for what costs much or can be misused."""

from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from yinfeng.web.portal.models import Asked

_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """How many within an hour."""

    per_address: int
    together: int


LIMITS: Final = MappingProxyType({"enquiry": Limit(5, 60), "pack": Limit(20, 200), "share": Limit(20, 200)})


class TooOften(Exception):
    """Too many were asked for within the hour."""


@transaction.atomic
def count(what: str, *, address: str) -> None:
    """Count one more of a kind; raises `TooOften` where that is one too many."""
    now = timezone.now()
    Asked.objects.filter(at__lt=now - _HOUR).delete()
    lately, who, limit = Asked.objects.filter(what=what), _digest(address), LIMITS[what]
    if lately.count() >= limit.together or lately.filter(who=who).count() >= limit.per_address:
        raise TooOften
    Asked.objects.create(what=what, who=who)


def _digest(address: str) -> str:
    """Give what stands for an address today; without the site's key nobody can tell which it was."""
    return salted_hmac(f"portal-{timezone.localdate()}", address, algorithm="sha256").hexdigest()[:32]
