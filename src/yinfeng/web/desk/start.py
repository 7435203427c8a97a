"""The start page: what calls for attention today, and the zone's figures."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from yinfeng.core.text import Text
from yinfeng.web.accounts.models import User
from yinfeng.web.desk import start_figures, start_keeping, start_lines, start_places
from yinfeng.web.frame.site import page
from yinfeng.web.ledgers.zone_tree import zone_tree
from yinfeng.web.zones.policy import scope


def today(request: HttpRequest) -> HttpResponse:
    """Show what needs attention today."""
    return page(request, "desk/today.html", Text("今天", "Today"), **content(request.user))


def content(user: User) -> dict[str, Any]:
    """Give all that the start page shows to somebody; as many queries whatever there is."""
    places = start_places.groups(user, timezone.localdate()) if scope(user, "view", "places") else ()
    lines = start_lines.lines(user, places)
    failed, keeping = start_lines.failed_jobs(user), start_keeping.keeping(user)
    return {
        "waiting": [line for line in lines if line.count],
        "clear": [line for line in lines if not line.count],
        "failed": failed,
        "keeping": keeping,
        "has_work": bool(lines or failed or not keeping),
        "day": timezone.localdate(),
        **_figures(user, places),
    }


def _figures(user: User, places: tuple[start_places.Group, ...]) -> dict[str, Any]:
    projects = start_figures.project_rows(user) if scope(user, "view", "projects") else []
    return {
        "has_places": bool(places),
        "highlights": start_figures.highlights(places, timezone.localdate()),
        "states": start_figures.place_states(places),
        "stages": start_figures.stages(projects),
        "quotas": start_figures.quotas_left(user) if scope(user, "view", "quotas") else (),
        "zones": start_figures.by_zone(zone_tree(user), places, projects) if places or projects else (),
    }
