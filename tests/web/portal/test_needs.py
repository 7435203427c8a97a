"""What people type into the form, and what it is read as."""

import pytest

from yinfeng.web.portal import needs
from yinfeng.web.portal.industries import industries, recognise
from yinfeng.web.portal.needs import asked

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "columns"),
    [
        ({"kind": "land", "area": "30"}, {"land_min_mu": 30.0}),
        ({"kind": "land", "area": "30", "area_unit": "m2"}, {"land_min_mu": 0.045}),
        ({"kind": "land", "area": "30亩", "area_unit": "m2"}, {"land_min_mu": 30.0}),
        ({"kind": "building", "area": "3000平", "area_unit": "mu"}, {"floor_min_m2": 3000.0}),
        ({"kind": "building", "area": "12", "area_unit": "mu"}, {"floor_min_m2": 8000.0}),
        ({"kind": "either", "area": "30亩"}, {"land_min_mu": 30.0, "floor_min_m2": 20000.0}),
        ({"kind": "land", "area": "三十亩"}, {"land_min_mu": 30.0}),
        ({"kind": "land", "area": "20-50"}, {"land_min_mu": 20.0, "land_min_mu.high": 50.0}),
    ],
)
def test_areas_are_read_with_their_unit(typed, columns):
    need, faults = needs.read(typed)
    assert faults == {}
    found = {name: need.values[name] for name in columns}
    assert found == pytest.approx(columns)
    kinds = {name for name in ("land_min_mu", "floor_min_m2") if name in need.values}
    assert kinds == {name for name in columns if "." not in name}


def test_an_upper_limit_stays_one():
    need, _ = needs.read({"kind": "land", "area": "不超过50亩"})
    assert need.values["land_min_mu.strength"] == "<="
    assert [fact.value.zh for fact in asked(need, {})][-1] == "不超过 33,333 ㎡（50 亩）"


def test_faults_stand_at_their_fields():
    _, faults = needs.read(
        {"kind": "either", "area": "很大", "height": "高", "needed": "明年", "power": "2000kW"}
    )
    assert set(faults) == {"area", "height", "needed", "power"}


@pytest.mark.parametrize(
    ("made", "code"),
    [
        ("硅酸钙板", "C30"),
        ("铝型材", "C32"),
        ("C3024", "C3024"),
        ("c3024 硅酸钙板", "C3024"),
        ("Battery packs", "C38"),
        ("wooden furniture", "C21"),
        ("1000万块砖", "C30"),
        ("scarf", ""),
        ("", ""),
    ],
)
def test_industries_are_recognised(made, code):
    assert recognise(made).code == code


def test_what_may_be_several_industries_is_asked_not_guessed():
    found = recognise("泵和电缆和风机和光伏")
    assert found.code == ""
    assert {one.code for one in found.suggestions} >= {"C34", "C38"}


def test_every_industry_is_named_in_both_languages():
    for one in industries():
        assert one.name.zh
        assert one.name.en.isascii()
        assert one.code == one.code.upper()
