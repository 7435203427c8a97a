import random

import pytest

from tests.web.office import a_zone
from yinfeng.web.ledgers.facet_counts import facet_counts
from yinfeng.web.ledgers.queries import Filter
from yinfeng.web.ledgers.registry import HELD
from yinfeng.web.places.models import Place
from yinfeng.web.projects.models import Project

pytestmark = pytest.mark.django_db

VALUES = {
    "zone_id": ["Z1", "Z2"],
    "kind": ["building", "land", ""],
    "status": ["vacant", "in_use", ""],
    "owner_kind": ["firm", ""],
    "land_use": ["M1", ""],
    "is_released": [True, False],
}
WRITTEN = {"": "-", None: "-", True: "yes", False: "no"}


def written(row, name):
    value = getattr(row, name)
    return WRITTEN.get(value, value)


@pytest.fixture
def places():
    a_zone("Z1")
    a_zone("Z2")
    chance = random.Random(7)
    some = [{name: chance.choice(values) for name, values in VALUES.items()} for _ in range(60)]
    return Place.objects.bulk_create([Place(place_id=f"L{at}", **one) for at, one in enumerate(some)])


@pytest.mark.parametrize("seed", range(40))
def test_a_facet_counts_what_the_other_choices_leave(places, seed, django_assert_num_queries):
    chance = random.Random(seed)
    names = HELD["places"].facets
    chosen = {
        name: tuple(
            chance.sample(sorted({WRITTEN.get(value, value) for value in VALUES[name]}), k=1 + seed % 2)
        )
        for name in chance.sample(names, k=seed % 5)
    }
    with django_assert_num_queries(1):
        total, counts = facet_counts(
            "places", Place.objects.filter(pk__gt=places[9].pk), Filter(chosen=chosen)
        )

    def left(apart=""):
        return [
            row
            for row in places[10:]
            if all(written(row, name) in values for name, values in chosen.items() if name != apart)
        ]

    assert total == len(left())
    for name in names:
        expected = [written(row, name) for row in left(apart=name)]
        assert counts[name] == {value: expected.count(value) for value in set(expected)}


def test_a_yes_or_no_that_is_not_known_is_counted_and_chosen_as_such():
    for at, flag in enumerate([True, False, None, None]):
        Project.objects.create(project_id=f"P{at}", must_place=flag)
    total, counts = facet_counts(
        "projects", Project.objects.all(), Filter(chosen={"must_place": ("-", "no")})
    )
    assert (total, counts["must_place"]) == (3, {"yes": 1, "no": 1, "-": 2})
    assert (counts["stage"], counts["zone_id"]) == ({"-": 3}, {"-": 3})


def test_no_rows_have_no_counts(places):
    asked = Filter(chosen={"kind": ("land",)})
    nothing = (0, {name: {} for name in HELD["places"].facets})
    assert facet_counts("places", Place.objects.none(), asked) == nothing
    assert facet_counts("places", Place.objects.filter(pk=-1), asked) == nothing
