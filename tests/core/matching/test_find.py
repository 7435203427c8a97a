import pytest

from yinfeng.core.matching.find import find_offers
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


@pytest.mark.parametrize("need", NEEDS)
def test_the_quick_answer_is_the_answer_of_the_whole_model(need):
    policy = read_policy("shanxi", AS_OF)
    rows = {name: table.to_pylist() for name, table in ledgers(projects=1, places=300, seed=5).items()}
    facts = facts_of(rows | {"projects": list(rows_of(read_need(need)).values())}, policy)
    fits = places_for(build(facts, policy), 0, near=7)
    found = find_offers(facts, all_offers(facts), policy, most=1000, near=7)
    assert found.passing == tuple((fit.offer, fit.value) for fit in fits if fit.passes)
    assert sorted(found.open) == sorted(fit.offer for fit in fits if fit.is_open)
    assert [set_of(fits, n) for n in found.near] == [
        set_of(fits, fit.offer) for fit in fits if fit.misses and not fit.is_open
    ]
    assert (found.n_passing, found.n_open) == (len(found.passing), len(found.open))


def set_of(fits, offer):
    return next(len(fit.misses) for fit in fits if fit.offer == offer)
