from datetime import date
from pathlib import Path

import pytest

from yinfeng.core.errors import InputError
from yinfeng.tables.template_store import ACTIVE, apply, paths, read_log, read_store, roll_back

DAY = date(2024, 6, 30)


def state(folder: Path) -> dict[str, bytes]:
    """Give what decides an answer: which versions hold, and what they are."""
    return {"active": (folder / ACTIVE).read_bytes()} | {
        path.name: path.read_bytes() for path in paths(folder, read_store(folder))
    }


def applied(folder: Path, text: str) -> None:
    change = folder.with_suffix(".toml")
    change.write_bytes(text.encode())
    apply(folder, change, on=DAY, by="张", reason="试")


def test_a_store_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert read_store(tmp_path / "none") == ()


def test_rolling_back_gives_the_same_bytes(tmp_path: Path) -> None:
    store = tmp_path / "store"
    applied(store, "a = 1\r\n")
    before = state(store)
    applied(store, "b = 2\n")
    assert state(store) != before
    roll_back(store, on=DAY, by="李", reason="错")
    assert state(store) == before


def test_a_number_is_never_used_twice(tmp_path: Path) -> None:
    store = tmp_path / "store"
    for text in ("a = 1", "b = 2"):
        applied(store, text)
    roll_back(store, on=DAY, by="李", reason="错")
    applied(store, "c = 3")
    assert [version.name for version in read_store(store)] == ["v0001.toml", "v0003.toml"]
    assert (store / "v0002.toml").read_text() == "b = 2"


def test_everything_is_logged(tmp_path: Path) -> None:
    store = tmp_path / "store"
    applied(store, "a = 1")
    roll_back(store, on=DAY, by="=李", reason="错")
    told = [(line["act"], line["version"], line["by"], line["active_after"]) for line in read_log(store)]
    assert told == [("apply", "v0001.toml", "张", "v0001.toml"), ("roll back", "v0001.toml", "'=李", "")]


def test_a_changed_version_is_refused(tmp_path: Path) -> None:
    store = tmp_path / "store"
    applied(store, "a = 1")
    (store / "v0001.toml").write_text("a = 2")
    with pytest.raises(InputError) as raised:
        read_store(store)
    assert [fault.code for fault in raised.value.faults] == ["version-changed"]
    (store / "v0001.toml").unlink()
    with pytest.raises(InputError) as raised:
        read_store(store)
    assert [fault.code for fault in raised.value.faults] == ["version-missing"]


@pytest.mark.parametrize("line", ["nonsense", "0" * 64 + "  ../v0001.toml"])
def test_a_strange_line_is_refused(tmp_path: Path, line: str) -> None:
    (tmp_path / ACTIVE).write_text(line)
    with pytest.raises(InputError) as raised:
        read_store(tmp_path)
    assert [fault.code for fault in raised.value.faults] == ["store-line"]


def test_nothing_to_roll_back(tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised:
        roll_back(tmp_path / "store", on=DAY, by="李", reason="错")
    assert [fault.code for fault in raised.value.faults] == ["nothing-applied"]
