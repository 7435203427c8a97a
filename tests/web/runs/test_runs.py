import pytest

from tests.web import newspaper
from tests.web.office import a_user
from yinfeng.tables.matching import rows_of as rows_of_ledger
from yinfeng.web.jobs.queries import latest
from yinfeng.web.jobs.work import execute
from yinfeng.web.ledgers.bridge import rows_of
from yinfeng.web.ledgers.registry import HELD
from yinfeng.web.runs.actions import start_run
from yinfeng.web.zones.models import Zone


@pytest.fixture
def boss(db):
    boss = a_user("committee")
    newspaper.enter(boss)
    return boss


def _run(by, **asked):
    zones = Zone.objects.values_list("zone_id", flat=True)
    run = start_run(zones=zones, rulebook="shanxi", as_of=newspaper.AS_OF, by=by, time_limit_s=10, **asked)
    execute.call(latest("runs", str(run.pk)).pk)
    run.refresh_from_db()
    return run


def test_rows_come_back_from_the_database_as_they_were_read(boss):
    for name, ledger in newspaper.ledgers().items():
        held = HELD[name]
        rows = rows_of(name, held.model._default_manager.order_by(held.key))
        read = sorted(rows_of_ledger(ledger).values(), key=lambda row: str(row[held.key]))
        assert [_told(row) for row in rows] == [_told(row) for row in read]


def _told(row):
    """Leave out what was written beside the value that says no more than the value."""
    return {k: v for k, v in row.items() if not k.endswith(".raw") and k not in ("row", "coordinate_system")}


def test_the_same_ledgers_give_the_same_plan_as_the_command_line(boss):
    run = _run(boss)
    told = newspaper.answer()
    assert (run.status, run.answer["value_yuan"], run.answer["bound_yuan"]) == (
        told["status"],
        told["answer"]["value_yuan"],
        told["answer"]["bound_yuan"],
    )
    kept = {
        row.project_id: (row.outcome, row.place_ids, row.value_yuan, row.reasons) for row in run.rows.all()
    }
    assert kept == {
        row["project_id"]: (row["outcome"], row.get("place_ids", []), row.get("value_yuan"), row["reasons"])
        for row in told["rows"]
    }
    assert kept["P3"][1] == ["L1"]
