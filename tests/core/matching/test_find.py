import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.matching.test_join import zones
from tests.core.matching.zone import POLICY
from yinfeng.core.matching.find import find_offers, prepare_offers
from yinfeng.core.matching.model import build
from yinfeng.core.matching.offers import all_offers
from yinfeng.core.matching.rank import places_for
from yinfeng.tables.matching import facts_of, rows_of
from yinfeng.tables.needs import read_need
from yinfeng.tables.policy import read_policy
from yinfeng.tables.synthetic import AS_OF, ledgers

NEEDS = (
    "area_mu=30 clear_height_m=9 power_kva=800",
    "area_mu=20 fixed_investment_wan=20000 tax_wan_yr=1000 fire_class=丁 industry_code=C3024",
    "floor_min_m2=3000 fixed_investment_wan=9000 tax_wan_yr=800 fire_class=戊 is_chemical=否",
    "land_min_mu=10 land_max_mu=60 land_wish_mu=20 fixed_investment_wan=9000 tax_wan_yr=800",
)


def told(model, project, *, most, near):
    """Give what the whole model says of a project, as `Found` says it."""
    fits = places_for(model, project, near=near)
    passing = [fit for fit in fits if fit.passes][:most]
    lacking = [fit for fit in fits if fit.is_open][:most]
    far = [fit for fit in fits if fit.misses and not fit.is_open]
    return {
        "passing": tuple((fit.offer, fit.value) for fit in passing),
        "components": tuple(
            tuple(model.candidates[fit.kind].components[fit.row].tolist()) for fit in passing
        ),
        "open": tuple(fit.offer for fit in lacking),
        "near": tuple(fit.offer for fit in far),
        "misses": {fit.offer: fit.misses for fit in (*lacking, *far)},
        "n_passing": sum(fit.passes for fit in fits),
        "n_open": sum(fit.is_open for fit in fits),
        "n_failing": sum(map(len, model.offers.values())) - sum(fit.passes or fit.is_open for fit in fits),
    }


def said(found):
    return {name: getattr(found, name) for name in found.__slots__}


@pytest.mark.parametrize("need", NEEDS)
def test_the_quick_answer_is_the_answer_of_the_whole_model(need):
    policy = read_policy("shanxi", AS_OF)
    rows = {name: table.to_pylist() for name, table in ledgers(projects=1, places=300, seed=5).items()}
    facts = facts_of(rows | {"projects": list(rows_of(read_need(need)).values())}, policy)
    model = build(facts, policy)
    prepared = prepare_offers(facts, all_offers(facts), policy)
    for most, near in ((1000, 7), (3, 40), (1, 0)):
        found = find_offers(prepared, facts.projects, most=most, near=near)
        assert said(found) == told(model, 0, most=most, near=near)


@given(zones(n=3, m=8), st.integers(0, 6), st.integers(0, 6))
@settings(max_examples=100, deadline=None)
def test_so_it_is_in_every_zone(facts, most, near):
    model = build(facts, POLICY)
    prepared = prepare_offers(facts, all_offers(facts), POLICY)
    for i in range(len(facts.projects)):
        found = find_offers(prepared, facts.projects, project=i, most=most, near=near)
        assert said(found) == told(model, i, most=most, near=near)


def test_only_the_offers_asked_about_are_looked_at():
    policy = read_policy("shanxi", AS_OF)
    rows = {name: table.to_pylist() for name, table in ledgers(projects=4, places=300, seed=5).items()}
    facts = facts_of(rows, policy)
    offers = all_offers(facts)
    among = {kind: np.arange(len(some)) % 3 == 0 for kind, some in offers.items()}
    few = {kind: some.take(np.flatnonzero(among[kind])) for kind, some in offers.items()}
    prepared, alone = prepare_offers(facts, offers, policy), prepare_offers(facts, few, policy)
    for i in range(len(facts.projects)):
        found = find_offers(prepared, facts.projects, project=i, among=among)
        assert said(found) == said(find_offers(alone, facts.projects, project=i))
