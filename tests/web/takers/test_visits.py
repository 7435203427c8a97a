"""Visits: planned from a place's takers, noted one after another, moved, dropped, printed."""

from datetime import timedelta

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from tests.web.office import a_firm, a_place, a_project, a_user, a_zone
from yinfeng.core.errors import InputError
from yinfeng.web.accounts.models import User
from yinfeng.web.audit.models import Entry
from yinfeng.web.audit.queries import history
from yinfeng.web.ledgers.actions import Conflict
from yinfeng.web.places.models import Place
from yinfeng.web.takers import actions, queries
from yinfeng.web.takers.actions import Whom
from yinfeng.web.takers.models import Visit
from yinfeng.web.takers.queries import Asked
from yinfeng.web.zones.policy import Refused

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
P1 = Whom("project", "P1", "P1项目")


@pytest.fixture
def boss() -> User:
    """An office with two zones, a place in each, two projects and a firm."""
    a_zone("Z1"), a_zone("Z2")
    boss = a_user(username="boss", department="招商局", first_name="周主任")
    building = {"status": "vacant", "area_m2": 6_000.0, "land_use": "industrial"}
    a_place(boss, "L1", "Z1", **building)
    a_place(boss, "L2", "Z2", **building, owner_kind="firm")
    a_project(boss, "P1", stage="talks")
    a_project(boss, "P2", stage="talks")
    a_firm(boss, "F1", seeks_space=True)
    return boss


def planned(boss: User, *whom: Whom, place: str = "L1", on: int = 0) -> list[Visit]:
    day = TODAY + timedelta(on)
    found = Place.objects.get(place_id=place)
    return actions.plan(found, whom or (P1,), planned_on=day, keeper=boss, by=boss)


def noted(visit: Visit, by: User, **told: object) -> Visit | None:
    plain = {"outcome": "thinking", "told": "要问总部", "visited_on": TODAY}
    return actions.note_outcome(visit, **(plain | told), by=by)


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


def test_a_visit_is_planned_once(boss: User) -> None:
    (visit,) = planned(boss)
    assert (visit.zone_id, visit.keeper, visit.department, visit.state) == ("Z1", boss, "招商局", "planned")
    assert planned(boss, P1, Whom("firm", "F1", "F1公司")) == list(Visit.objects.filter(who="firm"))
    assert [(e.action, e.zone_id) for e in history("visits", str(visit.pk))] == [("add", "Z1")]


def test_only_who_may_note_outcomes_is_sent(boss: User) -> None:
    with pytest.raises(InputError) as faults:
        actions.plan(Place.objects.get(place_id="L1"), [], planned_on=None, keeper=a_user(None), by=boss)
    assert [fault.code for fault in faults.value.faults] == ["not-a-keeper", "nobody"]


@pytest.mark.parametrize("role", ["department", "auditor", "administrator", None])
def test_who_has_no_right_changes_nothing(boss: User, role: str | None) -> None:
    other = a_user(role, "Z1")
    (visit,) = planned(boss)
    before, trail = Visit.objects.values().get(), Entry.objects.count()
    for act in (
        lambda: actions.plan(visit.place, [P1], planned_on=None, keeper=None, by=other),
        lambda: noted(visit, other),
        lambda: actions.move(visit, planned_on=None, keeper=None, by=other),
        lambda: actions.drop(visit, reason="x", by=other),
    ):
        with pytest.raises(Refused):
            act()
    assert (Visit.objects.values().get(), Entry.objects.count()) == (before, trail)


def test_an_outcome_is_told_on_every_timeline_and_plans_the_next_visit(boss: User) -> None:
    (visit,) = planned(boss)
    again = noted(visit, boss, next_on=TODAY + timedelta(7), next_step="带总部的人来")
    assert again is not None
    assert (visit.state, visit.outcome, visit.version) == ("done", "thinking", 2)
    assert (again.planned_on, again.who_key, again.keeper) == (TODAY + timedelta(7), "P1", boss)
    said = "L1 → P1项目：再考虑；要问总部"
    for kind, key in (("places", "L1"), ("projects", "P1")):
        entry = history(kind, key).first()
        assert entry is not None
        assert (entry.action, entry.reason) == ("visit", said)
    assert [e.action for e in history("visits", str(visit.pk))] == ["outcome", "add"]
    assert noted(visit, boss, next_on=TODAY + timedelta(9)) is None  # corrected: the same visit, another day
    again.refresh_from_db()
    assert again.planned_on == TODAY + timedelta(9)


def test_dates_that_cannot_be_are_refused(boss: User) -> None:
    (visit,) = planned(boss)
    with pytest.raises(InputError) as faults:
        noted(visit, boss, outcome="maybe", visited_on=TODAY + timedelta(1), next_on=TODAY)
    assert [fault.code for fault in faults.value.faults] == ["no-outcome", "not-yet", "not-after"]


def test_two_who_note_at_once_do_not_overwrite_each_other(boss: User) -> None:
    (visit,) = planned(boss)
    other = Visit.objects.get(pk=visit.pk)
    noted(visit, boss)
    with pytest.raises(Conflict):
        noted(other, boss, told="别的")
    assert Visit.objects.get(pk=visit.pk).told == "要问总部"


def test_a_dropped_visit_can_be_planned_again(boss: User) -> None:
    (visit,) = planned(boss)
    actions.drop(visit, reason="企业已搬走", by=boss)
    assert Visit.objects.get().state == "dropped"
    actions.move(visit, planned_on=TODAY, keeper=boss, by=boss)
    assert Visit.objects.get().state == "planned"
    noted(visit, boss)
    with pytest.raises(InputError):
        actions.drop(visit, reason="x", by=boss)


