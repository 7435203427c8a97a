"""The data dictionaries: what each ledger holds. Reading, checking, forms and the reference follow them."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Final

from yinfeng.core.text import Text

LEDGERS: Final = (
    "zones", "firms", "places", "projects", "quotas", "pins", "land_supply", "land_events", "asset_steps",
    "procedures", "approval_facts", "correction_requests", "area_evaluations",
    "year_plan", "phases", "milestones", "rounds", "signings", "targets", "trips", "contacts", "statistics",
    "printed_figures",
)  # fmt: skip

LEDGER_LABEL: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "zones": Text("开发区", "Zones"),
        "firms": Text("企业", "Firms"),
        "places": Text("场地", "Places"),
        "projects": Text("项目", "Projects"),
        "quotas": Text("配额", "Quotas"),
        "pins": Text("指定", "Pins"),
        "land_supply": Text("供地", "Land supply"),
        "land_events": Text("宗地事件", "Land events"),
        "asset_steps": Text("盘活记录", "Asset stories"),
        "procedures": Text("前期手续", "Procedures"),
        "approval_facts": Text("审批条件", "Facts"),
        "correction_requests": Text("补正", "Corrections"),
        "area_evaluations": Text("区域评估", "Evaluations"),
        "year_plan": Text("年度项目", "Year plan"),
        "phases": Text("分期", "Phases"),
        "milestones": Text("进展事件", "Milestones"),
        "rounds": Text("三个一批", "Three batches"),
        "signings": Text("签约", "Signings"),
        "targets": Text("目标任务", "Targets"),
        "trips": Text("招商活动", "Trips"),
        "contacts": Text("对接项目", "Contacts"),
        "statistics": Text("统计指标", "Statistics"),
        "printed_figures": Text("已公布数字", "Published"),
    }
)

HEADER_UNIT: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "m2": Text("平方米", "m²"),
        "mu": Text("亩", "mu"),
        "ha": Text("公顷", "ha"),
        "wan": Text("万元", "×10k yuan"),
        "wan_per_mu": Text("万元/亩", "×10k yuan/mu"),
        "yuan_m2_month": Text("元/平方米·月", "yuan/m²·month"),
        "m": Text("米", "m"),
        "t": Text("吨", "t"),
        "t_m2": Text("吨/平方米", "t/m²"),
        "kva": Text("千伏安", "kVA"),
        "tce": Text("吨标准煤", "tce"),
        "t_per_yr": Text("吨/年", "t/year"),
        "t_per_d": Text("吨/天", "t/day"),
        "m3_per_yr": Text("立方米/年", "m³/year"),
        "t_per_h": Text("吨/小时", "t/hour"),
        "km": Text("公里", "km"),
        "m3": Text("立方米", "m³"),
        "kwh": Text("千瓦时", "kWh"),
        "years": Text("年", "years"),
    }
)
"""How headers write a unit so that reading understands it; a unit that is not here is not written."""

QUANTITY_TYPES: Final = frozenset({"quantity", "quota_amount", "percent"})
LIST_TYPES: Final = frozenset({"list", "refs", "codes", "choices"})

QUOTA_UNIT: Final[Mapping[str, str]] = MappingProxyType(
    {"power": "kva", "energy": "tce", "water": "t_per_d"}
    | dict.fromkeys(("cod", "nh3n", "so2", "nox", "voc"), "t_per_yr")
)
"""The unit of a quota's amounts, by its resource."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One word a choice column may hold."""

    code: str
    label: Text
    synonyms: tuple[str, ...]
    inside: tuple[str, ...] = ()
    """Words that mean it wherever they stand in a longer cell; of several choices the first counts."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a ledger as its dictionary tells it."""

    name: str
    label: Text
    aliases: tuple[str, ...]
    type: str
    unit: str
    required: bool
    is_key: bool
    low: float | None
    """Least value allowed, in ``unit``; None: no limit."""
    high: float | None
    target: str
    """Choice set of a choice column, ledger of a reference; empty for others."""
    example: str
    meaning: Text
    source: str
    last_aliases: tuple[str, ...] = ()
    """Headers that mean this column only where no other header does; written with ``~`` in the dictionary."""


@dataclass(frozen=True, slots=True)
class Schema:
    """One ledger: its columns in the order of its form."""

    name: str
    label: Text
    columns: tuple[Column, ...]
    key: str | None

    def column(self, name: str) -> Column:
        """Give a column by name; KeyError where there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


@cache
def load(ledger: str) -> Schema:
    """Give a ledger's dictionary; KeyError for a name that is not in `LEDGERS`."""
    label = LEDGER_LABEL[ledger]
    columns = tuple(_column(row) for row in _rows(ledger))
    return Schema(ledger, label, columns, next((c.name for c in columns if c.is_key), None))


@cache
def choices(name: str) -> tuple[Choice, ...]:
    """Give the words of a choice set, in the order of the dictionary; KeyError for an unknown set."""
    words = tuple(
        _choice(row["code"], Text(row["zh"], row["en"]), _split(row["synonyms"]))
        for row in _rows("choices")
        if row["set"] == name
    )
    if not words:
        raise KeyError(name)
    return words


def _choice(code: str, label: Text, words: tuple[str, ...]) -> Choice:
    """Lay out a choice; a word that begins with ~ is looked for inside a cell."""
    inside = tuple(word.removeprefix("~") for word in words if word.startswith("~"))
    return Choice(code, label, tuple(word for word in words if not word.startswith("~")), inside)


def choice_label(name: str, code: str) -> Text:
    """Give the words of a choice of a set; the code itself where the set has none such."""
    return next((choice.label for choice in choices(name) if choice.code == code), Text(code, code))


def header(column: Column, lang: str = "zh") -> str:
    """Give a column's header as forms and exports print it: label, unit in brackets, * if required."""
    is_zh = lang == "zh"
    name = column.label.zh if is_zh else column.label.en
    unit = HEADER_UNIT.get(column.unit)
    if unit is not None:
        name += f"（{unit.zh}）" if is_zh else f" ({unit.en})"
    return name + ("*" if column.required else "")


def _rows(name: str) -> list[dict[str, str]]:
    file = resources.files("yinfeng.tables") / "schemas" / f"{name}.csv"
    return list(csv.DictReader(file.read_text("utf-8").splitlines()))


def _column(row: Mapping[str, str]) -> Column:
    low, high, target = _range(row["range"])
    aliases = _split(row["aliases"])
    return Column(
        name=row["name"],
        label=Text(row["zh"], row["en"]),
        aliases=tuple(alias for alias in aliases if not alias.startswith("~")),
        last_aliases=tuple(alias.removeprefix("~") for alias in aliases if alias.startswith("~")),
        type=row["type"],
        unit=row["unit"],
        required=row["required"] == "yes",
        is_key=row["range"] == "key",
        low=low,
        high=high,
        target=target,
        example=row["example"],
        meaning=Text(row["meaning_zh"], row["meaning"]),
        source=row["source"],
    )


def _range(text: str) -> tuple[float | None, float | None, str]:
    if ".." in text:
        low, high = text.split("..")
        return (float(low) if low else None, float(high) if high else None, "")
    return None, None, "" if text == "key" else text


def _split(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split("|") if part)
