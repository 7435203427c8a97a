"""The matching commands as a user types them, on the newspaper's zones."""

import json
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from yinfeng.cli.main import commands
from yinfeng.core.errors import InputError

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "newspaper" / "2024-02"
ON_THE_DAY = ("--ledgers", str(EXAMPLE), "--as-of", "2024-02-29")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(commands, list(arguments))


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan workbook of the newspaper's zones."""
    path = tmp_path_factory.mktemp("plan") / "plan.xlsx"
    result = run("match", *ON_THE_DAY, "-o", str(path))
    assert (result.exit_code, result.exception) == (0, None)
    return path


def sheet(path: Path, name: str) -> list[dict[str, object]]:
    rows = list(openpyxl.load_workbook(path)[name].iter_rows(values_only=True))
    return [dict(zip(map(str, rows[0]), row, strict=True)) for row in rows[1:]]


def sheet_names(path: Path) -> list[str]:
    return list(openpyxl.load_workbook(path).sheetnames)


def test_a_plan_has_its_sheets(plan: Path) -> None:
    assert sheet_names(plan) == [
        "方案", "理由", "近似", "场地", "开发区", "影子价格", "决定与比较", "未读入", "依据",
    ]  # fmt: skip


def test_a_plan_is_written_as_a_folder_of_parquet_files_too(plan: Path, tmp_path: Path) -> None:
    folder = tmp_path / "plan.parquet"
    result = run("match", *ON_THE_DAY, "-o", str(folder))
    assert result.exit_code == 0
    assert f"方案已写入 {folder}，用时" in result.output.replace("\n", "")
    assert sorted(file.stem for file in folder.iterdir()) == [
        "basis", "decisions", "near_misses", "places", "plan", "prices", "reasons", "refused", "zones",
    ]  # fmt: skip
    rows = pq.read_table(folder / "plan.parquet").to_pylist()
    shown = sheet(plan, "方案")
    assert [(row["项目编号"], row["场地编号"]) for row in rows] == [
        (row["项目编号"], row["场地编号"]) for row in shown
    ]
    why = run("why", "P3", "--plan", str(folder))
    assert "P3 工业化建筑用板材项目〔合成〕：落位 L1" in why.output
    whatif = run("whatif", "--plan", str(folder), "--withdraw", "P10", "--lang", "en")
    assert "P10 withdrawn" in whatif.output


def test_a_folder_that_holds_no_plan_is_said_to_be_none(tmp_path: Path) -> None:
    why = run("why", "P3", "--plan", str(tmp_path))
    assert isinstance(why.exception, InputError)
    assert why.exception.faults[0].code == "not-a-plan"


def test_a_name_no_plan_can_be_written_under_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    error = run("match", "--ledgers", str(tmp_path), "-o", str(tmp_path / "plan.csv")).exception
    assert isinstance(error, InputError)
    assert [fault.code for fault in error.faults] == ["not-xlsx"]


def test_the_plan_adds_up(plan: Path) -> None:
    rows = sheet(plan, "方案")
    placed = [row for row in rows if row["结果"] == "落位"]
    assert len(rows) == 30
    assert len(placed) == 26
    parts = [key for key in placed[0] if key.endswith("（万元/年）") and key != "价值（万元/年）"]
    for row in placed:
        assert round(sum(float(str(row[key])) for key in parts), 1) == round(
            float(str(row["价值（万元/年）"])), 1
        )
    basis = {row["项"]: row["取值"] for row in sheet(plan, "依据")}
    total = sum(float(str(row["价值（万元/年）"])) for row in placed)
    assert basis["方案价值"] == basis["不可能超过"] == pytest.approx(total, abs=0.5)
    assert basis["--as-of"] == "2024-02-29"


def test_the_board_project_stands_in_the_idle_plant_and_says_why(plan: Path) -> None:
    (row,) = [row for row in sheet(plan, "方案") if row["项目编号"] == "P3"]
    assert (row["场地编号"], row["产权人意向"]) == ("L1", "待询")
    reasons = {str(r["方面"]): str(r["理由"]) for r in sheet(plan, "理由") if r["项目编号"] == "P3"}
    assert reasons["利用遗留生产线"].startswith("产品和工艺合得上，接用 粉煤灰增强硅酸钙板生产线")
    assert reasons["盘活存量"] == "盘活 30,000 ㎡（45 亩），已闲置 10.3 年（最多计 10 年）"
    assert reasons["利用副产物"] == "就近利用 粉煤灰 70,000 吨/年"


