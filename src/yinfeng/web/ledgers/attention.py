"""What calls for attention: conditions that a list knows by name, beside those on single columns."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from django.db.models import Exists, OuterRef, Q

from yinfeng.core.matching.facts import NOT_LOOKING
from yinfeng.core.text import Text
from yinfeng.web.places import freshness
from yinfeng.web.places.models import Place
from yinfeng.web.projects.models import Pin

IDLE: Final = ("vacant", "partly_let")
"""States of a place that has something to give."""


@dataclass(frozen=True, slots=True)
class Named:
    """A condition with a name."""

    label: Text
    keeps: Callable[[date], Q]
    """Given the day it is."""


def _owner_to_ask(_day: date) -> Q:
    return Q(owner_kind="firm", owner_consent__in=("", "ask"), status__in=IDLE)


def _fading(day: date) -> Q:
    return Q(is_released=True, status__in=IDLE) & freshness.fading(day)


def _unplaced(_day: date) -> Q:
    reserved = Place.objects.filter(reserved_for=OuterRef("project_id"))
    pinned = Pin.objects.filter(project=OuterRef("project_id"), action="pin")
    return ~Q(stage__in=NOT_LOOKING) & ~Exists(reserved) & ~Exists(pinned)


ATTENTION: Final[Mapping[str, Mapping[str, Named]]] = MappingProxyType(
    {
        "places": {
            "overdue": Named(Text("该到现场核实", "To be verified on site"), freshness.overdue),
            "fading": Named(Text("即将离开网站", "Soon off the public site"), _fading),
            "to_ask": Named(Text("待询产权人", "Owner to be asked"), _owner_to_ask),
        },
        "projects": {"unplaced": Named(Text("还没有场地", "Without a place"), _unplaced)},
    }
)
"""Ledger → name as addresses write it → condition."""
