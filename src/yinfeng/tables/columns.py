"""One column of a ledger from raw cells to values: a distinct cell is read once, a refusal is named."""

import datetime
import difflib
import math
import re
import unicodedata
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from yinfeng.core.errors import Severity
from yinfeng.core.text import Text
from yinfeng.tables import dates, identifiers, quantities
from yinfeng.tables import schema as schemas
from yinfeng.tables.headers import unit_factor
from yinfeng.tables.quantities import Quantity
from yinfeng.tables.schema import QUOTA_UNIT, Column
from yinfeng.tables.sheets import Cell, written
from yinfeng.tables.spelling import Unreadable, fold, header_key, split_list
from yinfeng.tables.unit_spellings import UNITS


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a cell is not taken: what is expected in its place, and how to mend it."""

    code: str
    expected: Text
    fix: Text
    severity: Severity = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """A refusal at one place."""

    at: int
    """0-based position among the data rows."""
    found: str
    refusal: Refusal


@dataclass(frozen=True, eq=False, slots=True)
class ReadColumn:
    """A column read: its Arrow arrays by name, null where blank or refused, and what was refused."""

    arrays: dict[str, pa.Array]
    findings: tuple[Finding, ...]
    missing: tuple[int, ...]
    """Positions of a required column where nothing was written."""


_REFUSED_CODE: Final[Mapping[str, str]] = {
    "quantity": "not-a-quantity",
    "percent": "not-a-quantity",
    "quota_amount": "not-a-quantity",
    "date": "not-a-date",
    "uscc": "not-a-credit-code",
    "code": "not-an-industry-code",
    "codes": "not-an-industry-code",
    "id": "not-an-id",
    "ref": "not-an-id",
    "refs": "not-an-id",
    "amounts": "not-an-amount",
}
_AMOUNTS: Final = pa.list_(pa.struct([("name", pa.string()), ("amount", pa.float64())]))
ARROW_TYPE: Final[Mapping[str, pa.DataType]] = {
    "bool": pa.bool_(),
    "list": pa.list_(pa.string()),
    "refs": pa.list_(pa.string()),
    "codes": pa.list_(pa.string()),
    "choices": pa.list_(pa.string()),
    "amounts": _AMOUNTS,
}
_WORDS_MAY_ANSWER: Final = frozenset({"choice", "choices", "bool"})
"""Types where 无 may be an answer, not a blank."""

_YES_WORDS: Final = "是 有 可 可以 能 需要 要 愿意 对 √ ✓ ✔ y yes true t 1"
_NO_WORDS: Final = "否 无 没有 不 不是 不可 不可以 不能 不需要 不要 不愿意 错 × ✗ x n no false f 0"
_YES: Final = frozenset(map(header_key, _YES_WORDS.split()))
_NO: Final = frozenset(map(header_key, _NO_WORDS.split()))
_DENIALS: Final = "未无没不非半"
_PLACEHOLDER_YEAR: Final = re.compile(r"(?<!\d)(?:0001|1899|1900|1901|1970|2099|9999)(?!\d)")
_HAS_DIGIT: Final = re.compile("[0-9]")
_INDUSTRY_UNKNOWN: Final = Text(
    "写代码，例如 C3024；本行保留，行业按未知",
    "write the code, e.g. C3024; the row stays, its industry unknown",
)
_AMOUNT_END: Final = re.compile(r"[;；、\n\r]+|[，,](?!\d)")
_AMOUNT: Final = re.compile(r"(.+?)[\s:：]*((?:约|近|超过|不低于|≥|>)?\s*\d.*)")
_UNSEEN: Final = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_HALF_WIDTH: Final = {
    0xFF01 + sign - 0x21: sign
    for sign in range(0x21, 0x7F)
    if chr(sign).isalnum() or chr(sign) in "+-./%&#@_"
} | {0x3000: 0x20}


def read_column(column: Column, cells: Sequence[Cell], unit: str = "") -> ReadColumn:
    """Read the cells of one column; coordinates and quota amounts have their own functions.

    unit: the unit written in the header; bare numbers are in it.
    """
    if column.type in ("quantity", "percent"):
        return _read_quantities(column, cells, unit)
    cells = _hashable(cells)
    values, findings, blanks = _read_distinct(column, cells, cells, _reader(column, unit))
    return ReadColumn(_arrays(column, cells, values), findings, _blank_positions(column, cells, blanks))


def read_blank_column(column: Column, length: int) -> ReadColumn:
    """Give a column that is not in the file: null in every row."""
    return ReadColumn(_arrays(column, [""] * length, [None] * length), (), ())


def read_quota_amounts(
    column: Column, cells: Sequence[Cell], resources: Sequence[str | None], unit: str = ""
) -> ReadColumn:
    """Read amounts whose unit follows the resource of their row (`QUOTA_UNIT`)."""

    def read(pair: tuple[Cell, str | None]) -> object:
        own_unit = QUOTA_UNIT.get(pair[1] or "")
        if own_unit is None:
            fix = Text("先填对“指标”", "first mend the resource")
            return Refusal("no-resource", Text("先知道指标才能读的量", "an amount of a known resource"), fix)
        return _quantity_reader(replace(column, unit=own_unit), unit)(pair[0])

    cells = _hashable(cells)
    pairs = list(zip(cells, resources, strict=True))
    values, findings, blanks = _read_distinct(column, cells, pairs, read)
    return ReadColumn(_arrays(column, cells, values), findings, _blank_positions(column, cells, blanks))


def _read_quantities(column: Column, cells: Sequence[Cell], unit: str) -> ReadColumn:
    """Read quantities: cells that are numbers all at once, the rest by their distinct texts."""
    factor = unit_factor(unit, column) or 1.0
    low, high = _limits(column)
    numbers = np.array([cell if type(cell) is float else math.nan for cell in cells], np.float64)
    values = numbers * factor
    is_rest = ~((values >= low) & (values <= high))
    places = np.flatnonzero(is_rest).tolist()
    rest = _hashable([cells[at] for at in places])
    whole = {cell: text for cell in set(rest) if (text := _with_rest_of_unit(column, cell, unit))}
    keys = [whole.get(cell, cell) for cell in rest]
    read, findings, blanks = _read_distinct(column, rest, keys, _reader(column, unit))
    findings += tuple(
        Finding(at, written(cell), _unit_completed(whole[cell]))
        for at, cell in enumerate(rest)
        if cell in whole
    )
    parts = {
        column.name: pa.array(values),
        f"{column.name}.raw": pa.array(numbers).cast(pa.string()),
        f"{column.name}.strength": pa.repeat("=", len(cells)),
        f"{column.name}.high": pa.nulls(len(cells), pa.float64()),
    }
    mask = pa.array(is_rest)
    arrays = {
        name: pc.replace_with_mask(parts[name], mask, array)
        for name, array in _arrays(column, rest, read).items()
    }
    return ReadColumn(
        arrays,
        tuple(replace(finding, at=places[finding.at]) for finding in findings),
        tuple(places[at] for at in _blank_positions(column, rest, blanks)),
    )


def _with_rest_of_unit(column: Column, cell: Cell, unit: str) -> str | None:
    """Give a cell the rest of its header's unit where it cannot be read without: 8元 under 元/㎡·月."""
    if not isinstance(cell, str):
        return None
    text, rests = fold(cell).lower(), [at for at, sign in enumerate(unit) if sign in "/标" and at]
    for at in rests:
        if (
            text.endswith(unit[:at])
            and not _can_be_read(text, column)
            and _can_be_read(text + unit[at:], column)
        ):
            return text + unit[at:]
    return None


