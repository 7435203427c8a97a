import pytest
from django.urls import reverse

from tests.web.office import a_place, a_project, a_user, a_zone
from yinfeng.core.errors import InputError
from yinfeng.web.audit.models import Entry
from yinfeng.web.audit.queries import changes
from yinfeng.web.leads.actions import (
    MOST_PER_HOUR,
    TooMany,
    follow,
    make_project,
    take_enquiry,
)
from yinfeng.web.leads.models import Lead
from yinfeng.web.ledgers.actions import Conflict
from yinfeng.web.ledgers.registry import find
from yinfeng.web.zones.policy import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    a_zone("Z1")
    a_zone("Z2")
    return a_user("committee", "Z1")


def an_enquiry(zone_id="Z1", **told):
    asked = {"contact": "来访者", "phone": "0351-0000000", "email": "", "place_ids": ["L1"]}
    return take_enquiry(zone_id=zone_id, **(asked | {"need": {"land_min_mu": "不超过30亩"}} | told))


def test_an_enquiry_is_kept_without_its_contact_on_the_trail(boss):
    lead = an_enquiry()
    entry = Entry.objects.get(kind="leads")
    assert (entry.key, entry.by, entry.zone_id) == (lead.number, "system", "Z1")
    assert "0351" not in entry.after


def test_the_portal_takes_no_more_than_so_many_in_an_hour(boss):
    Lead.objects.bulk_create([Lead(number=f"X{n}", contact="x", zone_id="Z1") for n in range(MOST_PER_HOUR)])
    with pytest.raises(TooMany):
        an_enquiry()
    assert an_enquiry(by=boss).came_by == "desk"


def test_what_was_asked_becomes_a_project_without_typing_it_again(boss):
    lead = an_enquiry(firm_name="某公司")
    make_project(lead, project_id="P7", project_name="某项目", by=boss)
    project = find("projects", "P7")
    assert (project.land_min_mu, project.said) == (
        30.0,
        {"land_min_mu.strength": "<=", "land_min_mu.raw": "不超过30亩"},
    )
    assert (project.stage, project.firm, project.zone_id) == ("lead", "某公司", "Z1")
    assert Lead.objects.get().state == "project"
    with pytest.raises(InputError):
        make_project(lead, project_id="P8", project_name="又一个", by=boss)


def test_a_project_id_that_is_taken_leaves_the_lead_as_it_was(boss):
    a_project(boss, "P7")
    with pytest.raises(InputError):
        make_project(an_enquiry(), project_id="P7", project_name="某项目", by=boss)
    assert Lead.objects.get().state == "new"


def test_following_notes_when_it_was_answered_and_sees_a_conflict(boss):
    lead = an_enquiry()
    older = Lead.objects.get()
    follow(lead, by=boss, state="answered", keeper=boss.username, reason="已回电")
    assert Lead.objects.get().answered_at is not None
    with pytest.raises(Conflict):
        follow(older, by=boss, state="closed")


def test_who_asked_can_be_cleared_with_what_they_wrote(boss, client):
    told = "我是李某某，手机 139-0000-1111"
    lead = an_enquiry(message=told)
    client.force_login(boss)
    assert client.post(reverse("lead-forget", args=[lead.number]), {"reason": "本人要求"}).status_code == 302
    lead = Lead.objects.get()
    assert (lead.contact, lead.phone, lead.email, lead.message) == ("—", "", "", "")
    entry = Entry.objects.get(action="forget")
    assert (entry.reason, entry.before) == ("本人要求", "")
    assert changes(entry) == {"cleared": (None, ["联系人", "电话", "留言"])}
    pages = (reverse("lead", args=[lead.number]), f"{reverse('leads')}?q=李某某", f"/desk/audit/{entry.pk}/")
    for page in pages:
        assert told not in client.get(page).text
    assert "联系人、电话、留言" in client.get(pages[-1]).text


def test_only_those_of_the_zone_see_and_follow(boss, client):
    lead, other = an_enquiry("Z1"), an_enquiry("Z2")
    with pytest.raises(Refused):
        follow(other, by=boss, state="answered")
    client.force_login(boss)
    page = client.get(reverse("leads")).content.decode()
    assert lead.number in page
    assert other.number not in page
    assert client.get(reverse("lead", args=[lead.number])).status_code == 200
    assert client.get(reverse("lead", args=[other.number])).status_code == 404
    client.force_login(a_user("department", "Z1"))
    assert client.get(reverse("leads")).status_code == 403


def test_the_pages_post_what_they_say(boss, client):
    a_place(boss, "L1")
    lead = an_enquiry()
    client.force_login(boss)
    told = {
        "version": 1,
        "state": "visit",
        "keeper": boss.username,
        "next_on": "2026-12-01",
        "reason": "约好来看",
    }
    assert client.post(reverse("lead-follow", args=[lead.number]), told).status_code == 302
    assert client.post(reverse("lead-follow", args=[lead.number]), told).status_code == 409
    assert str(Lead.objects.get().next_on) == "2026-12-01"
    named = {"project_id": "P7", "project_name": "某项目"}
    assert client.post(reverse("lead-project", args=[lead.number]), named).status_code == 302
    assert client.post(reverse("lead-project", args=[lead.number]), named).status_code == 400
