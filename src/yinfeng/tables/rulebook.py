"""Rulebooks: dated, sourced entries in TOML, read into the rules that hold on a day.

A rulebook is a folder of TOML files, one for each subject, or a single file of one's own. What it does not
say it takes from the rulebook that its ``about.inherits`` names.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final

from yinfeng.core.errors import Fault, InputError
from yinfeng.core.rulebook import Entry, Rules
from yinfeng.core.text import Text
from yinfeng.core.working_days import WorkingDays, YearCalendar, working_days

BASES: Final = ("law", "standard", "policy", "assumption")
DEFAULT: Final = "shanxi"
CALENDAR: Final = "calendar."
"""What the keys of the yearly calendars begin with."""

_NEEDED: Final = ("key", "value", "unit", "valid_from", "basis", "source", "zh", "en")
_YEARS_AROUND: Final = 60
"""How far before and after the asked day working days are laid out."""


@dataclass(frozen=True, slots=True)
class _Book:
    """One rulebook as its files hold it."""

    name: str
    inherits: str | None
    entries: tuple[Mapping[str, Any], ...]


def names(*, having: Iterable[str] = ()) -> tuple[str, ...]:
    """List the rulebooks that come with the product; with ``having``, those that know all these keys."""
    wanted = set(having)
    known = (folder.name for folder in _bundled().iterdir() if folder.is_dir() and _files(folder))
    return tuple(
        name
        for name in sorted(known)
        if wanted <= {entry.get("key") for book in _chain(name) for entry in book.entries}
    )


def read_rules(rulebook: str, on: date, keys: Iterable[str]) -> Rules:
    """Read the entries of these keys that hold on a day.

    rulebook: the name of one that comes with the product, or the path of a TOML file or of a folder of them.
    Of a key's entries the latest that is valid holds, and one's own comes before an inherited one. Raises
    InputError with every fault of the files at once, or with every key for which nothing holds.
    """
    wanted = tuple(keys)
    chain = _chain(rulebook)
    current = _current(chain, on)
    missing = [key for key in wanted if key not in current]
    if missing:
        dates = [entry["valid_from"] for book in chain for entry in book.entries if entry["key"] in missing]
        if dates and len(missing) == len(wanted):
            raise InputError([_too_early(rulebook, min(dates), on)])
        raise InputError([_missing(rulebook, key, on) for key in missing])
    return Rules(chain[0].name, on, {key: current[key] for key in sorted(wanted)})


def begins_later(rulebook: str, on: date, keys: Iterable[str]) -> date | None:
    """Give the day from which a rulebook has a word of its own on these keys; None where it has one by then.

    Until then the rulebook it inherits answers for it, which whoever named it should know.
    """
    wanted = set(keys)
    dates = [entry["valid_from"] for entry in _chain(rulebook)[0].entries if entry.get("key") in wanted]
    return min(dates) if dates and min(dates) > on else None


def keys_of(rulebook: str, on: date, beginning: str) -> tuple[str, ...]:
    """List the keys with this beginning for which an entry holds on a day."""
    return tuple(sorted(key for key in _current(_chain(rulebook), on) if key.startswith(beginning)))


def layers(rulebook: str, beginning: str) -> tuple[tuple[Entry, ...], ...]:
    """Give every entry of the keys with this beginning, of whatever date, by rulebook, nearest first.

    For what has to know how an entry stood earlier. Raises InputError with every fault of the files at once.
    """
    chain = _chain(rulebook)
    _current(chain, date.max)  # refuses what is no entry
    return tuple(
        tuple(_entry(told, book.name) for told in book.entries if told["key"].startswith(beginning))
        for book in chain
    )


def held_on(own: Sequence[Sequence[Entry]], on: date) -> dict[str, Entry]:
    """Choose for each key of layers, nearest first, the entry that holds on a day."""
    current: dict[str, Entry] = {}
    for layer in reversed(own):
        mine: dict[str, Entry] = {}
        for entry in layer:
            known = mine.get(entry.key)
            if entry.valid_from <= on and (known is None or known.valid_from <= entry.valid_from):
                mine[entry.key] = entry
        current |= mine
    return current


def read_working_days(rulebook: str, on: date) -> WorkingDays:
    """Lay out the working days as the notices known on a day have them, sixty years around it."""
    keys = keys_of(rulebook, on, CALENDAR)
    rules = read_rules(rulebook, on, keys)
    years = {}
    for key in keys:
        year = int(key.removeprefix(CALENDAR))
        value = rules.value(key)
        years[year] = YearCalendar(
            off=frozenset(_days(year, value["off"])), worked=frozenset(_days(year, value["worked"]))
        )
    reach = min(_YEARS_AROUND, date.max.year - on.year, on.year - date.min.year)
    return working_days(years, first=date(on.year - reach, 1, 1), last=date(on.year + reach, 12, 31))


def _days(year: int, spans: Iterable[str]) -> Iterator[date]:
    """Yield the days of ``05-01..05-05`` and ``06-10``."""
    for span in spans:
        first, _, last = span.partition("..")
        day, end = (date.fromisoformat(f"{year}-{part}") for part in (first, last or first))
        while day <= end:
            yield day
            day += timedelta(days=1)


def _bundled() -> Traversable:
    return resources.files("yinfeng.rulebooks")


def _files(folder: Traversable) -> list[Traversable]:
    return sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda file: file.name)


def _chain(rulebook: str) -> tuple[_Book, ...]:
    """Give a rulebook and those it inherits, nearest first."""
    chain: list[_Book] = []
    asked: list[str] = []
    next_name: str | None = rulebook
    while next_name is not None:
        if next_name in asked:
            expected = Text("不绕回自身的 inherits", "an inherits that does not lead back")
            fix = Text("改正其中一个 inherits", "mend one of them")
            raise InputError(
                [_fault(rulebook, "rulebook-cycle", " → ".join([*asked, next_name]), expected, fix)]
            )
        asked.append(next_name)
        chain.append(_book(next_name))
        next_name = chain[-1].inherits
    return tuple(chain)


def _book(rulebook: str) -> _Book:
    about: dict[str, Any] = {}
    entries: list[Mapping[str, Any]] = []
    for file in _files_of(rulebook):
        content = _content(rulebook if file.name == Path(rulebook).name else f"{rulebook}/{file.name}", file)
        about |= content.get("about", {})
        entries += content.get("entry", [])
    return _Book(str(about.get("name", rulebook)), about.get("inherits"), tuple(entries))


def _files_of(rulebook: str) -> list[Traversable]:
    path = Path(rulebook)
    if path.suffix == ".toml":
        files: list[Traversable] = [path] if path.is_file() else []
    else:
        bundled = _bundled() / rulebook if path.name == rulebook else path
        folder = bundled if bundled.is_dir() else path
        files = _files(folder) if folder.is_dir() else []
    if files:
        return files
    expected = Text(
        f"规则库名称（{'、'.join(names())}）或 .toml 文件",
        f"a rulebook ({', '.join(names())}) or a .toml file",
    )
    fix = Text("改正名称或路径", "correct the name or the path")
    raise InputError([_fault(rulebook, "no-rulebook", rulebook, expected, fix)])


def _content(name: str, file: Traversable) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        expected = Text("有效的 TOML（UTF-8）", "valid TOML in UTF-8")
        fix = Text("改正所指的行", "mend the line it names")
        raise InputError([_fault(name, "not-toml", str(error), expected, fix)]) from error


def _current(chain: Sequence[_Book], on: date) -> dict[str, Entry]:
    """Choose for each key the entry that holds; refuse entries without date, basis or source."""
    faults: list[Fault] = []
    current: dict[str, Entry] = {}
    for book in reversed(chain):
        own: dict[str, Entry] = {}
        for number, told in enumerate(book.entries, start=1):
            fault = _entry_fault(book.name, number, told)
            if fault is not None:
                faults.append(fault)
                continue
            entry = _entry(told, book.name)
            known = own.get(entry.key)
            if entry.valid_from <= on and (known is None or known.valid_from <= entry.valid_from):
                own[entry.key] = entry
        current |= own
    if faults:
        raise InputError(faults)
    return current


def _entry_fault(rulebook: str, number: int, entry: Mapping[str, Any]) -> Fault | None:
    lacking = [name for name in _NEEDED if name not in entry]
    if not lacking and entry["basis"] in BASES and isinstance(entry["valid_from"], date):
        return None
    expected = Text(
        "齐全的 " + "、".join(_NEEDED) + f"；basis 为 {'、'.join(BASES)} 之一；valid_from 为日期",
        "all of " + ", ".join(_NEEDED) + f"; basis one of {', '.join(BASES)}; valid_from a date",
    )
    fix = Text("补上：" + "、".join(lacking), "add: " + ", ".join(lacking))
    if not lacking:
        fix = Text("改正 basis 或 valid_from", "mend basis or valid_from")
    return _fault(rulebook, "rulebook-entry", str(entry.get("key", f"#{number}")), expected, fix)


def _entry(entry: Mapping[str, Any], rulebook: str) -> Entry:
    return Entry(
        key=entry["key"],
        value=entry["value"],
        unit=Text(str(entry.get("unit_zh", entry["unit"])), str(entry["unit"])),
        valid_from=entry["valid_from"],
        basis=entry["basis"],
        source=entry["source"],
        title=Text(entry["zh"], entry["en"]),
        rulebook=rulebook,
    )


def value_fault(rulebook: str, found: str) -> Fault:
    """Make the fault of an entry whose value has another shape than the bundled one."""
    expected = Text("与自带规则库同样形状的取值", "values of the same shape as in the bundled rulebook")
    fix = Text("照自带的规则库改正", "mend it after the bundled rulebook")
    return _fault(rulebook, "rulebook-value", found, expected, fix)


def _too_early(rulebook: str, first: date, on: date) -> Fault:
    expected = Text(f"不早于 {first} 的日期", f"a date not before {first}")
    fix = Text("改日期，或换规则库", "change the date, or the rulebook")
    return _fault(rulebook, "rulebook-too-early", str(on), expected, fix)


def _missing(rulebook: str, key: str, on: date) -> Fault:
    expected = Text(f"{on} 有效的条目 {key}", f"an entry {key} that holds on {on}")
    fix = Text("补上条目，或改日期", "add the entry, or change the date")
    return _fault(rulebook, "rulebook-missing", key, expected, fix)


def _fault(rulebook: str, code: str, found: str, expected: Text, fix: Text) -> Fault:
    return Fault(code, rulebook, "", "", "", Text("规则库", "rulebook"), found, expected, fix)
