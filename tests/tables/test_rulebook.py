"""Rulebooks: which entry holds when, and what is refused."""

from datetime import date
from pathlib import Path

import pytest

from yinfeng.core.errors import InputError
from yinfeng.core.text import Text
from yinfeng.tables.policy import annuity, names, read_policy, recheck_days
from yinfeng.tables.rule_words import shown_value
from yinfeng.tables.rulebook import BASES, begins_later, keys_of, read_rules, read_working_days
from yinfeng.tables.rulebook import names as rulebooks

BUNDLED = Path(__file__).resolve().parents[2] / "src" / "yinfeng" / "rulebooks" / "shanxi" / "placement.toml"
DAY = date(2024, 2, 29)

LATER = """
[[entry]]
key = "yield.tax_weight"
value = 2.5
unit = "yuan per yuan"
valid_from = 2024-03-01
basis = "policy"
source = "a decision of the committee"
zh = "年税收的权重"
en = "weight of yearly tax"
"""


def changed(tmp_path: Path, old: str = "", new: str = "", added: str = "") -> str:
    text = BUNDLED.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "own.toml"
    path.write_text(text.replace(old, new, 1) + added, encoding="utf-8")
    return str(path)


def codes(rulebook: str) -> list[tuple[str, str]]:
    with pytest.raises(InputError) as caught:
        read_policy(rulebook, DAY)
    return [(fault.code, fault.found) for fault in caught.value.faults]


def test_every_bundled_entry_has_date_basis_and_source() -> None:
    assert names() == ("shanxi",)
    policy = read_policy("shanxi", DAY)
    assert all(entry.source and entry.basis in BASES for entry in policy.entries)
    assert all(entry.valid_from <= DAY for entry in policy.entries)
    assert [e.key for e in policy.entries] == sorted({e.key for e in policy.entries})


def test_units_and_values_are_said_in_both_languages() -> None:
    shown = {e.key: (shown_value(e.value), e.unit) for e in read_policy("shanxi", DAY).entries}
    assert shown["yield.build_months"] == (
        Text("地块 18；厂房 6", "land 18; building 6"),
        Text("个月", "months"),
    )
    assert shown["verified.limit"][0] == Text("天数 365；作为硬性条件 否", "days 365; as a rule no")
    assert shown["chain.price"][1] == Text("万元/年", "×10k yuan a year")
    assert [key for key, (_, unit) in shown.items() if unit.zh == unit.en] == []


def test_prices_come_in_yuan() -> None:
    policy = read_policy("shanxi", DAY)
    assert (policy.chain_yuan_firm, policy.chain_cap_yuan, policy.move_yuan) == (200_000, 600_000, 500_000)
    assert policy.intensity_floor_yuan_mu == {"national": 3_000_000, "provincial": 2_000_000}


@pytest.mark.parametrize(("day", "weight"), [(date(2024, 2, 29), 1.0), (date(2024, 3, 1), 2.5)])
def test_the_latest_entry_that_holds_is_taken(tmp_path: Path, day: date, weight: float) -> None:
    assert read_policy(changed(tmp_path, added=LATER), day).tax_weight == weight


def test_before_the_first_entry_nothing_holds() -> None:
    with pytest.raises(InputError) as caught:
        read_policy("shanxi", date(2017, 12, 31))
    assert [(fault.code, fault.found) for fault in caught.value.faults] == [
        ("rulebook-too-early", "2017-12-31")
    ]


def test_faults_are_named(tmp_path: Path) -> None:
    assert codes("nowhere") == [("no-rulebook", "nowhere")]
    assert codes(str(tmp_path / "missing.toml")) == [("no-rulebook", str(tmp_path / "missing.toml"))]
    assert codes(changed(tmp_path, 'basis = "policy"', "")) == [("rulebook-entry", "yield.tax_weight")]
    assert codes(changed(tmp_path, 'key = "yield.tax_weight"', 'key = "x"')) == [
        ("rulebook-missing", "yield.tax_weight")
    ]
    assert [code for code, _ in codes(changed(tmp_path, "[about]", "[about"))] == ["not-toml"]
    assert [code for code, _ in codes(changed(tmp_path, "land = 18, building = 6", "land = 18"))] == [
        "rulebook-value"
    ]


