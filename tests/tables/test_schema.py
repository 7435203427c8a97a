import pytest

from yinfeng.core.text import Lang
from yinfeng.tables import headers, schema
from yinfeng.tables.spelling import header_key
from yinfeng.tables.unit_spellings import UNITS

TYPES = {
    "amounts", "bool", "choice", "choices", "code", "codes", "date", "id", "latitude", "list", "longitude",
    "percent", "polygon", "quantity", "quota_amount", "ref", "refs", "text", "uscc",
}  # fmt: skip

PROGRESS = (
    "year_plan", "phases", "milestones", "rounds", "signings", "targets", "trips", "contacts", "statistics",
    "printed_figures",
)  # fmt: skip
"""Ledgers whose rows are counted and need no id of their own."""


@pytest.mark.parametrize("ledger", schema.LEDGERS)
def test_every_column_is_of_a_known_type_and_unit(ledger: str) -> None:
    for column in schema.load(ledger).columns:
        assert column.type in TYPES
        assert column.unit == "" or column.unit in UNITS
        assert (column.type in ("quantity", "percent", "amounts")) == (column.unit != "")
        assert column.label.zh
        assert column.label.en


@pytest.mark.parametrize("ledger", schema.LEDGERS)
def test_references_and_choices_lead_somewhere(ledger: str) -> None:
    for column in schema.load(ledger).columns:
        if column.type in ("ref", "refs"):
            assert column.target in schema.LEDGERS
            assert schema.load(column.target).key is not None
        elif column.type in ("choice", "choices"):
            assert len(schema.choices(column.target)) > 1
        else:
            assert column.target == ""


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("ledger", schema.LEDGERS)
def test_a_printed_header_is_understood_with_its_unit(ledger: str, lang: Lang) -> None:
    own = schema.load(ledger)
    for column in own.columns:
        heading = headers.match_header(schema.header(column, lang), own)
        assert heading.column == column.name
        if column.unit in schema.HEADER_UNIT:
            assert headers.unit_factor(heading.unit, column) == pytest.approx(1)


def test_a_column_carries_all_of_its_line() -> None:
    column = schema.load("places").column("clear_height_m")
    assert (column.label.zh, column.label.en) == ("净高", "Clear height")
    assert column.aliases == ("层高", "净空高度", "厂房净高")
    assert (column.type, column.unit, column.required, column.is_key) == ("quantity", "m", False, False)
    assert (column.low, column.high, column.target, column.example) == (2.0, 80.0, "", "10.5")


def test_no_word_of_a_choice_means_a_blank_cell() -> None:
    sets = {c.target for name in schema.LEDGERS for c in schema.load(name).columns if "choice" in c.type}
    words = {(s, w) for s in sets for c in schema.choices(s) for w in (c.code, c.label.zh, *c.synonyms)}
    assert [pair for pair in words if not header_key(pair[1])] == []


def test_keys_open_ranges_and_targets() -> None:
    assert {name: schema.load(name).key for name in schema.LEDGERS} == {
        "zones": "zone_id",
        "firms": "firm_id",
        "places": "place_id",
        "projects": "project_id",
        "quotas": "quota_id",
        "pins": None,
        "land_supply": "supervision_no",
        "land_events": "event_id",
        "asset_steps": "step_id",
        "procedures": None,
        "approval_facts": None,
        "correction_requests": None,
        "area_evaluations": None,
        **dict.fromkeys(PROGRESS),
    }
    capacity = schema.load("quotas").column("capacity")
    assert (capacity.low, capacity.high) == (0.0, None)
    assert schema.load("places").column("zone_id").target == "zones"


def test_unknown_names_are_key_errors() -> None:
    with pytest.raises(KeyError):
        schema.load("nothing")
    with pytest.raises(KeyError):
        schema.choices("nothing")
    with pytest.raises(KeyError):
        schema.load("zones").column("nothing")
