"""Every page of the desk in both languages, wide and narrow, light and dark: all can read, reach, name it."""

import re

import pytest

from tests.browser.inspection import data_texts, inspect

pytestmark = pytest.mark.browser

RECORDS = ("zones/Z9", "firms/F14", "places/SB02", "projects/P3", "quotas/Q1")
LEDGERS = ("zones", "firms", "places", "projects", "quotas", "pins")

LISTS = (
    "/desk/",
    *(f"/desk/{ledger}/" for ledger in LEDGERS),
    *(f"/desk/places/?{asked}" for asked in ("show=both", "show=map", "area_m2=9..1", "status=vacant&q=1")),
    "/desk/places/deleted/", "/desk/firms/duplicates/", "/desk/search?q=SB", "/desk/views/places/save/?q=SB",
)  # fmt: skip
RECORD_PAGES = (
    *(f"/desk/{record}/" for record in RECORDS),
    *(
        f"/desk/places/SB02/{part}/"
        for part in ("related", "files", "timeline", "history", "delete", "takers")
    ),
    *(f"/desk/{record}/edit/" for record in RECORDS),
    *(f"/desk/{ledger}/new/" for ledger in LEDGERS),
)
IMPORTS = (
    "/desk/imports/", "/desk/imports/new/", "{import-setup}", "{import}", "{import}?tab=updated",
    "{import}?tab=refused", "{import}?tab=conflicting",
)  # fmt: skip
PLANS = (
    "/desk/runs/", "/desk/runs/new/", "{run}", "{run}places/", "{run}sheets/0/", "{compare}",
    "/desk/deals/", "{deal}", "/desk/leads/", "{lead}", "/desk/visits/", "{visit}", "/desk/visits/sheet/",
    "/desk/shares/", "/desk/sessions/", "/desk/password/", "/desk/rights/",
)  # fmt: skip
OVERSIGHT = ("/desk/", "/desk/audit/", "/desk/audit/1/", "/desk/users/", "/desk/users/1/")
ADMINISTRATION = ("/desk/", "/desk/users/", "/desk/users/2/", "/desk/users/add/")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("user", "paths"),
    [
        pytest.param("committee", LISTS, id="lists"),
        pytest.param("committee", RECORD_PAGES, id="records"),
        pytest.param("committee", IMPORTS, id="imports"),
        pytest.param("committee", PLANS, id="plans"),
        pytest.param("auditor", OVERSIGHT, id="oversight"),
        pytest.param("administrator", ADMINISTRATION, id="administration"),
    ],
)
def test_pages_are_for_everybody(visit, site, furnished, user, paths, lang):
    page = visit("/desk/", user=user, lang=lang)
    notes = _listen(page)
    found = {}
    for path in (re.sub(r"\{(.+?)\}", lambda name: furnished[name[1]], path) for path in paths):
        page.goto(site.address + path)
        for part in page.locator("yf-map").all():
            part.and_(page.locator("[aria-busy=false]")).wait_for(state="attached")
        wrong = inspect(page, lang, data_texts(site.folder))
        if wrong or notes:
            found[path] = [*notes, *wrong]
            notes.clear()
    assert found == {}


def test_what_is_wrong_with_a_page_is_found(visit):
    page = visit("/desk/login/")
    page.goto("about:blank")
    page.set_content(
        """<h1>两处</h1><h1>Two of them</h1>
        <p style="color: #777; background: #666">太淡</p><div style="width: 2000px">太宽</div>
        <input name="without"><a href="/"></a><img src="data:,">
        <button id="same">一</button><button id="same" class="bare" style="outline: none">二</button>"""
    )
    kinds = {one.partition(":")[0] for one in inspect(page, "zh", ())}
    assert kinds == {
        "too wide for a phone", "too wide", "heading", "language", "nameless", "untranslated",
        "faint when light", "faint when dark", "focus not seen",
    }  # fmt: skip


def _listen(page):
    """Note what the page complains of and what it asked for in vain."""
    notes = []
    page.on("console", lambda said: _is_complaint(said) and notes.append(f"console: {said.text}"))
    page.on(
        "response", lambda answer: answer.status >= 400 and notes.append(f"{answer.status}: {answer.url}")
    )
    return notes


def _is_complaint(said):
    return said.type == "error" or (said.type == "warning" and "ReadPixels" not in said.text)
