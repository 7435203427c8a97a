import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.bulletins.issues import FLAG, ISSUE, ROWS, RULE, row, with_third_started
from yinfeng.bulletins.figure_words import with_sides
from yinfeng.bulletins.issue import Issue, restated
from yinfeng.bulletins.issue_file import freeze, read_issue
from yinfeng.core.errors import InputError
from yinfeng.core.text import Text


def again(new: Issue, old: Issue = ISSUE) -> Issue:
    return restated(old, new, with_sides)


def test_a_frozen_issue_is_read_back_as_it_was(tmp_path: Path) -> None:
    full = again(with_third_started(), replace(ISSUE, printed=(FLAG,)))
    freeze(tmp_path / "issue.json", full)
    assert read_issue(tmp_path / "issue.json") == full


def test_a_frozen_issue_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "issue.json"
    freeze(path, ISSUE)
    before = path.read_bytes()
    with pytest.raises(InputError) as refused:
        freeze(path, with_third_started())
    assert (refused.value.faults[0].code, path.read_bytes()) == ("issue-frozen", before)


def test_an_issue_changed_by_hand_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "issue.json"
    freeze(path, ISSUE)
    path.write_text(path.read_text(encoding="utf-8").replace("2024-03-01", "2024-03-02"), encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_issue(path)
    assert refused.value.faults[0].code == "issue-altered"


@pytest.mark.parametrize("content", ["", "[]", "{}", json.dumps({"issue": {}, "sha256": ""}), "\x00"])
def test_a_file_that_is_no_issue_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "issue.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError):
        read_issue(path)


def test_nothing_changed_gives_the_frozen_issue_itself() -> None:
    assert again(replace(ISSUE, made_on=date(2025, 1, 1))) is ISSUE
    assert again(replace(ISSUE, rows=tuple(reversed(ROWS)))) is ISSUE


def test_a_row_that_only_moved_is_not_a_change() -> None:
    moved = tuple(
        replace(one, row=f"signings:{int(one.row[-1]) + 1}") if one.row.startswith("signings") else one
        for one in ROWS
    )
    assert again(replace(ISSUE, rows=moved)) is ISSUE


def test_a_changed_row_is_told_with_the_figure_it_changed() -> None:
    new = again(with_third_started())
    (correction,) = new.corrections
    assert (new.edition, correction.edition, correction.made_on) == (2, 2, date(2024, 8, 1))
    (figure,) = correction.figures
    assert (figure.code, figure.sentences) == ("start-rate", ("S1",))
    assert (figure.old.zh, figure.new.zh) == ("66.7%（2/3）", "100.0%（3/3）")
    (changed,) = correction.rows
    assert (changed.row, changed.kind) == ("year_plan:C", "changed")
    assert changed.cells == (
        (Text("开工日期", "开工日期"), Text("（空）", "(blank)"), Text("2024-06-30", "2024-06-30")),
    )


def test_rows_added_and_removed_are_told_apart_from_changed_ones() -> None:
    kept = [one for one in ROWS if one.row != "signings:2"]
    third = row(
        "signings:2", "签约", ("项目名称", "戊五"), ("签约日期", "2024-06-02"), ("签约额", "2500万元")
    )
    added = row("year_plan:D", "年度项目", ("项目名称", "己六"))
    rows = (*[one for one in kept if one.row != "signings:3"], third, added)
    (correction,) = again(replace(ISSUE, rows=rows)).corrections
    assert [(one.row, one.kind) for one in correction.rows] == [
        ("signings:2", "changed"),
        ("signings:2", "removed"),
        ("year_plan:D", "added"),
    ]
    assert correction.rows[0].cells[0][1:] == (
        Text("2024-06-01", "2024-06-01"),
        Text("2024-06-02", "2024-06-02"),
    )


def test_a_changed_rule_is_told() -> None:
    (correction,) = again(
        replace(ISSUE, rules=(replace(RULE, value=Text("新建；续建", "new; continuing")),))
    ).corrections
    assert [(rule.key, rule.old.zh, rule.new.zh) for rule in correction.rules] == [
        ("progress.start.kinds", "新建", "新建；续建")
    ]


def test_corrections_add_up_over_editions() -> None:
    second = again(with_third_started())
    third = again(replace(ISSUE, made_on=date(2024, 9, 1)), second)
    assert [one.edition for one in third.corrections] == [2, 3]
    assert third.corrections[1].figures[0].new.zh == "66.7%（2/3）"
    assert again(replace(ISSUE, made_on=date(2024, 10, 1)), third) is third
