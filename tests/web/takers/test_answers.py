"""Who could take a place: the same answer as the command line's, within what the reader may see."""

from datetime import date
from typing import Any

import pytest

from tests.web import newspaper
from tests.web.office import a_firm, a_place, a_project, a_user, a_zone
from yinfeng.core.matching.model import build
from yinfeng.core.matching.rank import takers_of
from yinfeng.core.text import Text
from yinfeng.core.units import YUAN_PER_WAN
from yinfeng.tables.matching import to_facts
from yinfeng.tables.policy import read_policy
from yinfeng.tables.visits import firm_visits
from yinfeng.web.accounts.models import User
from yinfeng.web.leads.actions import take_enquiry
from yinfeng.web.places.models import Place
from yinfeng.web.takers.answers import Answer, takers_for
from yinfeng.web.takers.models import Visit
from yinfeng.web.zones.models import Membership

pytestmark = pytest.mark.django_db

BUILDING = {
    "status": "vacant", "area_m2": 6_000.0, "owner": "管委会", "owner_kind": "committee",
    "land_use": "industrial", "idle_since": date(2023, 1, 1),
}  # fmt: skip
NEED = {"floor_min_m2": 5_000.0, "industry_code": "C3024", "tax_wan_yr": 500.0, "stage": "talks"}


def keys(answer: Answer) -> list[str]:
    return [taker.key for taker in answer.passing]


def a_company(zone: str) -> User:
    return a_user("company", zone, f"company-{zone}")


def test_it_is_the_command_lines_answer_on_the_same_ledgers(monkeypatch: pytest.MonkeyPatch) -> None:
    day = date(2024, 2, 29)
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: day)
    boss = a_user()
    newspaper.enter(boss)
    ledgers = newspaper.ledgers()
    policy = read_policy("shanxi", day)
    model = build(to_facts(ledgers, policy), policy)
    ids = model.facts.projects.id
    for place in model.facts.places.id:
        fits = takers_of(model, place, near=10)
        told = takers_for(Place.objects.get(place_id=place), boss, near=10)
        assert [(t.key, t.offer, t.value_wan) for t in told.passing] == [
            (ids[fit.project], fit.offer, fit.value / YUAN_PER_WAN) for fit in fits if fit.passes
        ]
        assert [(t.key, len(t.misses)) for t in told.near] == [
            (ids[fit.project], len(fit.misses)) for fit in fits if not fit.passes
        ]
        said = {Text(f"可问现有企业 {t.name}：{t.notes[0].zh}", "").zh for t in told.firms}
        assert said == {line.zh for line in firm_visits(ledgers, model, place)}


def test_worth_comes_with_reasons_and_misses_with_amounts() -> None:
    a_zone()
    boss = a_user()
    a_place(boss, "L1", **BUILDING)
    a_project(boss, "P1", **NEED)
    a_project(boss, "P2", **NEED | {"floor_min_m2": 7_500.0})
    answer = takers_for(Place.objects.get(), boss)
    (first,) = answer.passing
    assert (first.key, first.passes) == ("P1", True)
    assert first.value_wan == pytest.approx(sum(part.wan for part in first.parts))
    assert [part.title.zh for part in first.parts] == ["产出", "盘活存量", "多占场地"]
    (near,) = answer.near
    assert [text.zh for text in near.misses] == [
        "面积：至少要 7,500 ㎡（11.2 亩），只有 6,000 ㎡（9 亩），小 1,500 ㎡（2.2 亩）"
    ]


def test_nobody_learns_of_projects_outside_their_zones() -> None:
    a_zone("Z1"), a_zone("Z2")
    boss = a_user()
    a_place(boss, "L1", **BUILDING)
    for key, zone in (("P1", "Z1"), ("P2", "Z2"), ("P3", None)):
        a_project(boss, key, zone, **NEED)
    place = Place.objects.get()
    assert sorted(keys(takers_for(place, boss))) == ["P1", "P2", "P3"]
    assert sorted(keys(takers_for(place, a_company("Z1")))) == ["P1", "P3"]


