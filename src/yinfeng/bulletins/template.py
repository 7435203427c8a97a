"""The template of a bulletin: sentences whose every number is a figure, refused where one is typed.

A placeholder names a figure by code: ``{start-rate}`` is its value with its unit, ``{start-rate.number}``
without, ``{trade-growth.size}`` without its sign (下降3.2%); ``{start-rate.numerator}`` and
``{start-rate.denominator}`` are its two sides. ``{zone}``, ``{period}`` and ``{period.full}`` are words.
Sentences of one id are forms of the same one: the first whose ``when`` holds is printed, such as
``when = "resumption-rate full"``.
"""

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import resources
from pathlib import Path
from typing import Any, Final

from yinfeng.core.errors import Fault, InputError
from yinfeng.core.text import Lang, Text

DEFAULT: Final = "highlights"
WORDS: Final = ("zone", "period", "period.full")
PARTS: Final = ("", "number", "size", "numerator", "denominator")
CONDITIONS: Final = ("full", "known", "unknown", "zero", "falls")
"""A share of 1 or more; a value; no value; a value of 0; a value below 0."""

_MARK: Final = re.compile(r"\{([^{}]*)\}")
_BRACE: Final = re.compile(r"[{}]")
_NUMERAL: Final = "〇零一二三四五六七八九十百千万亿两"
_COUNTER: Final = "个项家户宗条套台次人名亩栋省市县元吨倍成"
_WORDED: Final = {
    "zh": re.compile(
        rf"(?:百分之|千分之)[{_NUMERAL}半]+|[{_NUMERAL}]{{2,}}|[{_NUMERAL}][{_COUNTER}](?!一批)|[{_NUMERAL}]分之"
    ),
    "en": re.compile(
        r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)"
        r"teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|billions?|"
        r"dozens?|half|percent)\b",
        re.IGNORECASE,
    ),
}
_TERMS: Final = re.compile("三个一批|一批|一把手|万元|亿元|亿|一个个|千方百计|一系列")
"""Words that hold a numeral and are no number."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A placeholder: a figure by code and which part of it, or a word such as ``zone``."""

    name: str
    part: str = ""

    @property
    def is_word(self) -> bool:
        """Whether it stands for words, not for a figure."""
        return f"{self.name}.{self.part}".rstrip(".") in WORDS


@dataclass(frozen=True, slots=True)
class Sentence:
    """One form of a sentence."""

    id: str
    text: Text
    when: tuple[str, str] | None
    """A figure and what must hold of it; None: always."""

    def marks(self, lang: Lang) -> tuple[Mark, ...]:
        """List its placeholders in order."""
        return tuple(piece for piece in pieces(self.text.of(lang)) if isinstance(piece, Mark))


@dataclass(frozen=True, slots=True)
class Template:
    """A bulletin before its figures."""

    name: str
    version: str
    title: Text
    sentences: tuple[Sentence, ...]
    source: str
    """The TOML it was read from, so that a frozen issue keeps it."""

    def codes(self) -> tuple[str, ...]:
        """List the figures it names, in the order they first appear."""
        named: dict[str, None] = {}
        for sentence in self.sentences:
            for lang in ("zh", "en"):
                named |= {mark.name: None for mark in sentence.marks(lang) if not mark.is_word}
            if sentence.when is not None:
                named.setdefault(sentence.when[0], None)
        return tuple(named)


def pieces(text: str) -> Iterator[str | Mark]:
    """Split a sentence into words and placeholders."""
    at = 0
    for found in _MARK.finditer(text):
        if found.start() > at:
            yield text[at : found.start()]
        yield mark_of(found[1])
        at = found.end()
    if at < len(text):
        yield text[at:]


def mark_of(name: str) -> Mark:
    """Read ``start-rate.numerator``."""
    base, dot, part = name.strip().rpartition(".")
    return Mark(base, part) if dot else Mark(part)


def read_template(name: str) -> tuple[str, str]:
    """Give a template's file name and text, from the name of a bundled one or a path. Raises InputError."""
    path = Path(name)
    bundled = resources.files("yinfeng.bulletins").joinpath("templates", f"{name}.toml")
    if path.suffix != ".toml" and path.name == name and bundled.is_file():
        return f"{name}.toml", bundled.read_text(encoding="utf-8")
    try:
        return path.name, path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        expected = Text(f"简报模板 {DEFAULT}，或一个 .toml 文件", f"the template {DEFAULT}, or a .toml file")
        raise InputError([_fault(name, "no-template", "", "", expected, _CHECK_NAME)]) from error


def parse_template(file: str, source: str, known: Collection[str]) -> Template:
    """Read a template, and refuse it where a number is typed or a figure is not known.

    known: codes of figures. Raises InputError with every fault at once.
    """
    try:
        content = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        expected, fix = Text("有效的 TOML", "valid TOML"), Text("改正所指的行", "mend the line it names")
        raise InputError([_fault(file, "not-toml", "", str(error), expected, fix)]) from error
    about = content.get("about", {})
    told = content.get("sentence", [])
    faults = [*_shape_faults(file, about, told)]
    if faults:
        raise InputError(faults)
    title = Text(about["title_zh"], about["title_en"])
    sentences = tuple(
        Sentence(str(one["id"]), Text(one["zh"], one["en"]), _condition(one.get("when", ""))) for one in told
    )
    faults += _text_faults(file, Text("标题", "title"), title, known)
    for sentence in sentences:
        place = Text(f"句 {sentence.id}", f"sentence {sentence.id}")
        faults += _text_faults(file, place, sentence.text, known)
        faults += _condition_faults(file, place, sentence.when, known)
    faults += _form_faults(file, sentences)
    if faults:
        raise InputError(faults)
    return Template(about["name"], str(about["version"]), title, sentences, source)


