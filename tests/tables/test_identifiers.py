import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinfeng.core.text import Text
from yinfeng.tables.identifiers import parse_id, parse_industry, parse_uscc
from yinfeng.tables.spelling import Unreadable

SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC = "91350100M000100Y43"  # the worked example of GB 32100-2015


def refusal(parse: object, raw: object) -> tuple[Text, Text]:
    with pytest.raises(Unreadable) as caught:
        parse(raw)  # type: ignore[operator]
    return caught.value.expected, caught.value.fix


@pytest.mark.parametrize(
    "raw", [USCC, USCC.lower(), f" {USCC}\n", "9135 0100 M000 100Y 43", "９１350100M000100Y43"]
)
def test_reads_credit_codes(raw: str) -> None:
    assert parse_uscc(raw) == USCC


CODE_OF_18 = Text("18 位统一社会信用代码", "a unified social credit code of 18 characters")


@pytest.mark.parametrize(
    ("raw", "expected", "fix"),
    [
        (
            "91350100M000100Y44",
            Text("校验码为“3”的统一社会信用代码", 'a unified social credit code ending in "3"'),
            Text(
                "末位校验码应为“3”，不是“4”：有一位抄错了，对照营业执照改正",
                'the check character should be "3", not "4": check each against the licence',
            ),
        ),
        (
            "91350100M000100Y4",
            CODE_OF_18,
            Text("现有 17 位，对照营业执照改正", "it has 17; check it against the licence"),
        ),
        (
            "9135O100M000100Y43",
            CODE_OF_18,
            Text(
                "第 5 位不能是“O”，对照营业执照改正",
                'character 5 cannot be "O"; check it against the licence',
            ),
        ),
        (
            9.1350100000010004e17,
            CODE_OF_18,
            Text(
                "Excel 的数字只保留 15 位：把单元格设为文本后重填",
                "Excel keeps 15 digits of a number: format the cell as text and type it again",
            ),
        ),
    ],
)
def test_says_what_is_wrong_with_a_credit_code(raw: object, expected: Text, fix: Text) -> None:
    assert refusal(parse_uscc, raw) == (expected, fix)


@given(st.integers(0, 17), st.sampled_from(SIGNS))
def test_one_wrong_sign_is_found(place: int, sign: str) -> None:
    wrong = USCC[:place] + sign + USCC[place + 1 :]
    if wrong != USCC:
        refusal(parse_uscc, wrong)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("C3024", "C3024"),
        ("c3024", "C3024"),
        ("3024", "C3024"),
        ("Ｃ３０２４", "C3024"),
        (3024, "C3024"),
        (3024.0, "C3024"),
        ("c3024 轻质建筑材料制造", "C3024"),
        ("C3024轻质建筑材料制造", "C3024"),
        ("3024（轻质建筑材料制造）", "C3024"),
        ("C302", "C302"),
        ("302", "C302"),
        ("C30", "C30"),
        ("30", "C30"),
        (30.0, "C30"),
        ("C", "C"),
        ("C 制造业", "C"),
        ("0111", "A0111"),
        ("01", "A01"),
    ],
)
def test_reads_industry_codes(raw: object, code: str) -> None:
    assert parse_industry(raw) == code


INDUSTRY = Text("国民经济行业代码（GB/T 4754-2017）", "an industry code of GB/T 4754-2017")


@pytest.mark.parametrize(
    ("raw", "fix"),
    [
        (
            "D3024",
            Text(
                "大类 30 属于门类 C，不是 D：写 C3024，或改正数字",
                "division 30 is in section C, not D: write C3024 or mend the digits",
            ),
        ),
        (
            "9800",
            Text("没有 98 这个大类，大类为 01 至 97", "there is no division 98; they are 01 to 97"),
        ),
        (
            111.0,
            Text(
                "数字单元格会丢掉开头的 0：写成文本 B111 或 A0111",
                "a number cell drops a leading 0: write it as text, B111 or A0111",
            ),
        ),
        (
            1.0,
            Text(
                "数字单元格会丢掉开头的 0：写成文本 A01",
                "a number cell drops a leading 0: write it as text, A01",
            ),
        ),
        ("轻质建筑材料制造", Text("写代码，例如 C3024 或 3024", "write the code, e.g. C3024 or 3024")),
    ],
)
def test_says_what_is_wrong_with_an_industry_code(raw: object, fix: Text) -> None:
    assert refusal(parse_industry, raw) == (INDUSTRY, fix)


@pytest.mark.parametrize(
    "raw",
    ["", "3", "T恤", "C30 C33", "C30(C33)", "30241", "C3024.5", "C3024X", "C30-C33", "C30、C33", "U01", "00",
    "CC", "Carbon", "C-30", 3024.5, -30, True, None],
)  # fmt: skip
def test_refuses_what_is_no_industry_code(raw: object) -> None:
    refusal(parse_industry, raw)


def test_every_published_industry_code_is_read(data_dir: Path) -> None:
    with (data_dir / "gbt4754_2017" / "gbt4754_2017.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    codes = [row["code"] for row in rows]
    assert len(codes) == 1_971
    assert [parse_industry(code) for code in codes] == codes
    assert [parse_industry(f"{row['code']} {row['name_zh']}") for row in rows] == codes
    bare = [code for code in codes if len(code) > 1]
    assert [parse_industry(row["code"] + row["name_zh"]) for row in rows if row["code"] in bare] == bare
    assert [parse_industry(code[1:]) for code in bare] == bare


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("P1", "P1"),
        (" Ｐ１ ", "P1"),
        ("P 1", "P1"),
        ("晋-2024\n01", "晋-202401"),
        ("0012", "0012"),
        (140100.0, "140100"),
        (7, "7"),
        (0, "0"),
        ("140100.0", "140100.0"),
    ],
)
def test_reads_ids(raw: object, text: str) -> None:
    assert parse_id(raw) == text


@pytest.mark.parametrize("raw", ["", " \u200b", None, True, 1.5, -3, float("nan"), float("inf"), 1e15])
def test_refuses_what_is_no_id(raw: object) -> None:
    refusal(parse_id, raw)
