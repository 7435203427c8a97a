"""From the header rows of a sheet to the columns of a dictionary: any words, order, units and depth."""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Final

from yinfeng.core.text import Text
from yinfeng.tables import schema as schemas
from yinfeng.tables.bounds import column_letters
from yinfeng.tables.quantities import parse
from yinfeng.tables.schema import QUANTITY_TYPES, QUOTA_UNIT, Column, Schema
from yinfeng.tables.sheets import Grid, written
from yinfeng.tables.spelling import Unreadable, fold, header_key
from yinfeng.tables.unit_spellings import UNITS

LOOKED_AT_ROWS: Final = 30
"""The header is looked for in the first rows only."""
DEEPEST: Final = 3
REASON_HEADERS: Final = ("退回原因", "Why refused")
"""Headers of the first column of a workbook of refused rows; not a column of any ledger."""

LAST_RANK: Final = 1_000
"""Rank of a header that means its column only where no other does."""

_FEWEST_COLUMNS: Final = 2
_LONGEST: Final = 80  # signs; a longer text is no header
_LETTER: Final = re.compile(r"[^\W\d_]")
_IN_BRACKETS: Final = re.compile(r"(.+?)\s*[(\[【〔]\s*(?:单位:?)?\s*([^()\[\]【】〔〕]+?)\s*[)\]】〕]")
_AFTER_MARK: Final = re.compile(r"(.+?)\s*[/,:;]\s*(?:单位:?)?\s*(.+)")
_LAST_WORD: Final = re.compile(r"(.+?)(?:_|\s+in\s+|\s+)([^\s_]+)", re.IGNORECASE)
_SPLITS: Final = (_IN_BRACKETS, _AFTER_MARK, _LAST_WORD)
_MARKED: Final = re.compile(
    r"\s*(?:\*|[(\[【〔]\s*(?:必填|选填|可选|可不填|required|optional)项?\s*[)\]】〕])\s*$", re.IGNORECASE
)
_TEN_THOUSAND: Final = re.compile(r"^[x*×]?\s*10k\s*(?:yuan|rmb|cny)", re.IGNORECASE)
_OF_A_PERIOD: Final = frozenset({"year_plan", "rounds", "signings", "trips", "statistics"})
"""Ledgers whose columns are of one year so far: 1-6月完成投资 is 完成投资, 2024年计划投资 is 计划投资."""
_SO_FAR: Final = re.compile(
    r"^(?:(?:19|20)\d\d年)?"
    r"(?:1月?[-—~至到](?:1[0-2]|[1-9])月份?|上半年|前[一二三]季度|截[至止](?:1[0-2]|[1-9])月(?:底|末)|全年)(?=\D)"
    r"|^(?:19|20)\d\d年(?=(?:度|年度)?(?:计划|目标|任务))"
)
_UNIT_NOTE: Final = re.compile(r"(?:^|[\s(])(?:计量|金额|面积)?单位\s*:\s*([^()]+)")


@dataclass(frozen=True, slots=True)
class Heading:
    """One column of a sheet that has a header."""

    at: int
    """0-based column in the sheet."""
    cell: str
    """Address of the lowest part of the header."""
    text: str
    """As printed; the parts of a deep header joined with a blank."""
    column: str = ""
    """Name in the dictionary; empty where it is not understood."""
    rank: int = 0
    """0 for the column's own name or label, later for aliases; of two headers the lower is read first."""
    unit: str = ""
    """Unit written in the header or above it: that of bare numbers below."""
    system: str = ""
    """Coordinate system written in the header, as a code of that choice set."""
    matched: str = ""
    """The part of the text by which it was understood: alone in one row it is understood again."""

    @property
    def alone(self) -> str:
        """The header as one cell that says the same: a unit noted elsewhere is written behind it."""
        text = self.matched or self.text
        is_said = not self.unit or self.unit.lower().replace(" ", "") in fold(text).lower().replace(" ", "")
        return text if is_said else f"{text}（{self.unit}）"

    @property
    def letters(self) -> str:
        """Letters of its column."""
        return self.cell.rstrip("0123456789")


@dataclass(frozen=True, slots=True)
class Headers:
    """The header of a sheet."""

    rows: tuple[int, ...]
    """Rows it stands in, as Excel counts them."""
    headings: tuple[Heading, ...]

    @property
    def known(self) -> tuple[Heading, ...]:
        """Headings that are columns of the dictionary."""
        return tuple(heading for heading in self.headings if heading.column)

    @property
    def fit(self) -> int:
        """How many columns of the dictionary are there."""
        return len({heading.column for heading in self.known})


