"""The portal as an investor uses it: on a phone, by keyboard, in both languages, without scripts, printed."""

import re

import pytest

from tests.browser.conftest import PHONE, WIDE

pytestmark = pytest.mark.browser

NEED = "make=%E7%A1%85%E9%85%B8%E9%92%99%E6%9D%BF&kind=either&area=30%E4%BA%A9&investment=8000"
PAGES = (
    "/",
    f"/find?{NEED}",
    f"/find?{NEED}&show=near",
    "/find?kind=land&area=abc",
    "/places",
    f"/places/L1?{NEED}",
    f"/compare?place=L1&place=SB10&place=SB04&{NEED}",
    f"/enquiry?place=L1&{NEED}",
)
expect = pytest.importorskip("playwright.sync_api").expect
MAP_READY = 'yf-map[aria-busy="false"]'


@pytest.mark.parametrize("width", [WIDE, PHONE])
@pytest.mark.parametrize(("lang", "dark"), [("zh", False), ("en", True)])
def test_every_page_fits_the_window_and_speaks_the_language(visit, site, lang, width, dark):
    page = visit("/", lang=lang, width=width, dark=dark)
    wrong = []
    for path in PAGES:
        answer = page.goto(site.address + path)
        excess = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        said = page.evaluate("document.documentElement.lang").split("-")[0]
        if (answer.status, said, max(0, excess)) != (200, lang, 0):
            wrong.append((path, answer.status, said, excess))
    assert wrong == []


@pytest.mark.parametrize("dark", [False, True])
def test_every_text_stands_out_from_its_ground(visit, site, dark):
    """AA of WCAG: 4.5 to 1, and 3 to 1 for large letters."""
    page = visit("/", dark=dark)
    faint = {}
    for path in PAGES:
        page.goto(site.address + path)
        faint[path] = page.evaluate(CONTRAST)
    assert faint == {path: [] for path in PAGES}


CONTRAST = """() => {
  const rgb = (text) => (text.match(/[\\d.]+/g) ?? [0, 0, 0, 0]).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = rgb(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] > 0.99) return colour;
    }
    return [255, 255, 255];
  };
  const faint = [];
  for (const element of document.querySelectorAll("body *")) {
    const words = [...element.childNodes].filter((n) => n.nodeType === 3 && n.data.trim()).length;
    if (!words || element.closest("yf-map, noscript, datalist, .hidden, .trap, .skip")) continue;
    if (!element.checkVisibility()) continue;
    const style = getComputedStyle(element);
    const pair = [light(rgb(style.color)), light(ground(element))].sort((a, b) => b - a);
    const isLarge = parseFloat(style.fontSize) >= 24;
    const contrast = (pair[0] + 0.05) / (pair[1] + 0.05);
    if (contrast < (isLarge ? 3 : 4.5)) faint.push([element.outerHTML.slice(0, 80), contrast.toFixed(2)]);
  }
  return faint;
}"""


def test_every_page_is_told_to_a_screen_reader(visit, site):
    page = visit("/")
    for path in PAGES:
        page.goto(site.address + path)
        found = page.evaluate("""() => ({
          headings: document.querySelectorAll("h1").length,
          landmarks: ["header", "main", "footer", "nav"].every((name) => document.querySelector(name)),
          unnamed: [...document.querySelectorAll("input:not([type=hidden]), select, textarea")]
            .filter((field) => !field.labels?.length && !field.ariaLabel).map((field) => field.outerHTML),
          doubled: [...document.querySelectorAll("[id]")].map((e) => e.id)
            .filter((id, at, all) => all.indexOf(id) !== at),
          pictures: [...document.querySelectorAll("img:not([alt])")].length,
        })""")
        assert found == {"headings": 1, "landmarks": True, "unnamed": [], "doubled": [], "pictures": 0}, path


def test_from_a_need_to_a_receipt_on_a_phone(visit, site):
    page = visit("/", width=PHONE, accept_downloads=True)
    page.fill("#id_make", "硅酸钙板")
    page.check("#id_kind_2")
    page.fill("#id_area", "30亩")
    assert page.inner_text("[data-converted]") == "= 20,000 ㎡"
    page.fill("#id_investment", "8000")
    page.get_by_role("button", name="找场地").click()
    page.wait_for_selector(MAP_READY)
    page.locator(".choose").nth(0).click()
    page.locator("nav.tabs a").nth(1).click()
    page.wait_for_url("**show=open**")
    page.wait_for_selector("nav.tabs a:nth-child(2)[aria-current]")
    page.locator(".choose").nth(0).click()
    assert page.inner_text("[data-tray-count]") == "已选 2 处（最多 4 处）"
    page.get_by_role("button", name="比较、应答书、分享").click()
    page.wait_for_url("**/compare**")
    assert page.locator("table.compare thead th").count() == 3
    with page.expect_download() as download:
        page.get_by_role("button", name="应答书").click()
    assert download.value.path().read_bytes().startswith(b"%PDF")
    page.get_by_role("button", name="分享链接").click()
    page.wait_for_url("**/s/**")
    assert page.input_value("#share-link") == page.url
    page.get_by_role("link", name="询问这些场地").click()
    page.fill("#id_contact", "来访者")
    page.get_by_role("button", name="提交询问").click()
    assert page.locator("#summary a").get_attribute("href") == "#id_phone"
    page.fill("#id_phone", "0351-1234567")
    page.wait_for_timeout(2_100)  # nobody fills in the form faster
    page.get_by_role("button", name="提交询问").click()
    page.wait_for_url(re.compile(r"/enquiry/[\w-]{22}/$"))
    assert re.fullmatch(r"X\d{6}-\d{6}", page.inner_text(".receipt-number strong"))
    assert page.evaluate("sessionStorage.getItem('yinfeng-chosen')") == "[]"


