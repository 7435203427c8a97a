"""A small site for the map's tests: two pages, made-up places and zones, under the policy of the portal."""

import base64
import importlib.util
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from string import Template
from urllib.parse import parse_qsl, urlsplit

HERE = Path(__file__).parent
# Found without importing it: the package warns when its optional parts are absent.
MAPLIBRE = Path(importlib.util.find_spec("maplibre").origin).parent
STATIC = {
    "/static/yinfeng/": Path(__file__).parents[3] / "src" / "yinfeng" / "web" / "static" / "yinfeng",
    "/static/maplibre/": MAPLIBRE / "srcjs",
}
KINDS_OF_FILE = {".js": "text/javascript", ".css": "text/css", ".html": "text/html; charset=utf-8"}
POLICY = "default-src 'self'; worker-src blob:; img-src 'self' data: blob:"
DEFAULTS = {"lang": "zh", "theme": "", "n": "12", "chunk": "", "height": "520", "more": "", "value": ""}

# A grey pixel.
TILE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
)

STATES = ("vacant", "part", "reserved", "taken", "unknown")
KINDS = ("land", "building", "land", "line")
FITS = ("yes", "near", "unknown", None)
NAMES = ("梧桐 A12 地块", "铝镁园 3 号厂房", "新材料 B-07 地块", "2# 煅烧生产线")
WEST, SOUTH, SPACING = 111.76, 37.12, 0.005


def make_places(count: int) -> list[dict]:
    """Make places in a square grid: areas, and points where a left-over line stands."""
    columns = max(1, round(count**0.5))
    return [make_place(index, *divmod(index, columns)) for index in range(count)]


def make_place(index: int, row: int, column: int) -> dict:
    west, south = WEST + column * SPACING, SOUTH + row * SPACING * 0.8
    kind = KINDS[index % 4]
    properties = {
        "key": f"P{index:03}",
        "name": NAMES[index % 4],
        "kind": kind,
        "state": STATES[index % 5],
        "rank": index + 1 if index < 5 else None,
        "fit": FITS[index % 3] if index < 9 else None,
        "href": f"/places/P{index:03}/",
    }
    geometry = (
        {"type": "Point", "coordinates": [west, south]} if kind == "line" else square(west, south, index)
    )
    return {"type": "Feature", "id": index, "geometry": geometry, "properties": properties}


def square(west: float, south: float, index: int) -> dict:
    east, north = west + SPACING * 0.7, south + SPACING * 0.5
    slant = SPACING * 0.1 * (index % 3)
    ring = [[west, south], [east, south + slant], [east - slant, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


@cache
def places_answer(count: int, size: int, start: int) -> bytes:
    """Give one answer of at most `size` places and the address of the next."""
    answer = {"type": "FeatureCollection", "features": make_places(count)[start : start + size]}
    if start + size < count:
        answer["next"] = f"/places.geojson?n={count}&chunk={size}&start={start + size}"
    return json.dumps(answer).encode()


def zones_answer() -> dict:
    west, south, east, north = WEST - 0.004, SOUTH - 0.004, WEST + 0.022, SOUTH + 0.018
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    zone = {"type": "Feature", "id": 0, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    return {"type": "FeatureCollection", "features": [zone | {"properties": {"name": "孝义经济开发区"}}]}


def page(name: str, query: dict[str, str]) -> str:
    settings = DEFAULTS | query
    places = make_places(int(settings["n"]))[:40]
    show = '<button type="button" data-map-show>◎</button>'
    row = '<li data-map-key="{key}"><a href="{href}">{name}</a> ' + show + "</li>"
    rows = "".join(row.format(**place["properties"]) for place in places)
    settings["value"] = escape(settings["value"])
    return Template((HERE / name).read_text("utf-8")).substitute(settings, rows=rows)


class Handler(BaseHTTPRequestHandler):
    """Answer a page, an answer of GeoJSON or a static file."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        query = dict(parse_qsl(url.query))
        if url.path in {"/map.html", "/draw.html"}:
            self.answer(page(url.path[1:], query).encode(), KINDS_OF_FILE[".html"])
        elif url.path == "/places.geojson":
            count = int(query["n"])
            body = places_answer(count, int(query.get("chunk") or count), int(query.get("start", 0)))
            self.answer(body, "application/geo+json")
        elif url.path.startswith("/tiles/"):
            self.answer(TILE, "image/png")
        elif url.path == "/zones.geojson":
            self.answer(json.dumps(zones_answer()).encode(), "application/geo+json")
        else:
            self.answer_file(url.path)

    def answer_file(self, path: str) -> None:
        folder = next((prefix for prefix in STATIC if path.startswith(prefix)), None)
        file = STATIC[folder] / path.removeprefix(folder) if folder else HERE / path[1:]
        if file.is_file():
            self.answer(file.read_bytes(), KINDS_OF_FILE[file.suffix])
        else:
            self.answer(b"", "text/plain", status=404)

    def answer(self, body: bytes, kind: str, *, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep the tests' output quiet."""


@contextmanager
def serving() -> Iterator[str]:
    """Serve on a free port of this machine; give the address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
