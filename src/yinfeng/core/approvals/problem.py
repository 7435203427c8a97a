"""The question: projects, what is known of them, what was applied for, asked and decided, and a day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from yinfeng.core.approvals.conditions import Value
from yinfeng.core.approvals.rules import ApprovalRules
from yinfeng.core.approvals.template import Template
from yinfeng.core.working_days import WorkingDays

CORRECTION = "correction"
"""The kind of request that asks the applicant for more; other kinds are the agency's own steps."""


@dataclass(frozen=True, slots=True)
class Application:
    """A row of the ledger of procedures."""

    row: str
    """``procedures:`` and the row of the sheet."""
    project: str
    item: str | None
    """Key of the template's item; None where the name is not known."""
    name: str
    """As the ledger has it."""
    form: str | None = None
    """Code of the item's form, where the name says it, such as 报告表."""
    needed: bool | None = None
    status: str | None = None
    """done, in_hand, not_started, refused, not_needed; None where blank."""
    method: str | None = None
    """approval, commitment, joint, filing, area_evaluation; None where blank."""
    applied_on: date | None = None
    accepted_on: date | None = None
    decided_on: date | None = None
    valid_until: date | None = None
    planned_on: date | None = None
    extended: bool = False
    """Whether the agency's extension was approved."""
    extensions: int = 0
    """How many times the validity was extended."""
    desk: str = ""
    document: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """Something asked of the applicant, or a step whose time the law leaves out."""

    row: str
    project: str
    item: str | None
    name: str
    kind: str
    """correction, review, hearing, test, consultation, tender."""
    asked_on: date
    reply_by: date | None = None
    answered_on: date | None = None
    what: str = ""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """An evaluation made once for a whole zone."""

    row: str
    zone: str
    kind: str
    approved_on: date | None
    valid_until: date | None
    document: str = ""


@dataclass(frozen=True, slots=True)
class Project:
    """A project and what decides its items."""

    id: str
    name: str
    zone: str | None
    known: Mapping[str, Value]
    """Facts that were answered."""
    has_facts: bool
    """Whether the ledger of facts has it; else the items are those its procedures name, no more."""
    started_on: date | None = None
    completed_on: date | None = None
    rows: tuple[str, ...] = ()
    """Ids of the rows it was read from."""


@dataclass(frozen=True, eq=False, slots=True)
class Problem:
    """Everything `solve` looks at."""

    on: date
    projects: tuple[Project, ...]
    applications: tuple[Application, ...]
    requests: tuple[Request, ...]
    evaluations: tuple[Evaluation, ...]
    template: Template
    calendar: WorkingDays
    rules: ApprovalRules


def row_order(row: str) -> tuple[int, str]:
    """Put ids of rows in the order of the sheet: ``procedures:9`` before ``procedures:10``."""
    return len(row), row