def find_headers(grid: Grid, schema: Schema, header_row: int | None = None) -> Headers | None:
    """Find the header rows that fit a ledger best; None where nothing fits.

    header_row: the first header row, as Excel counts, where the caller knows it. Of equal fits the shallower
    and then the upper one is taken; a row of units below belongs to the header.
    """
    cells = _top_cells(grid)
    tops = range(len(cells)) if header_row is None else [header_row - 1]
    best: Headers | None = None
    for depth in range(1, DEEPEST + 1):
        for top in tops:
            if 0 <= top <= len(cells) - depth:
                found = _read_headers(cells, schema, range(top, top + depth))
                if best is None or found.fit > best.fit:
                    best = found
        if header_row is None and best is not None:
            # A deeper header holds the best single row; the rest of the sheet need not be tried again.
            tops = range(max(0, best.rows[0] - DEEPEST), best.rows[0])
    if best is None or best.fit < (_FEWEST_COLUMNS if header_row is None else 1):
        return None
    top, below = best.rows[0] - 1, best.rows[-1]
    if header_row is None:
        top = _top_of_merged(grid, top)
    if below < len(cells) and _is_unit_row(cells[below]):
        below += 1
    best = _read_headers(cells, schema, range(max(top, below - DEEPEST), below))
    return _with_noted_units(best, schema, cells[: best.rows[0] - 1])


def _top_of_merged(grid: Grid, top: int) -> int:
    """Give the first of the rows that cells merged downwards tie to a header row."""
    return min((first for first, _, last, _ in grid.merged if first < top <= last), default=top)


def match_header(text: str, schema: Schema) -> Heading:
    """Tell which column of a ledger one header means; ``column`` stays empty where none is meant."""
    return _match(schema.name, text)


def nearest_name(text: str, schema: Schema) -> Text | None:
    """Give the label of the column a header not understood is most like; None where none is near."""
    names = _names(schema.name)
    near = difflib.get_close_matches(header_key(text), names, n=1, cutoff=0.6)
    return schema.column(names[near[0]][0]).label if near else None


def strange_unit(text: str, schema: Schema) -> tuple[str, Text] | None:
    """Give the unit of a header whose name is known and whose unit is not, and the unit of its column."""
    names = _names(schema.name)
    for split in _split(fold(text)):
        column = schema.column(names[header_key(split[1])][0]) if header_key(split[1]) in names else None
        if column and column.type == "quantity" and unit_factor(split[2], column) is None:
            return split[2], UNITS[column.unit].label
    return None


def unit_factor(word: str, column: Column) -> float | None:
    """Give how many of the column's unit one of a written unit is; None where it is no such unit."""
    return _factor(word, column.unit or "")


def _top_cells(grid: Grid) -> list[list[str]]:
    """Write out the first rows with merged headers repeated in every cell they cover."""
    cells = [[fold(written(cell)) for cell in row] for row in grid.rows[:LOOKED_AT_ROWS]]
    for top, left, bottom, right in grid.merged:
        if bottom < len(cells) and left < len(cells[top]):
            for row in range(top, bottom + 1):
                for at in range(left, min(right + 1, len(cells[row]))):
                    cells[row][at] = cells[top][left]
    return cells


def _read_headers(cells: Sequence[Sequence[str]], schema: Schema, rows: range) -> Headers:
    width = max(len(cells[row]) for row in rows)
    headings = []
    for at in range(width):
        parts = [(row, cells[row][at]) for row in rows if at < len(cells[row]) and cells[row][at]]
        if parts:
            texts = list(dict.fromkeys(text for _, text in parts))
            cell = f"{column_letters(at)}{parts[-1][0] + 1}"
            found = _match_parts(schema, texts)
            headings.append(replace(found, at=at, cell=cell, text=" ".join(texts), matched=found.text))
    return Headers(tuple(row + 1 for row in rows), tuple(headings))


def _match_parts(schema: Schema, texts: Sequence[str]) -> Heading:
    """Match a deep header: all parts, the lowest alone, the lowest two, or a name above its unit."""
    if len(texts) == 1:
        return match_header(texts[0], schema)
    tries = ["".join(texts), texts[-1], "".join(texts[-2:])]
    if _is_unit(texts[-1]):
        unit = texts[-1].strip("()")
        tries = [f"{''.join(texts[:-1])}/{unit}", f"{texts[-2]}/{unit}"]
    for text in tries:
        found = match_header(text, schema)
        if found.column:
            return _with_unit_above(found, schema, texts[:-1])
    return Heading(0, "", "")


def _with_unit_above(heading: Heading, schema: Schema, above: Sequence[str]) -> Heading:
    """Give a part of a merged header the unit behind the name of the whole: 投资（亿元） over 总投资."""
    words = [split[2] for text in reversed(above) for split in _split(text)]
    return _with_unit(heading, schema, words) if words else heading


