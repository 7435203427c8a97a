"""The facts of a district, and how what is numbered in them is numbered in the whole."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from yinfeng.core.matching.districts import District
from yinfeng.core.matching.facts import KINDS, Facts, Kind
from yinfeng.core.matching.offers import Offers
from yinfeng.core.matching.problem import Bools, Ints
from yinfeng.core.matching.resources import SUPPLIES, Resources, list_resources


@dataclass(frozen=True, eq=False)
class Excerpt:
    """A district as facts of its own; nobody is required in them but who belongs to it."""

    facts: Facts  # without what people decided
    offers: Mapping[Kind, Offers]
    resources: Resources
    is_own: Bools  # (n,) which of its projects belong to it; the others are guests
    project: Ints  # (n,) in the whole, rising
    offer: Mapping[Kind, Ints]  # (m,) of each kind, in the whole, rising
    resource: Ints  # (R,) in the whole


@dataclass(frozen=True, eq=False)
class Whole:
    """A country from which excerpts are taken."""

    facts: Facts
    offers: Mapping[Kind, Offers]
    resources: Resources

    def make_ready(self) -> None:
        """Find what all excerpts need, so that several threads may take some at a time."""
        _ = self._building, self._first_under, self.facts.firms_in

    def excerpt(self, district: District) -> Excerpt:
        """Give what there is in a district."""
        facts = self.facts
        here = np.zeros(len(facts.places), dtype=np.bool_)
        here[district.places] = True
        lines = np.flatnonzero(here[self._building])
        quotas = np.flatnonzero(here[self._first_under])
        within = facts.places.key["root"]
        roots = {within.distinct[r] for r in np.unique(within.index[district.places]).tolist()}
        project = np.sort(np.concatenate([district.own, district.guests]))
        is_own = np.isin(project, district.own)
        taken = facts.projects.take(project)
        part = Facts(
            projects=replace(taken, required=taken.required & is_own),
            places=facts.places.take(district.places),
            lines=facts.lines.take(lines),
            firms=tuple(firm for root in sorted(roots) for firm in facts.firms_in.get(root, ())),
            zones=facts.zones,
            quotas=tuple(facts.quotas[q] for q in quotas.tolist()),
            overrides=(),
        )
        rows = {kind: np.flatnonzero(here[offers.parts[:, 0]]) for kind, offers in self.offers.items()}
        number = np.cumsum(here) - 1
        resources = list_resources(part)
        return Excerpt(
            facts=part,
            offers={kind: _numbered(self.offers[kind].take(rows[kind]), number) for kind in KINDS},
            resources=resources,
            is_own=is_own,
            project=project,
            offer=rows,
            resource=self._resource(resources, district.places, lines, quotas),
        )

    @cached_property
    def _building(self) -> Ints:
        """The place at which each line stands, shape (lines,); the first place where that is unknown."""
        wanted = frozenset(self.facts.lines.building)
        at = {name: j for j, name in enumerate(self.facts.places.id) if name in wanted}
        return np.array([at.get(name, 0) for name in self.facts.lines.building], dtype=np.int64)

    @cached_property
    def _first_under(self) -> Ints:
        """A place that each quota covers, shape (quotas,); the first of all where it covers none."""
        places, first = self.facts.places, dict[tuple[str, str], int]()
        for key, scope in ((places.key["within"], "zone"), (places.substation, "substation")):
            where = np.full(len(key.distinct), -1, dtype=np.int64)
            where[key.index[::-1]] = np.arange(len(places) - 1, -1, -1)
            for value, j in zip(key.distinct, where.tolist(), strict=True):
                for name in value if isinstance(value, tuple) else (value,):
                    if name is not None and j >= 0:
                        first.setdefault((scope, name), j)
        return np.array([first.get((q.scope_kind, q.scope), 0) for q in self.facts.quotas], dtype=np.int64)

    def _resource(self, part: Resources, places: Ints, lines: Ints, quotas: Ints) -> Ints:
        """Give the number in the whole of each resource of a part."""
        whole, at = self.resources, np.full(len(part), -1, dtype=np.int64)
        at[part.area] = whole.area[places]
        for column in SUPPLIES:
            shared = part.supply[column] >= 0
            at[part.supply[column][shared]] = whole.supply[column][places[shared]]
        at[part.line], at[part.quota] = whole.line[lines], whole.quota[quotas]
        for key, r in part.by_product.items():
            at[r] = whole.by_product[key]
        return at


def _numbered(offers: Offers, number: Ints) -> Offers:
    """Let offers name their places by the numbers of a part."""
    return replace(offers, parts=np.where(offers.parts >= 0, number[offers.parts], -1))