def test_a_changed_ledger_is_seen_at_once() -> None:
    a_zone()
    boss = a_user()
    a_place(boss, "L1", **BUILDING)
    place = Place.objects.get()
    assert keys(takers_for(place, boss)) == []
    project = a_project(boss, "P1", **NEED)
    assert keys(takers_for(place, boss)) == ["P1"]
    project.delete()
    assert keys(takers_for(place, boss)) == []


def test_a_parcel_is_offered_with_those_beside_it() -> None:
    a_zone()
    boss = a_user()
    land = BUILDING | {"kind": "land", "area_m2": 20_000.0}
    a_place(boss, "L1", **land, adjacent_to=[])
    a_place(boss, "L2", **land, adjacent_to=["L1"])
    a_place(boss, "L3", **land, adjacent_to=["L2"])
    a_place(boss, "L4", **land | {"owner": "别人"}, adjacent_to=["L1"])
    a_project(
        boss, "P1", stage="talks", industry_code="C3024", land_min_mu=85.0, fixed_investment_wan=90_000.0
    )
    (found,) = takers_for(Place.objects.get(place_id="L1"), boss).passing
    assert found.offer == "L1 + L2 + L3"


def test_leads_are_judged_by_what_they_said() -> None:
    a_zone()
    boss = a_user()
    a_place(boss, "L1", **BUILDING)

    def ask(firm: str, need: dict[str, str], places: list[str]) -> Any:
        contact = {"contact": "张", "phone": "1", "email": "", "firm_name": firm}
        return take_enquiry(**contact, zone_id="Z1", place_ids=places, need=need)

    need = {"floor_min_m2": "5000平方米", "industry_code": "C3024", "tax_wan_yr": "500"}
    fits = ask("甲公司", need, [])
    small = ask("乙公司", need | {"floor_min_m2": "1万平方米"}, [])
    silent = ask("丙公司", {}, ["L1"])
    ask("丁公司", {}, [])
    answer = takers_for(Place.objects.get(), boss)
    assert [(t.who, t.key, t.name) for t in answer.passing] == [(Visit.Who.LEAD, fits.number, "甲公司")]
    assert [t.key for t in answer.near] == [small.number]
    assert [t.key for t in answer.interested] == [silent.number]


def test_linked_firms_are_named_to_those_who_may_see_them_all() -> None:
    a_zone()
    a_zone("Z11", part_of_id="Z1")
    boss = a_user()
    a_place(boss, "L1", "Z11", **BUILDING)
    a_project(boss, "P1", None, **NEED)
    a_firm(boss, "F1", "Z1", industry_code="D4411")
    a_firm(boss, "F2", "Z11", industry_code="D4411")

    def said(user: User) -> set[str]:
        return {part.sentence.zh for part in takers_for(Place.objects.get(), user).passing[0].parts}

    assert "本区已有上下游企业 2 家：F1公司、F2公司" in said(boss)
    assert "本区已有上下游企业" in said(a_company("Z11"))


def test_who_may_not_see_leads_or_firms_gets_none() -> None:
    a_zone()
    boss = a_user()
    a_place(boss, "L1", **BUILDING)
    a_firm(boss, "F1", seeks_space=True)
    need = {"floor_min_m2": "5000", "industry_code": "C3024"}
    take_enquiry(contact="张", phone="1", email="", zone_id="Z1", place_ids=[], need=need)
    place = Place.objects.get()
    assert (len(takers_for(place, boss).passing), len(takers_for(place, boss).firms)) == (1, 1)
    officer = a_user("department", "Z1")
    told = takers_for(place, officer)
    assert (told.passing, [taker.key for taker in told.firms]) == ((), ["F1"])
    Membership.objects.filter(user=officer).update(role="administrator")
    told = takers_for(place, User.objects.get(pk=officer.pk))
    assert (told.passing, told.firms, told.looking) == ((), (), 0)
