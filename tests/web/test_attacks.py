"""What somebody tries who means harm: other zones' things, forms that no page sends, numbers without end."""

from datetime import date

import pytest
from django.test import Client

from tests.web.office import a_firm, a_place, a_project, a_user, a_zone
from yinfeng.core.errors import InputError
from yinfeng.web.audit.models import Entry
from yinfeng.web.jobs import actions as jobs
from yinfeng.web.jobs.queries import find as find_job
from yinfeng.web.leads.actions import take_enquiry
from yinfeng.web.ledgers.actions import Write, write
from yinfeng.web.ledgers.comments import comment
from yinfeng.web.ledgers.removing import remove
from yinfeng.web.matching.actions import accept_row
from yinfeng.web.matching.models import Deal
from yinfeng.web.runs.actions import start_run
from yinfeng.web.runs.models import PlanRow, Run
from yinfeng.web.takers.actions import Whom, note_outcome, plan
from yinfeng.web.zones.policy import Refused

pytestmark = pytest.mark.django_db

NO_END = "9" * 5_000
"""Python itself refuses to read so long a number."""


@pytest.fixture
def boss():
    a_zone("Z1")
    a_zone("Z2")
    return a_user("committee", username="boss")


def logged_in(user):
    client = Client()
    client.force_login(user)
    return client


def test_an_import_of_elsewhere_is_neither_watched_nor_stopped(boss):
    job = jobs.enqueue("imports", "token", by=boss)
    clerk = a_user("committee", "Z2")
    with pytest.raises(Refused):
        find_job(job.pk, clerk)
    with pytest.raises(Refused):
        jobs.ask_cancel(job, by=clerk)
    assert find_job(job.pk, a_user("auditor")) == job
    jobs.ask_cancel(job, by=boss)
    job.refresh_from_db()
    assert job.state == "cancelled"


def test_a_job_that_is_not_there_is_not_found(boss):
    assert logged_in(boss).get("/desk/jobs/7/").status_code == 404


@pytest.mark.parametrize("rulebook", ["/etc/passwd.toml", "../../secrets", "atlantis", "x" * 300])
def test_a_plan_reads_no_other_file_for_its_rulebook(boss, rulebook):
    with pytest.raises(InputError) as error:
        start_run(zones=["Z1"], rulebook=rulebook, as_of="2024-02-29", by=boss)
    assert [fault.code for fault in error.value.faults] == ["unknown-rulebook"]
    assert Run.objects.count() == 0


@pytest.mark.parametrize("zones", [[], ["nowhere"], ["Z1", "nowhere"]])
def test_a_plan_is_made_of_zones_that_are_there(boss, zones):
    with pytest.raises(InputError) as error:
        start_run(zones=zones, rulebook="shanxi", as_of="2024-02-29", by=boss)
    assert [fault.code for fault in error.value.faults] == ["no-zone"]


def test_a_row_is_not_accepted_where_its_place_has_moved_to_a_zone_out_of_reach(boss):
    a_project(boss, "P1")
    a_place(boss, "L1", owner_kind="firm", owner="F1", status="vacant")
    run = Run.objects.create(rulebook="shanxi", as_of="2024-02-29", by=boss, status="OPTIMAL")
    row = PlanRow.objects.create(
        run=run, project_id="P1", outcome="placed", zone_id="Z1", place_ids=["L1"], area_m2=1.0
    )
    write("places", [Write("change", "L1", {"zone_id": "Z2"})], by=boss)
    with pytest.raises(Refused) as refused:
        accept_row(row, by=a_user("committee", "Z1"))
    assert refused.value.zone_id == "Z2"
    assert Deal.objects.count() == 0


