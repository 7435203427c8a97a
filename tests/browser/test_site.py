"""The site's door as people see it: in both languages, on a phone, with the network cut off."""

import pytest

from tests.browser.conftest import PHONE

pytestmark = pytest.mark.browser


def sticks_out(page) -> float:
    """Give by how many pixels the page is wider than the window."""
    return page.evaluate("document.documentElement.scrollWidth - innerWidth")


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
