"""The pages of users: what an administrator does there, what others see."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.web.office import a_user, a_zone
from yinfeng.web.accounts.models import User
from yinfeng.web.audit.models import Entry
from yinfeng.web.zones.policy import roles

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(client):
    a_zone("Z1")
    a_zone("Z2")
    root = a_user("administrator", username="root")
    client.post("/desk/login/", {"username": "root", "password": "correct-horse-2024"})
    return root


def test_a_user_is_made_given_a_role_and_comes_in(root, client):
    told = {"username": "li", "first_name": "李四", "department": "招商局", "reason": "到岗"}
    page = client.post("/desk/users/add/", told)
    password = page.context["password"]
    assert password in page.content.decode()
    user = User.objects.get(username="li")
    answer = client.post(f"/desk/users/{user.pk}/grant/", {"role": "company", "zone": "Z1", "reason": "到岗"})
    assert answer.status_code == 302
    assert roles(User.objects.get(username="li")) == {"company"}
    assert password not in client.get(f"/desk/users/{user.pk}/").content.decode()
    client.post("/desk/logout/")
    client.post("/desk/login/", {"username": "li", "password": password})
    assert client.get("/desk/places/").headers["Location"] == "/desk/password/"


def test_nothing_is_given_by_leaving_a_field_as_it_was(root, client):
    user = a_user(None, username="u")
    answer = client.post(f"/desk/users/{user.pk}/grant/", {"role": "company", "zone": "", "reason": "r"})
    assert answer.status_code == 422
    answer = client.post(f"/desk/users/{user.pk}/grant/", {"role": "auditor", "zone": "*", "reason": "r"})
    assert answer.status_code == 422
    assert roles(User.objects.get(username="u")) == frozenset()


@pytest.mark.parametrize("step", ["reset", "activate", "change", "grant"])
def test_nothing_is_done_without_a_reason(root, client, step):
    user = a_user("company", "Z1", "u")
    before = Entry.objects.count()
    told = {"first_name": "x", "role": "company", "zone": "Z2", "active": "0"}
    assert client.post(f"/desk/users/{user.pk}/{step}/", told).status_code == 422
    assert Entry.objects.count() == before


def test_two_sides_are_told_on_the_page(root, client):
    user = a_user("committee", "Z1", "u")
    answer = client.post(f"/desk/users/{user.pk}/grant/", {"role": "company", "zone": "Z1", "reason": "r"})
    assert (answer.status_code, "须由不同的人担任" in answer.content.decode()) == (422, True)


def test_the_list_finds_users_and_names_those_not_seen_for_long(root, client):
    a_user("company", "Z1", "old", first_name="老王", last_login=timezone.now() - timedelta(days=91))
    a_user("company", "Z1", "new", first_name="小王", last_login=timezone.now())
    a_user("company", "Z1", "gone", is_active=False)

    def names(query: str) -> list[str]:
        return [user.username for user, _ in client.get(f"/desk/users/?{query}").context["rows"]]

    assert names("q=王") == ["new", "old"]
    assert names("state=stale") == ["old"]
    assert names("state=inactive") == ["gone"]


def test_the_list_asks_as_often_for_many_users_as_for_few(root, client):
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get("/desk/users/")
        return len(asked)

    a_user("company", "Z1", "first")
    few = queries()
    for n in range(5):
        a_user("company", "Z1", f"u{n}")
    assert queries() == few


def test_an_auditor_reads_and_finds_no_form(root, client):
    user = a_user("company", "Z1", "u")
    client.force_login(a_user("auditor"))
    page = client.get(f"/desk/users/{user.pk}/").content.decode()
    assert ("/grant/" in page, "/reset/" in page) == (False, False)


def test_everybody_sees_what_their_role_may_do(root, client):
    client.force_login(a_user("company", "Z1"))
    page = client.get("/desk/rights/").content.decode()
    assert "运营公司（Z1开发区）" in page