def test_safety_can_never_be_waived(tmp_path: Path) -> None:
    rulebook = changed(tmp_path, '["M05", "M06"]', '["M05", "M07"]')
    assert codes(rulebook) == [("rulebook-value", "pins.waivable: M07 may never be waived")]


def test_an_annuity_repays_its_principal() -> None:
    yearly = annuity(rate=0.05, years=10)
    assert round(sum(yearly / 1.05**year for year in range(1, 11)), 12) == 1.0
    assert annuity(rate=0, years=8) == 0.125


def test_a_place_is_seen_again_after_the_days_of_the_rulebook(tmp_path):
    assert recheck_days("shanxi", DAY) == 90
    rulebook = changed(tmp_path, '"verified.recheck_days"', '"verified.other"')
    with pytest.raises(InputError) as error:
        recheck_days(rulebook, DAY)
    assert [(fault.code, fault.found) for fault in error.value.faults] == [
        ("rulebook-missing", "verified.recheck_days")
    ]


INHERITS = """
[about]
name = "own"
inherits = "shanxi"
"""


def test_what_a_rulebook_does_not_say_it_takes_from_the_one_it_inherits(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(INHERITS + LATER, encoding="utf-8")
    keys = ("yield.tax_weight", "reuse.cap_years")
    before, after = (read_rules(str(path), day, keys) for day in (DAY, date(2024, 3, 1)))
    assert [(e.value, e.rulebook) for e in before.entries.values()] == [(10, "shanxi"), (1.0, "shanxi")]
    assert [(e.value, e.rulebook) for e in after.entries.values()] == [(10, "shanxi"), (2.5, "own")]
    assert (after.name, after.on) == ("own", date(2024, 3, 1))


def test_a_rulebook_that_has_nothing_to_say_yet_is_told_of(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(INHERITS + LATER, encoding="utf-8")
    keys = ("yield.tax_weight", "reuse.cap_years")
    assert begins_later(str(path), DAY, keys) == date(2024, 3, 1)
    assert begins_later(str(path), date(2024, 3, 1), keys) is None
    assert begins_later(str(path), DAY, ["reuse.cap_years"]) is None


def test_a_rulebook_that_inherits_itself_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(f'[about]\ninherits = "{path.as_posix()}"\n', encoding="utf-8")
    assert [code for code, _ in codes(str(path))] == ["rulebook-cycle"]


def test_a_folder_of_files_is_one_rulebook(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "a.toml").write_text(INHERITS, encoding="utf-8")
    (tmp_path / "own" / "b.toml").write_text(LATER, encoding="utf-8")
    assert read_policy(str(tmp_path / "own"), date(2024, 3, 1)).tax_weight == 2.5
    (tmp_path / "own" / "c.toml").write_text("x = ", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_policy(str(tmp_path / "own"), DAY)
    assert [(f.code, Path(f.file).name) for f in caught.value.faults] == [("not-toml", "c.toml")]


def test_every_entry_of_every_rulebook_can_be_read() -> None:
    assert "national" in rulebooks()
    far = date(2099, 1, 1)
    for name in rulebooks():
        entries = read_rules(name, far, keys_of(name, far, "")).entries.values()
        assert all(entry.source.strip() and entry.basis in BASES for entry in entries)
        assert all(entry.title.zh and entry.title.en for entry in entries)


def test_the_official_calendar_is_followed() -> None:
    days = read_working_days("shanxi", date(2024, 6, 1))
    assert days.is_working(date(2024, 2, 4)), "a Sunday worked for the Spring Festival"
    assert not days.is_working(date(2024, 2, 16)), "a Friday of the Spring Festival"
    assert days.after(date(2024, 2, 9), 1) == date(2024, 2, 18)
    assert 2024 in days.announced
    assert 2025 not in days.announced, "the notice for 2025 came in November 2024"
    assert 2025 in read_working_days("shanxi", date(2024, 11, 12)).announced
    assert [sum(day.year == year for day in days.days) for year in (2021, 2022, 2023, 2024)] == [
        250, 249, 249, 251
    ]  # fmt: skip