def _can_be_read(text: str, column: Column) -> bool:
    try:
        quantities.parse(text, column.unit or "percent")
    except Unreadable:
        return False
    return True


def _unit_completed(whole: str) -> Refusal:
    expected = Text("写全的单位（已按表头的单位读）", "the whole unit (read in the unit of the header)")
    fix = Text(f"写成 {whole}，或只写数", f"write {whole}, or the number alone")
    return Refusal("unit-completed", expected, fix, "warning")


def required_blank(column: Column) -> Refusal:
    """Give the refusal of a required column where nothing was written."""
    expected = Text("必填的内容", "a value; this column is required")
    fix = Text(f"填上{column.label.zh}", f"fill in {column.label.en}")
    return Refusal("required-blank", expected, fix)


def tidy(cell: Cell) -> str:
    """Give a text as written but for unseen marks, runs of blanks, and full-width letters and digits."""
    text = written(cell)
    if not text.isascii():
        text = _UNSEEN.sub("", unicodedata.normalize("NFC", text)).translate(_HALF_WIDTH)
    return " ".join(text.split())


def find_choice(set_name: str, text: str) -> str | None:
    """Give the code of a word of a choice set, by code, label, synonym or a word in it; None for another."""
    key = header_key(text)
    code = _choice_words(set_name).get(key)
    if code is None:
        inside = (choice.code for choice in schemas.choices(set_name) if any(w in key for w in choice.inside))
        code = next(inside, None)
    return code