def test_numbers_without_end_and_days_that_are_none_are_told_and_do_not_fail(boss):
    a_place(boss)
    a_project(boss)
    lead = take_enquiry(contact="甲", phone="1", email="", zone_id="Z1", place_ids=[], need={}, by=boss)
    place = write("places", [Write("change", "L1", {"area_m2": 5.0})], by=boss)
    entry = place[0].pk
    deal = Deal.objects.create(place_id="L1", project_id="P1", zone_id="Z1")
    whom = [Whom("project", "P1", "P1项目")]
    visit = plan(deal.place, whom, planned_on=None, keeper=None, by=boss)[0].pk
    client = logged_in(boss)
    tried = [
        (f"/desk/leads/{lead.number}/follow/", {"version": NO_END, "state": "answered"}, 409),
        (f"/desk/deals/{deal.pk}/move/", {"version": NO_END, "state": "asked"}, 409),
        ("/desk/places/L1/takers/plan/", {"who": "project:P1", "planned_on": "2024-13-01"}, 422),
        ("/desk/places/L1/edit/", {"version": NO_END, "area_m2": "7"}, 409),
        ("/desk/places/L1/keeper/", {"version": NO_END}, 302),
        ("/desk/places/L1/delete/", {"version": NO_END, "why": "r"}, 409),
        (f"/desk/places/L1/history/{entry}/restore/", {"version": NO_END, "why": "r"}, 409),
        (f"/desk/visits/{visit}/outcome/", {"outcome": "thinking", "visited_on": "2024-02-31"}, 422),
        (f"/desk/visits/{visit}/plan/", {"version": "1", "planned_on": "2024-13-01"}, 422),
        (f"/desk/visits/{visit}/plan/", {"version": NO_END}, 409),
        ("/desk/runs/new/", {"zones": "Z1", "seed": "9" * 30}, 400),
    ]  # fmt: skip
    told = [(address, client.post(address, data).status_code) for address, data, _ in tried]
    assert told == [(address, status) for address, _, status in tried]


def test_what_a_place_was_in_a_zone_out_of_sight_stays_there(boss):
    a_place(boss, "L1", "Z1", owner="旧主")
    write("places", [Write("change", "L1", {"owner": ""})], by=boss, reason="旧事")
    comment("places", "L1", zone_id="Z1", words="旧话", by=boss)
    write("places", [Write("change", "L1", {"zone_id": "Z2"})], by=boss, reason="划转")
    there, everywhere = logged_in(a_user("committee", "Z2")), logged_in(boss)
    for part in ("history", "timeline"):
        address = f"/desk/places/L1/{part}/"
        seen, all_of_it = there.get(address).content.decode(), everywhere.get(address).content.decode()
        assert [word for word in ("旧主", "旧事", "旧话", "划转") if word in seen] == ["划转"]
        assert "旧主" in all_of_it
    old = Entry.objects.get(reason="旧事")
    assert there.get(f"/desk/places/L1/history/{old.pk}/restore/").status_code == 404


def test_the_id_of_a_place_deleted_elsewhere_is_not_taken_over_with_its_files(boss):
    a_place(boss, "L1", "Z1")
    remove("places", "L1", version=1, by=boss, reason="拆除")
    with pytest.raises(InputError) as error:
        a_place(a_user("committee", "Z2"), "L1", "Z2")
    assert [fault.code for fault in error.value.faults] == ["key-taken"]
    a_place(a_user("committee", "Z1"), "L1", "Z1")


def test_searches_of_a_thousand_words_are_cut(boss):
    words = " ".join(f"词{n}" for n in range(1_500))
    client = logged_in(boss)
    for address in ("/desk/leads/", "/desk/imports/", "/desk/visits/", "/desk/search", "/desk/places/"):
        assert client.get(address, {"q": words}, follow=True).status_code == 200


def test_the_trail_can_be_asked_for_until_the_last_day_there_is(boss):
    page = logged_in(boss).get("/desk/audit/", {"until": "9999-12-31"})
    assert page.status_code == 200


@pytest.mark.parametrize(
    "address", ["/places?zone=%00", "/desk/leads/?q=%00", "/desk/places/%00/", "/s/%00/"]
)
def test_the_sign_zero_is_sent_back(boss, address):
    assert logged_in(boss).get(address).status_code == 400


def test_the_sign_zero_in_a_form_or_an_escape_reaches_no_database(boss):
    client = logged_in(boss)
    assert client.post("/desk/places/L1/timeline/add/", {"words": "a\0b"}).status_code == 400
    assert client.post("/share", {"place": "\0"}).status_code == 400
    assert client.get("/desk/places/a~00b/").status_code == 404


def test_a_visit_is_told_on_the_timeline_of_an_outside_firm_in_its_own_zone_only(boss):
    place = a_place(boss, "L1", "Z1")
    a_firm(boss, "F1", None)
    visit = plan(place, [Whom("firm", "F1", "F1公司")], planned_on=None, keeper=None, by=boss)[0]
    note_outcome(visit, outcome="thinking", told="租金谈到八元", visited_on=date(2024, 2, 29), by=boss)
    told = [
        "租金谈到八元" in logged_in(user).get("/desk/firms/F1/timeline/").content.decode()
        for user in (boss, a_user("company", "Z1"), a_user("company", "Z2"))
    ]
    assert told == [True, True, False]
