"""Rulebooks: which entry holds when, and what is refused."""

from datetime import date
from pathlib import Path

import pytest

from yinfeng.core.errors import InputError
from yinfeng.tables.rulebook import BASES, annuity, names, read_policy, recheck_days

BUNDLED = Path(__file__).resolve().parents[2] / "src" / "yinfeng" / "rulebooks" / "shanxi.toml"
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
    assert all(date.fromisoformat(entry.valid_from) <= DAY for entry in policy.entries)
    assert [e.key for e in policy.entries] == sorted({e.key for e in policy.entries})


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