def test_zones_add_up_and_regions_are_not_added(plan: Path) -> None:
    rows = sheet(plan, "开发区")
    own = [row for row in rows if row["范围"] == "本级，可以相加"]
    placed = [row for row in sheet(plan, "方案") if row["结果"] == "落位"]
    assert sum(int(str(row["落位项目数"])) for row in own) == len(placed)
    assert sum(int(str(row["场地数"])) for row in own) == len(sheet(plan, "场地"))
    total = sum(float(str(row["价值（万元/年）"])) for row in own)
    assert total == pytest.approx(sum(float(str(row["价值（万元/年）"])) for row in placed), abs=0.5)
    covering = {str(row["开发区编号"]): row for row in rows if row["范围"] == "含下级或成员，不可相加"}
    assert set(covering) == {"Z1", "Z2", "Z9", "Z10"}  # zones with parks, and the region Z2 over several
    members = {"Z3", "Z5", "Z6", "Z7", "Z8"}
    assert covering["Z2"]["落位项目数"] == sum(
        int(str(row["落位项目数"])) for row in own if row["开发区编号"] in members
    )


def test_made_up_fields_travel_into_the_plan(plan: Path) -> None:
    rows = {row["项目编号"]: row["合成字段"] for row in sheet(plan, "方案")}
    assert all(rows.values())
    assert "L1: " in str(rows["P3"])


def test_every_empty_place_and_left_out_project_has_a_reason(plan: Path) -> None:
    assert all(row["说明"] for row in sheet(plan, "场地"))
    left_out = {row["项目编号"] for row in sheet(plan, "方案") if row["结果"] != "落位"}
    assert left_out <= {row["项目编号"] for row in sheet(plan, "理由")}


def test_a_question_about_a_plan_need_not_name_its_ledgers_again(plan: Path) -> None:
    why = run("why", "P3", "--plan", str(plan))
    assert (why.exit_code, why.exception) == (0, None)
    assert "P3 工业化建筑用板材项目〔合成〕：落位 L1" in why.output
    takers = run("takers", "--place", "L1", "--plan", str(plan), "--near", "2", "--lang", "en")
    assert "L1 原粉煤灰硅酸钙板、涂装板闲置厂房: 7 projects fit" in takers.output
    assert "2. P3 工业化建筑用板材项目〔synthetic〕 1,267.2" in takers.output


def test_english_output_has_no_chinese_sentences(plan: Path, tmp_path: Path) -> None:
    result = run("match", *ON_THE_DAY, "-o", str(tmp_path / "plan.xlsx"), "--lang", "en")
    for words in ("落位", "万元", "取用", "因为", "没有", "让位"):
        assert words not in result.output
    assert sheet_names(tmp_path / "plan.xlsx")[0] == "Plan"


def test_find_ranks_places_and_names_what_is_missing() -> None:
    result = run(
        "find", "--places", str(EXAMPLE / "places.xlsx"), "--as-of", "2024-02-29",
        "--need", "area_mu=30 clear_height_m=9", "--near", "1",
    )  # fmt: skip
    assert (result.exit_code, result.exception) == (0, None)
    assert "合得上" in result.output
    assert "✗" in result.output


@pytest.mark.parametrize(
    ("need", "found"),
    [
        ("area_mu=三十亩左右", "三十亩左右"),
        ("hight=9", "hight"),
        ("area_mu", "area_mu"),
    ],
)
def test_a_need_that_cannot_be_read_is_refused(need: str, found: str) -> None:
    result = run("find", "--places", str(EXAMPLE / "places.xlsx"), "--need", need)
    assert found in str(result.exception)


def test_an_idle_place_can_be_given_a_visit_list(tmp_path: Path) -> None:
    path = tmp_path / "visits.xlsx"
    result = run("takers", *ON_THE_DAY, "--place", "L1", "-o", str(path))
    assert (result.exit_code, result.exception) == (0, None)
    (name,) = sheet_names(path)
    rows = sheet(path, name)
    assert [row["项目编号"] for row in rows][:2] == ["S04", "P3"]
    assert {"走访日期", "走访结果"} <= set(rows[0])
    assert rows[0]["合成数据"] == "含合成字段"
    assert str(rows[-1]["项目名称"]).startswith("可问现有企业 ")


def test_needs_not_given_are_named_on_every_line_that_rests_on_them(tmp_path: Path) -> None:
    projects = tmp_path / "projects.csv"
    projects.write_text(
        "项目编号,项目名称,行业代码,厂房需求,年税收,固定资产投资\nA,甲,C3311,5000,100,20000\n",
        encoding="utf-8",
    )
    given = ("--projects", str(projects), "-o", str(tmp_path / "out.xlsx"))
    note = "未填、未计入配额：用电需求"
    for command in (("match",), ("takers", "--place", "SB17"), ("find", "--project", "A")):
        result = run(*command, *ON_THE_DAY, *given)
        assert note in "".join(line.strip() for line in result.output.splitlines()), command