def test_back_and_forward_show_what_is_chosen(visit):
    page = visit(f"/find?{NEED}&show=near")
    boxes, count, buttons = (
        page.locator(".choose input"),
        page.locator("[data-tray-count]"),
        page.locator(".tray-buttons"),
    )
    first = boxes.nth(0).get_attribute("value")
    boxes.nth(0).check()
    page.get_by_role("button", name="比较、应答书、分享").click()
    page.wait_for_url("**/compare**")
    page.go_back()
    expect(count).to_have_text("已选 1 处（最多 4 处）")
    expect(page.locator(f'.choose input[value="{first}"]')).to_be_checked()
    expect(buttons).to_be_visible()
    page.go_forward()
    page.wait_for_url("**/compare**")
    page.go_back()
    expect(buttons).to_be_visible()

    page.locator("nav.tabs a").nth(1).click()  # by htmx, whose history keeps pages as text
    page.wait_for_url("**show=open**")
    page.wait_for_selector("nav.tabs a:nth-child(2)[aria-current]")
    boxes.nth(0).check()
    expect(count).to_have_text("已选 2 处（最多 4 处）")
    page.go_back()
    page.wait_for_selector("nav.tabs a:nth-child(3)[aria-current]")
    expect(count).to_have_text("已选 2 处（最多 4 处）")
    box = page.locator(f'.choose input[value="{first}"]')
    expect(box).to_be_checked()
    box.uncheck()
    expect(count).to_have_text("已选 1 处（最多 4 处）")
    page.go_forward()
    page.wait_for_selector("nav.tabs a:nth-child(2)[aria-current]")
    expect(count).to_have_text("已选 1 处（最多 4 处）")
    page.get_by_role("button", name="清空").click()
    expect(buttons).to_be_hidden()
    expect(boxes.nth(0)).not_to_be_checked()


def test_a_page_kept_whole_by_the_browser_follows_what_was_chosen_meanwhile(visit):
    page = visit(f"/find?{NEED}&show=near")
    page.locator(".choose input").nth(0).check()
    page.evaluate("""() => {
      sessionStorage.setItem("yinfeng-chosen", "[]");  // cleared on another page
      dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
    }""")
    expect(page.locator(".tray-buttons")).to_be_hidden()
    expect(page.locator(".choose input").nth(0)).not_to_be_checked()


def test_map_and_list_follow_each_other(visit):
    page = visit(f"/find?{NEED}&show=near")
    page.wait_for_selector(MAP_READY)
    count = page.locator("#hits > li").count()
    second = page.locator("#hits > li").nth(1)
    key = second.get_attribute("data-map-key")
    second.hover()
    page.wait_for_selector("#hits > li:nth-child(2).is-map-hovered")
    second.locator("[data-map-show]").click()
    page.wait_for_selector("#hits > li:nth-child(2)[aria-current=true]")
    page.evaluate(CLOSER, key)
    page.get_by_label("只看地图范围内").check()
    page.wait_for_url(re.compile(r"box=\d"))
    page.wait_for_function("n => document.querySelectorAll('#hits > li').length < n", arg=count)
    assert page.locator(f'#hits > li[data-map-key="{key}"]').count() == 1
    page.get_by_label("只看地图范围内").uncheck()
    page.wait_for_function("n => document.querySelectorAll('#hits > li').length === n", arg=count)


CLOSER = """async (key) => {
  const answer = await fetch(document.querySelector("#hits").dataset.mapSrc);
  const { geometry } = (await answer.json()).features.find(({ properties }) => properties.key === key);
  const [lon, lat] = geometry.coordinates.flat(Infinity);
  document.querySelector("yf-map").fit([lon - 0.005, lat - 0.005, lon + 0.005, lat + 0.005]);
}"""


def test_all_of_it_works_by_keyboard(visit):
    page = visit("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "id_make"
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("5000")
    assert page.input_value("#id_area_unit") == "m2"  # suggested with the building
    page.keyboard.press("Enter")
    page.wait_for_url("**/find**")
    assert page.locator(".tally").inner_text() != ""


def test_all_of_it_works_without_scripts(visit):
    page = visit("/", java_script_enabled=False)
    page.check("#id_kind_0")
    page.fill("#id_area", "5000平")
    page.get_by_role("button", name="找场地").click()
    page.locator("input[name=place]").nth(0).check()
    page.locator("input[name=place]").nth(1).check()
    page.get_by_role("button", name="比较、应答书、分享").click()
    assert page.locator("table.compare thead th").count() == 3
    assert page.locator(".needs-script:visible").count() == 0


def test_a_place_prints_on_a4(visit, site):
    page = visit(f"/places/L1?{NEED}")
    page.wait_for_selector(MAP_READY)
    page.emulate_media(media="print")
    assert page.locator("yf-map, .top-nav, .place-tools").filter(visible=True).count() == 0
    sketch = page.locator("img.sketch")
    sketch.scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('img.sketch').naturalWidth > 0")
    assert sketch.is_visible()
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4", prefer_css_page_size=True))) <= 3


@pytest.mark.parametrize(("path", "name"), [("/", "portal"), (f"/find?{NEED}", "portal-find")])
def test_the_portal_in_pictures(visit, screenshot, path, name):
    page = visit(path)
    if page.locator("yf-map").count():
        page.wait_for_selector(MAP_READY)
    assert screenshot(page, name).stat().st_size > 10_000
