"""Enquiries, links to share and response packs: once, not too often, only what is public."""

import json
import time
from datetime import date, timedelta

import pytest
from django.core import signing
from django.utils import timezone

from tests.web.office import a_user, a_zone
from tests.web.portal.town import NEED, a_boss, a_site
from yinfeng.web.audit.models import Entry
from yinfeng.web.leads.models import Lead
from yinfeng.web.places.models import Place
from yinfeng.web.portal import forms, limits
from yinfeng.web.portal.enquiries import answer_by
from yinfeng.web.portal.models import Asked, Receipt, Share
from yinfeng.web.portal.public import among
from yinfeng.web.portal.sharing import end_share, make_share
from yinfeng.web.zones.policy import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    by = a_boss()
    a_site(by, "L1")
    a_site(by, "L2")
    return by


def a_token(age_s=60.0, number="form-1"):
    return signing.dumps({"id": number, "at": time.time() - age_s}, salt=forms._SALT)


def told(**more):
    return {"contact": "来访者", "phone": "0351-0000000", "token": a_token(), "place": ["L1"]} | NEED | more


def test_an_enquiry_becomes_a_lead_with_its_need(boss, client):
    answer = client.post("/enquiry", told(place=["L1", "L2"], firm_name="某公司", message="电够吗"))
    lead, receipt = Lead.objects.get(), Receipt.objects.get()
    assert answer.headers["Location"] == f"/enquiry/{receipt.secret}/"
    assert (lead.zone_id, lead.place_ids, lead.need) == ("Z1", ["L1", "L2"], {"floor_min_m2": "8000平"})
    assert (lead.contact, lead.firm_name, lead.message, lead.came_by) == (
        "来访者",
        "某公司",
        "电够吗",
        "portal",
    )
    page = client.get(answer.headers["Location"]).content.decode()
    assert lead.number in page
    assert receipt.answer_by.isoformat() in page
    assert "0351" not in page


