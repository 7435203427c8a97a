"""The start page: every count is that of the list it opens."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from tests.web.office import a_place, a_project, a_user, a_zone
from yinfeng.web.accounts.models import User
from yinfeng.web.audit.actions import check
from yinfeng.web.desk import list_state, start
from yinfeng.web.desk.asked import ask
from yinfeng.web.desk.start_figures import Figure, Stage
from yinfeng.web.imports.models import Batch
from yinfeng.web.jobs.models import Job
from yinfeng.web.leads.actions import take_enquiry
from yinfeng.web.ledgers.actions import Write, write
from yinfeng.web.matching.models import Deal
from yinfeng.web.places.models import Place
from yinfeng.web.runs.models import Run, RunZone
from yinfeng.web.takers import actions as visits
from yinfeng.web.takers.actions import Whom

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


def ago(days: int) -> date:
    return TODAY - timedelta(days)


@pytest.fixture
def boss() -> User:
    """Two zones, one with a park in it, with places and projects of all sorts."""
    a_zone("Z1"), a_zone("Z2"), a_zone("Z11", part_of_id="Z1")
    boss = a_user(username="boss", first_name="周主任")
    land = {"kind": "land", "status": "vacant", "area_m2": 20_000.0}
    a_place(boss, "L1", "Z1", **land, verified_on=ago(100))
    a_place(boss, "L2", "Z11", **land | {"status": "partly_let", "let_area_m2": 5_000.0}, verified_on=ago(80))
    a_place(boss, "L3", "Z2", **land | {"status": "reserved"}, idle_since=ago(400))
    a_place(boss, "B1", "Z1", status="vacant", area_m2=6_000.0, owner_kind="firm", verified_on=ago(1))
    a_place(boss, "B2", "Z2", status="in_use", area_m2=3_000.0, idle_since=ago(900), verified_on=ago(1))
    a_place(boss, "X1", "Z2", kind="line", part_of="B2")
    own = {"keeper_id": "boss", "is_released": True}
    write("places", [Write("change", key, own) for key in ("L1", "L2")], by=boss)
    a_project(boss, "P1", "Z1", stage="talks", fixed_investment_wan=20_000.0)
    a_project(boss, "P2", "Z11", stage="talks", fixed_investment_wan=15_000.0)
    a_project(boss, "P3", "Z2", stage="placed")
    a_project(boss, "P4", None)
    quota = {"scope_kind": "zone", "resource": "power", "capacity": 1_000.0, "used": 250.0}
    write("quotas", [Write("add", "", quota | {"quota_id": "Q1", "scope": "Z1"})], by=boss)
    return boss


def listed(user: User, link: str) -> list[str]:
    """Give the keys of the rows that a ledger's address shows."""
    _, _, ledger, query = link.split("/", 3)
    state = list_state.read(ledger, QueryDict(query.removeprefix("?")))
    asked = ask(user, state)
    assert asked.faults == ()
    assert not query or state.is_narrowed
    return [str(row) for row in asked.rows.values_list("pk", flat=True)]


def of_ledgers(shown: dict[str, Any]) -> Iterator[tuple[int, str]]:
    """Give every count on the page that opens a ledger's list."""
    for line in [*shown["waiting"], *shown["clear"]]:
        if line.link.startswith(("/desk/places/", "/desk/projects/")):
            yield line.count, line.link
            yield line.mine, line.mine_link
    figures: list[Figure | Stage] = [*shown["highlights"].values(), *shown["stages"]]
    for state in shown["states"]:
        figures += [state.land, state.building, state.line]
    for zone in shown["zones"]:
        figures += [zone.idle_land, zone.idle_building, zone.released, zone.overdue, zone.projects]
    for figure in figures:
        yield figure.count, figure.link
    for left in shown["quotas"]:
        yield left.quotas, left.link


@pytest.mark.parametrize(("role", "zone"), [("committee", None), ("company", "Z1"), ("auditor", "Z2")])
def test_every_figure_opens_as_many_rows(boss: User, role: str, zone: str | None) -> None:
    reader = boss if role == "committee" else a_user(role, zone)
    checked = list(of_ledgers(start.content(reader)))
    assert len(checked) > 20
    for count, link in checked:
        assert (link, len(listed(reader, link))) == (link, count)


def test_figures(boss: User) -> None:
    shown = start.content(boss)
    one = shown["highlights"]
    assert (one["idle_land"].area_m2, one["idle_land"].area_mu) == (35_000.0, pytest.approx(52.5))
    assert (one["idle_building"].area_m2, one["released"].count) == (6_000.0, 2)
    assert (one["reused"].area_m2, one["reused"].count) == (23_000.0, 2)
    assert [(s.label.zh, s.count, s.investment_yi) for s in shown["stages"]] == [
        ("洽谈", 2, 3.5),
        ("已落地", 1, 0.0),
        ("未知", 1, 0.0),
    ]
    (left,) = shown["quotas"]
    assert (left.label.zh, left.left, left.capacity, left.percent) == ("电力", 750.0, 1_000.0, 75)
    assert [(z.name, z.idle_land.area_m2, z.projects.count) for z in shown["zones"]] == [
        ("Z1开发区", 35_000.0, 2),
        ("Z2开发区", 0.0, 0),
    ]


