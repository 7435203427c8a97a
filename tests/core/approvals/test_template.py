from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.approvals.building import item, template
from yinfeng.core.approvals.template import Template, in_order


@settings(deadline=None)
@given(st.permutations(["a", "b", "c", "d"]))
def test_each_item_comes_after_all_it_needs(keys: list[str]) -> None:
    needs = {"a": (), "b": ("a",), "c": ("a", "gone"), "d": ("b", "c")}
    ordered, circle = in_order({key: item(key, needs=needs[key]) for key in keys})
    places = [one.key for one in ordered]
    assert circle == ()
    assert all(
        places.index(need) < places.index(key) for key in keys for need in needs[key] if need in places
    )


def test_a_circle_is_named() -> None:
    ordered, circle = in_order({"a": item("a"), "b": item("b", needs=("c",)), "c": item("c", needs=("b",))})
    assert ([one.key for one in ordered], circle) == (["a"], ("b", "c"))


def test_the_version_of_a_day() -> None:
    old = item("a", days=15, valid_from=date(2011, 7, 1))
    new = item("a", days=7, valid_from=date(2019, 4, 23))
    of = template(new)
    held = Template(of.name, of.items, {"a": (old, new)}, {})
    days = (date(2010, 1, 1), date(2019, 4, 22), date(2019, 4, 23))
    assert [held.at(new, day) for day in days] == [old, old, new]
