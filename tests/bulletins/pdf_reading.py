"""Reads back what the typesetter wrote: the text of each page, the fonts, how they are embedded.

Enough of ISO 32000-1 for files with plain objects and Identity-H fonts; not a general reader.
"""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

_OBJECT = re.compile(rb"(?:^|\n)(\d+) 0 obj\s(.*?)\nendobj", re.S)
_MARKED = re.compile(rb"<<.*?>>", re.S)
_SHOWN = re.compile(rb"/(f\d+) [\d.]+ Tf|<([0-9A-F]+)>|(\()", re.S)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.S)
_LETTER = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_BREAK_HINT = "\u200b"


@dataclass(frozen=True, slots=True)
class Font:
    """A font of the file: its name without the tag of the subset, and whether its program is inside."""

    name: str
    is_embedded: bool


def read_fonts(pdf: bytes) -> list[Font]:
    """Give the fonts of a file, by name."""
    objects = _objects(pdf)
    programs = {
        _base_font(body): b"/FontFile3 " in objects[_reference(body, b"FontDescriptor")]
        for body in objects.values()
        if b"/FontDescriptor " in body
    }
    found = [Font(name.partition("+")[2], embedded) for name, embedded in programs.items()]
    return sorted(found, key=lambda font: font.name)


def read_pages(pdf: bytes) -> list[str]:
    """Give the text of each page, in the order it was drawn, with no blanks and no hints where to break."""
    objects = _objects(pdf)
    pages = [body for _, body in sorted(objects.items()) if body.startswith(b"<</Type/Page/")]
    return [_page_text(objects, page) for page in pages]


def _page_text(objects: dict[int, bytes], page: bytes) -> str:
    resources = objects[_reference(page, b"Resources")]
    fonts = {
        name: _letters(_stream(objects[_reference(objects[int(number)], b"ToUnicode")]))
        for name, number in re.findall(rb"/(f\d+) (\d+) 0 R", resources)
    }
    words, letters = [], dict[int, str]()
    for font, codes in _shown(_stream(objects[_reference(page, b"Contents")])):
        letters = fonts[font] if font else letters
        words += [letters[int.from_bytes(codes[at : at + 2])] for at in range(0, len(codes), 2)]
    return re.sub(rf"[\s{_BREAK_HINT}]", "", "".join(words))


def _shown(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Give each change of font, and each string shown, of a page's content."""
    content, at = _MARKED.sub(b"", content), 0
    while found := _SHOWN.search(content, at):
        at = found.end()
        if found[3]:
            at = _end_of_string(content, at)
            yield b"", _unescaped(content[found.end() : at - 1])
        else:
            yield found[1] or b"", bytes.fromhex((found[2] or b"").decode())


def _end_of_string(content: bytes, at: int) -> int:
    """Give where a string ends that began before ``at``; brackets within it stand in pairs."""
    depth = 1
    while depth:
        sign = content[at : at + 1]
        at += 2 if sign == b"\\" else 1
        depth += (sign == b"(") - (sign == b")")
    return at


def _objects(pdf: bytes) -> dict[int, bytes]:
    return {int(number): body for number, body in _OBJECT.findall(pdf)}


def _reference(body: bytes, key: bytes) -> int:
    found = re.search(rb"/" + key + rb" (\d+) 0 R", body)
    assert found, (key, body)
    return int(found[1])


def _base_font(body: bytes) -> str:
    found = re.search(rb"/BaseFont/([^/<>\[\s]+)", body)
    assert found, body
    return found[1].decode()


def _stream(body: bytes) -> bytes:
    return zlib.decompressobj().decompress(body.partition(b"stream\n")[2])


def _letters(cmap: bytes) -> dict[int, str]:
    pairs = re.findall(rb"^<([0-9A-F]{4})> <([0-9A-F]+)>$", cmap, re.M)
    return {int(code, 16): bytes.fromhex(letter.decode()).decode("utf-16-be") for code, letter in pairs}


def _unescaped(escaped: bytes) -> bytes:
    def byte(found: re.Match[bytes]) -> bytes:
        sign = found[1]
        return bytes([int(sign, 8)]) if sign.isdigit() else _LETTER.get(sign, sign)

    return _ESCAPE.sub(byte, escaped)
