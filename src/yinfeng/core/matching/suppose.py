"""What if, in terms of facts: other quotas, projects withdrawn or changed, pins and bars.

Only the projects concerned are joined and valued again, by the functions that build a model; all others keep
their candidates. So the model must list all candidates, as those of `build` and `pose_listed` do; `pose` may
list only some. A bound of the changed problem says nothing of pairs that are not listed, whose margins may be
the greatest at the new prices.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from yinfeng.core.matching.candidates import Candidates
from yinfeng.core.matching.facts import Keys, Numbers, Override, Projects
from yinfeng.core.matching.model import Model, RefusedPin, build
from yinfeng.core.matching.problem import Ints
from yinfeng.core.matching.restrict import Block, Change, block_of, withdrawn
from yinfeng.core.matching.revise import Revision

NOWHERE: Final = -1
"""A candidate that is none."""


@dataclass(frozen=True, eq=False)
class Supposition:
    """What is supposed to be different; names that the model does not know are an error (KeyError)."""

    quotas: Mapping[str, int] = field(default_factory=dict)  # quota id → what is left of it, engine units
    withdrawn: tuple[str, ...] = ()  # projects
    changed: Projects | None = None  # projects of the model with other needs
    overrides: tuple[Override, ...] = ()  # pins and bars besides those that stand


@dataclass(frozen=True, eq=False)
class Supposed:
    """A supposition in numbers."""

    model: Model
    change: Change
    again: Model | None  # of the projects whose candidates were made again, and of these only

    @property
    def refused_pins(self) -> tuple[RefusedPin, ...]:
        """Pins supposed that cannot be kept."""
        before = {refused.pin for refused in self.model.refused_pins}
        return tuple(r for r in (self.again.refused_pins if self.again else ()) if r.pin not in before)

    def choice(self, revision: Revision, i: int) -> tuple[Candidates, int] | None:
        """Give the table and row of what project i now takes; None where it is left out."""
        k = int(revision.result.chosen[i])
        if k < 0:
            return None
        old = int(revision.origin[i])
        if i not in self.change.block:
            return self.model.candidate(old)
        assert self.again is not None
        at = self.again.facts.projects.id.index(self.model.facts.projects.id[i])
        return self.again.candidate(int(self.again.problem.start[at] - revision.start[i] + k))


def suppose(model: Model, supposition: Supposition) -> Supposed:
    """Say what a supposition changes in the model's problem."""
    quota_at = {quota.id: q for q, quota in enumerate(model.facts.quotas)}
    project_at = {name: i for i, name in enumerate(model.facts.projects.id)}
    capacity = {
        int(model.resources.quota[quota_at[name]]): max(0, left) for name, left in supposition.quotas.items()
    }
    gone = withdrawn(model.problem, (project_at[name] for name in supposition.withdrawn))
    again = _made_again(model, supposition, project_at)
    block, required = dict(gone.block), dict(gone.required)
    if again is not None:
        for at, name in enumerate(again.facts.projects.id):
            i = project_at[name]
            block[i] = _with_origin(model, i, again, at, block_of(again.problem, at))
            required[i] = bool(again.problem.required[at])
    return Supposed(model, Change(capacity=capacity, block=block, required=required), again)


def _made_again(model: Model, supposition: Supposition, project_at: Mapping[str, int]) -> Model | None:
    """Build the model of the projects concerned, with all pins and bars on them."""
    concerned = {override.project for override in supposition.overrides}
    if supposition.changed is not None:
        concerned |= set(supposition.changed.id)
    concerned -= set(supposition.withdrawn)
    if not concerned:
        return None
    rows = np.array(sorted(project_at[name] for name in concerned), dtype=np.int64)
    projects = model.facts.projects.take(rows)
    if supposition.changed is not None:
        projects = _replaced(projects, supposition.changed)
    overrides = (*model.facts.overrides, *supposition.overrides)
    facts = replace(
        model.facts,
        projects=projects,
        overrides=tuple(override for override in overrides if override.project in concerned),
    )
    return build(facts, model.policy, offers=model.offers)


def _replaced(projects: Projects, changed: Projects) -> Projects:
    """Put changed projects in the places of those of the same id."""
    at = {name: row for row, name in enumerate(changed.id)}
    n = len(projects)
    both = _stacked(projects, changed)
    return both.take(np.array([n + at[name] if name in at else i for i, name in enumerate(projects.id)]))


def _stacked(one: Projects, other: Projects) -> Projects:
    """Give the projects of both, one after the other."""
    return Projects(
        id=(*one.id, *other.id),
        name=(*one.name, *other.name),
        required=np.concatenate([one.required, other.required]),
        number={
            c: Numbers(
                np.concatenate([numbers.value, other.number[c].value]),
                np.concatenate([numbers.known, other.number[c].known]),
            )
            for c, numbers in one.number.items()
        },
        key={c: _both(keys, other.key[c]) for c, keys in one.key.items()},
        products=_both(one.products, other.products),
        processes=_both(one.processes, other.processes),
        by_products=_both(one.by_products, other.by_products),
        current=_both(one.current, other.current),
    )


def _both(one: Keys, other: Keys) -> Keys:
    """Give one column after the other; not by value, since some values are mappings and cannot be hashed."""
    return Keys(
        np.concatenate([one.index, len(one.distinct) + other.index]), (*one.distinct, *other.distinct)
    )


def _with_origin(model: Model, i: int, again: Model, at: int, block: Block) -> Block:
    """Say which of a project's candidates were there before: the same offer, area, lines and by-products."""
    first, last = int(model.problem.start[i]), int(model.problem.start[i + 1])
    before = {_identity(model, k): k for k in range(first, last)}
    names = (_identity(again, k) for k in range(again.problem.start[at], again.problem.start[at + 1]))
    origin = np.array([before.get(name, NOWHERE) for name in names], dtype=np.int64)
    return replace(block, origin=origin)


def _identity(model: Model, k: int) -> tuple[object, ...]:
    table, row = model.candidate(int(k))
    return (
        table.offers.kind,
        int(table.offer[row]),
        int(table.area[row]),
        bool(table.whole[row]),
        table.line_sets[int(table.lines[row])],
        table.by_product_sets[int(table.by_products[row])],
    )


def candidate_at(model: Model, i: int, offer: str, area_m2: int) -> int:
    """Find a project's candidate at an offer by the area it takes; the dearest of several, -1 for none."""
    mine = range(int(model.problem.start[i]), int(model.problem.start[i + 1]))
    found: Ints = np.array([k for k in mine if model.offer_of(k) == offer], dtype=np.int64)
    if not len(found):
        return NOWHERE
    area = np.array([int(table.area[row]) for table, row in map(model.candidate, found.tolist())])
    best = np.lexsort((found, -model.problem.value[found], np.abs(area - area_m2)))
    return int(found[best[0]])
