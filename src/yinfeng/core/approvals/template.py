"""A template: the items that a project may need, what each waits for, and how long it may take."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final, Literal

from yinfeng.core.approvals.conditions import ALWAYS, Condition
from yinfeng.core.text import Text

DayKind = Literal["working", "calendar"]
"""Whether a law counts working days or plain days."""
CountedFrom = Literal["received", "accepted"]
Desk = Literal["applicant", "agency"]
Effect = Literal["replaces", "commitment", "simplifies"]
"""What takes an item's place: it falls away, becomes a commitment, or only has less to be written."""


LAST_STAGE_BEFORE_WORKS: Final = 3


class Kind(StrEnum):
    """What an item of the network is."""

    PROCEDURE = "procedure"
    """Something an agency decides or takes on file; counted as done of needed."""
    CONDITION = "condition"
    """Something that must be there, such as drawings; not counted."""
    EVENT = "event"
    """The start and the end of the works."""


@dataclass(frozen=True, slots=True)
class Span:
    """A number of days of one kind."""

    days: int
    kind: DayKind


@dataclass(frozen=True, slots=True)
class Figure:
    """Where a figure of an item is from, where not from the item's own source."""

    basis: str
    source: str


@dataclass(frozen=True, slots=True)
class Limit:
    """The time an agency has."""

    span: Span
    counted_from: CountedFrom = "accepted"
    extension_days: int = 0
    """What may be added once, of the same kind of day."""
    from_: Figure | None = None


@dataclass(frozen=True, slots=True)
class Validity:
    """How long a decision holds, and what ends that."""

    number: int
    unit: Literal["years", "months", "days"]
    then: Literal["lapses", "recheck", "renew"]
    until_start: bool = True
    """Whether the start of the works in time keeps it for good."""
    extensions: int = 0
    extension_months: int = 0
    from_: Figure | None = None


@dataclass(frozen=True, slots=True)
class Within:
    """The time the applicant has after another item was decided."""

    after: str
    span: Span


@dataclass(frozen=True, slots=True)
class Variant:
    """One form an item can take, such as a report, a form or a registration."""

    code: str
    title: Text
    when: Condition = ALWAYS
    limit: Limit | None = None
    gate: str | None = None
    """Where it differs from the item's."""
    agency: Text | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One item as it stands from a day on."""

    key: str
    entry: str
    """Key of the rulebook entry it was read from."""
    title: Text
    kind: Kind
    stage: int
    """1 approval and land, 2 design, 3 permit to build, 4 completion."""
    agency: Text
    needs: tuple[str, ...]
    when: Condition
    valid_from: date
    basis: str
    source: str
    aliases: tuple[str, ...] = ()
    variants: tuple[Variant, ...] = ()
    limit: Limit | None = None
    least: Span | None = None
    """Time the law makes it take at least."""
    notice: Span | None = None
    """Time to ask for corrections, where its law sets another than the general one."""
    excludes: tuple[str, ...] = ()
    """Kinds of request that stop its clock beside the general ones."""
    caps: Mapping[str, int] | None = None
    """Kind of request → most working days that its law leaves out."""
    validity: Validity | None = None
    gate: str = ""
    """``start`` or ``production``: what it must be done before; empty for neither."""
    first_desk: Desk = "applicant"
    """Who has to move first."""
    within: Within | None = None
    fact: str = ""
    """The fact that holds the date of an event."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """What takes the place of an item, and when."""

    key: str
    entry: str
    title: Text
    item: str
    by: Literal["area_evaluation", "commitment"]
    effect: Effect
    evaluation: str
    """Kind of area evaluation; empty for a commitment."""
    when: Condition
    limit: Limit | None
    basis: str
    source: str


@dataclass(frozen=True, eq=False, slots=True)
class Template:
    """The items and replacements that hold on a day, with the earlier versions of each item."""

    name: str
    items: tuple[Item, ...]
    """Each after all it needs."""
    versions: Mapping[str, tuple[Item, ...]]
    """Item → its versions up to the day, oldest first."""
    replacements: Mapping[str, tuple[Replacement, ...]]
    """Item → what may take its place, in the order of their keys."""

    def at(self, item: Item, day: date) -> Item:
        """Give the version of an item that held on a day; the first where the day is before all."""
        versions = self.versions[item.key]
        held = [version for version in versions if version.valid_from <= day]
        return held[-1] if held else versions[0]


def sharing(template: Template, other: Template) -> Template:
    """Give a template with the very items and replacements of another wherever they are alike."""
    own = {item.key: item for item in other.items}
    items = tuple(
        own[item.key]
        if own.get(item.key) == item and other.versions.get(item.key) == template.versions[item.key]
        else replace(item)
        for item in template.items
    )
    replacements = {
        key: other.replacements[key] if other.replacements.get(key) == many else many
        for key, many in template.replacements.items()
    }
    return replace(template, items=items, replacements=replacements)


def in_order(items: Mapping[str, Item]) -> tuple[tuple[Item, ...], tuple[str, ...]]:
    """Put items each after all it needs, by stage and then as given; with the keys of a circle, if any.

    A needed key that is not there is passed over.
    """
    left = sorted(items.values(), key=lambda item: item.stage)
    done: dict[str, Item] = {}
    while left:
        ready = (item for item in left if all(need in done or need not in items for need in item.needs))
        first = next(ready, None)
        if first is None:
            return tuple(done.values()), tuple(sorted(item.key for item in left))
        done[first.key] = first
        left.remove(first)
    return tuple(done.values()), ()
