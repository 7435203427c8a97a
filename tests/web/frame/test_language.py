"""Pages are in the language chosen, and nothing of the libraries is left in the other one."""

import re
from html.parser import HTMLParser

import pytest
from django.utils import translation
from django.utils.translation import gettext

from tests.web.office import a_place, a_user, a_zone

pytestmark = pytest.mark.django_db

PAGES = ["/desk/", "/desk/users/", "/desk/users/add/", "/desk/audit/", "/desk/rights/", "/desk/sessions/",
         "/desk/password/", "/desk/confirm/", "/nothing/"]  # fmt: skip
_OWN_NAMES = {"Yinfeng", "English", "xlsx", "csv", "Ctrl", "Esc", "yinfeng", "audit", "verify"}
_SHOWN_ATTRIBUTES = {"title", "placeholder", "aria-label", "alt"}
_SILENT = {"script", "style", "code"}


class _Reader(HTMLParser):
    """Gathers what a reader of a page sees or hears."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.silent = ""

    def handle_starttag(self, tag, attrs):
        self.texts += [value or "" for name, value in attrs if name in _SHOWN_ATTRIBUTES]
        is_icon = "material-symbols" in (dict(attrs).get("class") or "")
        if not self.silent and (tag in _SILENT or is_icon):
            self.silent = tag

    def handle_endtag(self, tag):
        if tag == self.silent:
            self.silent = ""

    def handle_data(self, data):
        if not self.silent:
            self.texts.append(data)


def _texts(page: str) -> str:
    reader = _Reader()
    reader.feed(page)
    return " ".join(reader.texts)


@pytest.fixture
def root(client):
    a_zone("Z1")
    boss = a_user("committee", username="一号", first_name="王主任")
    a_place(boss)
    root = a_user("administrator", username="零号", first_name="管理员")
    client.post("/desk/login/", {"username": "零号", "password": "correct-horse-2024"})
    return root


@pytest.mark.parametrize("address", PAGES)
def test_a_chinese_page_has_no_english_words(root, client, address):
    if address == "/desk/audit/":
        client.force_login(a_user("auditor", username="二号", first_name="审计"))
    text = _texts(client.get(address).content.decode())
    assert set(re.findall(r"[A-Za-z]{3,}", text)) - _OWN_NAMES == set()


@pytest.mark.parametrize("address", PAGES)
def test_an_english_page_has_no_chinese_of_ours(root, client, address):
    client.post("/language/", {"language": "en"})
    if address == "/desk/audit/":
        client.force_login(a_user("auditor", username="二号", first_name="审计"))
    data = {"中文", "王主任", "管理员", "一号", "零号", "二号", "审计", "开发区", "管", "审"}
    text = _texts(client.get(address).content.decode())
    assert set(re.findall(r"[\u4e00-\u9fff]+", text)) - data == set()


def test_the_choice_is_kept_and_chinese_is_what_nobody_chose(client):
    first = client.get("/desk/login/", HTTP_ACCEPT_LANGUAGE="en")
    assert first.headers["Content-Language"] == "zh-hans"
    answer = client.post("/language/", {"language": "en", "next": "/desk/login/?ended=idle"})
    assert answer.headers["Location"] == "/desk/login/?ended=idle"
    assert client.get("/desk/login/").headers["Content-Language"] == "en"


def test_the_libraries_are_translated():
    with translation.override("zh-hans"):
        assert [gettext(word) for word in ("Light", "System", "No results found")] == [
            "浅色",
            "跟随系统",
            "没有找到结果",
        ]
