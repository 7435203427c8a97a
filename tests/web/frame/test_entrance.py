"""Coming in, staying, going out."""

import itertools
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.utils import timezone

from tests.web.office import PASSWORD, a_user
from yinfeng.web.accounts.models import Session, User
from yinfeng.web.accounts.sessions import CONFIRMED_AT, ENTERED_AT, SEEN_AT
from yinfeng.web.audit.models import Entry

pytestmark = pytest.mark.django_db

LOGIN = "/desk/login/"


@pytest.fixture
def boss() -> User:
    return a_user("committee", username="boss")


def _log_in(client: Client, name: str = "boss", password: str = PASSWORD, **headers):
    return client.post(LOGIN, {"username": name, "password": password, "next": "/desk/sessions/"}, **headers)


def _trail() -> list[tuple[str, str, str]]:
    return list(Entry.objects.order_by("pk").values_list("action", "by", "key"))


def _set_back(client: Client, **ago: timedelta) -> None:
    session = client.session
    for name, delta in ago.items():
        session[name] = (timezone.now() - delta).isoformat()
    session.save()


def test_a_login_leads_to_the_page_asked_for_and_is_noted(boss, client):
    answer = _log_in(client)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/desk/sessions/")
    assert client.get("/desk/sessions/").status_code == 200
    client.post("/desk/logout/")
    assert client.get("/desk/sessions/").status_code == 302
    assert _trail() == [("login", "boss", "boss"), ("logout", "boss", "boss")]


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\\\evil"]
)
def test_nobody_is_led_to_another_site(boss, client, elsewhere):
    answer = client.post(LOGIN, {"username": "boss", "password": PASSWORD, "next": elsewhere})
    assert answer.headers["Location"] == "/desk/"
    answer = client.post("/language/", {"language": "en", "next": elsewhere})
    assert answer.headers["Location"] == "/"


def test_a_failure_is_noted_without_what_was_typed(boss, client):
    assert _log_in(client, password="wrong").status_code == 200
    assert _log_in(client, name="my-secret-password", password="boss").status_code == 200
    assert _trail() == [("login_failed", "", "boss"), ("login_failed", "", "")]


def test_five_failures_lock_a_name_from_an_address_for_fifteen_minutes(boss, client):
    for _ in range(4):
        assert _log_in(client, password="wrong").status_code == 200
    for password in ("wrong", PASSWORD):
        answer = _log_in(client, password=password)
        assert answer.status_code == 429
        assert 0 < int(answer.headers["Retry-After"]) <= 900
        assert "15 分钟" in answer.content.decode()
    assert [action for action, _, _ in _trail()] == ["login_failed"] * 4 + ["locked"]
    assert _log_in(client, REMOTE_ADDR="10.0.0.9").status_code == 302, "others of that office go on"
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    assert _log_in(Client()).status_code == 302


def test_the_lock_speaks_english_too(boss, client):
    client.post("/language/", {"language": "en", "next": LOGIN})
    for _ in range(5):
        answer = _log_in(client, password="wrong")
    assert "try again in about 15 minutes" in answer.content.decode()


def test_an_unknown_name_is_locked_like_a_known_one(boss, client):
    answers = [_log_in(client, name="nobody").status_code for _ in range(6)]
    assert answers == [200] * 4 + [429] * 2


def test_many_failures_with_many_names_lock_an_address(boss, client, settings):
    settings.FAILURES_PER_ADDRESS = 6
    for n in range(6):
        assert _log_in(client, name=f"u{n}", password="Summer2024!").status_code == 200
    assert _log_in(client).status_code == 429
    assert _log_in(client, REMOTE_ADDR="10.0.0.9").status_code == 302


def test_behind_a_proxy_the_address_is_the_visitors(boss, client, settings):
    settings.PROXIES = frozenset({"127.0.0.1", "10.0.0.1"})
    _log_in(client, HTTP_X_FORWARDED_FOR="6.6.6.6, 192.168.5.5, 10.0.0.1")
    _log_in(client, HTTP_X_FORWARDED_FOR="6.6.6.6, nonsense")
    settings.PROXIES = frozenset()
    _log_in(client, HTTP_X_FORWARDED_FOR="6.6.6.6")
    assert list(Entry.objects.order_by("pk").values_list("address", flat=True)) == [
        "192.168.5.5",
        "127.0.0.1",
        "127.0.0.1",
    ]


def test_half_an_hour_without_doing_anything_ends_a_session(boss, client):
    _log_in(client)
    _set_back(client, **{SEEN_AT: timedelta(minutes=29)})
    assert client.get("/desk/sessions/").status_code == 200
    _set_back(client, **{SEEN_AT: timedelta(minutes=31)})
    answer = client.get("/desk/sessions/")
    assert answer.headers["Location"] == f"{LOGIN}?ended=idle&next=%2Fdesk%2Fsessions%2F"
    assert "很久没有操作" in client.get(answer.headers["Location"]).content.decode()
    assert _trail()[-1] == ("timed_out", "boss", "boss")


def test_a_page_that_asks_by_itself_does_not_keep_a_session(boss, client):
    _log_in(client)
    _set_back(client, **{SEEN_AT: timedelta(minutes=20)})
    client.get("/desk/", HTTP_X_YINFENG_POLL="1")
    _set_back(client, **{SEEN_AT: timedelta(minutes=31)})
    answer = client.get("/desk/", HTTP_HX_REQUEST="true", HTTP_X_YINFENG_POLL="1")
    assert (answer.status_code, answer.headers["HX-Redirect"].partition("?")[0]) == (401, LOGIN)


