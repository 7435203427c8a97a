"""The command ``bulletin`` as a user types it, on the rows of the newspaper's Linfen article."""

import shutil
from pathlib import Path

import docx
import openpyxl
import pytest
from click.testing import CliRunner, Result

from tests.bulletins.pdf_reading import read_pages
from yinfeng.bulletins.word import read_words
from yinfeng.cli.main import commands

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "newspaper" / "2024-06"
SENTENCES = [
    "上半年，临汾经济开发区规上工业增加值完成7.58亿元，增速27.65%。",
    "工业投资上半年完成10.83亿元，增速8.94%。",
    "进出口总额〔暂缺〕〔注1〕。",
    "上半年，全区19个新建项目需办理前期手续40项，已办理35项，办结率87.5%〔注2〕。〔合成〕",
    "19个新建项目已开工18个，开工率达94.7%，17个续建项目全部复工。〔合成〕",
    "上半年，全区签约项目11个，签约额93.61亿元，完成签约100亿元目标任务的93.61%。〔合成〕",
    "上半年，临汾经济开发区招商小分队赴全国11省19市精准对接项目31个，签订合作协议7个。〔合成〕",
]
WRONG = (
    "上半年，全区19个新建项目需办理前期手续40项，已办理35项，办结率88.5%。\n"
    "19个新建项目已开工18个，开工率达94.7%。规上工业增加值增速27.65%。\n"
)


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(commands, ["bulletin", *map(str, arguments)])


def fault(*arguments: str | Path) -> str:
    """Give the code of the only fault a command ends with."""
    result = run(*arguments)
    (found,) = result.exception.faults  # type: ignore[union-attr]
    return str(found.code)


def edited(folder: Path, ledger: str, **cells: object) -> None:
    """Write cells, by address, into a ledger of a copy of the example."""
    path = folder / f"{ledger}.xlsx"
    book = openpyxl.load_workbook(path)
    for address, value in cells.items():
        book.active[address] = value
    book.save(path)


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    """A copy of the example's rows that a test may change."""
    return Path(shutil.copytree(EXAMPLE, tmp_path / "rows"))


def test_the_pages_highlights_are_written_as_word_and_pdf(tmp_path: Path) -> None:
    paper = tmp_path / "简报.docx"
    result = run(
        EXAMPLE, "--zone", "临汾经济开发区", "--period", "2024H1", "--on", "2024-07-05", "-o", paper, "--pdf"
    )
    assert (result.exit_code, result.exception) == (0, None)
    paragraphs = [paragraph.text for paragraph in docx.Document(str(paper)).paragraphs]
    assert paragraphs[:2] == ["临汾经济开发区2024年上半年经济运行亮点", "临汾经济开发区　2024年7月5日"]
    assert paragraphs[2:9] == SENTENCES
    first, *_ = read_pages(paper.with_suffix(".pdf").read_bytes())
    assert [sentence for sentence in SENTENCES if sentence not in first] == []


def test_the_annex_names_the_five_open_items_and_whose_they_are(tmp_path: Path) -> None:
    run(EXAMPLE, "--period", "2024H1", "-o", tmp_path / "p.docx")
    words = read_words((tmp_path / "p.docx").read_bytes()).splitlines()
    left_out = [line for line in words if line.endswith("\t仅分母") and line.startswith("前期手续")]
    assert len(left_out) == 5
    assert sorted(part for line in left_out for part in line.split("；") if part.startswith("责任单位")) == [
        "责任单位：农林水务部", "责任单位：经济发展部", "责任单位：行政审批部", "责任单位：规划建设部",
        "责任单位：规划建设部",
    ]  # fmt: skip


def test_an_unchanged_issue_is_printed_again_byte_for_byte(tmp_path: Path) -> None:
    issue, first, second = tmp_path / "i.json", tmp_path / "1.docx", tmp_path / "2.docx"
    run(EXAMPLE, "--period", "2024H1", "--on", "2024-07-05", "-o", first, "--pdf", "--freeze", issue)
    result = run(EXAMPLE, "--issue", issue, "--on", "2025-01-01", "-o", second, "--pdf")
    assert "与定稿时一致" in result.output
    assert first.read_bytes() == second.read_bytes()
    assert first.with_suffix(".pdf").read_bytes() == second.with_suffix(".pdf").read_bytes()


