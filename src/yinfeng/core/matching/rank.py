"""Both directions of one question: the places for a project, and the projects for a place."""

from dataclasses import dataclass
from itertools import islice

import numpy as np

from yinfeng.core.matching.candidates import Candidates
from yinfeng.core.matching.facts import KINDS, Kind
from yinfeng.core.matching.feasible import Miss, judge_offer, judge_project
from yinfeng.core.matching.model import Model
from yinfeng.core.matching.offers import parts_of
from yinfeng.core.matching.problem import Ints
from yinfeng.core.matching.rules import Verdict


@dataclass(frozen=True, slots=True)
class Fit:
    """One project at one offer: what it is worth there, or what it lacks."""

    project: int
    kind: Kind
    offer: str
    row: int  # of its best candidate in the model's table of this kind, -1 where it does not pass
    value: int  # yuan a year of that candidate
    misses: tuple[Miss, ...]

    @property
    def passes(self) -> bool:
        """Tell whether the project passes every rule here."""
        return not self.misses

    @property
    def is_open(self) -> bool:
        """Tell whether only facts the project has not given stand between it and the offer."""
        return bool(self.misses) and all(miss.verdict is Verdict.NEED_UNKNOWN for miss in self.misses)


def places_for(model: Model, project: int, *, near: int = 5) -> tuple[Fit, ...]:
    """Rank the offers for one project: passed by value, those that only lack its facts, near misses."""
    passing: list[Fit] = []
    missing: list[Fit] = []
    for kind in KINDS:
        table, offers = model.candidates[kind], model.offers[kind]
        mine = np.nonzero(table.project == project)[0]
        passing += _best(table, kind, mine, table.offer)
        if len(offers):
            judged = judge_project(model.facts.projects, project, offers, model.policy)
            for o in judged.nearest(len(offers)):
                missed = judged.misses(o)
                if missed:
                    missing.append(Fit(project, kind, offers.id[o], -1, 0, missed))
    lacking = [fit for fit in missing if fit.is_open]
    others = [fit for fit in missing if not fit.is_open]
    return (*_by_value(passing), *_by_nearness(lacking), *_by_nearness(others)[:near])


def takers_of(model: Model, place: str, *, near: int = 10) -> tuple[Fit, ...]:
    """Rank the projects for a place, alone or in a bundle: who passes by value, then the nearest misses."""
    kind = model.facts.places.kind[model.facts.places.id.index(place)]
    table, offers = model.candidates[kind], model.offers[kind]
    here = np.array([o for o, name in enumerate(offers.id) if place in parts_of(name)], dtype=np.int64)
    mine = np.nonzero(np.isin(table.offer, here))[0]
    passing = _best(table, kind, mine, table.project)
    fitting = {fit.project for fit in passing}
    judged = judge_offer(model.facts.projects, offers, offers.id.index(place), model.policy)
    nearest = judged.nearest(len(model.facts.projects))
    failing = (i for i in nearest if i not in fitting and judged.misses(i))
    missing = [Fit(i, kind, place, -1, 0, judged.misses(i)) for i in islice(failing, near)]
    return (*_by_value(passing), *missing)


def _best(table: Candidates, kind: Kind, rows: Ints, group: Ints) -> list[Fit]:
    """Keep each group's best candidate among ``rows``."""
    best: dict[int, int] = {}
    value = table.value
    for row in rows.tolist():
        key = int(group[row])
        if key not in best or value[row] > value[best[key]]:
            best[key] = row
    return [
        Fit(int(table.project[row]), kind, table.offers.id[int(table.offer[row])], row, int(value[row]), ())
        for row in best.values()
    ]


def _by_value(fits: list[Fit]) -> list[Fit]:
    return sorted(fits, key=lambda fit: (-fit.value, fit.offer, fit.project))


def _by_nearness(fits: list[Fit]) -> list[Fit]:
    return sorted(
        fits, key=lambda fit: (len(fit.misses), sum(miss.relative for miss in fit.misses), fit.offer)
    )
