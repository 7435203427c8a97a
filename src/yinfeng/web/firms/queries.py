"""Reading firms: those that may be one and the same."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final, Literal

from django.db.models import Count, QuerySet

from yinfeng.web.firms.models import Firm

MOST_GROUPS: Final = 200
"""Groups of alike firms looked at in one go; when they are merged the next ones follow."""
_MOST_OF_ONE_KIND: Final = 10

Likeness = Literal["uscc", "name_key"]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two firms that may be one."""

    first: Firm
    second: Firm
    alike: tuple[Likeness, ...]
    """What they share: the credit code, the normalised name."""

    @property
    def firms(self) -> tuple[Firm, Firm]:
        """Both."""
        return (self.first, self.second)


def duplicates(firms: "QuerySet[Firm]") -> tuple[Pair, ...]:
    """Give the pairs of these firms that share a credit code or a normalised name, surest first."""
    alike: dict[tuple[int, int], set[Likeness]] = {}
    known: dict[int, Firm] = {}
    for field in ("uscc", "name_key"):
        for group in _groups(firms, field):
            known |= {firm.pk: firm for firm in group}
            for first, second in combinations(group, 2):
                alike.setdefault((first.pk, second.pk), set()).add(field)
    pairs = [
        Pair(known[first], known[second], tuple(sorted(fields, reverse=True)))
        for (first, second), fields in alike.items()
    ]
    return tuple(
        sorted(pairs, key=lambda pair: ("uscc" not in pair.alike, pair.first.firm_id, pair.second.firm_id))
    )


def _groups(firms: "QuerySet[Firm]", field: Likeness) -> Iterator[list[Firm]]:
    """Give the firms that share a value of a field, each group by id."""
    filled = firms.exclude(**{field: ""}).order_by()
    shared: Any = filled.values(field).annotate(firms=Count("pk")).filter(firms__gt=1)
    values = list(shared.order_by(field).values_list(field, flat=True)[:MOST_GROUPS])
    groups: dict[str, list[Firm]] = {}
    for firm in filled.filter(**{f"{field}__in": values}).select_related("zone").order_by("firm_id"):
        groups.setdefault(getattr(firm, field), []).append(firm)
    return (group[:_MOST_OF_ONE_KIND] for group in groups.values())