def _shape_faults(file: str, about: Mapping[str, Any], told: Any) -> Iterator[Fault]:
    lacking = [key for key in ("name", "version", "title_zh", "title_en") if not about.get(key)]
    if lacking:
        expected = Text(f"[about] 写明 {'、'.join(lacking)}", f"[about] with {', '.join(lacking)}")
        yield _fault(file, "template-about", "", "", expected, Text("补上", "add them"))
    if not isinstance(told, list) or not told:
        expected = Text("至少一个 [[sentence]]", "at least one [[sentence]]")
        yield _fault(file, "no-sentence", "", "", expected, Text("写一句", "write one"))
        return
    for number, one in enumerate(told, start=1):
        lacking = [key for key in ("id", "zh", "en") if not isinstance(one.get(key), str) or not one[key]]
        if lacking:
            place = Text(f"第 {number} 个 [[sentence]]", f"[[sentence]] {number}")
            expected = Text("、".join(lacking), ", ".join(lacking))
            yield _fault(file, "template-sentence", place.zh, "", expected, Text("补上", "add them"))


def _text_faults(file: str, place: Text, text: Text, known: Collection[str]) -> Iterator[Fault]:
    for lang in ("zh", "en"):
        said = text.of(lang)
        where = place.of("zh")
        if _BRACE.search(_MARK.sub("", said)):
            expected = Text("成对的 { 和 }", "{ and } in pairs")
            yield _fault(file, "template-brace", where, said, expected, Text("补上或删去", "add or drop one"))
        for piece in pieces(said):
            if isinstance(piece, Mark):
                yield from _mark_faults(file, where, piece, known)
            elif typed := _typed_number(piece, lang):
                yield _fault(file, "typed-number", where, typed, _A_PLACEHOLDER, _NAME_A_FIGURE)


def _typed_number(words: str, lang: Lang) -> str:
    """Give the number typed in words; empty where there is none. Digits of any script count."""
    for at, sign in enumerate(words):
        if sign.isdigit() or (sign.isnumeric() and sign not in _HAN):
            return _DIGITS.match(words, at)[0] or sign  # type: ignore[index]
    found = _WORDED[lang].search(_TERMS.sub("", words))
    return found[0] if found else ""


_HAN: Final = frozenset(_NUMERAL + "半廿卅几")


def _mark_faults(file: str, where: str, mark: Mark, known: Collection[str]) -> Iterator[Fault]:
    if mark.is_word:
        return
    if mark.part not in PARTS:
        expected = Text("、".join(PARTS[1:]), ", ".join(PARTS[1:]))
        yield _fault(file, "unknown-part", where, f"{mark.name}.{mark.part}", expected, _CHECK_NAME)
    if mark.name not in known:
        yield _unknown(file, where, mark.name, known)


def _unknown(file: str, where: str, name: str, known: Collection[str]) -> Fault:
    near = get_close_matches(name, sorted(known), 3, 0.4) or sorted(known)[:3]
    expected = Text("已有指标的代码", "the code of a figure")
    fix = Text("例如 " + "、".join(near), "for example " + ", ".join(near))
    return _fault(file, "unknown-figure", where, name, expected, fix)


def _condition(when: str) -> tuple[str, str] | None:
    code, _, what = when.strip().rpartition(" ")
    return (code.strip(), what) if when.strip() else None


def _condition_faults(
    file: str, place: Text, when: tuple[str, str] | None, known: Collection[str]
) -> Iterator[Fault]:
    if when is None:
        return
    code, what = when
    if what not in CONDITIONS:
        expected = Text(
            f"指标代码加 {'、'.join(CONDITIONS)} 之一", f"a code and one of {', '.join(CONDITIONS)}"
        )
        fix = Text("如 resumption-rate full", "such as resumption-rate full")
        yield _fault(file, "template-when", place.zh, " ".join(when), expected, fix)
    elif code not in known:
        yield _unknown(file, place.zh, code, known)


def _form_faults(file: str, sentences: tuple[Sentence, ...]) -> Iterator[Fault]:
    """Yield the sentences that would be left out where no condition of theirs holds."""
    last = {sentence.id: sentence for sentence in sentences}
    for sentence in last.values():
        if sentence.when is not None:
            expected = Text("最后一种写法不带 when", "a last form without when")
            fix = Text("补一种不带 when 的写法", "add a form without when")
            yield _fault(file, "template-forms", f"句 {sentence.id}", "", expected, fix)


_DIGITS: Final = re.compile(r"[0-9０-９.,．]*[%％]?")
_A_PLACEHOLDER: Final = Text("占位（模板里不写数字）", "a placeholder: no number is typed in a template")
_NAME_A_FIGURE: Final = Text(
    "换成指标的代码，如 {start-rate}，数由台账的行得出",
    "name the figure by code, such as {start-rate}, so that rows give the number",
)
_CHECK_NAME: Final = Text("核对名称", "check the name")


def _fault(file: str, code: str, where: str, found: str, expected: Text, fix: Text) -> Fault:
    return Fault(code, file, "", where, "", Text("", ""), found, expected, fix)