def test_polling_leaves_the_time_of_the_last_act(boss, client):
    _log_in(client)
    _set_back(client, **{SEEN_AT: timedelta(minutes=20)})
    seen_at = client.session[SEEN_AT]
    client.get("/desk/", HTTP_X_YINFENG_POLL="1")
    assert client.session[SEEN_AT] == seen_at
    client.get("/desk/")
    assert client.session[SEEN_AT] > seen_at


def test_twelve_hours_end_a_session_in_any_case(boss, client):
    _log_in(client)
    _set_back(client, **{ENTERED_AT: timedelta(hours=12, minutes=1)})
    assert "ended=age" in client.get("/desk/").headers["Location"]


def test_one_sees_and_ends_ones_own_sessions_only(boss, client):
    other, stranger = Client(), Client()
    for one in (client, other):
        _log_in(one)
    a_user("company", username="co")
    _log_in(stranger, name="co")
    page = client.get("/desk/sessions/").content.decode()
    assert page.count("<tr>") == 3, "a head and two sessions"
    assert client.session.session_key not in page
    client.post("/desk/sessions/", {"mark": "others"})
    assert (other.get("/desk/").status_code, client.get("/desk/").status_code) == (302, 200)
    assert stranger.get("/desk/").status_code == 200
    assert Session.objects.count() == 2


def test_a_temporary_password_has_to_be_changed_first(boss, client):
    User.objects.update(must_change_password=True)
    _log_in(client)
    assert client.get("/desk/audit/").headers["Location"] == "/desk/password/"
    new = {"old": PASSWORD, "new": "Better-horse-2025", "again": "Better-horse-2025"}
    assert client.post("/desk/password/", new).headers["Location"] == "/desk/"
    assert client.get("/desk/audit/").status_code == 200
    assert _log_in(Client(), password="Better-horse-2025").status_code == 302


def test_an_old_password_has_to_be_changed_too(boss, client, settings):
    User.objects.update(password_changed_at=timezone.now() - timedelta(days=settings.PASSWORD_DAYS + 1))
    _log_in(client)
    assert client.get("/desk/audit/").headers["Location"] == "/desk/password/"


def test_changing_the_password_ends_the_other_sessions(boss, client):
    other = Client()
    for one in (client, other):
        _log_in(one)
    client.post(
        "/desk/password/", {"old": PASSWORD, "new": "Better-horse-2025", "again": "Better-horse-2025"}
    )
    assert (other.get("/desk/").status_code, client.get("/desk/").status_code) == (302, 200)


@pytest.mark.parametrize(
    "new",
    [PASSWORD, "short-1A", "alllowercaseletters", "boss-committee", "password123"],
    ids=["present", "short", "one kind", "like the name", "common"],
)
def test_poor_passwords_are_not_taken(boss, client, new):
    _log_in(client)
    boss_before = User.objects.get().password
    assert client.post("/desk/password/", {"old": PASSWORD, "new": new, "again": new}).status_code == 200
    assert User.objects.get().password == boss_before


def test_the_last_five_passwords_are_not_taken_again(boss, client):
    _log_in(client)
    passwords = [PASSWORD, *(f"Better-horse-{n}" for n in range(1, 7))]
    for old, new in itertools.pairwise(passwords):
        assert client.post("/desk/password/", {"old": old, "new": new, "again": new}).status_code == 302
    now = passwords[-1]
    for past, status in ((passwords[-5], 200), (passwords[-6], 302)):
        answer = client.post("/desk/password/", {"old": now, "new": past, "again": past})
        assert answer.status_code == status, past


def test_what_is_hard_to_take_back_asks_for_the_password(client):
    root, user = a_user("administrator", username="root"), a_user("company", username="u")
    _log_in(client, name="root")
    assert client.get("/desk/users/add/").status_code == 200
    _set_back(client, **{CONFIRMED_AT: timedelta(minutes=16)})
    asked = client.get("/desk/users/add/?x=1")
    assert asked.headers["Location"] == "/desk/confirm/?next=%2Fdesk%2Fusers%2Fadd%2F%3Fx%3D1"
    posted = client.post(
        f"/desk/users/{user.pk}/reset/",
        {"reason": "r"},
        HTTP_REFERER=f"http://testserver/desk/users/{user.pk}/",
    )
    assert posted.headers["Location"] == f"/desk/confirm/?next=%2Fdesk%2Fusers%2F{user.pk}%2F"
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    wrong = client.post("/desk/confirm/", {"password": "wrong", "next": "/desk/users/add/"})
    assert (wrong.status_code, _trail()[-1]) == (200, ("confirm_failed", "root", "root"))
    right = client.post("/desk/confirm/", {"password": PASSWORD, "next": "/desk/users/add/"})
    assert right.headers["Location"] == "/desk/users/add/"
    assert client.get("/desk/users/add/").status_code == 200
    assert root.username == "root"


def test_guessing_at_the_second_asking_locks_too(client):
    a_user("administrator", username="root")
    _log_in(client, name="root")
    answers = [client.post("/desk/confirm/", {"password": "wrong"}).status_code for _ in range(5)]
    assert answers == [200] * 4 + [429]


def test_a_session_key_from_before_the_login_is_worth_nothing(boss, client):
    before = client.session
    before["planted"] = "1"
    before.save()
    _log_in(client)
    assert client.session.session_key != before.session_key
    assert not Session.objects.filter(session_key=before.session_key).exists()
