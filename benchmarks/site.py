"""The site as its users meet it: 50,000 places and 5,000 projects in SQLite, pages asked for over HTTP."""

import http.cookiejar
import os
import re
import shutil
import socket
import statistics
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from benchmarks.commands import YINFENG, machine
from yinfeng.tables import synthetic
from yinfeng.tables.schema import header, load
from yinfeng.tables.write import Sheet, write_workbook

PASSWORD = "a-password-for-the-benchmark-1"
PAGES = {
    "list with facets": "/desk/places/",
    "list, narrowed": "/desk/places/?kind=building&status=vacant",
    "list, searched": "/desk/places/?q=P0123",
    "projects list": "/desk/projects/",
    "record": "/desk/places/P01234/",
    "record, history": "/desk/places/P01234/history/",
    "start page": "/desk/",
    "map data, 5,000 places": "/desk/places/map.json",
    "portal, first page": "/",
    "portal, a need": "/find?kind=building&area=6000%E5%B9%B3%E6%96%B9%E7%B1%B3&clear_height_m=8",
}
IMPORTED = 5_000
MAPPED = {"kind": "land", "status": "vacant", "owner_kind": "committee", "land_use": "industrial"}
"""Places that get an outline: about 12,000 of 50,000."""
MAP = f"/desk/places/?show=map&{urllib.parse.urlencode(MAPPED)}"
CHROMIUM = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync"]  # fmt: skip
_ON_READY = """
document.addEventListener("yf-map:ready", (event) => {
  window.mapReady = { count: event.detail.count, at: performance.now() };
});
"""


@click.command()
@click.option("--places", default=50_000, show_default=True)
@click.option("--projects", default=5_000, show_default=True)
@click.option("--times", default=9, show_default=True, help="Requests of each page; the median is printed.")
@click.option("--keep", type=click.Path(path_type=Path), help="Use this site folder, and leave it there.")
def site(places: int, projects: int, times: int, keep: Path | None) -> None:
    """Time the site's pages, an import, its start and its memory."""
    click.echo(machine())
    with tempfile.TemporaryDirectory() as folder:
        where = (keep or Path(folder) / "site").absolute()
        os.environ["YINFENG_SITE"] = str(where)
        _set_up()
        if not (where / "filled").exists():
            click.echo(f"filling the database: {_timed(lambda: _fill(places, projects)):.0f} s")
            (where / "filled").touch()
        _time_import(places, projects)
        with _served(where) as (address, seconds, process):
            click.echo(f"start until ready: {seconds:.1f} s")
            _time_pages(address, times)
            _time_map(address)
            time.sleep(5)
            click.echo(f"memory of all its processes (PSS): {_memory_mb(process):.0f} MB")


def _set_up() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yinfeng.web.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def _fill(places: int, projects: int) -> None:
    from django.utils import timezone

    from yinfeng.web.accounts.models import User
    from yinfeng.web.ledgers.actions import Write, write
    from yinfeng.web.places.models import Place
    from yinfeng.web.zones.models import Membership

    user = User.objects.create_user("bench", password=PASSWORD, password_changed_at=timezone.now())
    Membership.objects.create(user=user, role="committee")
    made = synthetic.ledgers(projects=projects, places=places, seed=3)
    for name in ("zones", "firms", "quotas", "projects", "places"):
        rows = made[name].to_pylist()
        if name == "places":  # a line's building comes before it
            rows.sort(key=lambda row: row["kind"] == "line")
        for start in range(0, len(rows), 5_000):
            write(name, [Write("add", "", row) for row in rows[start : start + 5_000]], by=user)
    Place.objects.update(is_released=True, verified_on=timezone.localdate(), recheck_on=None)
    mapped = list(Place.objects.filter(**MAPPED).order_by("place_id"))
    for at, place in enumerate(mapped):
        place.boundary = _outline(at)
    Place.objects.bulk_update(mapped, ["boundary"], batch_size=1_000)


def _outline(at: int) -> str:
    """Draw a five-cornered parcel, each beside the last, a hundred in a row."""
    west, south = 112.0 + at % 100 * 0.004, 37.0 + at // 100 * 0.004
    corners = ((0, 0), (0.003, 0.0002), (0.0033, 0.002), (0.0016, 0.003), (0.0002, 0.0024), (0, 0))
    return "POLYGON ((" + ", ".join(f"{west + x:.6f} {south + y:.6f}" for x, y in corners) + "))"


