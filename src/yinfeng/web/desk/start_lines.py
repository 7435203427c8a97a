"""What calls for attention today: each line with how many, since when, and the list of exactly those."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils import timezone
from django.utils.http import urlencode

from yinfeng.core.text import Text
from yinfeng.web.accounts.models import User
from yinfeng.web.desk.list_state import State, written
from yinfeng.web.desk.start_places import Group, asked_in_all
from yinfeng.web.imports import queries as imports
from yinfeng.web.imports.models import Batch
from yinfeng.web.jobs.models import Job
from yinfeng.web.leads.models import Lead
from yinfeng.web.ledgers.attention import ATTENTION
from yinfeng.web.matching import queries as plans
from yinfeng.web.projects.models import Project
from yinfeng.web.takers import queries as visits
from yinfeng.web.zones.policy import scope, visible

FAILED_SHOWN: Final = 5
FAILED_DAYS: Final = 14


_AGE: Final = Text("最久 {n} 天", "oldest {n} days")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that calls for attention, of the reader's own first."""

    title: Text
    count: int
    mine: int
    link: str
    mine_link: str
    since: date | None
    """Since when the one that waits longest does."""
    age: Text = _AGE

    @property
    def said_age(self) -> Text | None:
        """Say how long the oldest waits; None where nobody knows, or since today."""
        days = (timezone.localdate() - self.since).days if self.since else 0
        return self.age.format(n=f"{days:,}") if days > 0 else None


def lines(user: User, places: tuple[Group, ...]) -> tuple[Line, ...]:
    """Give the lines a user may open, those with their own first; places: of `start_places.groups`."""
    found = [line for kind, of in _LINES if scope(user, "view", kind) for line in of(user, places)]
    return tuple(sorted(found, key=lambda line: (not line.mine, not line.count)))


def failed_jobs(user: User) -> list[Job]:
    """Give the jobs somebody queued that failed lately and were not done again since."""
    again = Job.objects.filter(by=user).values("kind", "ref").annotate(last=Max("pk")).values("last")
    since = timezone.now() - timedelta(days=FAILED_DAYS)
    failed = Job.objects.filter(pk__in=again, state=Job.State.FAILED, ended_at__gte=since)
    return list(failed.order_by("-pk")[:FAILED_SHOWN])


def _leads(user: User, _places: Any) -> Iterator[Line]:
    new = visible(user, "leads", Lead.objects.filter(state=Lead.State.NEW))
    title = Text("没有答复的询问", "Enquiries not answered")
    yield _line(title, new, "made_at", Q(keeper=user.username), user, "/desk/leads/?state=new", "kept_by")


def _visits(user: User, _places: Any) -> Iterator[Line]:
    due = visits.visits_for(user, visits.Asked(whose="all", when="due"))
    counted = _counted(due, "planned_on", Q(keeper=user.username))
    title = Text("该去的走访", "Visits due")
    yield Line(title, *counted[:2], "/desk/visits/?whose=all&when=due", "/desk/visits/?when=due", counted[2])


def _runs(user: User, _places: Any) -> Iterator[Line]:
    waiting = plans.waiting(plans.runs_for(user))
    title = Text("等待决定的落位方案", "Plans waiting for a decision")
    yield _line(title, waiting, "ended_at", Q(by=user), user, "/desk/runs/?state=waiting", "by")


def _deals(user: User, _places: Any) -> Iterator[Line]:
    to_ask = plans.deals_for(user, state="to_ask")
    title = Text("撮合中要去问的产权人", "Owners to be asked for a deal")
    yield _line(
        title, to_ask, "made_at", Q(keeper=user.username), user, "/desk/deals/?state=to_ask", "kept_by"
    )


def _imports(user: User, _places: Any) -> Iterator[Line]:
    checked = imports.visible(user).filter(state=Batch.State.CHECKED)
    title = Text("比对过、还没有写入的导入", "Imports compared and not written")
    yield _line(title, checked, "checked_at", Q(by=user), user, "/desk/imports/?state=checked", "by")


def _projects(user: User, _places: Any) -> Iterator[Line]:
    keeps = ATTENTION["projects"]["unplaced"].keeps(timezone.localdate())
    found = visible(user, "projects", Project.objects.filter(keeps))
    link = list_link("projects", named=("unplaced",))
    title = Text("还没有场地的项目", "Projects without a place")
    yield _line(title, found, "made_at", Q(keeper=user.username), user, link, "kept_by")


def _of_places(user: User, places: tuple[Group, ...]) -> Iterator[Line]:
    seen = Text("最久 {n} 天没有看过", "not seen for {n} days")
    for name, title in (
        ("overdue", Text("该到现场核实的场地", "Places to be verified on site")),
        ("fading", Text("十四天内将离开网站的场地", "Places leaving the site within 14 days")),
        ("to_ask", Text("产权人意向待询的场地", "Places whose owner is to be asked")),
    ):
        asked = asked_in_all(places, name)
        yield Line(
            title=title,
            count=asked.count,
            mine=asked.mine,
            link=list_link("places", named=(name,)),
            mine_link=list_link("places", named=(name,), keeper=user.username),
            since=asked.since,
            age=seen,
        )


_LINES: Final[tuple[tuple[str, Callable[[User, Any], Iterator[Line]]], ...]] = (
    ("leads", _leads),
    ("visits", _visits),
    ("runs", _runs),
    ("deals", _deals),
    ("places", _of_places),
    ("projects", _projects),
    ("imports", _imports),
)


def list_link(ledger: str, **conditions: Any) -> str:
    """Give the address of a ledger's list with conditions, as `list_state.State` names them."""
    query = written(State(ledger, **conditions))
    return f"/desk/{ledger}/" + (f"?{query}" if query else "")


def _line(title: Text, rows: "QuerySet[Any]", since: str, mine: Q, user: User, link: str, whose: str) -> Line:
    """Count rows for a line; whose: what the list calls the condition of whom they are kept by."""
    count, own, oldest = _counted(rows, since, mine)
    return Line(title, count, own, link, f"{link}&{urlencode({whose: user.username})}", oldest)


def _counted(rows: "QuerySet[Any]", since: str, mine: Q) -> tuple[int, int, date | None]:
    counted = rows.order_by().aggregate(count=Count("pk"), mine=Count("pk", filter=mine), since=Min(since))
    oldest = counted["since"]
    if isinstance(oldest, datetime):
        oldest = timezone.localtime(oldest).date()
    return counted["count"], counted["mine"], oldest
