import pytest

from yinfeng.core.text import Text
from yinfeng.tables.spelling import Unreadable, fold, header_key, split_list


@pytest.mark.parametrize(
    ("raw", "folded"),
    [
        ("", ""),
        ("  P1 ", "P1"),
        ("Ｐ１２，３（亩）", "P12,3(亩)"),
        ("山西\u3000朔州\xa0 园区", "山西 朔州 园区"),
        ("第一行\n第二行\r\n第三行\t四", "第一行 第二行 第三行 四"),
        ("\ufeffP\u200b1\u200e", "P1"),
        ("万㎡", "万m2"),
        ("−5‐3－2", "-5-3-2"),
        ("1～2〜3", "1~2~3"),
        ("山西——朔州至大同", "山西——朔州至大同"),
        ("\u2f2d阴", "山阴"),
    ],
)
def test_fold_gives_one_spelling(raw: str, folded: str) -> None:
    assert fold(raw) == folded
    assert fold(folded) == folded


@pytest.mark.parametrize(
    "raw",
    ["land_min_mu", "Land Min Mu", " land-min-mu*", "LAND\nMIN\nMU：", "Ｌａｎｄ＿ｍｉｎ＿ｍｕ:"],
)
def test_headers_are_compared_without_blanks_and_marks(raw: str) -> None:
    assert header_key(raw) == "landminmu"


def test_header_keys_keep_the_unit() -> None:
    assert header_key("用地面积（亩）*") == "用地面积(亩)"


@pytest.mark.parametrize(
    ("raw", "items"),
    [
        ("", ()),
        ("/", ()),
        ("装备制造、新材料", ("装备制造", "新材料")),
        ("a,b，c;d；e/f|g\nh", ("a", "b", "c", "d", "e", "f", "g", "h")),
        ("C30、 C33 、、C30、", ("C30", "C33")),
        ("Ｃ30、C30", ("C30",)),
        ("材料（硅、钙）、板", ("材料(硅、钙)", "板")),
        ("“一、二”；三", ("“一、二”", "三")),
        ("材料（硅、钙；板", ("材料(硅", "钙", "板")),
        ("材料）硅、钙（板", ("材料)硅", "钙(板")),
        ("【甲(乙，丙)，丁】，戊", ("【甲(乙,丙),丁】", "戊")),
    ],
)
def test_lists_are_split_outside_brackets(raw: str, items: tuple[str, ...]) -> None:
    assert split_list(raw) == items


def test_unreadable_says_itself_in_english() -> None:
    fault = Unreadable(Text("数", "a number"), Text("写 30", "write 30"))
    assert (fault.expected.zh, fault.fix.zh, str(fault)) == ("数", "写 30", "expected a number; write 30")
