"""Every address of the site with the right it needs: the table that `test_doors` tries.

A door's ``needs`` is (action, kind) of the policy, None for everybody logged in. ``{places}`` and the like
stand for the records that the tests make in zone Z1. Whoever adds a page adds its line here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from yinfeng.web.ledgers.actions import NEEDS_RIGHT
from yinfeng.web.zones.policy import LEDGERS


@dataclass(frozen=True, slots=True)
class Door:
    """An address and the right it needs."""

    address: str
    needs: tuple[str, str] | None
    how: str = "get"
    data: Mapping[str, Any] = field(default_factory=dict)
    has_record: bool = False
    """The address names a record of zone Z1: who has the right elsewhere only does not get it."""


def _each(
    address: str, action: str, how: str = "get", data: Mapping[str, Any] | None = None, only: str = ""
) -> list[Door]:
    """Give the door of every ledger (or of one kind's): the address has the ledger in <>."""
    return [
        Door(address.replace("<>", ledger), (action, only or ledger), how, data or {}) for ledger in LEDGERS
    ]


def _of_each(part: str, action: str, how: str = "get", data: Any = None, only: str = "") -> list[Door]:
    """Give a door to the record of every ledger; part: what follows the record's address."""
    return [
        Door(f"/desk/{ledger}/{{{ledger}}}/{part}", (action, only or ledger), how, data or {}, True)
        for ledger in LEDGERS
    ]


def _only(ledgers: str, doors: list[Door]) -> list[Door]:
    return [door for door in doors if door.address.split("/")[2] in ledgers.split()]


def _run(part: str, action: str, how: str = "get", data: Any = None) -> list[Door]:
    return [Door(f"/desk/runs/{{run}}/{part}", (action, "runs"), how, data or {}, True)]


def _import(part: str, needs: tuple[str, str], how: str = "get") -> list[Door]:
    return [Door(f"/desk/imports/{{batch}}/{part}", needs, how, {"reason": "r", "why": "r"}, True)]


_LEDGER = "(?P<ledger>zones|firms|places|projects|quotas|pins)"
_FOLLOWED = {"version": "1", "state": "answered", "keeper": "", "next_on": "", "reason": "r"}
_RELEASED = {"version": "1", "release": "yes", "why": "r"}
_VISITED = {"version": "1", "outcome": "thinking", "told": "t", "reason": "r"}
_MOVED = {"version": "1", "state": "asked", "terms": "", "reason": "r", "next_on": ""}
_AS_PROJECT = {"project_id": "P9", "project_name": "新项目"}


DOORS: Mapping[str, list[Door]] = {
    # the pattern as Django has it → the doors it opens
    "desk/": [Door("/desk/", None)],
    "desk/confirm/": [Door("/desk/confirm/", None)],
    "desk/password/": [Door("/desk/password/", None)],
    "desk/sessions/": [Door("/desk/sessions/", None), Door("/desk/sessions/", None, "post")],
    "desk/rights/": [Door("/desk/rights/", None)],
    "desk/users/": [Door("/desk/users/", ("view", "users"))],
    "desk/users/add/": [
        Door("/desk/users/add/", ("add", "users")),
        Door("/desk/users/add/", ("add", "users"), "post"),
    ],
    "desk/users/<int:pk>/": [Door("/desk/users/{user}/", ("view", "users"), has_record=True)],
    "desk/users/<int:pk>/change/": [
        Door(
            "/desk/users/{user}/change/", ("change", "users"), "post",
            {"first_name": "甲", "reason": "r"}, True,
        )
    ],
    "desk/users/<int:pk>/grant/": [
        Door(
            "/desk/users/{user}/grant/", ("change", "users"), "post",
            {"role": "department", "zone": "Z1", "reason": "r"}, True,
        )
    ],
    "desk/users/<int:pk>/roles/<int:membership>/withdraw/": [
        Door(
            "/desk/users/{user}/roles/{membership}/withdraw/", ("change", "users"), "post",
            {"reason": "r"}, True,
        )
    ],
    "desk/users/<int:pk>/activate/": [
        Door(
            "/desk/users/{user}/activate/", ("change", "users"), "post", {"active": "0", "reason": "r"}, True
        )
    ],
    "desk/users/<int:pk>/reset/": [
        Door("/desk/users/{user}/reset/", ("change", "users"), "post", {"reason": "r"}, True)
    ],
    "desk/audit/": [Door("/desk/audit/", ("view", "audit"))],
    "desk/audit/<int:pk>/": [Door("/desk/audit/{entry}/", ("view", "audit"), has_record=True)],
    "desk/audit/export/": [Door("/desk/audit/export/", ("export", "audit"), "post")],
    f"desk/^{_LEDGER}/$": _each("/desk/<>/", "view"),
    f"desk/^bulk/{_LEDGER}/$": [
        *_each("/desk/bulk/<>/", "change", "post"),
        # what takes a right of its own for one record takes it for many
        *(
            Door(f"/desk/bulk/{ledger}/", (right, ledger), "post", {"column": column, "reason": "r"})
            for (ledger, column), right in NEEDS_RIGHT.items()
        ),
    ],
    f"desk/^export/{_LEDGER}/$": _each("/desk/export/<>/", "export", "post"),
    f"desk/^views/{_LEDGER}/counts$": [Door("/desk/views/places/counts", None)],
    f"desk/^views/{_LEDGER}/save/$": _each(
        "/desk/views/<>/save/", "view", "post", {"name": "n", "audience": "mine"}
    ),
    "desk/search": [Door("/desk/search", None)],
    "desk/places/map.json": [Door("/desk/places/map.json", ("view", "places"))],
    "desk/zones/map.json": [Door("/desk/zones/map.json", None)],
    "desk/leads/": [Door("/desk/leads/", ("view", "leads"))],
    "desk/leads/<str:number>/": [Door("/desk/leads/{lead}/", ("view", "leads"), has_record=True)],
    "desk/leads/<str:number>/follow/": [
        Door("/desk/leads/{lead}/follow/", ("change", "leads"), "post", _FOLLOWED, True)
    ],
    "desk/leads/<str:number>/project/": [
        Door("/desk/leads/{lead}/project/", ("change", "leads"), "post", _AS_PROJECT, True)
    ],
    "desk/leads/<str:number>/forget/": [
        Door("/desk/leads/{lead}/forget/", ("change", "leads"), "post", {"reason": "r"}, True)
    ],
    "desk/jobs/<int:job_id>/": [Door("/desk/jobs/{job}/", ("view", "runs"), has_record=True)],
    "desk/jobs/<int:job_id>/progress/": [
        Door("/desk/jobs/{job}/progress/", ("view", "runs"), has_record=True)
    ],
    "desk/<ledger:ledger>/new/": _each("/desk/<>/new/", "add"),
    "desk/<ledger:ledger>/deleted/": _each("/desk/<>/deleted/", "view"),
    "desk/<ledger:ledger>/suggest/": [Door("/desk/places/suggest/?q=L1", None)],
    "desk/<ledger:ledger>/<key:key>/": _of_each("", "view"),
    "desk/<ledger:ledger>/<key:key>/related/": _of_each("related/", "view"),
    "desk/<ledger:ledger>/<key:key>/edit/": _of_each("edit/", "change"),
    "desk/<ledger:ledger>/<key:key>/delete/": _of_each("delete/", "delete"),
    "desk/<ledger:ledger>/<key:key>/keeper/": _only(
        "places projects", _of_each("keeper/", "add", "post", {"keeper": "", "version": "1", "why": "r"})
    ),
    "desk/places/<key:key>/verify/": [
        Door("/desk/places/{places}/verify/", ("change", "places"), "post", {"version": "1"}, True)
    ],
    "desk/places/<key:key>/release/": [
        Door("/desk/places/{places}/release/", ("release", "places"), "post", _RELEASED, True)
    ],
    "desk/<ledger:ledger>/<key:key>/files/": [
        *_of_each("files/", "view", only="files"),
        *_of_each("files/", "add", "post", only="files"),
    ],
    "desk/<ledger:ledger>/<key:key>/files/<int:number>/": [
        Door("/desk/places/{places}/files/{file}/", ("view", "files"), has_record=True)
    ],
    "desk/<ledger:ledger>/<key:key>/files/<int:number>/delete/": [
        Door("/desk/places/{places}/files/{file}/delete/", ("delete", "files"), "post", {"why": "r"}, True)
    ],
    "desk/<ledger:ledger>/<key:key>/timeline/": _of_each("timeline/", "view"),
    "desk/<ledger:ledger>/<key:key>/timeline/add/": _of_each(
        "timeline/add/", "comment", "post", {"words": "w"}
    ),
    "desk/<ledger:ledger>/<key:key>/history/": _of_each("history/", "view"),
    "desk/<ledger:ledger>/<key:key>/history/<int:entry>/restore/": [
        Door("/desk/places/{places}/history/{changed}/restore/", ("restore", "places"), has_record=True)
    ],
    "desk/firms/duplicates/": [Door("/desk/firms/duplicates/", ("view", "firms"))],
    "desk/firms/duplicates/<key:kept>/<key:gone>/": [
        Door("/desk/firms/duplicates/{firms}/{firm2}/", ("merge", "firms"), has_record=True)
    ],
    "desk/imports/": [Door("/desk/imports/", ("view", "imports"))],
    "desk/imports/new/": [Door("/desk/imports/new/", ("add", "imports"))],
    "desk/imports/forms/<slug:ledger>.xlsx": [
        Door("/desk/imports/forms/places.xlsx", ("import", "places"))
    ],
    "desk/imports/<slug:token>/": _import("", ("view", "imports")),
    "desk/imports/<slug:token>/original": _import("original", ("view", "imports"), "post"),
    "desk/imports/<slug:token>/refused.xlsx": _import("refused.xlsx", ("view", "imports"), "post"),
    "desk/imports/<slug:token>/result.xlsx": _import("result.xlsx", ("export", "places"), "post"),
    # an import is finished by who began it: others are told so where their form would have been good
    **{
        f"desk/imports/<slug:token>/{step}/": _import(f"{step}/", ("view", "imports"), "post")
        for step in ("setup", "look", "commit")
    },
    **{
        f"desk/imports/<slug:token>/{step}/": _import(f"{step}/", ("finish for another", "imports"), "post")
        for step in ("check", "decide")
    },
    "desk/runs/": [Door("/desk/runs/", ("view", "runs"))],
    "desk/runs/new/": [Door("/desk/runs/new/", ("add", "runs"))],
    "desk/runs/<int:run_id>/": _run("", "view"),
    "desk/runs/<int:run_id>/sheets/<int:number>/": _run("sheets/0/", "view"),
    "desk/runs/<int:run_id>/places/": _run("places/", "view"),
    "desk/runs/<int:run_id>/map.json": _run("map.json", "view"),
    "desk/runs/<int:run_id>/plan.xlsx": _run("plan.xlsx", "export"),
    "desk/runs/<int:run_id>/replan/": _run("replan/", "add", "post"),
    "desk/runs/<int:run_id>/with/<int:other_id>/": _run("with/{run}/", "view"),
    "desk/runs/<int:run_id>/rows/<int:row_id>/accept/": _run(
        "rows/{row}/accept/", "decide", "post", {"reason": "r"}
    ),
    "desk/runs/<int:run_id>/accepted/<int:acceptance_id>/undo/": _run(
        "accepted/{acceptance}/undo/", "decide", "post", {"reason": "r"}
    ),
    "desk/deals/": [Door("/desk/deals/", ("view", "deals"))],
    "desk/deals/<int:deal_id>/": [Door("/desk/deals/{deal}/", ("view", "deals"), has_record=True)],
    "desk/deals/<int:deal_id>/move/": [
        Door("/desk/deals/{deal}/move/", ("change", "deals"), "post", _MOVED, True)
    ],
    "desk/places/<place:key>/takers/": [
        Door("/desk/places/{places}/takers/", ("view", "projects"), has_record=True)
    ],
    "desk/places/<place:key>/takers/plan/": [
        Door("/desk/places/{places}/takers/plan/", ("add", "visits"), "post", {"who": "project:P1"}, True)
    ],
    "desk/shares/": [Door("/desk/shares/", ("view", "leads"))],
    "desk/shares/<int:number>/end/": [
        Door("/desk/shares/{share}/end/", ("change", "leads"), "post", has_record=True)
    ],
    "desk/visits/": [Door("/desk/visits/", ("view", "visits"))],
    "desk/visits/sheet/": [Door("/desk/visits/sheet/", ("view", "visits"))],
    "desk/visits/visits.xlsx": [Door("/desk/visits/visits.xlsx", ("export", "visits"), "post")],
    "desk/visits/<int:visit_id>/": [Door("/desk/visits/{visit}/", ("view", "visits"), has_record=True)],
    **{
        f"desk/visits/<int:visit_id>/{step}/": [
            Door(f"/desk/visits/{{visit}}/{step}/", ("change", "visits"), "post", _VISITED, True)
        ]
        for step in ("outcome", "plan", "drop")
    },
}  # fmt: skip

OPEN_TO_ALL = {
    "desk/login/": "the way in",
    "desk/logout/": "the way out; POST only",
    "language/": "the language switch; POST only",
    "health/live": "says only that the process lives",
    "health/ready": "says only whether the database answers",
    # the portal: shows what was released, and the answer of who holds a secret of 128 random bits
    **dict.fromkeys(
        (
            "",
            "find",
            "find.geojson",
            "places",
            "places.geojson",
            "places/<place_key:place_id>",
            "sketches/<place_key:place_id>",
            "zones.geojson",
            "compare",
            "enquiry",
            "enquiry/<str:secret>/",
            "share",
            "s/<str:secret>/",
            "pack",
            "robots.txt",
        ),
        "the portal",
    ),
}
"""Addresses that ask for no login, with the reason."""

TESTED_ELSEWHERE = {
    f"desk/^views/{_LEDGER}/(?P<number>\\d+)/remove/$": "web/ledgers/test_saved_views.py",
    "desk/jobs/<int:job_id>/cancel/": "web/jobs/test_work.py",
    "desk/firms/merges/<str:batch>/undo/": "web/desk/test_records_duplicates.py",
    "desk/imports/<slug:token>/undo/": "web/imports/test_acceptance.py",
}
"""Addresses whose rights need a story of their own, with the test that tells it."""
