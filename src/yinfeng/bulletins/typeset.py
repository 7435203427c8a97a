"""The only door to the typesetter: a template, data and fonts go in, a PDF comes out."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pylopdf_fonts_zh_cn

if TYPE_CHECKING:
    from typst import Fonts

_TEMPLATES: Final = Path(__file__).parent / "templates"

FONT_FOLDERS: tuple[Path, ...] = (pylopdf_fonts_zh_cn.sans_path().parent,)
"""Folders of Noto Sans SC and Noto Serif SC, which hold Chinese and Latin letters alike."""


def typeset(
    template: str,
    data: Mapping[str, object],
    *,
    made_on: date,
    font_folders: Sequence[Path] = FONT_FOLDERS,
) -> bytes:
    """Set a template of this package with data into a PDF with all its fonts embedded.

    template: file name in ``templates``, such as ``pack.typ``.
    data: what JSON can hold. The template reads it with ``json(bytes(sys.inputs.data))``: words stay
        words whatever signs they hold, because they never become part of the template's source.
    made_on: date written into the file, so that the same data give the same bytes on any day.
    font_folders: the only fonts used; neither the machine's nor the typesetter's own are looked at.
        A letter that none of them holds prints as a box.

    Raises FileNotFoundError where the folders hold no font, since the pages would be blank without a word,
    and ``typst.TypstError`` where the template itself is wrong.
    """
    import typst  # noqa: PLC0415  (loads 45 ms and 8 MB of machine code that most requests never need)

    return typst.compile(
        str(_TEMPLATES / template),
        root=str(_TEMPLATES),
        font_paths=_fonts(tuple(font_folders)),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False, allow_nan=False)},
        timestamp=datetime.combine(made_on, time(), UTC),
    )


@cache
def _fonts(folders: tuple[Path, ...]) -> "Fonts":
    """Open the fonts once: opened anew for each paper, they would take 50 MB more of memory."""
    from typst import Fonts  # noqa: PLC0415

    fonts = Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(folder) for folder in folders],
    )
    if not fonts.families():
        raise FileNotFoundError(f"no font in {', '.join(map(str, folders))}")
    return fonts
