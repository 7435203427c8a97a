import pytest
from django.urls import reverse

from tests.web import newspaper
from tests.web.office import a_firm, a_place, a_project, a_user, a_zone
from yinfeng.web.jobs.queries import latest
from yinfeng.web.jobs.work import execute
from yinfeng.web.matching.models import Acceptance, Deal
from yinfeng.web.runs.models import Run

pytestmark = pytest.mark.django_db


@pytest.fixture
def planned(client):
    """A plan of the newspaper's zones, and a member of the committee who looks at it."""
    boss = a_user("committee")
    newspaper.enter(boss)
    client.force_login(boss)
    return newspaper.a_plan(boss)


def test_a_plan_is_asked_for_and_waits(client):
    a_zone("Z1")
    client.force_login(a_user("committee", "Z1"))
    told = {
        "zones": ["Z1"],
        "rulebook": "shanxi",
        "as_of": "2024-02-29",
        "with_pins": "on",
        "time_limit_s": "10",
    }
    answer = client.post(reverse("run-new"), told)
    assert answer.url == reverse("run", args=[Run.objects.get().pk])
    assert "排队中" in client.get(answer.url).content.decode()
    assert "排队中" in client.get(reverse("runs")).content.decode()


def test_from_the_question_to_the_accepted_row(planned, client):
    page = client.get(reverse("run", args=[planned.pk])).content.decode()
    row = planned.rows.get(project_id="P3")
    assert row.place_ids == ["L1"]
    assert row.project_name in page
    assert "采纳，转撮合" in page  # the newspaper's building belongs to a firm
    answer = client.post(reverse("row-accept", args=[planned.pk, row.pk]), {"reason": "会议"})
    assert answer.status_code == 302
    deal = Deal.objects.get()
    assert (deal.place_id, deal.project_id) == ("L1", "P3")
    again = client.post(reverse("row-accept", args=[planned.pk, row.pk]))
    assert again.status_code == 400
    assert Acceptance.objects.count() == 1
    undone = client.post(
        reverse("row-undo", args=[planned.pk, Acceptance.objects.get().pk]), {"reason": "误点"}
    )
    assert undone.status_code == 302
    assert Deal.objects.get().state == "withdrawn"


def test_every_part_of_a_plan_opens_in_both_languages(planned, client):
    for lang, word in (("zh", "影子价格"), ("en", "Shadow prices")):
        client.cookies["yinfeng_language"] = lang
        titles = [sheet["title"] for sheet in planned.sheets[lang]]
        assert word in titles
        for number in range(len(titles)):
            assert client.get(reverse("run-sheet", args=[planned.pk, number])).status_code == 200
        assert client.get(reverse("run-places", args=[planned.pk])).status_code == 200
        assert client.get(reverse("runs")).status_code == 200
    assert client.get(reverse("run-sheet", args=[planned.pk, 99])).status_code == 404
    features = client.get(reverse("run-map", args=[planned.pk])).json()["features"]
    assert {one["properties"]["key"] for one in features} == set(
        planned.places.values_list("place_id", flat=True)
    )


def test_a_bar_tried_on_the_page_gives_another_plan_beside_the_first(planned, client):
    answer = client.post(reverse("run-replan", args=[planned.pk]), {"try:P3|L1": "bar"})
    second = Run.objects.latest("pk")
    assert answer.url == reverse("run", args=[second.pk])
    execute.call(latest("runs", str(second.pk)).pk)
    second.refresh_from_db()
    assert second.based_on == planned
    assert second.rows.get(project_id="P3").place_ids != ["L1"]
    assert second.answer["value_yuan"] < planned.answer["value_yuan"]
    page = client.get(reverse("run-compare", args=[planned.pk, second.pk])).content.decode()
    assert "≠ 不同" in page
    workbook = client.get(reverse("run-workbook", args=[second.pk]))
    assert workbook.getvalue()[:2] == b"PK"


def test_who_may_not_see_one_zone_of_a_run_does_not_see_the_run(planned, client):
    client.force_login(a_user("committee", "Z9"))
    assert client.get(reverse("run", args=[planned.pk])).status_code == 404
    assert f"#{planned.pk}" not in client.get(reverse("runs")).content.decode()
    client.force_login(a_user("administrator"))
    assert client.get(reverse("runs")).status_code == 403


def test_wrong_settings_are_told_and_kept(client):
    a_zone("Z1")
    client.force_login(a_user("committee", "Z1"))
    told = {"zones": [], "as_of": "2024-13-45", "time_limit_s": "0", "seed": "x", "title": "试"}
    page = client.post(reverse("run-new"), told)
    assert page.status_code == 400
    assert [fault.found for fault in page.context["faults"]] == ["2024-13-45", "0", "x"]
    assert (
        client.post(
            reverse("run-new"), told | {"as_of": "2024-02-29", "time_limit_s": "5", "seed": "1"}
        ).status_code
        == 400
    )
    assert Run.objects.count() == 0


def test_a_deal_is_carried_on_its_page(client):
    a_zone("Z1")
    boss = a_user("committee", "Z1")
    a_place(boss, "L1", owner_kind="firm")
    a_project(boss, "P1")
    deal = Deal.objects.create(place_id="L1", project_id="P1", zone_id="Z1")
    client.force_login(boss)
    told = {"version": 1, "state": "asked", "terms": "", "next_on": "", "reason": "电话"}
    assert client.post(reverse("deal-move", args=[deal.pk]), told).status_code == 302
    assert client.post(reverse("deal-move", args=[deal.pk]), told).status_code == 409
    assert (
        client.post(
            reverse("deal-move", args=[deal.pk]), told | {"version": 2, "state": "to_ask"}
        ).status_code
        == 400
    )
    page = client.get(reverse("deal", args=[deal.pk])).content.decode()
    assert "电话" in page
    assert client.get(reverse("deals")).status_code == 200


def test_the_owner_of_a_deals_place_is_a_firm_with_a_name(client):
    a_zone("Z1")
    a_zone("Z2")
    boss = a_user("committee", "Z1")
    a_firm(boss, "F1", firm_name="甲公司")
    a_firm(a_user("committee"), "F9", "Z2", firm_name="外区公司")
    a_place(boss, "L1", owner_kind="firm", owner="F1")
    a_place(boss, "L2", owner_kind="firm", owner="F9")
    a_project(boss, "P1")
    deals = [Deal.objects.create(place_id=at, project_id="P1", zone_id="Z1") for at in ("L1", "L2")]
    client.force_login(boss)
    link = '<a class="yf-link" href="/desk/firms/F1/">甲公司（F1）</a>'
    pages = [client.get(reverse("deal", args=[deal.pk])).text for deal in deals]
    pages.append(client.get(reverse("deals")).text)
    assert [link in page for page in pages] == [True, False, True]
    assert ["F9" in page for page in pages] == [False, True, True]
    assert ["外区公司" in page for page in pages] == [False, False, False]
