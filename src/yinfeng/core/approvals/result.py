"""The answer: where every item of every project stands, and when works may lawfully start."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from yinfeng.core.approvals.clock import Clock
from yinfeng.core.approvals.needed import Need
from yinfeng.core.approvals.problem import Application, Evaluation, Project
from yinfeng.core.approvals.states import ItemState
from yinfeng.core.approvals.template import Item, Limit
from yinfeng.core.text import Text


@dataclass(frozen=True, slots=True)
class Standing:
    """One item of one project on the day."""

    key: str
    """The item's key; for a name the template does not know, the name itself."""
    title: Text
    item: Item | None
    need: Need
    state: ItemState
    application: Application | None
    earlier: tuple[Application, ...]
    """Other rows of the same item, such as a refused first application."""
    clock: Clock | None
    limit: Limit | None
    due: date | None
    """Last day of the legal time; None where there is none or the clock stands."""
    days_left: int | None
    """Days until the due day, of the limit's kind; negative: late by so many."""
    late_by: int | None
    """Of an item that is done: by how many days it was late; 0 in time; None where that cannot be told."""
    desk: Text
    """At whose desk it is: empty where nobody has to move."""
    is_applicants: bool
    """Whether it is the applicant who has to move."""
    expires_on: date | None
    lapses_soon: bool
    waits_for: tuple[str, ...]
    """Keys of the items before it that are not done."""
    behind_plan: bool
    """Whether the day planned in the ledger has passed."""
    notes: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """An item on the way to the start, at the limits of the law."""

    key: str
    begin: date
    end: date


@dataclass(frozen=True, slots=True)
class Start:
    """When works may lawfully start."""

    earliest: date
    """Every file complete and handed in on the first day possible, every agency using all of its time."""
    if_all_needed: date
    """The same, if every item that waits for an answer turned out to be needed, in its longest form."""
    path: tuple[Step, ...]
    """The items that make it so late, in order."""
    critical: frozenset[str]
    """Every item that a day's delay would hand on to the start."""
    steps: Mapping[str, Step]
    """Of every item on the way that is not done."""
    rests_on: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A fact to be answered, and the items it decides."""

    fact: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in the rows that does not agree with the law, the template or itself."""

    code: str
    sentence: Text
    rows: tuple[str, ...]
    item: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """Done of needed."""

    needed: int
    done: int


@dataclass(frozen=True, slots=True)
class ProjectReport:
    """One project on the day."""

    project: Project
    standings: tuple[Standing, ...]
    """Items of the template in its order, then those it does not know."""
    by_ledger: Tally
    """Rows of the ledger of procedures that are needed, and those done."""
    by_rule: Tally | None
    """Items before the start that the facts call for, and those done; None without facts."""
    start: Start | None
    """None where works have started, or where nothing is known that leads to the start."""
    questions: tuple[Question, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Result:
    """The answer for all projects, by id."""

    on: date
    projects: tuple[ProjectReport, ...]
    evaluations: tuple[Evaluation, ...]
    by_ledger: Tally
    by_rule: Tally | None
    rests_on: tuple[Text, ...]
    """What the whole answer rests on, such as years whose calendar was not announced."""
