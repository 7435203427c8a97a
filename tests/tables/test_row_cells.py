import csv
from pathlib import Path

from yinfeng.core.text import Lang
from yinfeng.tables.read import Ledger, read_ledger
from yinfeng.tables.row_cells import cells_of, synthetic_of


def ledger(tmp_path: Path, name: str, *rows: list[str]) -> Ledger:
    path = tmp_path / f"{name}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return read_ledger(path, name)


def told(read: Ledger, lang: Lang) -> dict[str, str]:
    (row,) = read.table.to_pylist()
    return {label.of(lang): text.of(lang) for label, text in cells_of(read.schema, row)}


def test_filled_cells_are_told_as_people_wrote_them(tmp_path: Path) -> None:
    read = ledger(
        tmp_path,
        "year_plan",
        ["项目名称", "建设性质", "开工日期", "总投资（亿元）", "年度计划投资", "需要的配套", "合成字段"],
        ["甲", "新建", "2024-03", "3.2", "1.5亿元", "水、电", "总投资、年度计划投资"],
    )
    assert told(read, "zh") == {
        "项目名称": "甲",
        "建设性质": "新建",
        "开工日期": "2024-03",
        "总投资": "32000万元",
        "年度计划投资": "1.5亿元",
        "需要的配套": "水、电",
    }
    assert told(read, "en")["New-build or continuing"] == "new-build"
    assert synthetic_of(read.table.to_pylist()[0]) == ("总投资", "年度计划投资")


def test_shares_and_yes_and_no_are_words(tmp_path: Path) -> None:
    read = ledger(tmp_path, "statistics", ["统计指标", "本期值", "增速"], ["工业投资", "10.83亿元", "0.0894"])
    assert told(read, "zh")["增速"] in ("8.94%", "0.0894%")
