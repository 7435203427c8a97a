import pytest

from tests.web.office import a_place, a_user, a_zone
from yinfeng.web.ledgers.models import SavedView
from yinfeng.web.ledgers.saved_views import save

pytestmark = pytest.mark.django_db
MODEL = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def boss(client):
    a_zone("Z1")
    user = a_user("committee")
    a_place(user, "L1", status="vacant")
    a_place(user, "L2", status="in_use")
    client.force_login(user, backend=MODEL)
    return user


def test_a_list_is_saved_and_its_link_shows_the_same_list(client, boss):
    address = "/desk/views/places/save/?status=vacant&columns=place_id&sort=-place_id&size=50&page=2&view=9"
    assert client.get(address).status_code == 200
    response = client.post(address, {"name": "闲置", "audience": "mine"})
    view = SavedView.objects.get()
    assert view.query == "status=vacant&columns=place_id&sort=-place_id&size=50"
    assert response["Location"] == f"/desk/places/?{view.query}&view={view.pk}"
    page = client.get(response["Location"])
    assert [row.key for row in page.context["listing"].rows] == ["L1"]
    tab = page.context["views"][0]
    assert (tab.is_open, tab.is_changed, tab.is_own) == (True, False, True)
    assert client.get(response["Location"] + "&q=x").context["views"][0].is_changed


def test_views_are_counted_for_who_looks(client, boss):
    view = save(ledger="places", name="闲置", query="status=vacant", audience="everyone", by=boss)
    other = save(ledger="places", name="错的", query="area_m2=big", by=boss)
    assert client.get("/desk/views/places/counts").json() == {str(view.pk): 1, str(other.pk): 0}


def test_who_may_not_publish_is_not_offered_it_and_cannot(client, boss):
    client.force_login(a_user("company", "Z1", username="member"), backend=MODEL)
    page = client.get("/desk/views/places/save/")
    assert "default_for" not in page.context["form"].fields
    assert [value for value, _ in page.context["form"].fields["audience"].choices] == ["mine", "department"]
    client.post("/desk/views/places/save/", {"name": "一", "audience": "everyone"})
    assert not SavedView.objects.exists()


def test_a_fault_is_said_on_the_page(client, boss):
    page = client.post("/desk/views/places/save/", {"name": "一", "audience": "department"})
    assert len(page.context["faults"]) == 1


def test_a_view_of_another_is_not_there_to_be_removed(client, boss):
    view = save(ledger="places", name="一", query="", by=boss)
    client.force_login(a_user("committee", username="second"), backend=MODEL)
    assert client.post(f"/desk/views/places/{view.pk}/remove/").status_code == 404
    client.force_login(boss, backend=MODEL)
    assert client.get(f"/desk/views/places/{view.pk}/remove/").status_code == 405
    assert client.post(f"/desk/views/places/{view.pk}/remove/")["Location"] == "/desk/places/"
    assert not SavedView.objects.exists()
