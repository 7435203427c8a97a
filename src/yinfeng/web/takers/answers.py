"""Who could take a place, ranked, each with worth and reasons or with what is missing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from yinfeng.core.matching.model import Model
from yinfeng.core.matching.offers import parts_of
from yinfeng.core.matching.rank import Fit, takers_of
from yinfeng.core.matching.value import TITLE, Component
from yinfeng.core.text import Text
from yinfeng.core.units import YUAN_PER_WAN
from yinfeng.tables.matching import Row
from yinfeng.tables.reasons import miss, owner_notes
from yinfeng.tables.schema import choice_label
from yinfeng.tables.visits import firms_to_ask
from yinfeng.tables.worth_reasons import component_reason
from yinfeng.web.accounts.models import User
from yinfeng.web.ledgers.addresses import record_address
from yinfeng.web.places.models import Place
from yinfeng.web.takers.bridge import Lookers, open_leads, question
from yinfeng.web.takers.models import Visit
from yinfeng.web.takers.words import WHO_LABEL
from yinfeng.web.zones.policy import Scope, scope

NEAR: Final = 10
"""Near misses that are named, of projects and of leads."""
REASONED: Final = 30
"""So many of the best are given with their reasons at once."""
OFFERED_KINDS: Final = ("land", "building")

Who = Visit.Who


@dataclass(frozen=True, slots=True)
class Part:
    """A component of what a taker is worth here."""

    title: Text
    wan: float
    sentence: Text


@dataclass(frozen=True, slots=True)
class Taker:
    """Somebody who could take the place, or nearly."""

    who: str
    key: str
    name: str
    passes: bool
    offer: str = ""
    """The place, or the bundle that holds it."""
    value_wan: float | None = None
    """万元 a year; None where it does not pass."""
    parts: tuple[Part, ...] = ()
    misses: tuple[Text, ...] = ()
    notes: tuple[Text, ...] = ()
    """What is to be known before anything is promised: whose consent it needs, why a firm is asked."""
    standing: Text | None = None
    """How far the project or lead is."""
    is_made_up: bool = False

    @property
    def address(self) -> str:
        """Give the address of its page."""
        return address_of(self.who, self.key)

    @property
    def label(self) -> Text:
        """Name its sort."""
        return WHO_LABEL[self.who]

    @property
    def value(self) -> str:
        """Name it in a form."""
        return f"{self.who}:{self.key}"


@dataclass(frozen=True, slots=True)
class Answer:
    """Who could take a place."""

    passing: tuple[Taker, ...]
    """By worth."""
    near: tuple[Taker, ...]
    """The nearest first."""
    firms: tuple[Taker, ...]
    interested: tuple[Taker, ...]
    """Leads that named this place and did not say what they need."""
    looking: int
    """Projects and leads that were judged."""
    notes: tuple[Text, ...]
    """Whose consent the place itself needs, whoever takes it."""


def takers_for(place: Place, by: User, *, reasoned: int = REASONED, near: int = NEAR) -> Answer:
    """Give who could take a place of land or a building, as far as the reader may see them."""
    asked = question(place, by, near=near)
    sees_firms = scope(by, "view", "firms")
    ranked: list[tuple[Model, Fit, str]] = []
    for who, model in ((Who.PROJECT, asked.projects), (Who.LEAD, asked.leads)):
        if len(model.facts.projects):
            ranked += [(model, fit, who) for fit in takers_of(model, place.place_id, near=near)]
    fitting = sorted((one for one in ranked if one[1].passes), key=_by_worth)
    missing = sorted((one for one in ranked if not one[1].passes), key=_by_nearness)
    rows = {Who.PROJECT: asked.lookers.projects}
    return Answer(
        passing=tuple(
            _taker(model, fit, rows.get(who, {}), who, sees_firms if at < reasoned else None)
            for at, (model, fit, who) in enumerate(fitting)
        ),
        near=tuple(_taker(model, fit, rows.get(who, {}), who, None) for model, fit, who in missing),
        firms=tuple(_firms(asked.lookers, asked.projects, place, sees_firms)),
        interested=tuple(_interested(place, by)),
        looking=asked.looking,
        notes=tuple(owner_notes(asked.projects, place.place_id)),
    )


def _by_worth(one: tuple[Model, Fit, str]) -> tuple[int, str, str]:
    model, fit, _ = one
    return -fit.value, fit.offer, model.facts.projects.id[fit.project]


def _by_nearness(one: tuple[Model, Fit, str]) -> tuple[int, float]:
    return len(one[1].misses), sum(missed.relative for missed in one[1].misses)


def _taker(model: Model, fit: Fit, rows: Mapping[str, Row], who: str, firms: Scope | None) -> Taker:
    """Put a fit in words; firms: which the reader may see, None where reasons are not asked for."""
    key = model.facts.projects.id[fit.project]
    row = rows.get(key, {})
    stage = row.get("stage")
    return Taker(
        who=who,
        key=key,
        name=model.facts.projects.name[fit.project],
        passes=fit.passes,
        offer=fit.offer,
        value_wan=fit.value / YUAN_PER_WAN if fit.passes else None,
        parts=tuple(_parts(model, fit, firms)) if fit.passes and firms is not None else (),
        misses=tuple(miss(model, fit.project, fit.kind, fit.offer, missed) for missed in fit.misses),
        notes=tuple(owner_notes(model, fit.offer)) if len(parts_of(fit.offer)) > 1 else (),
        standing=choice_label("project_stage", stage) if stage else None,
        is_made_up=bool(row.get("synthetic")),
    )


def _parts(model: Model, fit: Fit, firms: Scope) -> Iterable[Part]:
    table = model.candidates[fit.kind]
    for component, yuan in zip(Component, table.components[fit.row].tolist(), strict=True):
        if yuan:
            sentence = component_reason(model.facts, model.policy, table, fit.row, component, firms.covers)
            yield Part(TITLE[component], yuan / YUAN_PER_WAN, sentence)


def _firms(lookers: Lookers, model: Model, place: Place, where: Scope) -> Iterable[Taker]:
    """Give the firms to ask: those that make what stands there first, then those of the same zone."""
    rows = [row for row in lookers.firms.values() if where.covers(row["zone_id"])]
    near = frozenset(firm.id for firm in model.facts.firms)
    asked = firms_to_ask(rows, model, place.place_id)
    asked.sort(key=lambda firm: (not firm.fits_line, firm.firm_id not in near, firm.firm_id))
    return (Taker(Who.FIRM, firm.firm_id, firm.name, False, notes=(firm.why,)) for firm in asked)


def _interested(place: Place, by: User) -> Iterable[Taker]:
    named = open_leads(by).filter(need={}).values_list("number", "firm_name", "place_ids")
    for number, name, places in named:
        if place.place_id in places:
            why = Text("看中了这处场地；没有填写需求", "asked about this place; gave no need")
            yield Taker(Who.LEAD, number, name or number, False, notes=(why,))


def address_of(who: str, key: str) -> str:
    """Give the address of the page of somebody who is visited."""
    if who == Who.LEAD:
        return f"/desk/leads/{key}/"
    return record_address("projects" if who == Who.PROJECT else "firms", key)
