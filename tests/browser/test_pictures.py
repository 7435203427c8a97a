"""The pictures of the documentation: taken anew by ``make screenshots``."""

import pytest

pytestmark = pytest.mark.browser

LARGEST_BYTES = 400_000


def test_a_picture_of_a_plan(visit, screenshot, furnished):
    page = visit(furnished["run"], user="committee")
    page.locator("yf-map[aria-busy=false]").wait_for()
    row = page.locator("article.yf-plan-row", has=page.locator("h3 a", has_text="P3"))
    row.locator("summary").first.click()
    row.evaluate("(one) => one.scrollIntoView({ block: 'start' })")
    assert 10_000 < screenshot(page, "plan").stat().st_size < LARGEST_BYTES


def test_a_picture_of_the_places_on_the_desk(visit, screenshot):
    page = visit("/desk/places/?show=both&zone_id=Z9", user="committee")
    page.locator("yf-map[aria-busy=false]").wait_for()
    assert 10_000 < screenshot(page, "desk-places").stat().st_size < LARGEST_BYTES