def _hashable(cells: Sequence[Cell]) -> Sequence[Cell]:
    # True == 1.0 would share a place in the table of distinct cells.
    if bool in set(map(type, cells)):
        return [written(cell) if isinstance(cell, bool) else cell for cell in cells]
    return cells


def _read_distinct(
    column: Column, cells: Sequence[Cell], keys: Sequence[Any], read: Callable[[Any], object]
) -> tuple[list[Any], tuple[Finding, ...], frozenset[Cell]]:
    """Read each distinct key once; ``keys[i]`` is what ``cells[i]`` is read by. Also give the blank cells."""
    blanks = _blanks(column, cells)
    values: dict[Hashable, Any] = {}
    refusals: dict[Hashable, Refusal] = {}
    for key, cell in dict(zip(keys, cells, strict=True)).items():
        if cell not in blanks:
            value = _try(column, read, key, cell)
            if isinstance(value, Refusal):
                refusals[key] = value
            else:
                values[key] = value
    findings: tuple[Finding, ...] = ()
    if refusals:
        findings = tuple(
            Finding(at, written(cells[at]), refusals[key]) for at, key in enumerate(keys) if key in refusals
        )
    return list(map(values.get, keys)), findings, blanks


def _is_answer(column: Column, text: str) -> bool:
    key = header_key(text)
    return key in _YES | _NO if column.type == "bool" else key in _choice_words(column.target)


def _blank_positions(column: Column, cells: Sequence[Cell], blanks: frozenset[Cell]) -> tuple[int, ...]:
    if not column.required:
        return ()
    return tuple(at for at, cell in enumerate(cells) if cell in blanks)


def _try(column: Column, read: Callable[[Any], object], key: object, cell: Cell) -> object:
    try:
        return read(key)
    except Unreadable as error:
        if column.type == "date" and _PLACEHOLDER_YEAR.search(fold(written(cell))):
            return Refusal("placeholder-date", error.expected, error.fix, "warning")
        if column.type == "code" and isinstance(key, str) and not _HAS_DIGIT.search(fold(key)):
            return Refusal("industry-name", error.expected, _INDUSTRY_UNKNOWN, "warning")
        return Refusal(_REFUSED_CODE[column.type], error.expected, error.fix)


def _blanks(column: Column, cells: Sequence[Cell]) -> frozenset[Cell]:
    """Give the distinct cells that mean nothing was written."""
    texts = [cell for cell in set(cells) if isinstance(cell, str)]
    if column.type == "text":
        return frozenset(text for text in texts if not text or text.isspace())
    if column.type in _WORDS_MAY_ANSWER:
        return frozenset(text for text in texts if quantities.is_blank(text) and not _is_answer(column, text))
    # No word for "not given" ends in a digit; most ids and numbers do.
    words = [text for text in texts if not text[-1:].isdigit()]
    not_yet = dates.NOT_YET if column.type == "date" else frozenset()
    return frozenset(text for text in words if quantities.is_blank(text) or fold(text) in not_yet)


