"""Faults are said with place, found, expected and fix, in both languages."""

import pytest

from yinfeng.core.errors import Fault, InputError, problem_fault
from yinfeng.core.text import Text

LABEL = Text("用地需求", "Land need")
CELL = Fault(
    "not-a-quantity", "projects.xlsx", "项目", "C14", "land_min_mu", LABEL, "三十亩左右",
    Text("一个数（亩）", "a number of mu"), Text("写成 30", "write 30"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("fault", "zh", "en"),
    [
        (
            CELL,
            "projects.xlsx 项目!C14 用地需求 [land_min_mu]：填的是“三十亩左右”，应为一个数（亩）；写成 30",
            "projects.xlsx 项目!C14 Land need [land_min_mu]: "
            'found "三十亩左右", expected a number of mu; write 30',
        ),
        (
            problem_fault("x", "L9", Text("场地编号", "a place's id"), Text("例如 L1", "for example L1")),
            "填的是“L9”，应为场地编号；例如 L1",
            'found "L9", expected a place\'s id; for example L1',
        ),
        (
            problem_fault(
                "x", "a.csv", Text("Parquet 台账", "a Parquet ledger"), Text("另存", "save it as one")
            ),
            "填的是“a.csv”，应为 Parquet 台账；另存",
            'found "a.csv", expected a Parquet ledger; save it as one',
        ),
        (
            problem_fault(
                "x", "", Text("台账 --places", "the ledger --places"), Text("写明文件", "name the file")
            ),
            "需要台账 --places；写明文件",
            "needed: the ledger --places; name the file",
        ),
    ],
)
def test_a_fault_says_where_what_and_how_to_mend_it(fault: Fault, zh: str, en: str) -> None:
    assert (fault.say("zh"), fault.say("en")) == (zh, en)


def test_an_error_carries_every_fault() -> None:
    assert str(InputError([CELL, CELL])).count("C14") == 2


def test_a_sentence_in_a_sentence_keeps_its_language() -> None:
    said = Text("要 {what}", "needs {what}").format(what=LABEL)
    assert (said.of("zh"), said.of("en")) == ("要 用地需求", "needs Land need")
