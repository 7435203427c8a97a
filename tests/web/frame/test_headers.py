"""What browsers are told with every page."""

import subprocess
import sys

import pytest
from django.test import Client

from tests.web.office import a_user

pytestmark = pytest.mark.django_db

_STRICT = {
    "default-src": "'self'",
    "connect-src": "'self'",
    "img-src": "'self' data: blob:",
    "worker-src": "'self' blob:",
    "frame-ancestors": "'none'",
    "form-action": "'self'",
    "base-uri": "'self'",
    "object-src": "'none'",
}
_DESK = _STRICT | {"script-src": "'self' 'unsafe-eval'", "style-src": "'self' 'unsafe-inline'"}


def _policy(answer) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in answer.headers["Content-Security-Policy"].split(";"))
    return {name: value for name, _, value in parts}


@pytest.mark.parametrize("address", ["/", "/nothing/", "/desk/login/", "/place/L1/"])
def test_the_portal_and_the_login_have_the_strict_policy(client, address):
    assert _policy(client.get(address)) == _STRICT


@pytest.mark.parametrize(
    "address", ["/desk/", "/desk/users/", "/desk/audit/", "/desk/places/", "/desk/nothing/"]
)
def test_the_desk_may_evaluate_but_takes_no_script_written_into_a_page(client, address):
    client.force_login(a_user("auditor"))
    assert _policy(client.get(address)) == _DESK


@pytest.mark.parametrize("address", ["/desk/login/", "/desk/", "/nothing/", "/desk/users/"])
def test_every_page_has_the_other_headers(client, address):
    headers = client.get(address).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Permissions-Policy"].startswith("camera=(), microphone=(), geolocation=()")


@pytest.mark.parametrize("address", ["/desk/", "/desk/users/", "/desk/audit/"])
def test_pages_of_the_desk_are_kept_nowhere(client, address):
    client.force_login(a_user("auditor"))
    assert "no-store" in client.get(address).headers["Cache-Control"]


def test_cookies_are_out_of_reach_of_scripts(client):
    a_user("committee", username="boss")
    client.get("/desk/login/")
    client.post("/desk/login/", {"username": "boss", "password": "correct-horse-2024"})
    client.post("/language/", {"language": "en"})
    for name in ("sessionid", "csrftoken", "yinfeng_language"):
        cookie = client.cookies[name]
        assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax"), name
    assert client.cookies["sessionid"]["max-age"] == "", "it goes when the browser is closed"


def test_behind_https_cookies_are_secure_and_browsers_told_to_stay(tmp_path):
    code = (
        "from yinfeng.web import settings as s;"
        "print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS)"
    )
    environment = {"YINFENG_SITE": str(tmp_path), "YINFENG_HTTPS": "1"}
    out = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert out.stdout.split() == ["True", "True", "31536000"]


@pytest.mark.parametrize(
    "address",
    ["/desk/jsi18n/", "/desk/autocomplete/", "/desk/r/1/1/", "/desk/password_change/", "/desk/auth/"],
)
def test_the_library_s_own_addresses_are_not_there(client, address):
    client.force_login(a_user("administrator", is_staff=True, is_superuser=True))
    assert client.get(address).status_code == 404


def test_a_form_from_another_site_is_refused():
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/desk/login/", {"username": "a", "password": "b"})
    assert (answer.status_code, "页面已过期" in answer.content.decode()) == (403, True)
