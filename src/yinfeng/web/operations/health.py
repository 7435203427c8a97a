"""Whether the site lives and whether it is ready, for whoever watches it; no login, no secrets."""

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse

from yinfeng.web.operations.database import missing_migrations
from yinfeng.web.site_files import worker_lives


def live(request: HttpRequest) -> JsonResponse:
    """Answer: this process does."""
    return JsonResponse({"status": "ok"})


def ready(request: HttpRequest) -> JsonResponse:
    """Answer 200 where database, its form and the worker are as they should be, else 503."""
    checks = _database() | {"worker": worker_lives(settings.SITE)}
    is_ready = all(checks.values())
    body = {"status": "ok" if is_ready else "not ready", "checks": checks}
    return JsonResponse(body, status=200 if is_ready else 503)


def _database() -> dict[str, bool]:
    try:
        return {"database": True, "migrations": not missing_migrations()}
    except DatabaseError:
        return {"database": False, "migrations": False}
