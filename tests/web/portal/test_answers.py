"""The portal's answer is that of ``yinfeng find`` on the same ledgers."""

import openpyxl
import pytest
from click.testing import CliRunner
from django.utils import timezone

from tests.web import newspaper
from tests.web.office import a_user
from yinfeng.cli.main import commands
from yinfeng.tables.held import freeze, ledger_of
from yinfeng.tables.reasons import joined
from yinfeng.web.ledgers.bridge import rows_of
from yinfeng.web.ledgers.registry import HELD
from yinfeng.web.places.models import Place
from yinfeng.web.portal import answers, market, needs
from yinfeng.web.portal.public import public_places

pytestmark = pytest.mark.django_db

NEEDS = [
    ({"kind": "either", "area": "30亩"}, "area=30亩"),
    (
        {"kind": "either", "area": "30", "make": "C3024 硅酸钙板", "investment": "1.2亿", "height": "9"},
        "area=30亩 行业代码=C3024 产品='C3024 硅酸钙板' 固定资产投资=1.2亿 clear_height_m=9",
    ),
    (
        {"kind": "building", "area": "5000~9000", "area_unit": "m2", "power": "3000", "fire": "bing"},
        "floor_min_m2=5000~9000㎡ power_kva=3000 fire_class=bing",
    ),
    (
        {"kind": "land", "area": "不超过50亩", "investment": "20000", "tax": "900", "price": "12"},
        "land_min_mu=不超过50亩 fixed_investment_wan=20000 tax_wan_yr=900 price_ceiling_wan_mu=12",
    ),
]


@pytest.fixture
def ledgers(tmp_path):
    """Enter the newspaper's zones, release what is vacant, and write what is public as ledgers."""
    market.forget()
    newspaper.enter(a_user("committee", username="boss"))
    Place.objects.filter(status="vacant").update(is_released=True, verified_on=timezone.localdate())
    rows = {
        "places": rows_of("places", public_places()),
        "zones": rows_of("zones", HELD["zones"].model.objects.all()),
        "firms": rows_of("firms", HELD["firms"].model.objects.all()),
    }
    for name, of in rows.items():
        freeze(ledger_of(name, of), tmp_path / f"{name}.parquet")
    return tmp_path


def told_by_command(folder, words, near):
    """Ask ``yinfeng find``; give offers in order, each with whether it fits and what it lacks."""
    book = folder / "answer.xlsx"
    told = ["find", "--ledgers", folder, "--need", words, "--near", near, "-o", book, "--lang", "zh"]
    book.unlink(missing_ok=True)
    result = CliRunner().invoke(commands, [str(word) for word in told])
    assert result.exit_code == 0, result.output
    rows = list(openpyxl.load_workbook(book).active.values)
    head = next(row for row in rows if row[0] == "项目编号")
    at = [head.index(name) for name in ("场地编号", "合得上", "差在哪里")]
    return [tuple(row[i] for i in at) for row in rows[rows.index(head) + 1 :] if row[at[0]]]


def told_by_portal(typed, near):
    need, faults = needs.read(typed)
    assert faults == {}
    prepared = market.prepare()
    found = prepared.find(need, most=1000, near=near)
    offers = [offer for offer, _ in found.passing] + [*found.open, *found.near]
    return found, answers.judged(need, offers, prepared)


@pytest.mark.parametrize(("typed", "words"), NEEDS)
def test_same_places_in_the_same_order(ledgers, typed, words):
    told = told_by_command(ledgers, words, near=6)
    found, hits = told_by_portal(typed, near=6)
    assert [hit.offer for hit in hits] == [offer for offer, *_ in told]
    assert [hit.group == "fits" for hit in hits] == [fits == "是" for _, fits, _ in told]
    groups = [hit.group for hit in hits]
    assert (groups.count("fits"), groups.count("open")) == (found.n_passing, found.n_open)


@pytest.mark.parametrize(("typed", "words"), NEEDS)
def test_same_misses_with_the_same_amounts(ledgers, typed, words):
    told = {offer: lacks for offer, _, lacks in told_by_command(ledgers, words, near=6)}
    _, hits = told_by_portal(typed, near=6)
    for hit in hits:
        if hit.group == "near" and all("差" in lack.sentence.zh for lack in hit.lacks):
            assert joined((lack.sentence.zh for lack in hit.lacks), "zh") == told[hit.offer]
    assert any(hit.group == "near" for hit in hits)


def test_a_bundle_is_shown_with_its_parcels(ledgers, client):
    need = {"kind": "land", "area": "80亩", "investment": "60000", "tax": "5000"}
    _, hits = told_by_portal(need, near=40)
    bundle = next(hit for hit in hits if len(hit.places) > 1)
    page = client.get("/find", need | {"show": bundle.group}).content.decode()
    assert "块相邻地块合用" in page
    for place in bundle.places:
        assert f'href="/places/{place.id}?' in page


def test_groups_pages_and_order_stand_in_the_address(ledgers, client):
    asked = {"kind": "either", "area": "10亩", "investment": "90000"}
    first = client.get("/find", asked).context["answer"]
    assert (first.group, first.page) == ("fits", 1)
    second = client.get("/find", asked | {"page": 2}).context["answer"]
    assert second.hits[0].rank == answers.PER_PAGE + 1
    assert not {hit.offer for hit in first.hits} & {hit.offer for hit in second.hits}
    small = client.get("/find", asked | {"sort": "small"}).context["answer"]
    areas = [sum(place.free_m2 for place in hit.places) for hit in small.hits]
    assert areas == sorted(areas)


def test_the_map_narrows_the_list_with_its_counts(ledgers):
    need, _ = needs.read({"kind": "either", "area": "10亩", "investment": "90000"})
    whole = answers.answer(need)
    one = whole.hits[0].places[0].values
    box = (one["longitude"] - 1e-4, one["latitude"] - 1e-4, one["longitude"] + 1e-4, one["latitude"] + 1e-4)
    inside = answers.answer(need, box=box)
    assert 1 <= inside.counts["fits"] < whole.counts["fits"]
    assert whole.hits[0].offer in {hit.offer for hit in inside.hits}


def test_worth_is_not_shown(ledgers, client):
    page = client.get("/find", {"kind": "either", "area": "10亩", "investment": "90000"}).content.decode()
    assert "万元/年" not in page