def test_lists_are_narrowed_by_whose_and_when(boss: User) -> None:
    colleague = a_user("company", "Z1", "colleague", department="招商局")
    mine = planned(boss, on=-3)[0]
    theirs = actions.plan(
        mine.place, [Whom("project", "P2", "")], planned_on=TODAY + timedelta(30), keeper=colleague, by=boss
    )[0]
    far = planned(boss, place="L2", on=30)[0]

    def keys(user: User, **asked: str) -> list[int]:
        return list(queries.visits_for(user, Asked(**asked)).values_list("pk", flat=True))

    assert keys(boss) == [mine.pk, far.pk]
    assert keys(boss, whose="department") == [mine.pk, theirs.pk, far.pk]
    assert keys(boss, when="due") == [mine.pk]
    assert keys(boss, when="week") == [mine.pk]
    assert keys(boss, when="later") == [far.pk]
    assert keys(boss, whose="all", zone="Z2") == [far.pk]
    assert keys(boss, whose="all", typed="p2") == [theirs.pk]
    assert keys(colleague, whose="all") == [mine.pk, theirs.pk]
    assert queries.counts_for(colleague) == {"mine": 1, "department": 2, "all": 2}


def test_an_address_reads_back_as_it_was_written() -> None:
    asked = Asked(whose="all", state="done", when="due", outcome="interested", zone="Z1", typed="粉煤灰 板")
    assert queries.read(QueryDict(asked.query)) == asked
    assert Asked().query == ""
    assert queries.read({"whose": "x", "state": "x", "outcome": "x"}) == Asked()


def test_takers_are_ticked_and_visited_one_after_another(boss: User) -> None:
    client = logged_in(boss)
    page = client.get("/desk/places/L1/takers/")
    assert page.status_code == 200
    assert 'value="firm:F1"' in page.text
    told = {"who": ["project:P1", "firm:F1", "firm:none"], "planned_on": str(TODAY), "keeper": "boss"}
    assert client.post("/desk/places/L1/takers/plan/", told).status_code == 302
    first, second = Visit.objects.order_by("pk")
    assert (first.who_name, second.who_name) == ("P1项目", "F1公司")
    form = {"version": "1", "outcome": "thinking", "told": "再说", "visited_on": str(TODAY), "go_on": "yes"}
    answer = client.post(f"/desk/visits/{first.pk}/outcome/?whose=all", form)
    assert answer.headers["Location"] == f"/desk/visits/{second.pk}/?whose=all"
    assert client.post(f"/desk/visits/{second.pk}/outcome/", form).headers["Location"] == "/desk/visits/"


def test_an_interest_shows_what_can_follow(boss: User) -> None:
    client = logged_in(boss)
    (own,) = planned(boss)
    (brokered,) = planned(boss, place="L2")
    for visit in (own, brokered):
        form = {"version": "1", "outcome": "interested", "visited_on": str(TODAY), "go_on": "yes"}
        assert client.post(f"/desk/visits/{visit.pk}/outcome/", form).headers["Location"] == (
            f"/desk/visits/{visit.pk}/"
        )
    pin = "/desk/pins/new/?project_id=P1&amp;place_id=L1&amp;action=pin"
    assert pin in client.get(f"/desk/visits/{own.pk}/").text
    shown = client.get(f"/desk/visits/{brokered.pk}/").text
    assert (pin in shown, "/desk/deals/" in shown) == (False, True)


def test_a_form_sent_after_somebody_elses_says_so(boss: User) -> None:
    client = logged_in(boss)
    (visit,) = planned(boss)
    form = {"version": "7", "outcome": "thinking", "visited_on": str(TODAY)}
    answer = client.post(f"/desk/visits/{visit.pk}/outcome/", form)
    assert (answer.status_code, "别人刚改过" in answer.text) == (409, True)
    wrong = client.post(f"/desk/visits/{visit.pk}/outcome/", form | {"version": "1", "outcome": ""})
    assert (wrong.status_code, "有意向、再考虑、无意向、没联系上" in wrong.text) == (422, True)


def test_every_door_asks_the_policy(boss: User) -> None:
    (visit,) = planned(boss)
    other = logged_in(a_user("company", "Z2"))
    assert [other.get(f"/desk/{path}").status_code for path in (
        "places/L1/takers/", f"visits/{visit.pk}/", "visits/?whose=all", "visits/sheet/?whose=all",
    )] == [404, 404, 200, 200]  # fmt: skip
    assert "P1项目" not in other.get("/desk/visits/?whose=all").text
    nobody = logged_in(a_user("administrator"))
    for path in ("places/L1/takers/", "visits/", "visits/sheet/", f"visits/{visit.pk}/"):
        assert nobody.get(f"/desk/{path}").status_code == 403
    assert nobody.post("/desk/visits/visits.xlsx").status_code == 403


def test_a_list_is_printed_and_exported(boss: User) -> None:
    client = logged_in(boss)
    planned(boss)
    assert "□ 有意向" in client.get("/desk/visits/sheet/").text
    file = client.post("/desk/visits/visits.xlsx")
    assert file.content[:2] == b"PK"
    entry = history("visits", "").first()
    assert entry is not None
    assert (entry.action, entry.after) == ("export", '{"kind":"xlsx","query":"","rows":1}')


def test_a_list_asks_as_often_for_many_as_for_one(boss: User, django_assert_num_queries) -> None:
    client = logged_in(boss)
    planned(boss)
    client.get("/desk/visits/")
    with django_assert_num_queries(6):
        client.get("/desk/visits/")
    planned(boss, *(Whom("firm", f"F{n}", "") for n in range(9)))
    with django_assert_num_queries(6):
        client.get("/desk/visits/")
