"""The page of settings names every variable the site reads, and no other."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_NAME = re.compile(r"YINFENG_[A-Z]+(?:_[A-Z]+)*|DATABASE_URL")
_READ = re.compile(r'(?:environ(?:\.get\(|\[|\.pop\()|envvar=)"([A-Z_]+)"')


def test_every_variable_that_is_read_is_explained() -> None:
    read = {
        name
        for file in (ROOT / "src").rglob("*.py")
        for name in _READ.findall(file.read_text("utf-8"))
        if _NAME.fullmatch(name)
    }
    page = (ROOT / "docs" / "reference" / "settings.md").read_text("utf-8")
    explained = set(re.findall(r"^\| `([A-Z_]+)`", page, re.MULTILINE))
    assert explained == read
