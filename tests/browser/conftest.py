"""A real Chromium and a real site, for the tests of pages: the newspaper's demonstration, being served.

``visit(path, user=, lang=, width=, dark=)`` opens a page. Afterwards nothing may have asked for anything
outside the site, broken the content policy or thrown. ``screenshot(page, name)`` keeps a picture:
in docs/images with YINFENG_SCREENSHOTS=1 (make screenshots), else in a folder that pytest removes.
"""

import importlib.util
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import REPOSITORY

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDE, PHONE = 1300, 390
LEDGERS = REPOSITORY / "examples" / "newspaper" / "2024-02"
COMMAND = [sys.executable, "-c", "from yinfeng.cli.main import main; main()"]
PICTURES = REPOSITORY / "docs" / "images"
_NOT_OF_A_SITE = ("DATABASE_URL", "DJANGO_SETTINGS_MODULE", "YINFENG_SITE", "YINFENG_HOSTS", "YINFENG_LANG")
_NOTE_VIOLATIONS = """
window.violations = [];
addEventListener("securitypolicyviolation", (event) => violations.push(
  `${event.violatedDirective} ${event.blockedURI}`));
"""


@dataclass(frozen=True)
class Site:
    """A site that is being served."""

    address: str  # without a slash at its end
    folder: Path
    password: str  # of every user of the demonstration


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if importlib.util.find_spec("playwright") is None:
        pytest.skip("no playwright: pip install playwright")
    if chromium is None:
        pytest.skip("no browser: apt-get install chromium fonts-noto-cjk")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve the demonstration from a folder of its own."""
    folder = tmp_path_factory.mktemp("site")
    environment = {name: value for name, value in os.environ.items() if name not in _NOT_OF_A_SITE}
    said = subprocess.run(
        [*COMMAND, "demo-site", "--site", str(folder), "--ledgers", str(LEDGERS), "--lang", "en"],
        env=environment, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    password = re.search(r"^ +password (\S+)$", said, re.MULTILINE)[1]
    port = _free_port()
    log = tmp_path_factory.mktemp("log") / "serve.txt"
    with (
        log.open("w", encoding="utf-8") as out,
        subprocess.Popen(
            [*COMMAND, "serve", "--site", str(folder), "--port", str(port), "--lang", "en"],
            env=environment, stdout=out, stderr=subprocess.STDOUT,
        ) as serving,
    ):  # fmt: skip
        _wait_for("Ctrl-C", log, serving)
        yield Site(f"http://127.0.0.1:{port}", folder, password)
        serving.terminate()


@pytest.fixture(scope="session")
def furnished(site: Site) -> Mapping[str, str]:
    """Put the site to work (``furnish``); give the addresses of what was made."""
    environment = {name: value for name, value in os.environ.items() if name not in _NOT_OF_A_SITE}
    environment |= {"YINFENG_SITE": str(site.folder), "DJANGO_SETTINGS_MODULE": "yinfeng.web.settings"}
    said = subprocess.run(
        [sys.executable, "-m", "tests.browser.furnish"],
        env=environment, check=True, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY,
    ).stdout  # fmt: skip
    addresses: dict[str, str] = json.loads(said)
    return addresses


@pytest.fixture
def visit(browser: Any, site: Site) -> Iterator[Callable[..., Any]]:
    contexts: list[Any] = []
    faults: list[str] = []

    def visit(
        path: str, *, user: str = "", lang: str = "zh", width: int = WIDE, dark: bool = False, **settings: Any
    ) -> Any:
        """Open a page of the site, logged in as one of the demonstration's users where one is named."""
        context = browser.new_context(
            viewport={"width": width, "height": 844},
            color_scheme="dark" if dark else "light",
            has_touch=width < 600,
            is_mobile=width < 600,
            locale="en-US",  # what a browser prefers must not matter
            **settings,
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        _guard(context, site, faults)
        context.add_cookies([{"name": "yinfeng_language", "value": lang, "url": site.address}])
        page = context.new_page()
        page.add_init_script(_NOTE_VIOLATIONS)
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        if user:
            log_in(page, site, user)
        page.goto(site.address + path)
        return page

    yield visit
    for context in contexts:
        for page in context.pages:
            faults += page.evaluate("window.violations ?? []")
        context.close()
    assert faults == []


@pytest.fixture
def screenshot(tmp_path: Path) -> Callable[..., Path]:
    def screenshot(page: Any, name: str, *, whole: bool = False) -> Path:
        """Keep a picture of what is in view, or of the whole page, as ``name.png``."""
        keep = os.environ.get("YINFENG_SCREENSHOTS") == "1"
        target = (PICTURES if keep else tmp_path) / f"{name}.png"
        target.parent.mkdir(parents=True, exist_ok=True)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=target, full_page=whole, animations="disabled", scale="css")
        return target

    return screenshot


def log_in(page: Any, site: Site, user: str) -> None:
    """Log in by the form that people use."""
    page.goto(f"{site.address}/desk/login/")
    page.fill("input[name=username]", user)
    page.fill("input[name=password]", site.password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/login/" not in url)


def _guard(context: Any, site: Site, faults: list[str]) -> None:
    """Let nothing leave the machine, and note what tried to."""

    def refuse(route: Any) -> None:
        faults.append(f"asked for {route.request.url}")
        route.abort()

    context.route(lambda url: not url.startswith((site.address, "data:", "blob:")), refuse)


def _wait_for(words: str, log: Path, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(600):
        if words in log.read_text("utf-8"):
            return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    pytest.fail(f"the site did not start:\n{log.read_text('utf-8')}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