def test_the_same_form_is_taken_once(boss, client):
    first, second = client.post("/enquiry", told()), client.post("/enquiry", told())
    assert first.headers["Location"] == second.headers["Location"]
    assert Lead.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"contact": ""}, "contact"),
        ({"phone": ""}, "phone"),
        ({"phone": "abc"}, "phone"),
        ({"phone": "", "email": "nobody"}, "email"),
        ({"website": "http://spam"}, "website"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(boss, client, wrong, field):
    answer = client.post("/enquiry", told(message="电够吗") | wrong)
    assert field in answer.context["form"].errors
    page = answer.content.decode()
    assert "电够吗" in page
    assert 'name="place" value="L1"' in page
    assert not Lead.objects.exists()


@pytest.mark.parametrize("age_s", [None, 0.0, 2 * 24 * 3600.0])
def test_a_form_sent_at_once_or_much_later_is_asked_again(boss, client, age_s):
    token = "made up" if age_s is None else a_token(age_s)
    answer = client.post("/enquiry", told(token=token))
    assert (answer.status_code, Lead.objects.exists()) == (200, False)
    assert (answer.context["token"] == token) is (age_s == 0.0)


def test_a_place_that_left_meanwhile_does_not_cost_the_message(boss, client):
    Place.objects.filter(place_id="L1").update(is_released=False)
    assert client.post("/enquiry", told(message="电够吗")).status_code == 302
    assert (Lead.objects.get().place_ids, Lead.objects.get().message) == ([], "电够吗")


def test_a_mail_address_is_enough(boss, client):
    assert client.post("/enquiry", told(phone="", email="a@example.com")).status_code == 302


def test_one_address_may_not_ask_too_often(boss, client):
    most = limits.LIMITS["enquiry"].per_address
    answers = [client.post("/enquiry", told(token=a_token(number=f"f{n}"))) for n in range(most + 1)]
    assert [answer.status_code for answer in answers] == [302] * most + [429]
    assert "来访者" in answers[-1].content.decode()
    elsewhere = client.post("/enquiry", told(token=a_token(number="x")), REMOTE_ADDR="10.0.0.9")
    assert elsewhere.status_code == 302
    assert not Asked.objects.filter(who__contains="127").exists()


def test_all_together_may_not_ask_too_often(boss, client):
    Asked.objects.bulk_create(
        [Asked(what="enquiry", who=f"{n}") for n in range(limits.LIMITS["enquiry"].together)]
    )
    assert client.post("/enquiry", told()).status_code == 429
    Asked.objects.update(at=timezone.now() - timedelta(hours=2))
    assert client.post("/enquiry", told()).status_code == 302
    assert Asked.objects.count() == 1


def test_an_enquiry_without_places_is_for_every_zone(boss, client):
    client.post("/enquiry", told(place=[]))
    assert Lead.objects.get().zone_id is None


@pytest.mark.parametrize(
    ("day", "by"),
    [
        (date(2026, 11, 23), date(2026, 11, 25)),  # Monday
        (date(2026, 11, 26), date(2026, 11, 30)),  # Thursday
        (date(2026, 11, 28), date(2026, 12, 1)),  # Saturday
    ],
)
def test_an_answer_is_due_after_working_days(day, by):
    assert answer_by(day) == by


def shared(client, **more):
    return client.post("/share", {"place": ["L1", "L2"]} | NEED | more).headers["Location"]


def test_a_link_shows_the_places_with_the_need(boss, client):
    link = shared(client)
    share = Share.objects.get()
    assert len(share.secret) == 22  # 128 bits
    assert share.expires_on == timezone.localdate() + timedelta(30)
    answer = client.get(link)
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert [card.offer for card in answer.context["columns"]] == ["L1", "L2"]
    assert "8000" in json.dumps(share.need)


def test_a_link_says_which_place_left_the_market(boss, client):
    link = shared(client)
    Place.objects.filter(place_id="L2").update(status="in_use")
    answer = client.get(link)
    assert ([card.offer for card in answer.context["columns"]], answer.context["opened"].gone) == (
        ["L1"],
        ("L2厂房",),
    )
    assert "L2厂房" in answer.content.decode()
    Place.objects.update(is_released=False)
    assert client.get(link).status_code == 200


def test_a_link_ends_by_the_calendar_or_by_the_staff(boss, client):
    link = shared(client)
    Share.objects.update(expires_on=timezone.localdate() - timedelta(1))
    assert client.get(link).status_code == 404
    Share.objects.update(expires_on=timezone.localdate())
    assert client.get(link).status_code == 200
    client.force_login(boss)
    assert "S0" in client.get("/desk/shares/").content.decode()
    client.post(f"/desk/shares/{Share.objects.get().pk}/end/")
    assert client.get(link).status_code == 404
    assert (Entry.objects.latest("pk").action, Entry.objects.latest("pk").by) == ("end", boss.username)


def test_links_of_other_zones_are_neither_seen_nor_ended(boss, client):
    shared(client)
    a_zone("Z2")
    number = Share.objects.get().pk
    client.force_login(a_user("committee", "Z2"))
    assert not client.get("/desk/shares/").context["shares"]
    assert client.post(f"/desk/shares/{number}/end/").status_code == 404
    client.force_login(a_user("auditor"))
    assert client.post(f"/desk/shares/{number}/end/").status_code == 403
    client.force_login(a_user("department", "Z1"))
    assert client.get("/desk/shares/").status_code == 403
    assert Share.objects.get().ended_at is None


def test_a_pack_is_a_pdf_with_a_link_to_the_same_places(boss, client):
    answer = client.post("/pack", {"place": ["L1", "L2"]} | NEED)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert Share.objects.get().place_ids == ["L1", "L2"]


def test_packs_are_limited(boss, client):
    most = limits.LIMITS["pack"].per_address
    for _ in range(most):
        limits.count("pack", address="127.0.0.1")
    assert client.post("/pack", {"place": "L1"}).status_code == 429


def test_no_more_than_four_stand_side_by_side(boss, client):
    for n in range(3, 7):
        a_site(boss, f"L{n}")
    answer = client.get("/compare", {"place": [f"L{n}" for n in range(1, 7)]})
    assert ([card.offer for card in answer.context["columns"]], answer.context["chosen"].left) == (
        ["L1", "L2", "L3", "L4"],
        2,
    )


def test_looking_never_writes(boss, client):
    counts = [model.objects.count() for model in (Share, Receipt, Asked, Lead)]
    for address in ("/share", "/pack"):
        assert client.get(address).status_code == 405
    client.get("/enquiry?place=L1")
    assert [model.objects.count() for model in (Share, Receipt, Asked, Lead)] == counts


def test_ending_asks_the_policy(boss):
    share = make_share(places=among(["L1"]), need={}, address="x")
    with pytest.raises(Refused):
        end_share(share, by=a_user("department", "Z1"))