def test_changed_rows_restate_the_issue_visibly(tmp_path: Path, rows: Path) -> None:
    issue, paper = tmp_path / "i.json", tmp_path / "c.docx"
    run(rows, "--period", "2024H1", "--on", "2024-07-05", "-o", tmp_path / "1.docx", "--freeze", issue)
    before = issue.read_bytes()
    edited(rows, "signings", E12=None, D12="2024-07-02")
    result = run(rows, "--issue", issue, "--on", "2024-08-01", "-o", paper, "--freeze", tmp_path / "i2.json")
    assert result.exit_code == 0
    words = read_words(paper.read_bytes())
    for told in (
        "临汾经济开发区　2024年8月1日（第2版，更正）",
        "更正说明",
        "D6　签约项目数：原为 11个，更正为 10个。",
        "D6　签约额：原为 93.61亿元，更正为 87.01亿元。",
        "D6　签约额目标完成率：原为 93.61%（93.61/100），更正为 87.01%（87.01/100）。",
        "签约项目10个〔更正，原11个〕",
        "删除的行　签约 LS11",
    ):
        assert told in words
    assert issue.read_bytes() == before
    again = run(rows, "--issue", tmp_path / "i2.json", "--on", "2024-09-01", "-o", tmp_path / "3.docx")
    assert "与定稿时一致" in again.output
    assert paper.read_bytes() == (tmp_path / "3.docx").read_bytes()


def test_a_frozen_issue_is_not_written_over_and_nothing_else_is_written(tmp_path: Path) -> None:
    issue = tmp_path / "i.json"
    run(EXAMPLE, "--period", "2024H1", "-o", tmp_path / "1.docx", "--freeze", issue)
    assert (
        fault(EXAMPLE, "--period", "2024H1", "-o", tmp_path / "2.docx", "--freeze", issue) == "issue-frozen"
    )
    assert not (tmp_path / "2.docx").exists()


def test_a_printed_figure_that_the_rows_deny_is_flagged(tmp_path: Path, rows: Path) -> None:
    edited(rows, "printed_figures", D6="88.5%")
    result = run(rows, "--period", "2024H1", "-o", tmp_path / "f.docx")
    note = "前期手续办结率：台账为 35 ÷ 40 = 87.5%，已公布 88.5%（开发区建设 2024 年第 34 期 D4），不符"
    assert note in result.output.replace("\n", "")
    assert read_words((tmp_path / "f.docx").read_bytes()).count(note) == 2


def test_an_old_text_is_held_against_the_rows(tmp_path: Path) -> None:
    old = tmp_path / "旧稿.txt"
    old.write_text(WRONG, encoding="gb18030")
    run(EXAMPLE, "--period", "2024H1", "-o", tmp_path / "f.docx", "--against", old)
    words = read_words((tmp_path / "f.docx").read_bytes())
    assert words.count("前期手续办结率：台账为 35 ÷ 40 = 87.5%，已公布 88.5%（旧稿.txt），不符") == 2


def test_the_rates_of_a_text_are_checked_without_any_ledger(tmp_path: Path) -> None:
    text = tmp_path / "t.txt"
    text.write_text(WRONG, encoding="utf-8-sig")
    result = run("--check", text)
    assert result.exit_code == 10
    assert result.output.splitlines() == [
        "第1行 不符 办结率88.5%：35项 ÷ 40项 = 87.50%",
        "第2行 一致 开工率达94.7%：18个 ÷ 19个 = 94.74%",
        "第2行 无从核对 规上工业增加值增速27.65%（同一句中没有上年同期数）",
        "3 个比率：1 个一致，0 个末位舍入不符，1 个不符，1 个文中无从核对",
    ]
    right = tmp_path / "r.txt"
    right.write_text("19个新建项目已开工18个，开工率达94.7%", encoding="utf-8")
    assert run("--check", right).exit_code == 0


def test_a_text_is_checked_against_rows_and_written_as_a_workbook(tmp_path: Path) -> None:
    paper = tmp_path / "简报.docx"
    run(EXAMPLE, "--period", "2024H1", "-o", paper)
    result = run("--check", paper, EXAMPLE, "--period", "2024H1", "--zone", "Z10", "-o", tmp_path / "c.xlsx")
    assert result.exit_code == 0
    assert "一致 对接项目数：文中 31个，台账 31个" in result.output
    sheet = openpyxl.load_workbook(tmp_path / "c.xlsx").active
    assert [cell.value for cell in sheet[1]][:4] == ["行", "结论", "原文", "名称"]


