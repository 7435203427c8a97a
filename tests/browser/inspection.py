"""Looking a page over: whether everybody can read, reach and name what is on it, in the language chosen."""

import json
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from tests.browser.conftest import PHONE, WIDE
from yinfeng.tables.schema import LEDGER_LABEL, load

_SCRIPT: Final = (Path(__file__).parent / "page_checks.js").read_text("utf-8")
_HAN: Final = re.compile(r"[\u3007\u3400-\u9fff]+")
_LATIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9.+_/-]*[A-Za-z0-9]")
_CELL: Final = re.compile(r"[A-Z]{1,3}[0-9]+")
_DATA_TABLES: Final = (
    "accounts_session", "accounts_user", "audit_entry", "files_storedfile", "firms_alias", "firms_firm",
    "imports_batch", "leads_lead", "ledgers_savedview", "places_place", "projects_pin", "projects_project",
    "takers_visit", "zones_quota", "zones_zone",
)  # fmt: skip
SAID_IN_ANY_LANGUAGE: Final = frozenset(
    {"BD-09", "CGCS2000", "GCJ-02", "GeoJSON", "WGS84", "WKT"}
    | {"CSV", "Excel", "GB18030", "PDF", "SHA-256", "UTF-8", "WPS", "Yinfeng"}
    | {"docx", "dwg", "et", "jpg", "pdf", "png", "webp", "xls", "xlsx", "zip"}
    | {"Chrome", "Delete", "Linux", "English", "中文", "kV", "kVA", "kW", "MW", "KB", "MB"}
    | {"万元", "亩至"}  # a unit of the ledgers, and how a range is typed
)
_PART_LENGTH: Final = 5
"""A longer piece of what the ledgers hold is known alone, too: sentences quote and shorten."""


def data_texts(folder: Path) -> tuple[str, ...]:
    """Give what people wrote into a site, and examples of it: in their language, whatever the page's is."""
    database = sqlite3.connect(f"file:{folder / 'yinfeng.sqlite3'}?mode=ro", uri=True)
    try:
        rows = [row for name in _DATA_TABLES for row in database.execute(f'SELECT * FROM "{name}"')]
    finally:
        database.close()
    written = {text for row in rows for value in row if isinstance(value, str) for text in _texts(value)}
    examples = {column.example for ledger in LEDGER_LABEL for column in load(ledger).columns}
    return tuple(written | examples)


def inspect(page: Any, lang: str, held: tuple[str, ...]) -> list[str]:
    """Give all that is wrong with the page that is open; its parts are left unfolded.

    What does not depend on the language is looked for in Chinese only.
    """
    page.evaluate(_SCRIPT)
    page.set_viewport_size({"width": PHONE, "height": 844})
    found = _of("too wide for a phone", page.evaluate("pageChecks.wide()"))
    page.set_viewport_size({"width": WIDE, "height": 844})
    found += _of("too wide", page.evaluate("pageChecks.wide()"))
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    said = page.evaluate("document.documentElement.lang").partition("-")[0]
    found += _of("language", [said] if said != lang else [])
    found += _of("heading", page.evaluate("pageChecks.headings()"))
    found += _of("untranslated", list(_untranslated(page.evaluate("pageChecks.words()"), lang, held)))
    return found + _in_any_language(page) if lang == "zh" else found


def _in_any_language(page: Any) -> list[str]:
    found = _of("nameless", page.evaluate("pageChecks.nameless()"))
    for theme in ("dark", "light"):
        page.evaluate(f"document.documentElement.classList.toggle('dark', {json.dumps(theme == 'dark')})")
        found += _of(f"faint when {theme}", page.evaluate("pageChecks.faint()"))
    page.keyboard.press("Tab")  # from here on the focus is shown, as to whoever uses the keyboard
    return found + _of("focus not seen", page.evaluate("pageChecks.unseen()"))


def _of(what: str, details: list[str]) -> list[str]:
    return [f"{what}: {detail}" for detail in details]


def _untranslated(words: list[list[str]], lang: str, held: tuple[str, ...]) -> Iterator[str]:
    pieces = _LATIN if lang == "zh" else _HAN
    known = {piece for text in held for piece in pieces.findall(text)}
    known |= SAID_IN_ANY_LANGUAGE
    whole = "\n".join(held)
    for text, where in words:
        for piece in pieces.findall(text):
            is_part = (len(piece) >= _PART_LENGTH or len(piece) == 1) and piece in whole
            if piece not in known and not is_part and not _CELL.fullmatch(piece):
                yield f"{piece} in {where} “{text[:60]}”"


def _texts(value: str) -> Iterator[str]:
    """Give a value, and where it is JSON each text in it."""
    if not value.startswith(("[", "{")):
        yield value
        return
    try:
        yield from _leaves(json.loads(value))
    except ValueError:
        yield value


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for part in value.values() for text in _leaves(part))
    elif isinstance(value, list):
        yield from (text for part in value for text in _leaves(part))
