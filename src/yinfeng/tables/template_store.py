"""Applied changes of a template: kept as files, in order, each undone by taking it off again.

A store is a folder. ``v0001.toml``, ``v0002.toml`` … are the files that were applied, byte for byte, and are
never changed or deleted. ``active.txt`` names those that hold, the last nearest, each with its hash, so that
``sha256sum -c active.txt`` checks them. ``log.csv`` has a line for everything that was done. To roll back is
to take a line off ``active.txt``: it is then, byte for byte, what it was, and so is every answer.
"""

import csv
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from yinfeng.core.errors import Fault, InputError, problem_fault
from yinfeng.core.text import Text
from yinfeng.tables.write import is_formula_like, replaced

ACTIVE: Final = "active.txt"
LOG: Final = "log.csv"
LOG_HEADERS: Final = ("day", "act", "version", "sha256", "by", "reason", "active_after")


@dataclass(frozen=True, slots=True)
class Version:
    """One file that was applied."""

    name: str
    sha256: str


def read_store(folder: Path) -> tuple[Version, ...]:
    """Give the versions that hold, in the order they were applied; none for a folder that is not there.

    Raises InputError where a version is missing or is no longer what was applied.
    """
    listed = folder / ACTIVE
    if not listed.is_file():
        if folder.exists() and not folder.is_dir():
            expected, fix = Text("一个文件夹", "a folder"), Text("换一个位置", "choose another place")
            raise InputError([problem_fault("not-a-store", folder, expected, fix)])
        return ()
    versions = tuple(_version(line, listed) for line in listed.read_text("utf-8").splitlines() if line)
    faults = [fault for version in versions for fault in _changed(folder, version)]
    if faults:
        raise InputError(faults)
    return versions


def paths(folder: Path, versions: Sequence[Version]) -> list[Path]:
    """Give the files of versions."""
    return [folder / version.name for version in versions]


def apply(folder: Path, change: Path, *, on: date, by: str, reason: str) -> Version:
    """Keep a change in the store and let it hold. The file must have been read as a template before."""
    active = read_store(folder)
    content = change.read_bytes()
    folder.mkdir(parents=True, exist_ok=True)
    version = Version(f"v{_last_number(folder) + 1:04d}.toml", hashlib.sha256(content).hexdigest())
    with replaced(folder / version.name) as part:
        part.write_bytes(content)
    _write_active(folder, (*active, version))
    _log(folder, on, "apply", version, by, reason)
    return version


def roll_back(folder: Path, *, on: date, by: str, reason: str) -> Version:
    """Take the last version off again; its file stays. Raises InputError where none holds."""
    active = read_store(folder)
    if not active:
        expected = Text("一个已应用的版本", "a version that was applied")
        fix = Text("没有可以回退的；用 yinfeng approval-template list 查看", "nothing is to be rolled back")
        raise InputError([problem_fault("nothing-applied", folder, expected, fix)])
    _write_active(folder, active[:-1])
    _log(folder, on, "roll back", active[-1], by, reason)
    return active[-1]


def read_log(folder: Path) -> list[dict[str, str]]:
    """Give what was done, oldest first."""
    file = folder / LOG
    if not file.is_file():
        return []
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def _version(line: str, listed: Path) -> Version:
    sha256, _, name = line.partition("  ")
    if len(sha256) != 64 or not name or Path(name).name != name:
        expected = Text("“sha256  文件名”", "sha256  name")
        raise InputError([_fault(listed, "store-line", line, expected)])
    return Version(name, sha256)


def _changed(folder: Path, version: Version) -> list[Fault]:
    file = folder / version.name
    if not file.is_file():
        return [
            _fault(file, "version-missing", version.name, Text("当时应用的文件", "the file that was applied"))
        ]
    found = hashlib.sha256(file.read_bytes()).hexdigest()
    if found != version.sha256:
        expected = Text(
            f"哈希 {version.sha256[:12]}…，与应用时一致", f"hash {version.sha256[:12]}…, as applied"
        )
        return [_fault(file, "version-changed", f"{found[:12]}…", expected)]
    return []


def _fault(file: Path, code: str, found: str, expected: Text) -> Fault:
    fix = Text("从备份恢复这个文件；版本文件不得修改", "restore the file; versions are never changed")
    return Fault(code, str(file), "", "", "", Text("", ""), found, expected, fix)


def _last_number(folder: Path) -> int:
    numbers = [file.stem[1:] for file in folder.glob("v*.toml")]
    return max((int(number) for number in numbers if number.isdigit()), default=0)


def _write_active(folder: Path, versions: Sequence[Version]) -> None:
    with replaced(folder / ACTIVE) as part:
        part.write_text("".join(f"{v.sha256}  {v.name}\n" for v in versions), "utf-8", newline="\n")


def _log(folder: Path, on: date, act: str, version: Version, by: str, reason: str) -> None:
    file = folder / LOG
    is_new = not file.is_file()
    after = " ".join(one.name for one in read_store(folder))
    with file.open("a", encoding="utf-8-sig" if is_new else "utf-8", newline="") as lines:
        writer = csv.writer(lines)
        if is_new:
            writer.writerow(LOG_HEADERS)
        told = (f"'{text}" if is_formula_like(text) else text for text in (by, reason))
        writer.writerow([on.isoformat(), act, version.name, version.sha256, *told, after])
