"""Every page in one language: no unit of the other beside a number, in brackets or alone."""

import html
import re
from collections import Counter, deque
from urllib.parse import urljoin, urlsplit

import pytest
from django.utils import timezone

from tests.web import newspaper
from tests.web.office import a_user
from yinfeng.tables.policy import read_policy
from yinfeng.web.places.models import Place

pytestmark = pytest.mark.django_db

NEED = "make=%E7%A1%85%E9%85%B8%E9%92%99%E6%9D%BF&kind=either&area=30%E4%BA%A9&investment=8000"
BEGIN = (
    "/desk/", f"/find?{NEED}", "/places", f"/compare?place=L1&place=SB10&{NEED}", "/desk/places/L1/takers/",
    *(f"/desk/{ledger}/new/" for ledger in ("zones", "firms", "places", "projects", "quotas", "pins")),
)  # fmt: skip
MOST_ALIKE = 3
"""Pages of one kind that are looked at: of one kind are those whose addresses differ in a key or a query."""
CHINESE = r"万元|亿元|亩|平方米|平米|㎡|公顷|千伏安|吨|立方米|公里|米|元|个月|天|小时"
ENGLISH = r"mu|m²|yuan|tce|t/\w+|years?|months?|days?|hours?|ha|km|m³|×10k"
FOREIGN = {
    "en": re.compile(rf"(?:\d\s*|[(（]|^)(?:{CHINESE})(?:/[^\s）)]+)?(?=[\s,;.）)]|$)"),
    "zh": re.compile(rf"(?:\d\s*|[(（]|^)(?:{ENGLISH})(?=[\s，；。）)]|$)"),
}
AS_WRITTEN = re.compile(r"as written: |原文：")


@pytest.fixture
def boss(client):
    boss = a_user("committee")
    newspaper.enter(boss)
    newspaper.a_plan(boss)
    Place.objects.update(is_released=True, verified_on=timezone.localdate())
    client.force_login(boss)
    return boss


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.usefixtures("boss")
def test_units_are_of_the_language_of_the_page(client, lang):
    client.cookies["yinfeng_language"] = lang
    todo, seen, kinds, foreign = deque(BEGIN), set(BEGIN), Counter(), []
    while todo:
        address = todo.popleft()
        answer = client.get(address, follow=True)
        if "html" not in answer.headers["Content-Type"]:
            answer.getvalue()
            continue
        assert answer.status_code == 200, address
        foreign += [(address, text) for text in _texts(answer.text) if FOREIGN[lang].search(text)]
        for written in re.findall(r'href="([^"#]+)"', answer.text):
            link = urljoin(address, html.unescape(written))
            kind = re.sub(r"(/desk/\w+/|/places/)[^/?]+", r"\1*", urlsplit(link).path)
            if link in seen or not link.startswith("/") or re.search(r"static|logout|\.\w+$", kind):
                continue
            kinds[kind] += 1
            if kinds[kind] <= MOST_ALIKE:
                seen.add(link)
                todo.append(link)
    sources = {entry.source for entry in read_policy("shanxi", newspaper.AS_OF).entries}  # quoted as they are
    assert len(kinds) > 60
    assert [(address, text) for address, text in foreign if text not in sources] == []


def _texts(page):
    """Give the texts of a page and of what its elements are called, but for what is quoted."""
    page = re.sub(r"(?s)<(script|style|option).*?</\1>", "\n", page)
    named = re.findall(r'(?:title|placeholder|aria-label|alt)="([^"]*)"', page)
    texts = [*re.split(r"<[^>]+>", page), *named]
    return [
        text for text in map(str.strip, map(html.unescape, texts)) if text and not AS_WRITTEN.search(text)
    ]