def test_an_english_paper_is_english(tmp_path: Path) -> None:
    result = run(EXAMPLE, "--period", "2024H1", "-o", tmp_path / "p.docx", "--lang", "en")
    assert (
        "Of 19 new-build projects 18 have started, 94.7%; all 17 continuing projects have resumed."
        in result.output
    )


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--zone", "乌有开发区"), "unknown-zone"),
        (("--period", "去年"), "not-a-period"),
        (("--template", "nowhere"), "no-template"),
        (("--issue", "nowhere.json"), "not-an-issue"),
        (("--check", "nowhere.txt"), "not-read"),
    ],
)
def test_what_cannot_be_answered_is_told(tmp_path: Path, arguments: tuple[str, str], code: str) -> None:
    assert fault(EXAMPLE, *arguments, "-o", tmp_path / "p.docx") == code


def test_a_template_with_a_typed_number_is_refused(tmp_path: Path) -> None:
    template = tmp_path / "mine.toml"
    template.write_text(
        '[about]\nname="我的"\nversion="1"\ntitle_zh="{zone}"\ntitle_en="{zone}"\n'
        '[[sentence]]\nid="A"\nzh="已开工18个，开工率{start-rate}"\nen="{start-rate}"\n',
        encoding="utf-8",
    )
    assert fault(EXAMPLE, "--template", template, "-o", tmp_path / "p.docx") == "typed-number"
    assert not (tmp_path / "p.docx").exists()


def test_a_paper_without_a_single_figure_is_refused(tmp_path: Path) -> None:
    template = tmp_path / "mine.toml"
    template.write_text(
        '[about]\nname="我的"\nversion="1"\ntitle_zh="{zone}"\ntitle_en="{zone}"\n'
        '[[sentence]]\nid="A"\nzh="进出口{trade}"\nen="{trade}"\n',
        encoding="utf-8",
    )
    assert fault(EXAMPLE, "--template", template, "-o", tmp_path / "p.docx") == "no-figure"


def test_figures_are_listed_with_the_codes_that_templates_name(tmp_path: Path) -> None:
    lines = run(EXAMPLE, "--period", "2024H1", "--figures").output.splitlines()
    assert "start-rate\t新建项目开工率\t94.7%（18/19）" in lines


def test_ledgers_are_found_in_the_folder_of_that_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(EXAMPLE, tmp_path / "ledgers")
    monkeypatch.chdir(tmp_path)
    assert run("--zone", "临汾经济开发区", "--period", "2024H1").exit_code == 0
    assert (tmp_path / "简报-临汾经济开发区-2024H1.docx").is_file()


def test_options_that_contradict_each_other_are_refused(tmp_path: Path) -> None:
    assert run(EXAMPLE, "-o", tmp_path / "p.txt").exit_code == 2
    assert run(EXAMPLE, "--issue", "i.json", "--period", "2024").exit_code == 2


def test_what_was_printed_of_another_period_is_not_held_against_this_one(rows: Path, tmp_path: Path) -> None:
    edited(rows, "printed_figures", A2="新建项目开工率", C2="2024年上半年", D2="83.3%")
    told = {}
    for period in ("2024H1", "2024Q1"):
        result = run(rows, "--zone", "临汾经济开发区", "--period", period, "-o", tmp_path / f"{period}.docx")
        told[period] = "已公布 83.3%" in result.output
    assert told == {"2024H1": True, "2024Q1": False}


def test_a_growth_below_zero_is_said_as_a_fall(rows: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(rows / "statistics.xlsx")
    sheet = book.active
    growth = next(cell.column for cell in sheet[1] if str(cell.value).startswith("增速"))
    names = {str(row[0].value): row[0].row for row in sheet.iter_rows()}
    sheet.cell(names["工业投资"], growth).value = "-3.2%"
    book.save(rows / "statistics.xlsx")
    result = run(rows, "--period", "2024H1", "-o", tmp_path / "p.docx")
    assert "工业投资上半年完成10.83亿元，同比下降3.20%〔注" in result.output


def test_a_paper_dated_before_its_period_ends_is_told_of(tmp_path: Path) -> None:
    told = [
        "成文日期 2024-06-28 在期末"
        in run(EXAMPLE, "--period", "2024H1", "--on", day, "-o", tmp_path / "p.docx").output
        for day in ("2024-06-28", "2024-06-30")
    ]
    assert told == [True, False]
