"""Pages of the site as people see them: in both languages, wide and on a phone, with the network cut off."""

import pytest

from tests.browser.conftest import PHONE, WIDE

pytestmark = pytest.mark.browser

LEDGERS = ("zones", "firms", "places", "projects", "quotas", "pins")
HTML_LANG = {"zh": "zh", "en": "en"}


def sticks_out(page) -> float:
    """Give by how many pixels the page is wider than the window."""
    return page.evaluate("document.documentElement.scrollWidth - innerWidth")


@pytest.mark.parametrize("width", [WIDE, PHONE])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_pages_of_the_desk_fit_the_window_and_speak_the_language_chosen(visit, site, lang, width):
    page = visit("/desk/", user="committee", lang=lang, width=width)
    wrong = []
    for path in ("/desk/", *(f"/desk/{ledger}/" for ledger in LEDGERS)):
        answer = page.goto(site.address + path)
        said = page.evaluate("document.documentElement.lang").split("-")[0]
        if (answer.status, said, max(0, sticks_out(page))) != (200, HTML_LANG[lang], 0):
            wrong.append((path, answer.status, said, sticks_out(page)))
    assert wrong == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_door_fits_a_phone(visit, lang):
    page = visit("/desk/login/", lang=lang, width=PHONE)
    assert page.locator("input[name=password]").is_visible()
    assert max(0, sticks_out(page)) == 0


def test_whoever_is_not_logged_in_comes_to_the_door(visit):
    assert "/desk/login/" in visit("/desk/places/").url


def test_a_wrong_password_does_not_open_the_door(visit):
    page = visit("/desk/login/")
    page.fill("input[name=username]", "committee")
    page.fill("input[name=password]", "not-this-one")
    page.press("input[name=password]", "Enter")
    page.wait_for_load_state()
    assert "/desk/login/" in page.url


def test_the_desk_in_a_picture(visit, screenshot):
    page = visit("/desk/places/", user="committee")
    assert screenshot(page, "desk-places").stat().st_size > 10_000