def test_whoever_has_one_zone_sees_its_parts(boss: User) -> None:
    a_zone("Z12", part_of_id="Z1")
    a_place(boss, "L4", "Z12")
    company = a_user("company", "Z1")
    shown = start.content(company)
    assert [zone.name for zone in shown["zones"]] == ["Z11开发区", "Z12开发区"]
    for count, link in of_ledgers(shown):
        assert (link, len(listed(company, link))) == (link, count)
    assert start.content(a_user("company", "Z2"))["zones"] == ()


def waiting(shown: dict[str, Any]) -> dict[str, tuple[int, int, str]]:
    return {
        line.title.zh: (line.count, line.mine, line.said_age.zh if line.said_age else "")
        for line in shown["waiting"]
    }


def test_what_waits_is_counted_with_ones_own_and_the_age(boss: User) -> None:
    take_enquiry(contact="张", phone="1", email="", zone_id="Z1", place_ids=[], need={})
    visits.plan(
        Place.objects.get(place_id="B1"), [Whom("firm", "F1", "")], planned_on=ago(3), keeper=boss, by=boss
    )
    Deal.objects.create(place_id="B1", project_id="P1", zone_id="Z1", keeper=boss)
    run = Run.objects.create(
        rulebook="shanxi", as_of=TODAY, by=boss, status="OPTIMAL", ended_at=timezone.now()
    )
    RunZone.objects.create(run=run, zone_id="Z1")
    Batch.objects.create(ledger="places", by=boss, file_name="a.xlsx", sha256="0" * 64, state="checked")
    assert waiting(start.content(boss)) == {
        "该去的走访": (1, 1, "最久 3 天"),
        "等待决定的落位方案": (1, 1, ""),
        "撮合中要去问的产权人": (1, 1, ""),
        "该到现场核实的场地": (3, 1, "最久 100 天没有看过"),
        "十四天内将离开网站的场地": (1, 1, "最久 80 天没有看过"),
        "比对过、还没有写入的导入": (1, 1, ""),
        "没有答复的询问": (1, 0, ""),
        "产权人意向待询的场地": (1, 0, "最久 1 天没有看过"),
        "还没有场地的项目": (3, 0, ""),
    }


def test_links_of_lines_show_those_rows(boss: User) -> None:
    test_what_waits_is_counted_with_ones_own_and_the_age(boss)
    other = take_enquiry(contact="李", phone="1", email="", zone_id="Z1", place_ids=[], need={})
    client = Client()
    client.force_login(boss, "django.contrib.auth.backends.ModelBackend")
    context = {"/desk/leads/": "leads", "/desk/deals/": "deals"}
    context |= dict.fromkeys(("/desk/visits/", "/desk/runs/", "/desk/imports/"), "rows")
    lines = start.content(boss)["waiting"]
    checked = 0
    for line in lines:
        name = context.get(line.link.partition("?")[0])
        for count, link in ((line.count, line.link), (line.mine, line.mine_link)):
            if name:
                assert (link, len(client.get(link).context[name])) == (link, count)
                checked += 1
    assert checked == 10
    assert other.number in client.get("/desk/leads/?state=new").text


def test_ones_failed_jobs_are_named_until_done_again(boss: User) -> None:
    failed = {"kind": "runs", "ref": "1", "by": boss, "state": "failed", "ended_at": timezone.now()}
    job = Job.objects.create(**failed)
    assert start.content(boss)["failed"] == [job]
    assert start.content(a_user("company", "Z1"))["failed"] == []
    Job.objects.create(**failed | {"state": "done"})
    assert start.content(boss)["failed"] == []


def test_who_keeps_the_site_sees_the_site(boss: User) -> None:
    shown = start.content(a_user("administrator"))
    assert (shown["waiting"], shown["clear"], shown["states"], shown["stages"]) == ([], [], (), ())
    told = [(fact.title.zh, fact.is_well) for fact in shown["keeping"]]
    assert told == [
        ("因失败过多而锁定的用户", True),
        ("90 天没有登录的用户", True),
        ("上次备份", False),
        ("后台任务", False),
        ("审计记录上次校验", False),
    ]
    check()
    told = [fact.is_well for fact in start.content(a_user("auditor"))["keeping"]]
    assert told == [True, True, False, False, True, True]


def test_it_asks_as_often_however_much_there_is(boss: User, django_assert_num_queries: Any) -> None:
    def fresh() -> User:
        return User.objects.get(pk=boss.pk)

    first, then = fresh(), fresh()
    with django_assert_num_queries(13):
        start.content(first)
    for n in range(5):
        a_zone(f"Y{n}")
        a_place(boss, f"M{n}", f"Y{n}", status="vacant")
        a_project(boss, f"Q{n}", f"Y{n}")
    with django_assert_num_queries(13):
        start.content(then)


def test_everybody_has_a_start_page(boss: User) -> None:
    for role in ("committee", "company", "department", "auditor", "administrator", None):
        client = Client()
        client.force_login(a_user(role, "Z1" if role else None), "django.contrib.auth.backends.ModelBackend")
        for language in ("zh", "en"):
            client.cookies["yinfeng_language"] = language
            assert client.get("/desk/").status_code == 200
