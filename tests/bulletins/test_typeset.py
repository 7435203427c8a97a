import shutil
from datetime import date
from pathlib import Path

import pylopdf_fonts_zh_cn
import pytest

from tests.bulletins.packs import PACK
from tests.bulletins.pdf_reading import Font, read_fonts
from yinfeng.bulletins.pack_pages import pack_data
from yinfeng.bulletins.typeset import typeset

MADE_ON = date(2024, 3, 5)


def test_both_chinese_fonts_are_embedded_and_no_other_is_used() -> None:
    pdf = typeset("pack.typ", pack_data(PACK, "zh"), made_on=MADE_ON)
    assert read_fonts(pdf) == [
        Font("NotoSansSC-Regular", is_embedded=True),
        Font("NotoSerifSC-Regular", is_embedded=True),
    ]


def test_one_font_stands_in_for_the_other_and_no_third_does(tmp_path: Path) -> None:
    shutil.copy(pylopdf_fonts_zh_cn.serif_path(), tmp_path)
    pdf = typeset("pack.typ", pack_data(PACK, "zh"), made_on=MADE_ON, font_folders=[tmp_path])
    assert read_fonts(pdf) == [Font("NotoSerifSC-Regular", is_embedded=True)]


def test_folders_without_a_font_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no font in"):
        typeset("pack.typ", pack_data(PACK, "zh"), made_on=MADE_ON, font_folders=[tmp_path])


def test_the_same_data_give_the_same_bytes() -> None:
    first, second = (typeset("pack.typ", pack_data(PACK, "en"), made_on=MADE_ON) for _ in range(2))
    assert first == second
    assert b"D:20240305000000" in first


def test_a_number_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="Out of range float values"):
        typeset("pack.typ", {"title": float("nan")}, made_on=MADE_ON)