@lru_cache(maxsize=20_000)
def _match(ledger: str, text: str) -> Heading:
    names = _names(ledger)
    schema = schemas.load(ledger)
    folded = fold(text)
    if len(folded) > _LONGEST or not _LETTER.search(folded):
        return Heading(0, "", text)
    while marked := _MARKED.search(folded):
        folded = folded[: marked.start()]
    if header_key(folded) in names:
        name, rank = names[header_key(folded)]
        words = [folded, *(split[2] for split in _split(folded))]
        return _heading(text, schema.column(name), rank, words)
    for split in _split(folded):
        if header_key(split[1]) in names:
            name, rank = names[header_key(split[1])]
            found = _heading(text, schema.column(name), rank, [split[2]])
            # What follows a name is a unit or a system; only in brackets may it be a remark, and never behind
            # a quantity: 投资额（美元）, a unit nobody here knows, must not be read as 万元.
            is_remark = split.re is _IN_BRACKETS and not _has_unit(schema.column(name))
            if found.unit or found.system or is_remark:
                return found
    found = _match_run_on(text, folded, schema)
    if not found.column and ledger in _OF_A_PERIOD:
        rest = _SO_FAR.sub("", folded)
        if rest != folded:
            return replace(_match(ledger, rest), text=text)
    return found


def _match_run_on(text: str, folded: str, schema: Schema) -> Heading:
    """Match a name with its unit run on: 投资额亿元."""
    names = _names(schema.name)
    for end in range(1, len(folded)):
        word = folded[end:].lower()
        name, rank = names.get(header_key(folded[:end]), ("", 0))
        if name and not word.isascii() and word in _unit_words() and _has_unit(schema.column(name)):
            found = _heading(text, schema.column(name), rank, [word])
            if found.unit:
                return found
    return Heading(0, "", text)


def _split(text: str) -> Iterable[re.Match[str]]:
    return (found for pattern in _SPLITS if (found := pattern.fullmatch(text)))


def _heading(text: str, column: Column, rank: int, words: Iterable[str]) -> Heading:
    unit = system = ""
    if _has_unit(column):
        unit = next((word for word in words if unit_factor(word, column) is not None), "")
    elif column.type in ("longitude", "latitude"):
        system = _system_in(text)
    return Heading(0, "", text, column.name, rank, unit, system)


def _has_unit(column: Column) -> bool:
    return column.type in QUANTITY_TYPES or column.type == "amounts"


def _system_in(text: str) -> str:
    key = header_key(text)
    for choice in schemas.choices("coordinate_system"):
        if any(header_key(word) in key for word in (choice.label.zh, *choice.synonyms)):
            return choice.code
    return ""


@cache
def _names(ledger: str) -> Mapping[str, tuple[str, int]]:
    """Give header key → (column, rank); of two columns that share a key the better rank has it."""
    ranked = []
    for column in schemas.load(ledger).columns:
        own = [column.name, column.label.zh, column.label.en]
        ranked += [(0, column.name, name) for name in own]
        ranked += [(rank, column.name, alias) for rank, alias in enumerate(column.aliases, 1)]
        ranked += [(LAST_RANK, column.name, alias) for alias in column.last_aliases]
    names: dict[str, tuple[str, int]] = {}
    for rank, column_name, name in sorted(ranked, key=lambda entry: entry[0]):
        names.setdefault(header_key(name), (column_name, rank))
    return names


@cache
def _unit_words() -> frozenset[str]:
    """Give every spelling of every unit."""
    return frozenset(word for unit in UNITS.values() for word in unit.spellings if word)


@lru_cache(maxsize=10_000)
def _factor(word: str, unit: str) -> float | None:
    units = [unit] if unit else sorted(set(QUOTA_UNIT.values()))
    word = _TEN_THOUSAND.sub("×10k yuan", word)
    if not word or word[0].isdigit():
        return None
    if unit == "count":  # 项目数（个）, and no other unit: 容积率（米） is not understood
        counter = UNITS["count"].spellings.get(word)
        return None if counter is None else float(counter[0])
    for known in units:
        try:
            return parse(f"1{word}", known).value
        except Unreadable:
            continue
    return None


def _is_unit(text: str) -> bool:
    word = text.strip("()").replace(" ", "").lower()
    return word in _unit_words() or word.replace("·", "").replace("/", "") in _unit_words()


def _is_unit_row(cells: Sequence[str]) -> bool:
    filled = [text for text in cells if text.strip("-/")]
    return bool(filled) and all(_is_unit(text) for text in filled)


def _with_noted_units(headers: Headers, schema: Schema, above: Sequence[Sequence[str]]) -> Headers:
    """Give headings without a unit the one noted above the table (单位：万元)."""
    notes = [note[1] for row in above for text in dict.fromkeys(row) for note in _UNIT_NOTE.finditer(text)]
    words = [word.strip() for note in notes for word in re.split(r"[、,;\s]+", note) if word.strip()]
    if not words:
        return headers
    return replace(
        headers, headings=tuple(_with_unit(heading, schema, words) for heading in headers.headings)
    )


def _with_unit(heading: Heading, schema: Schema, words: Sequence[str]) -> Heading:
    if not heading.column or heading.unit or schema.column(heading.column).type != "quantity":
        return heading
    column = schema.column(heading.column)
    return replace(heading, unit=next((word for word in words if unit_factor(word, column) is not None), ""))