def test_unknown_ids_are_named() -> None:
    assert "L9" in str(run("takers", *ON_THE_DAY, "--place", "L9").exception)
    assert "P99" in str(run("why", "P99", *ON_THE_DAY).exception)


def test_pins_are_kept_priced_and_refused(tmp_path: Path) -> None:
    pins = tmp_path / "pins.csv"
    pins.write_text(
        "项目编号,场地编号,做法,决定单位,理由\n"
        "P3,SB01,指定,管委会主任办公会,已签协议\n"
        "S16,SB10,指定,管委会主任办公会,已签协议\n",
        encoding="utf-8",
    )
    path = tmp_path / "plan.xlsx"
    result = run("match", *ON_THE_DAY, "--pins", str(pins), "-o", str(path))
    assert result.exit_code == 0
    (row,) = [row for row in sheet(path, "方案") if row["项目编号"] == "P3"]
    assert row["场地编号"] == "SB01"
    kept, refused = sheet(path, "决定与比较")[:2]
    assert str(kept["结果"]).startswith("全区代价：")
    assert refused["结果"] == "未采纳，违反 M09 净高、M19 意向开发区"


def test_a_new_plan_lies_beside_the_present_one(tmp_path: Path) -> None:
    projects, places = tmp_path / "projects.csv", tmp_path / "places.csv"
    projects.write_text(
        "项目编号,项目名称,厂房需求下限,厂房需求上限,理想厂房面积,年税收,现在场地\n"
        "A,甲,6000,8000,7000,1000,L2\nB,乙,5000,8000,5000,1000,L1\n",
        encoding="utf-8",
    )
    places.write_text(
        "场地编号,开发区编号,类型,面积,规划用途,状态,闲置起始\n"
        "L1,Z,厂房,7000,工业用地,闲置,2014-02\nL2,Z,厂房,6000,工业用地,闲置,\n",
        encoding="utf-8",
    )
    path = tmp_path / "plan.xlsx"
    result = run(
        "match",
        "--projects",
        str(projects),
        "--places",
        str(places),
        "--as-of",
        "2024-02-29",
        "-o",
        str(path),
    )
    assert (result.exit_code, result.exception) == (0, None)
    beside = [list(row.values())[2:] for row in sheet(path, "重新编制")]
    assert beside == [["L2", "L1", "L2", "L2"], ["L1", "L2", "L1", "L1"]]


def test_pins_that_clash_end_with_the_exit_code_of_an_infeasible_plan(tmp_path: Path) -> None:
    pins = tmp_path / "pins.csv"
    pins.write_text(
        "项目编号,场地编号,做法,决定单位,理由\nP3,L1,指定,会议,协议\nS04,L1,指定,会议,协议\n",
        encoding="utf-8",
    )
    result = run("match", *ON_THE_DAY, "--pins", str(pins), "-o", str(tmp_path / "plan.xlsx"))
    assert result.exit_code == 11
    assert "P3、S04" in result.output


def test_a_saved_problem_solves_to_the_same_value(plan: Path, tmp_path: Path) -> None:
    folder, answer = tmp_path / "problem", tmp_path / "answer"
    saved = run("match", *ON_THE_DAY, "-o", str(tmp_path / "plan.xlsx"), "--save-problem", str(folder))
    assert (saved.exit_code, saved.exception) == (0, None)
    solved = run("match", "--problem", str(folder), "-o", str(answer))
    assert (solved.exit_code, solved.exception) == (0, None)
    result = json.loads((answer / "result.json").read_text(encoding="utf-8"))
    basis = {row["项"]: row["取值"] for row in sheet(plan, "依据")}
    assert result["status"] == "OPTIMAL"
    assert round(result["value"] / 10_000, 2) == basis["方案价值"]


def test_bad_rows_do_not_stop_the_plan_unless_asked(tmp_path: Path) -> None:
    projects = tmp_path / "projects.csv"
    projects.write_text(
        "项目编号,项目名称,厂房需求下限,年税收\nA,甲,5000,100\nB,乙,很大,100\n", encoding="utf-8"
    )
    arguments = ("match", *ON_THE_DAY, "--projects", str(projects), "-o", str(tmp_path / "plan.xlsx"))
    result = run(*arguments)
    assert result.exit_code == 0
    assert "有 1 行未读入" in result.output
    faults = sheet(tmp_path / "plan.xlsx", "未读入")
    (fault,) = [row for row in faults if (row["文件"], row["程度"]) == ("projects.csv", "未读入")]
    assert (fault["单元格"], fault["填的是"]) == ("C3", "很大")
    assert "很大" in str(run(*arguments, "--all-or-nothing").exception)


def test_missing_ledgers_are_asked_for_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "--projects, --places" in str(run("match").exception)
