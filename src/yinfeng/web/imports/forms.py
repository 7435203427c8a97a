"""Forms of an import: the file, how it is read, what it may do."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms

from yinfeng.core.text import Text
from yinfeng.tables import columns as readers
from yinfeng.tables import schema
from yinfeng.tables.difference_matches import key_columns
from yinfeng.tables.schema import HEADER_UNIT, Column
from yinfeng.web.accounts.models import User
from yinfeng.web.imports import own, reading
from yinfeng.web.imports.actions import Setup
from yinfeng.web.imports.models import Batch
from yinfeng.web.imports.queries import importable
from yinfeng.web.imports.reading import Headed, Outline, Taken
from yinfeng.web.language import current, lazily, say
from yinfeng.web.zones.models import Zone
from yinfeng.web.zones.policy import visible

MODES: Final = (
    ("upsert", Text("新增和更新", "Add and update")),
    ("insert", Text("只新增", "Only add")),
    ("update", Text("只更新", "Only update")),
)
OTHERWISE: Final = (
    ("skip", Text("跳过这些行", "Skip those rows")),
    ("refuse", Text("退回这些行", "Refuse those rows")),
)
BLANK: Final = (
    ("keep", Text("保留台账原来的内容", "Keep what the ledger holds")),
    ("clear", Text("清空台账里的内容", "Empty what the ledger holds")),
)
WHOLE: Final = (
    ("", Text("合格的行先写，有问题的行退回", "Good rows are written, bad ones given back")),
    ("yes", Text("全部行都合格才写，否则一行也不写", "All rows or none")),
)
_NOT_READ: Final = Text("（不读这一列）", "(not read)")
_NO_DEFAULT: Final = Text("（不填）", "(none)")
_GUESS: Final = Text("按表头判断", "By its headers")
_HAVE_NO_DEFAULT: Final = frozenset({"longitude", "latitude", "polygon", "quota_amount", "id"})
_MOST_ZONES: Final = 300


def _said(pairs: Any) -> list[tuple[str, str]]:
    return [(value, say(text)) for value, text in pairs]


class FileForm(forms.Form):
    """The file, and which ledger it is for."""

    file = forms.FileField(
        label=lazily(Text("文件", "File")),
        widget=forms.ClearableFileInput(
            {"class": "yf-hidden", "accept": ".xlsx,.xls,.et,.csv,.txt,.parquet"}
        ),
    )
    ledger = forms.ChoiceField(
        label=lazily(Text("导入到", "Into")), required=False, widget=forms.Select({"class": "yf-select"})
    )
    source = forms.CharField(
        label=lazily(Text("文件来自", "From")),
        help_text=lazily(
            Text(
                "报送单位或系统；同一来源的文件下次按这次的设置读",
                "who sent it; the next file from there is read alike",
            )
        ),
        max_length=100,
        required=False,
        widget=forms.TextInput({"class": "yf-input", "list": "sources", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ledger"].choices = _said([("", _GUESS), *importable(by)])


class LookForm(forms.Form):
    """Which sheet and header row of a file are read, for which ledger."""

    ledger = forms.ChoiceField(widget=forms.Select({"class": "yf-select"}))
    sheet = forms.ChoiceField(required=False, widget=forms.Select({"class": "yf-select"}))
    header_row = forms.IntegerField(
        min_value=1, max_value=10_000, widget=forms.NumberInput({"class": "yf-input"})
    )

    def __init__(self, *args: Any, batch: Batch, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        outline = reading.outline_from_json(batch.outline)
        rows = Text("{n} 行", "{n} rows")
        self.fields["ledger"].choices = _said(importable(by))
        self.fields["sheet"].choices = [
            (name, f"{name}（{say(rows.format(n=f'{n:,}'))}）") for name, n in outline.sheets
        ]


@dataclass(frozen=True, slots=True)
class MappedRow:
    """A column of the file in the form: what it is, and the fields that say what it is taken for."""

    headed: Headed
    column: Any
    unit: Any


class SetupForm(forms.Form):
    """What each column is taken for, what blanks are filled with, what rows may do."""

    mode = forms.ChoiceField(widget=forms.Select({"class": "yf-select"}))
    otherwise = forms.ChoiceField(widget=forms.Select({"class": "yf-select"}))
    blank = forms.ChoiceField(widget=forms.Select({"class": "yf-select"}))
    key = forms.ChoiceField(required=False, widget=forms.Select({"class": "yf-select"}))
    is_whole = forms.ChoiceField(required=False, widget=forms.Select({"class": "yf-select"}))

    def __init__(self, *args: Any, batch: Batch, by: User, **kwargs: Any) -> None:
        self.ledger = batch.ledger
        self.outline: Outline = reading.outline_from_json(batch.outline)
        self.known: dict[str, Column] = {
            column.name: column
            for column in (*schema.load(batch.ledger).columns, *own.own_columns(batch.ledger))
        }
        super().__init__(*args, initial=_initial(batch), **kwargs)
        for name, pairs in (("mode", MODES), ("otherwise", OTHERWISE), ("blank", BLANK), ("is_whole", WHOLE)):
            self.fields[name].choices = _said(pairs)
        self.fields["key"].choices = [
            ("" if column.is_key else column.name, say(column.label)) for column in key_columns(batch.ledger)
        ] or [("", say(Text("项目和场地", "Project and places")))]
        self._add_mapping()
        self._add_defaults(by)

    def units(self) -> str:
        """Give as JSON the units of each column that has units."""
        told = {name: reading.units_of(column) for name, column in self.known.items()}
        said = {name: [(unit, _unit_said(unit)) for unit in units] for name, units in told.items() if units}
        return json.dumps(said, ensure_ascii=False)

    def mapping(self) -> Iterator[MappedRow]:
        """Give the columns of the file with their fields."""
        for one in self.outline.headed:
            yield MappedRow(one, self[f"column-{one.at}"], self[f"unit-{one.at}"])

    def defaults(self) -> Iterator[tuple[Column, Any]]:
        """Give the columns that may have a default with their fields, those that are needed first."""
        fields = [
            (column, self[f"default-{column.name}"])
            for column in self.known.values()
            if f"default-{column.name}" in self.fields
        ]
        return iter(sorted(fields, key=lambda pair: not self._is_urgent(pair[0])))

    def urgent_defaults(self) -> list[tuple[Column, Any]]:
        """Give the defaults that the file needs, or that are set."""
        return [pair for pair in self.defaults() if self._is_urgent(pair[0])]

    def other_defaults(self) -> list[tuple[Column, Any]]:
        """Give the other defaults."""
        return [pair for pair in self.defaults() if not self._is_urgent(pair[0])]

    def clean(self) -> dict[str, Any]:
        """See that every required column is there, and that defaults can be read."""
        told = super().clean() or {}
        mapped = {told.get(f"column-{one.at}") for one in self.outline.headed}
        defaults = {name for name in self.known if told.get(f"default-{name}")}
        for column in self.known.values():
            if column.required and column.name not in mapped | defaults:
                self.add_error(None, self._missing(column))
        for name in defaults:
            self._check_default(name, told[f"default-{name}"])
        key = told.get("key")
        if key and key not in mapped:
            self.add_error(
                "key", say(Text("文件中没有这一列，不能用它找原有记录", "The file has no such column"))
            )
        return told

    def setup(self) -> Setup:
        """Give what was set; for a form that is valid."""
        told: Mapping[str, Any] = self.cleaned_data
        columns = tuple(
            Taken(one.at, told[f"column-{one.at}"], self._unit(one, told)) for one in self.outline.headed
        )
        defaults = {name: told[f"default-{name}"] for name in self.known if told.get(f"default-{name}")}
        is_whole = bool(told["is_whole"])
        return Setup(columns, defaults, told["mode"], told["otherwise"], told["blank"], told["key"], is_whole)

    def _add_mapping(self) -> None:
        choices = [("", say(_NOT_READ))]
        choices += [
            (name, say(column.label) + ("*" if column.required else ""))
            for name, column in self.known.items()
        ]
        units = sorted({unit for column in self.known.values() for unit in reading.units_of(column)})
        for one in self.outline.headed:
            self.fields[f"column-{one.at}"] = forms.ChoiceField(
                choices=choices, required=False, widget=forms.Select({"class": "yf-select yf-taken"})
            )
            known = list(dict.fromkeys(["", one.unit, *units]))
            self.fields[f"unit-{one.at}"] = forms.ChoiceField(
                choices=[(unit, _unit_said(unit) or "—") for unit in known],
                required=False,
                widget=forms.Select({"class": "yf-select yf-unit"}),
            )

    def _add_defaults(self, by: User) -> None:
        zones = visible(by, "zones", Zone.objects.all(), action="view").order_by("zone_id")[:_MOST_ZONES]
        for column in schema.load(self.ledger).columns:
            if column.type in _HAVE_NO_DEFAULT or column.is_key:
                continue
            widget: forms.Widget = forms.TextInput({"class": "yf-input", "placeholder": column.example})
            if column.type == "ref" and column.target == "zones":
                widget = _select((zone.zone_id, f"{zone.zone_id} {zone.zone_name}") for zone in zones)
            elif column.type == "choice":
                # The code is kept; reading takes it as well as its words, in either language.
                widget = _select((one.label.zh, say(one.label)) for one in schema.choices(column.target))
            elif column.type == "bool":
                widget = _select([("是", say(Text("是", "yes"))), ("否", say(Text("否", "no")))])
            self.fields[f"default-{column.name}"] = forms.CharField(
                label=say(column.label), required=False, max_length=500, widget=widget
            )

    def _is_urgent(self, column: Column) -> bool:
        name = f"default-{column.name}"
        is_there = any(one.column == column.name for one in self.outline.headed)
        return bool(self.initial.get(name)) or (column.required and not is_there) or name in self.errors

    def _missing(self, column: Column) -> str:
        said = Text(
            "必填的“{label}”没有对应的列：在上面指定一列，或在“缺列和空白”里给一个统一的值",
            'No column is taken for "{label}", which is required: choose one, or give one value for all rows',
        )
        if column.is_key:
            said = Text(
                "必填的“{label}”没有对应的列：请在上面指定",
                'Choose the column that is "{label}": it is required',
            )
        return say(said.format(label=column.label))

    def _check_default(self, name: str, text: str) -> None:
        lang = current()
        for finding in readers.read_column(self.known[name], [text]).findings:
            if finding.refusal.severity == "error":
                said = f"{finding.refusal.expected.of(lang)}；{finding.refusal.fix.of(lang)}"
                self.add_error(f"default-{name}", said)

    def _unit(self, one: Headed, told: Mapping[str, Any]) -> str:
        """Give the unit chosen, where the column has units; else none."""
        column, unit = self.known.get(told[f"column-{one.at}"]), told[f"unit-{one.at}"]
        if column is None:
            return ""
        return (
            unit
            if unit in reading.units_of(column) or (unit == one.unit and column.name == one.column)
            else ""
        )


class CommitForm(forms.Form):
    """Why rows are written."""

    reason = forms.CharField(max_length=500, widget=forms.TextInput({"class": "yf-input"}))
    digest = forms.CharField(max_length=64, widget=forms.HiddenInput)


def _unit_said(unit: str) -> str:
    """Give a unit in the language of the page; as it is written where it is the file's own spelling."""
    return next((say(one) for one in HEADER_UNIT.values() if one.zh == unit), unit)


def _select(pairs: Any) -> forms.Select:
    return forms.Select({"class": "yf-select"}, choices=[("", say(_NO_DEFAULT)), *pairs])


def _initial(batch: Batch) -> dict[str, Any]:
    told = {"mode": batch.mode, "otherwise": batch.otherwise, "blank": batch.blank, "key": batch.key}
    told["is_whole"] = "yes" if batch.is_whole else ""
    for one in batch.columns:
        told[f"column-{one['at']}"], told[f"unit-{one['at']}"] = one["column"], one["unit"]
    return told | {f"default-{name}": text for name, text in batch.defaults.items()}
