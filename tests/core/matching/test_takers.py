from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.matching.test_join import zones
from tests.core.matching.zone import POLICY
from yinfeng.core.matching.model import build
from yinfeng.core.matching.offers import all_offers
from yinfeng.core.matching.rank import takers_of
from yinfeng.core.matching.takers import Taker, find_takers, prepare_places, prepare_projects
from yinfeng.tables.matching import facts_of
from yinfeng.tables.policy import read_policy
from yinfeng.tables.synthetic import AS_OF, ledgers


def told(model, place, *, near):
    """Give what the whole model says of a place, as `Taker` says it."""
    return tuple(
        Taker(
            fit.project,
            fit.offer,
            fit.value,
            tuple(model.candidates[fit.kind].components[fit.row].tolist()) if fit.passes else (),
            fit.misses,
        )
        for fit in takers_of(model, place, near=near)
    )


def agree(facts, policy, near):
    model = build(facts, policy)
    asking = prepare_projects(facts.projects, policy)
    places = prepare_places(facts, all_offers(facts), policy)
    for place in facts.places.id:
        assert find_takers(asking, places, place, near=near) == told(model, place, near=near)


@given(zones(n=9, m=4), st.integers(0, 10))
@settings(max_examples=40, deadline=None)
def test_the_quick_answer_is_the_answer_of_the_whole_model(facts, near):
    agree(facts, POLICY, near)


def test_so_it_is_in_a_made_up_zone():
    policy = read_policy("shanxi", AS_OF)
    rows = {name: table.to_pylist() for name, table in ledgers(projects=200, places=50, seed=5).items()}
    agree(facts_of(rows, policy), policy, 10)
