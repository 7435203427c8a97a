"""The map in a real browser, under the strict policy of the portal."""

import re
from urllib.parse import quote

import pytest

from tests.browser.map_page.conftest import PHONE, WIDE, WITHOUT_WEBGL
from tests.browser.map_page.hand import click, events, on_map, pixel, swipe, until

pytestmark = pytest.mark.browser

P005 = (111.7715, 37.1255)  # inside the sixth place: a building, vacant, not known to fit


class TestMap:
    def test_says_how_many_places_it_shows_and_names_what_it_draws(self, open_page):
        page = open_page("/map.html")
        described = page.locator("yf-map").get_attribute("aria-describedby")
        assert page.locator(f"#{described}").inner_text().strip() == (
            "地图上显示 12 处场地；列表里有同样的内容，不用地图也能查看。"
        )
        assert page.locator(".yf-map__keys li").all_inner_texts() == [
            *("空置", "部分空置", "已预留", "已占用", "状态不明"),
            *("土地", "厂房", "遗留生产线"),
            *("符合", "差一点", "缺数据，待核实"),
            *("推荐次序，1 最前", "数字：此处有几处场地，点一下放大", "开发区范围"),
        ]
        assert page.locator(".yf-map__note").inner_text() == "坐标系：CGCS2000（与 WGS84 相差不到 1 米）"

    def test_draws_names_in_chinese_letters_and_digits(self, open_page):
        page = open_page("/map.html")
        names = on_map(page, "map.listImages().filter((name) => name.startsWith('label:')).sort()")
        assert names == [
            "label:2# 煅烧生产线",
            "label:孝义经济开发区",
            "label:新材料 B-07 地块",
            "label:梧桐 A12 地块",
            "label:铝镁园 3 号厂房",
        ]

    def test_a_row_of_the_list_highlights_its_place_and_the_reverse(self, open_page):
        page = open_page("/map.html")
        page.hover('[data-map-key="P005"]')
        until(
            page,
            "window.events.filter(([name]) => name === 'hover').map(([, detail]) => detail.key)",
            ["P005"],
        )
        page.mouse.move(*pixel(page, *P005))
        page.mouse.move(5, 5)
        keys = ["P005", None, "P005", None]
        until(
            page, "window.events.filter(([name]) => name === 'hover').map(([, detail]) => detail.key)", keys
        )

    def test_a_click_selects_marks_the_row_and_opens_a_link(self, open_page):
        page = open_page("/map.html")
        click(page, *P005)
        until(page, "document.querySelector('[aria-current]')?.dataset.mapKey ?? null", "P005")
        assert events(page, "select") == [{"key": "P005"}]
        assert page.locator(".yf-map__popup p").inner_text() == "厂房 · 空置 · 缺数据，待核实"
        assert page.locator(".yf-map__popup a").get_attribute("href") == "/places/P005/"
        click(page, 111.7585, 37.1185)
        until(page, "window.events.filter(([name]) => name === 'select').at(-1)[1].key", None)
        assert page.locator("[aria-current], .yf-map__popup").count() == 0

    def test_a_row_can_show_its_place(self, open_page):
        page = open_page("/map.html?lang=en")
        page.click('[data-map-key="P002"] [data-map-show]')
        assert (
            page.locator(".yf-map__popup p").inner_text()
            == "Land · Reserved · Data missing, to be checked · No. 3"
        )

    def test_the_keyboard_moves_the_map_and_the_bounds_are_told_once(self, open_page):
        page = open_page("/map.html")
        page.focus("yf-map canvas.maplibregl-canvas")
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(1200)
        bbox = on_map(page, "map.getBounds().toArray().flat().map((degrees) => degrees.toFixed(6)).join(',')")
        assert events(page, "bounds") == [{"bbox": bbox}]

    def test_a_form_field_gets_the_bounds(self, open_page):
        page = open_page(f"/map.html?more={quote('bounds-field=#bbox')}")
        page.evaluate("""() => {
          document.querySelector("#bbox").onchange = ({ target }) => { window.sent = target.value; };
        }""")
        page.get_by_role("button", name="放大").click()
        until(page, "window.sent !== undefined && window.sent === events.at(-1)[1].bbox", True)

    def test_a_list_replaced_by_htmx_names_the_data_of_the_map(self, open_page):
        page = open_page("/map.html")
        page.evaluate("""() => {
          document.querySelector("#places").dataset.mapSrc = "/places.geojson?n=3";
          document.body.dispatchEvent(new CustomEvent("htmx:afterSettle", { bubbles: true }));
        }""")
        until(page, "document.querySelector('.yf-map__places summary').textContent", "视野内的场地（3）")

    def test_a_base_map_is_credited(self, open_page):
        more = quote('tiles="/tiles/{z}/{x}/{y}.png" attribution="天地图"')
        page = open_page(f"/map.html?more={more}")
        assert page.locator(".yf-map__note").inner_text().endswith(" · 底图：天地图")
        fetched = "performance.getEntriesByType('resource').some(({ name }) => name.includes('/tiles/'))"
        assert page.evaluate(fetched) is True

    def test_moves_by_the_page_are_not_told(self, open_page):
        page = open_page("/map.html")
        on_map(page, "element.fit([111.76, 37.12, 111.77, 37.13])")
        page.wait_for_timeout(700)
        assert events(page, "bounds") == []

    def test_the_list_of_places_in_view_selects_by_keyboard(self, open_page):
        page = open_page("/map.html")
        page.locator(".yf-map__places summary").focus()
        page.keyboard.press("Enter")
        page.wait_for_selector(".yf-map__choice")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert events(page, "select") == [{"key": "P000"}]
        assert page.evaluate("document.activeElement.closest('.maplibregl-popup') !== null") is True

    def test_filter_shows_only_the_keys_given(self, open_page):
        page = open_page("/map.html")
        said = "document.querySelector('.yf-map__places summary').textContent"
        on_map(page, "element.filter(['P001', 'P005'])")
        until(page, said, "视野内的场地（2）")
        on_map(page, "element.filter(null)")
        until(page, said, "视野内的场地（12）")

    def test_reload_reads_another_address_and_stays_in_place(self, open_page):
        page = open_page("/map.html")
        before = on_map(page, "map.getCenter().toArray()")
        on_map(page, "element.reload('/places.geojson?n=5')")
        until(page, "document.querySelector('.yf-map__places summary').textContent", "视野内的场地（5）")
        assert on_map(page, "map.getCenter().toArray()") == before

    def test_reads_a_long_answer_in_chunks(self, open_page):
        page = open_page("/map.html?n=40&chunk=15")
        assert events(page, "ready") == [{"count": 40}]

    def test_ten_thousand_places_are_drawn_as_few_symbols_and_no_outlines(self, open_page):
        page = open_page("/map.html?n=10000")
        assert events(page, "ready") == [{"count": 10_000}]
        drawn = "argument.map((layer) => map.queryRenderedFeatures({ layers: [layer] }).length)"
        symbols, land, buildings = on_map(page, drawn, ["points", "land", "building"])
        assert 10 < symbols < 200
        assert (land, buildings) == (0, 0)

    def test_an_answer_that_fails_is_named(self, open_page):
        page = open_page("/map.html")
        on_map(page, "element.reload('/nothing')")
        message = "地图数据没有读出（HTTP 404）。列表照常可用；请刷新页面再试。"
        until(page, "document.querySelector('.yf-map__message').textContent", message)

    def test_without_webgl_it_says_so_and_the_list_remains(self, open_page):
        page = open_page("/map.html?lang=en", script=WITHOUT_WEBGL)
        assert (
            page.locator(".yf-map__message")
            .inner_text()
            .startswith("This browser cannot show the map (no WebGL).")
        )
        assert page.locator("#places li").count() == 12

    @pytest.mark.parametrize(
        ("setting", "theme", "wanted"),
        [("light", "", "light"), ("dark", "", "dark"), ("light", "dark", "dark"), ("dark", "light", "light")],
    )
    def test_wears_the_theme_of_the_page_before_that_of_the_system(self, open_page, setting, theme, wanted):
        page = open_page(f"/map.html?theme={theme}", color_scheme=setting, **WIDE)
        ground = {"light": "#eef0ea", "dark": "#141b22"}
        assert on_map(page, "map.getPaintProperty('ground', 'background-color')") == ground[wanted]
        page.evaluate("document.documentElement.className = 'dark'")
        until(page, "document.querySelector('yf-map').dataset.theme", "dark")

    def test_on_a_phone_the_page_fits_scrolls_and_hides_the_legend(self, open_page):
        page = open_page("/map.html", **PHONE)
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        assert page.locator(".yf-map__legend").get_attribute("open") is None
        touch = "getComputedStyle(document.querySelector('.maplibregl-canvas')).touchAction"
        assert page.evaluate(touch) == "pan-x pan-y"

    def test_on_a_phone_one_finger_scrolls_the_page(self, open_page):
        page = open_page("/map.html", **PHONE)
        center = "map.getCenter().toArray()"
        before = on_map(page, center)
        swipe(page, (200, 400), (200, 150))
        until(page, "scrollY > 100", True)
        assert on_map(page, center) == before

    def test_on_paper_the_controls_are_gone_and_the_legend_stays(self, open_page):
        page = open_page("/map.html")
        page.emulate_media(media="print")
        assert page.locator(".maplibregl-ctrl-group").is_visible() is False
        assert page.locator(".yf-map__places").is_visible() is False
        assert page.locator(".yf-map__legend").is_visible() is True

    def test_an_area_is_drawn_to_filter_and_removed(self, open_page):
        page = open_page("/map.html?more=area-filter")
        page.get_by_text("画范围筛选").click()
        for corner in [(111.775, 37.122), (111.780, 37.122), (111.780, 37.128)]:
            click(page, *corner)
        page.get_by_role("button", name="闭合").click()
        [area] = events(page, "area")
        numbers = [float(number) for number in re.findall(r"[\d.]+", area["wkt"])]
        assert numbers == pytest.approx(
            [111.775, 37.122, 111.780, 37.122, 111.780, 37.128, 111.775, 37.122], abs=5e-5
        )
        page.get_by_role("button", name="清空").click()
        assert events(page, "area")[1:] == [{"wkt": ""}]
        assert events(page, "select") == []
