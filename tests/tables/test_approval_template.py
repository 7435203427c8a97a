from datetime import date
from pathlib import Path

import pytest

from yinfeng.core.errors import InputError
from yinfeng.tables.approval_template import BEGINNING, fact_columns, read_basis, read_layers
from yinfeng.tables.rulebook import layers, names

DAY = date(2024, 6, 30)
ENTRY = """
[[entry]]
key = "{key}"
unit = "item"
valid_from = {day}
basis = "policy"
source = "本单位"
zh = "人防审批"
en = "air defence"
[entry.value]
{value}
"""
PLAIN = 'stage = 2\nagency = {zh = "人防办", en = "office"}'


def change(folder: Path, value: str, *, key: str = "approvals.item.shelter", day: str = "2024-01-01") -> Path:
    path = folder / "change.toml"
    path.write_text(ENTRY.format(key=key, day=day, value=value), "utf-8")
    return path


@pytest.mark.parametrize("rulebook", names(having=[f"{BEGINNING}notice"]))
@pytest.mark.parametrize("day", [date(2017, 2, 1), date(2020, 1, 1), DAY, date(2026, 1, 1)])
def test_every_bundled_template_can_be_read(rulebook: str, day: date) -> None:
    basis = read_basis(read_layers(rulebook), rulebook, day)
    assert {item.key for item in basis.template.items} == basis.template.versions.keys()


def test_thresholds_follow_the_day() -> None:
    own = read_layers("national")
    key = "approvals.soil.report_ha"
    values = [read_basis(own, "national", day).entries.value(key) for day in (date(2019, 1, 1), DAY)]
    assert values == [1.0, 5.0]


def test_an_item_keeps_its_earlier_versions() -> None:
    template = read_basis(read_layers("national"), "national", DAY).template
    days = [one.limit.span.days for one in template.versions["construction_permit"] if one.limit]
    assert days == [15, 7]


def test_every_assumption_says_so() -> None:
    told = [entry for layer in layers("shanxi", BEGINNING) for entry in layer]
    assert [e.key for e in told if e.basis == "assumption" and not any(w in e.source for w in _DOUBT)] == []


_DOUBT = ("待核", "未读到", "未写明", "未另定")


def test_a_change_adds_an_item_from_its_day_on(tmp_path: Path) -> None:
    own = read_layers("shanxi", [change(tmp_path, PLAIN, day="2024-06-30")])
    keys = [
        {item.key for item in read_basis(own, "x", day).template.items} for day in (date(2024, 6, 29), DAY)
    ]
    assert keys[1] - keys[0] == {"shelter"}


def test_a_change_withdraws_an_item(tmp_path: Path) -> None:
    own = read_layers("shanxi", [change(tmp_path, "withdrawn = true", key="approvals.item.energy_review")])
    assert "energy_review" not in {item.key for item in read_basis(own, "x", DAY).template.items}


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("stage = 2", "'agency'"),
        (PLAIN + '\nlimit = { days = -1, kind = "working" }', "days = -1"),
        (PLAIN + '\nlimit = { days = 20, kind = "weekday" }', "'weekday'"),
        (PLAIN + '\nlimit = { days = 20, kind = "working", form = "accepted" }', "unknown form"),
        (PLAIN + '\nwhen = { fact = "colour", is = true }', "no fact colour"),
        (PLAIN + '\nwhen = { fact = "hazardous", is = "yes" }', "hazardous is yes"),
        (
            PLAIN + '\nwhen = { fact = "land_ha", at_least = "approvals.no_such" }',
            "no entry approvals.no_such",
        ),
        (PLAIN + '\nwhen = { fact = "land_ha", is = 5 }', "land_ha is"),
        (PLAIN + '\nneeds = ["no_such"]', "no_such"),
        (PLAIN + '\nneeds = ["shelter"]', "shelter"),
        (PLAIN + '\ngate = "door"', "'door'"),
        (PLAIN + "\nlimits = { days = 20 }", "unknown limits"),
    ],
)
def test_what_is_wrong_with_a_change_is_named(tmp_path: Path, value: str, found: str) -> None:
    with pytest.raises(InputError) as raised:
        read_basis(read_layers("shanxi", [change(tmp_path, value)]), "shanxi", DAY)
    assert [found in fault.found for fault in raised.value.faults] == [True]


def test_a_file_without_entries_of_approvals_is_no_change(tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised:
        read_layers("shanxi", [change(tmp_path, "n = 1", key="yield.tax_weight")])
    assert [fault.code for fault in raised.value.faults] == ["empty-template"]


def test_facts_that_conditions_may_ask_for() -> None:
    assert "land_ha" in fact_columns()
    assert "project_name" not in fact_columns()