def _reader(column: Column, unit: str) -> Callable[[Any], object]:
    """Give the function that reads one cell of a column; it raises Unreadable or gives a Refusal."""
    if column.type in ("quantity", "percent"):
        return _quantity_reader(column, unit)
    if column.type == "amounts":
        amount = _quantity_reader(column, unit)
        return lambda cell: _read_amounts(written(cell), amount)
    if column.type == "choice":
        return lambda cell: _read_choice(column.target, written(cell))
    if column.type == "choices":
        return lambda cell: _read_all(
            split_list(written(cell)), lambda word: _read_choice(column.target, word)
        )
    return _READERS[column.type]


def _quantity_reader(column: Column, unit: str) -> Callable[[Cell], Quantity | Refusal]:
    factor = unit_factor(unit, column) or 1.0
    low, high = _limits(column)
    own_unit = column.unit if column.type != "percent" else "percent"
    probe = "tce" if own_unit != "tce" else "m"

    def read(cell: Cell) -> Quantity | Refusal:
        try:
            quantity = quantities.parse(cell, own_unit)
        except Unreadable as error:
            raise error if factor == 1.0 else _in_full(error, own_unit) from error
        if factor != 1.0 and (not isinstance(cell, str) or _is_bare(cell, quantity, probe)):
            scaled = None if quantity.high is None else quantity.high * factor
            quantity = replace(quantity, value=quantity.value * factor, high=scaled)
        top = quantity.value if quantity.high is None else quantity.high
        if low <= quantity.value and top <= high:
            return quantity
        return _out_of_range(column, own_unit)

    return read


def _limits(column: Column) -> tuple[float, float]:
    low = -math.inf if column.low is None else column.low
    return low, math.inf if column.high is None else column.high


def _in_full(error: Unreadable, unit: str) -> Unreadable:
    """Ask for the unit as well: under a header in another unit, a bare number would be read in that one."""
    label = UNITS[unit].label
    zh, en = f"{error.fix.zh}（并写明单位：{label.zh}）", f"{error.fix.en} (and write the unit: {label.en})"
    return Unreadable(error.expected, Text(zh, en))


def _is_bare(text: str, quantity: Quantity, probe: str) -> bool:
    """Say whether no unit is written: only a bare number reads the same in a unit of another kind."""
    try:
        return quantities.parse(text, probe).value == quantity.value
    except Unreadable:
        return False


@cache
def _out_of_range(column: Column, unit: str) -> Refusal:
    low = "" if column.low is None else f"{column.low:,.12g}"
    high = "" if column.high is None else f"{column.high:,.12g}"
    label = UNITS[unit].label if unit != "count" else Text("", "")
    expected = Text(f"{low} 至 {high} {label.zh}".rstrip(), f"{low} to {high} {label.en}".rstrip())
    if not high:
        expected = Text(f"不小于 {low} {label.zh}".rstrip(), f"at least {low} {label.en}".rstrip())
    return Refusal("out-of-range", expected, Text("核对数值和单位", "check the number and its unit"))


@cache
def _choice_words(set_name: str) -> Mapping[str, str]:
    words: dict[str, str] = {}
    for choice in schemas.choices(set_name):
        for word in (choice.code, choice.label.zh, choice.label.en, *choice.synonyms):
            words.setdefault(header_key(word), choice.code)
    return words


def _read_choice(set_name: str, text: str) -> str | Refusal:
    code = find_choice(set_name, text)
    return _unknown_word(set_name, header_key(text)) if code is None else code


