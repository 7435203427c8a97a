"""What a changed template does to every project, before it is applied."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from yinfeng.core.approvals.problem import Project
from yinfeng.core.approvals.result import ProjectReport, Result, Standing, Step
from yinfeng.core.approvals.states import ItemState

Change = Literal["comes", "goes", "changes"]

_OFF = (None, ItemState.NOT_NEEDED, ItemState.REPLACED)


@dataclass(frozen=True, slots=True)
class ItemEffect:
    """What changes in one item of a project."""

    key: str
    change: Change
    before: Standing | None
    after: Standing | None


@dataclass(frozen=True, slots=True)
class ProjectEffect:
    """What changes in one project."""

    project: Project
    before: ProjectReport
    after: ProjectReport
    items: tuple[ItemEffect, ...]

    @property
    def starts(self) -> tuple[date | None, date | None]:
        """Earliest lawful start before and after; None where there is none."""
        before, after = self.before.start, self.after.start
        return (before.earliest if before else None), (after.earliest if after else None)

    @property
    def days_later(self) -> int | None:
        """Days by which the start comes later; negative: earlier; None where either has none."""
        before, after = self.starts
        return None if before is None or after is None else (after - before).days

    @property
    def is_touched(self) -> bool:
        """Whether anything changes."""
        return bool(self.items) or self.starts[0] != self.starts[1]


def compare(before: Result, after: Result) -> tuple[ProjectEffect, ...]:
    """Give what changes for each project, by id. Both results are of the same projects and day."""
    effects = []
    for old, new in zip(before.projects, after.projects, strict=True):
        if old.project.id != new.project.id:
            raise ValueError(f"results of different projects: {old.project.id}, {new.project.id}")
        effects.append(ProjectEffect(old.project, old, new, _items(old, new)))
    return tuple(effects)


def _items(old: ProjectReport, new: ProjectReport) -> tuple[ItemEffect, ...]:
    before = {standing.key: standing for standing in old.standings}
    after = {standing.key: standing for standing in new.standings}
    effects = []
    for key in dict.fromkeys((*after, *before)):
        was, is_now = before.get(key), after.get(key)
        was_on = was is not None and was.state not in _OFF
        is_on = is_now is not None and is_now.state not in _OFF
        change: Change | None = None
        if is_on != was_on:
            change = "comes" if is_on else "goes"
        elif was is not None and is_now is not None and _is_other(was, old, is_now, new):
            change = "changes"
        if change is not None:
            effects.append(ItemEffect(key, change, was, is_now))
    return tuple(effects)


def _is_other(was: Standing, old: ProjectReport, is_now: Standing, new: ProjectReport) -> bool:
    return (was is not is_now and _seen(was) != _seen(is_now)) or _step(was, old) != _step(is_now, new)


def _step(standing: Standing, report: ProjectReport) -> Step | None:
    return report.start.steps.get(standing.key) if report.start else None


def _seen(standing: Standing) -> tuple[object, ...]:
    """Give all of a standing that people are shown."""
    return (
        standing.state, standing.need.way, standing.need.variants, standing.title, standing.limit,
        standing.due, standing.late_by, standing.expires_on, standing.desk, standing.waits_for,
    )  # fmt: skip
