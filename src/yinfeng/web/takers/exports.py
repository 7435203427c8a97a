"""A list of visits as a workbook, with blank columns to fill in on the way."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from yinfeng.core.text import Lang, Text
from yinfeng.tables.write import Sheet, write_workbook
from yinfeng.web.accounts.models import User
from yinfeng.web.audit.actions import Act, record
from yinfeng.web.takers.models import Visit
from yinfeng.web.takers.queries import Asked, visits_for
from yinfeng.web.takers.words import OUTCOME_LABEL, STATE_LABEL, WHO_LABEL
from yinfeng.web.zones.policy import demand, visible

SCREENFUL_ROWS: Final = 1_000
"""As many rows need the right "export"; more need "export_all"."""
_TITLE: Final = Text("走访单", "Visits")
_HEADERS: Final = (
    Text("计划日期", "Planned on"),
    Text("走访人", "By"),
    Text("部门", "Department"),
    Text("开发区", "Zone"),
    Text("场地编号", "Place id"),
    Text("场地名称", "Place"),
    Text("对象", "Kind"),
    Text("编号", "Id"),
    Text("名称", "Name"),
    Text("状态", "State"),
    Text("走访日期", "Visited on"),
    Text("结果", "Outcome"),
    Text("情况", "What was said"),
    Text("下一步", "Next step"),
    Text("下次日期", "Next on"),
)


def workbook(asked: Asked, lang: Lang, *, by: User, address: str = "") -> bytes:
    """Give the visits asked for as a workbook and put the export on the trail. Raises `Refused`."""
    demand(by, "export", "visits")
    visits = visible(by, "visits", visits_for(by, asked), action="export")
    found = list(visits[: SCREENFUL_ROWS + 1])
    if len(found) > SCREENFUL_ROWS:
        demand(by, "export_all", "visits")
        found = list(visible(by, "visits", visits, action="export_all"))
    told = {"query": asked.query, "rows": len(found), "kind": "xlsx"}
    record(Act(action="export", kind="visits", after=told), by=by, address=address)
    sheet = Sheet(_TITLE.of(lang), [h.of(lang) for h in _HEADERS], [_row(visit, lang) for visit in found])
    with TemporaryDirectory() as folder:
        path = Path(folder) / "visits.xlsx"
        write_workbook(path, [sheet])
        return path.read_bytes()


def _row(visit: Visit, lang: Lang) -> list[object]:
    outcome = OUTCOME_LABEL.get(visit.outcome)
    return [
        visit.planned_on,
        str(visit.keeper or ""),
        visit.department,
        str(visit.zone),
        visit.place_id,
        visit.place.place_name,
        WHO_LABEL[visit.who].of(lang),
        visit.who_key,
        visit.who_name,
        STATE_LABEL[visit.state].of(lang),
        visit.visited_on,
        outcome.of(lang) if outcome else None,
        visit.told or None,
        visit.next_step or None,
        visit.next_on,
    ]
