"""A small site for the tests of the map and the drawing tool."""

from collections.abc import Callable, Iterator

import pytest

from tests.browser.map_page.serve import serving

WIDE = {"viewport": {"width": 1200, "height": 800}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}

RECORD = """
window.events = [];
window.violations = [];
addEventListener("securitypolicyviolation", (event) => violations.push(event.violatedDirective));
for (const name of ["ready", "select", "hover", "bounds", "area"]) {
  addEventListener(`yf-map:${name}`, ({ detail }) => events.push([name, detail, performance.now()]));
}
"""
WITHOUT_WEBGL = """
const get = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
  return kind.startsWith("webgl") ? null : get.call(this, kind, ...rest);
};
"""
READY = 'yf-map[aria-busy="false"]'


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    with serving() as address:
        yield address


@pytest.fixture
def open_page(browser, site) -> Iterator[Callable]:
    """Open an address of the small site; afterwards nothing may have broken the policy or thrown."""
    contexts, faults = [], []

    def open_page(path: str, *, script: str = "", ready: str = READY, **settings):
        context = browser.new_context(**(settings or WIDE))
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.add_init_script(RECORD + script)
        page.goto(site + path)
        page.wait_for_selector(ready)
        return page

    yield open_page
    for context in contexts:
        for page in context.pages:
            faults += page.evaluate("window.violations ?? []")
        context.close()
    assert faults == []


@pytest.fixture(scope="session")
def run(browser, site) -> Iterator[Callable]:
    """Run a script with the modules `geo`, `coordinates`, `data` and `words` of the component."""
    page = browser.new_page()
    page.goto(f"{site}/page.css")

    def run(script: str, argument=None):
        modules = {"geo": "geo", "coordinates": "coordinates", "data": "map-data", "words": "map-words"}
        imports = "".join(
            f'const {name} = await import("/static/yinfeng/{file}.js");' for name, file in modules.items()
        )
        return page.evaluate(f"async (argument) => {{ {imports} return ({script}); }}", argument)

    yield run
    page.close()
