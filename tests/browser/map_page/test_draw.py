"""The drawing tool in a real browser."""

import re
from urllib.parse import quote

import pytest

from tests.browser.map_page.conftest import PHONE, WITHOUT_WEBGL
from tests.browser.map_page.hand import click, pixel, swipe
from tests.browser.map_page.test_geometry import ellipsoid_area_m2

pytestmark = pytest.mark.browser

TRIANGLE = "(111.7700000 37.1300000, 111.7900000 37.1300000, 111.7900000 37.1450000, 111.7700000 37.1300000)"
HOLE = "(111.7800000 37.1330000, 111.7850000 37.1330000, 111.7850000 37.1350000, 111.7800000 37.1330000)"
ISLAND = "(111.8000000 37.1300000, 111.8050000 37.1300000, 111.8050000 37.1350000, 111.8000000 37.1300000)"
SIMPLE = f"POLYGON ({TRIANGLE})"
WITH_HOLE_AND_ISLAND = f"MULTIPOLYGON (({TRIANGLE}, {HOLE}), ({ISLAND}))"


class TestDraw:
    def value(self, page) -> str:
        return page.input_value("textarea[name=boundary]")

    def test_a_boundary_is_drawn_by_clicks_and_written_as_text(self, open_page):
        page = open_page("/draw.html")
        page.get_by_role("button", name="开始画").click()
        for corner in [(111.79, 37.13), (111.80, 37.13), (111.80, 37.14), (111.79, 37.14)]:
            click(page, *corner)
        page.keyboard.press("Enter")
        assert re.fullmatch(r"POLYGON \(\((\d+\.\d{7} \d+\.\d{7}(, )?){5}\)\)", self.value(page))
        mu = float(
            re.search(r"面积 ([\d,.]+) 亩", page.locator(".yf-draw__area").inner_text())[1].replace(",", "")
        )
        assert mu == pytest.approx(ellipsoid_area_m2(37.13, 37.14, 0.01) / (2000 / 3), rel=0.02)

    def test_undo_takes_corners_and_clearing_back(self, open_page):
        page = open_page(f"/draw.html?value={quote(SIMPLE)}")
        page.get_by_role("button", name="清空").click()
        assert self.value(page) == ""
        page.get_by_role("button", name="撤销").click()
        assert self.value(page) == SIMPLE

    def test_a_corner_is_dragged(self, open_page):
        page = open_page(f"/draw.html?value={quote(SIMPLE)}")
        start, end = pixel(page, 111.79, 37.145), pixel(page, 111.785, 37.14)
        page.mouse.move(*start)
        page.mouse.down()
        page.mouse.move(*end, steps=4)
        page.mouse.up()
        numbers = [float(number) for number in re.findall(r"[\d.]+", self.value(page))]
        wanted = [111.77, 37.13, 111.79, 37.13, 111.785, 37.14, 111.77, 37.13]
        assert numbers == pytest.approx(wanted, abs=1e-4)

    def test_a_corner_is_dragged_with_a_finger(self, open_page):
        page = open_page(f"/draw.html?value={quote(SIMPLE)}", **PHONE)
        start, end = pixel(page, 111.79, 37.145), pixel(page, 111.785, 37.14)
        swipe(page, start, end)
        numbers = [float(number) for number in re.findall(r"[\d.]+", self.value(page))]
        wanted = [111.77, 37.13, 111.79, 37.13, 111.785, 37.14, 111.77, 37.13]
        assert numbers == pytest.approx(wanted, abs=5e-4)
        assert page.evaluate("scrollY") == 0

    def test_a_corner_is_added_on_an_edge_and_deleted_by_key(self, open_page):
        page = open_page(f"/draw.html?value={quote(SIMPLE)}")
        page.locator(".yf-handle--middle").first.click()
        assert self.value(page).count(",") == 4
        page.locator("[data-corner='0-0-1']").press("Delete")
        assert self.value(page) == SIMPLE
        page.locator("[data-corner='0-0-1']").press("Delete")
        assert self.value(page) == SIMPLE
        assert page.locator(".yf-draw__hint").inner_text() == "一块至少要三个顶点，这个顶点没有删。"

    def test_holes_and_islands_are_kept(self, open_page):
        page = open_page(f"/draw.html?value={quote(WITH_HOLE_AND_ISLAND)}")
        page.locator("textarea").focus()
        page.locator("textarea").blur()
        assert self.value(page) == WITH_HOLE_AND_ISLAND
        page.locator("[data-corner='1-0-2']").press("ArrowUp")
        assert self.value(page).startswith(f"MULTIPOLYGON (({TRIANGLE}, {HOLE}), ((")

    def test_text_is_read_when_the_user_is_done_and_sent(self, open_page):
        page = open_page("/draw.html")
        page.fill("textarea", "J1,111.77,37.13\nJ2,111.79，37.13\nJ3 111.79 37.145\n")
        page.get_by_role("button", name="OK").click()
        page.wait_for_url("**/draw.html?boundary=*")
        assert page.evaluate("new URL(location).searchParams.get('boundary')") == SIMPLE

    def test_a_fault_keeps_the_form_from_being_sent(self, open_page):
        page = open_page("/draw.html?lang=en")
        page.fill("textarea", "111.77 37.13\n111.79\n111.79 37.145")
        page.get_by_role("button", name="OK").click()
        assert page.locator(".yf-draw__faults li").all_inner_texts() == [
            "Line 2 “111.79”: expected two numbers, longitude and latitude, such as 112.5512 37.8612; "
            "mend or delete the line."
        ]
        assert page.url.endswith("lang=en")

    def test_a_boundary_that_crosses_itself_is_warned_of(self, open_page):
        page = open_page("/draw.html")
        page.fill("textarea", "111.77 37.13\n111.79 37.14\n111.79 37.13\n111.77 37.14")
        assert page.locator(".yf-draw__faults li").all_inner_texts() == [
            "边界自己相交或重叠，在 111.79000 37.13000 附近；面积不可靠，请拖开或删除那里的顶点。"
        ]

    def test_without_webgl_the_text_box_remains(self, open_page):
        page = open_page(f"/draw.html?value={quote(SIMPLE)}", script=WITHOUT_WEBGL)
        assert self.value(page) == SIMPLE
        assert page.locator(".yf-toolbar").count() == 0