def _time_import(places: int, projects: int) -> None:
    """Import a workbook of which half is new and half changes what is held."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from yinfeng.web.accounts.models import User
    from yinfeng.web.imports import actions
    from yinfeng.web.imports.models import Batch
    from yinfeng.web.jobs.queries import latest
    from yinfeng.web.jobs.work import execute

    user = User.objects.get(username="bench")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "places.xlsx"
        _write_import(file, places, projects)
        upload = SimpleUploadedFile("places.xlsx", file.read_bytes())
        batch = actions.bring(upload, ledger="places", source="", by=user)
    settings = {"mode": "upsert", "otherwise": "skip", "blank": "keep", "key": "", "is_whole": False}
    columns = tuple(actions.Taken(**one) for one in batch.columns)
    actions.set_up(batch, actions.Setup(columns=columns, defaults={}, **settings), by=user)
    job = latest("imports", batch.token)
    assert job is not None
    looked = _timed(lambda: execute.call(job.pk))
    batch = Batch.objects.get(pk=batch.pk)
    actions.ask_commit(batch, digest=batch.digest, reason="benchmark", by=user)
    job = latest("imports", batch.token)
    assert job is not None
    written = _timed(lambda: execute.call(job.pk))
    batch = Batch.objects.get(pk=batch.pk)
    click.echo(f"import of {IMPORTED:,} rows: dry run {looked:.1f} s, commit {written:.1f} s ({batch.state})")


def _write_import(file: Path, places: int, projects: int) -> None:
    names = [
        column.name
        for column in load("places").columns
        if column.type in ("id", "ref", "text", "choice", "quantity")
    ]
    names = [name for name in names if name not in ("reserved_for", "part_of", "source")]
    made = (
        synthetic.ledgers(projects=projects, places=places, seed=3)["places"].slice(0, IMPORTED).to_pylist()
    )
    stamp = f"{time.time():.0f}"
    rows = []
    for at, row in enumerate(made):
        cells = {name: row[name] for name in names}
        if cells["kind"] == "line":
            cells["kind"] = "building"
        cells["area_m2"] = (cells["area_m2"] or 1_000) + 1
        if at % 2:
            cells["place_id"] = f"N{stamp}-{at}"
            cells["place_name"] = f"新场地 {stamp}-{at}"
        rows.append([cells[name] for name in names])
    write_workbook(file, [Sheet("场地", [header(load("places").column(name)) for name in names], rows)])


@contextmanager
def _served(where: Path) -> Iterator[tuple[str, float, subprocess.Popen[bytes]]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    command = [*YINFENG, "serve", "--site", str(where), "--port", str(port)]
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            while not _is_ready(address):
                time.sleep(0.05)
            yield address, time.perf_counter() - started, process
        finally:
            process.terminate()


def _is_ready(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/health/ready", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _time_pages(address: str, times: int) -> None:
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    form = browser.open(f"{address}/desk/login/").read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
    assert token is not None
    told = {"username": "bench", "password": PASSWORD, "csrfmiddlewaretoken": token[1]}
    request = urllib.request.Request(
        f"{address}/desk/login/", urllib.parse.urlencode(told).encode(), {"Referer": f"{address}/desk/login/"}
    )
    browser.open(request).read()
    for name, path in PAGES.items():
        if not _is_there(browser, address + path):
            click.echo(f"{name:28} no such page")
            continue
        sizes: list[int] = []
        taken = [
            _timed(lambda path=path, sizes=sizes: sizes.append(len(browser.open(address + path).read())))
            for _ in range(times)
        ]
        click.echo(
            f"{name:28} first {taken[0] * 1000:6.0f} ms, median {statistics.median(taken) * 1000:6.0f} ms, "
            f"{sizes[0] / 1000:.0f} kB"
        )


def _time_map(address: str) -> None:
    """Open the map of some 10,000 polygons in Chromium, until it has drawn them and rests."""
    chromium = shutil.which("chromium")
    if chromium is None:
        click.echo("map in a browser             no chromium: apt-get install chromium fonts-noto-cjk")
        return
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM)
        page = browser.new_page(viewport={"width": 1300, "height": 900})
        page.add_init_script(_ON_READY)
        page.goto(f"{address}/desk/login/")
        page.fill("input[name=username]", "bench")
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(f"{address}/desk/")
        for attempt in ("first", "again"):
            page.goto(address + MAP)
            page.wait_for_function("window.mapReady")
            count, milliseconds = page.evaluate("[window.mapReady.count, window.mapReady.at]")
            click.echo(f"map of {count:,} places, {attempt:16} {milliseconds:6.0f} ms from opening to rest")
        browser.close()


def _is_there(browser: urllib.request.OpenerDirector, address: str) -> bool:
    try:
        browser.open(address).close()
    except urllib.error.HTTPError:
        return False
    return True


def _memory_mb(process: subprocess.Popen[bytes]) -> float:
    """Sum the proportional set sizes of a process and all below it [MB]; Linux only."""
    total = 0
    left = [process.pid]
    while left:
        pid = left.pop()
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        total += int(re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)[1])  # type: ignore[index]
        for task in Path(f"/proc/{pid}/task").iterdir():
            left += map(int, (task / "children").read_text().split())
    return total / 1000


def _timed(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