@cache
def _unknown_word(set_name: str, key: str) -> Refusal:
    allowed = schemas.choices(set_name)
    expected = Text(
        "下列之一：" + "、".join(choice.label.zh for choice in allowed),
        "one of: " + ", ".join(choice.label.en for choice in allowed),
    )
    # 未抵押 looks like 抵押 and says the opposite.
    alike = [word for word in _choice_words(set_name) if _denies(word) == _denies(key)]
    near = difflib.get_close_matches(key, alike, n=1)
    fix = Text("从下拉单中选一个", "choose one from the list")
    if near:
        label = next(c.label for c in allowed if c.code == _choice_words(set_name)[near[0]])
        fix = Text("是否应为“{label}”？", 'perhaps "{label}"?').format(label=label)
    if any(choice.inside for choice in allowed):  # a column people write sentences in: the row still counts
        fix = Text("{fix}（现按空白读）", "{fix} (read as blank)").format(fix=fix)
        return Refusal("unknown-word", expected, fix, "warning")
    return Refusal("unknown-word", expected, fix)


def _denies(word: str) -> bool:
    return any(sign in word for sign in _DENIALS)


def _read_bool(cell: Cell) -> bool | Refusal:
    key = header_key(written(cell))
    if key in _YES or key in _NO:
        return key in _YES
    return Refusal("not-yes-or-no", Text("是或否", "yes or no"), Text("写“是”或“否”", "write yes or no"))


def _read_all(words: Iterable[str], read: Callable[[str], object]) -> list[object] | Refusal:
    values = [read(word) for word in words]
    refusal = next((value for value in values if isinstance(value, Refusal)), None)
    return values if refusal is None else refusal


def _read_industries(cell: Cell) -> object:
    if isinstance(cell, str):
        return _read_all(split_list(cell), identifiers.parse_industry)
    return [identifiers.parse_industry(cell)]


def _read_amounts(text: str, read: Callable[[Cell], Quantity | Refusal]) -> list[dict[str, object]] | Refusal:
    amounts: list[dict[str, object]] = []
    for part in filter(None, map(fold, _AMOUNT_END.split(text))):
        found = _AMOUNT.fullmatch(part)
        if found is None:
            expected = Text("名称加数量，例如 粉煤灰 15万吨", "a name and an amount, e.g. 粉煤灰 15万吨")
            fix = Text(
                "每种写名称和年吨数，用分号分隔", "write name and tonnes a year of each, separated by ;"
            )
            return Refusal("not-an-amount", expected, fix)
        amount = read(found[2])
        if isinstance(amount, Refusal):
            return amount
        amounts.append({"name": found[1].strip(), "amount": amount.value})
    return amounts


_READERS: Final[Mapping[str, Callable[[Any], object]]] = {
    "date": dates.parse,
    "bool": _read_bool,
    "id": identifiers.parse_id,
    "ref": identifiers.parse_id,
    "refs": lambda cell: _read_all(split_list(written(cell)), identifiers.parse_id),
    "uscc": identifiers.parse_uscc,
    "code": identifiers.parse_industry,
    "codes": _read_industries,
    "list": lambda cell: list(split_list(written(cell))),
    "text": tidy,
}


def _arrays(column: Column, cells: Sequence[Cell], values: Sequence[Any]) -> dict[str, pa.Array]:
    name = column.name
    if column.type in schemas.QUANTITY_TYPES:
        return {
            name: pa.array([None if v is None else v.value for v in values], pa.float64()),
            f"{name}.raw": _raw(cells, values),
            f"{name}.strength": pa.array([None if v is None else v.strength for v in values], pa.string()),
            f"{name}.high": pa.array([None if v is None else v.high for v in values], pa.float64()),
        }
    if column.type == "date":
        days: list[datetime.date | None] = [None if v is None else v.on for v in values]
        return {name: pa.array(days, pa.date32()), f"{name}.raw": _raw(cells, values)}
    return {name: pa.array(values, ARROW_TYPE.get(column.type, pa.string()))}


def _raw(cells: Sequence[Cell], values: Sequence[object]) -> pa.Array:
    texts = (None if v is None else written(c) for c, v in zip(cells, values, strict=True))
    return pa.array(texts, pa.string())
