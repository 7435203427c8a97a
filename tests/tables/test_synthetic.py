"""Made-up ledgers: the same for ever, readable, and hard in the ways that real ones are."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from yinfeng.core.matching import model
from yinfeng.core.matching.facts import Facts
from yinfeng.core.matching.policy import Policy
from yinfeng.core.matching.rules import RULES
from yinfeng.core.matching.solve import solve
from yinfeng.tables import synthetic
from yinfeng.tables.matching import to_facts
from yinfeng.tables.policy import read_policy
from yinfeng.tables.read import read_ledger
from yinfeng.tables.synthetic import AS_OF
from yinfeng.tables.synthetic.draws import Draws, rounded
from yinfeng.tables.synthetic.zones import lay_out

FROZEN = {
    "zones": "a7ca00312d41d679f49565ca68ebbad4186ec653b0057b4c93efc38f0e312091",
    "firms": "f405b14d9a7578c6f409c46f77df5672dd9616a6aef9d0fb97c5ee8b5cf49ace",
    "places": "5da31b09816fd0beff618c1346c9286b2bd964dd9797b597d6f6a5f085e990a8",
    "projects": "adb90b58a532fdf200da0bf119fb541fd80ba8871277b81d2efc9530acede3d0",
    "quotas": "9f248dd07a616443b6065e282064296a3a333aeefe58b47e5e490f7beaeaf1da",
}
"""SHA-256 of the rows of 120 projects and 250 places of seed 5. They never change while VERSION is "1"."""


@pytest.fixture(scope="module")
def tables() -> dict[str, pa.Table]:
    return synthetic.ledgers(projects=120, places=250, seed=5)


@pytest.fixture(scope="module")
def policy() -> Policy:
    return read_policy("shanxi", AS_OF)


def _facts(folder: Path, policy: Policy, *, projects: int, places: int, seed: int) -> Facts:
    rows = synthetic.write(folder, projects=projects, places=places, seed=seed, file_format="parquet")
    return to_facts({name: read_ledger(folder / f"{name}.parquet", name) for name in rows}, policy)


def _digest(table: pa.Table) -> str:
    """Digest what is filled in, so that a new column of the dictionary changes nothing."""
    rows = [{name: value for name, value in row.items() if value is not None} for row in table.to_pylist()]
    text = json.dumps(rows, ensure_ascii=False, default=str, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def test_same_seed_gives_the_same_ledgers_for_ever(tables: dict[str, pa.Table]) -> None:
    assert synthetic.VERSION == "1"
    assert {name: _digest(table) for name, table in tables.items()} == FROZEN


def test_every_ledger_follows_the_seed(tables: dict[str, pa.Table]) -> None:
    other = synthetic.ledgers(projects=120, places=250, seed=6)
    assert [name for name in tables if tables[name].equals(other[name])] == []


@pytest.mark.parametrize("file_format", ["xlsx", "csv", "parquet"])
def test_a_ledger_without_rows_is_read_back(tmp_path: Path, file_format: synthetic.Format) -> None:
    rows = synthetic.write(tmp_path, projects=1, places=1, seed=1, file_format=file_format)
    assert rows["quotas"] == 0
    read = {name: read_ledger(tmp_path / f"{name}.{file_format}", name) for name in rows}
    assert {name: ledger.table.num_rows for name, ledger in read.items()} == rows


def test_sizes_are_those_asked_for() -> None:
    for projects, places in ((1, 1), (1, 9), (7, 2), (30, 5_000)):
        made = synthetic.ledgers(projects=projects, places=places, seed=2)
        assert (made["projects"].num_rows, made["places"].num_rows) == (projects, places)


def test_zones_are_few_for_few_places_and_one_for_800_places_else() -> None:
    counts = {places: len(lay_out(places, 1).zone_id) for places in (1, 100, 300, 2_000, 20_000)}
    assert counts == {1: 1, 100: 2, 300: 3, 2_000: 4, 20_000: 25}
    assert int(lay_out(20_000, 1).size.sum()) == 20_000


@pytest.mark.parametrize("file_format", ["xlsx", "csv", "parquet"])
def test_files_read_back_to_the_same_tables(
    tmp_path: Path, tables: dict[str, pa.Table], file_format: synthetic.Format
) -> None:
    rows = synthetic.write(tmp_path / "new", projects=120, places=250, seed=5, file_format=file_format)
    read = {name: read_ledger(tmp_path / "new" / f"{name}.{file_format}", name) for name in rows}
    assert {name: (ledger.refused, ledger.faults) for name, ledger in read.items()} == dict.fromkeys(
        rows, ((), ())
    )
    assert [name for name in rows if not read[name].table.equals(tables[name])] == []
    assert rows == {name: table.num_rows for name, table in tables.items()}


def test_every_row_says_that_it_is_made_up(tables: dict[str, pa.Table]) -> None:
    for table in tables.values():
        assert set(map(tuple, table["synthetic"].to_pylist())) == {("全部",)}
    names = [
        name
        for ledger, column in (("zones", "zone_name"), ("firms", "firm_name"), ("places", "place_name"))
        for name in tables[ledger][column].to_pylist()
    ] + tables["projects"]["project_name"].to_pylist()
    assert [name for name in names if not name.startswith("合成")] == []


def test_lines_stand_in_buildings_of_their_zone(tables: dict[str, pa.Table]) -> None:
    places = {row["place_id"]: row for row in tables["places"].to_pylist()}
    lines = [row for row in places.values() if row["kind"] == "line"]
    stands_in = [places[line["part_of"]] for line in lines]
    assert {building["kind"] for building in stands_in} == {"building"}
    assert [b["zone_id"] for b in stands_in] == [line["zone_id"] for line in lines]


def test_adjacent_parcels_make_bundles(tmp_path: Path, policy: Policy) -> None:
    built = model.build(_facts(tmp_path, policy, projects=120, places=250, seed=5), policy)
    assert bool(built.offers["land"].is_bundle.any())


def test_every_rule_refuses_some_pair(tmp_path: Path, policy: Policy) -> None:
    strict = replace(policy, verified_is_rule=True)
    facts = _facts(tmp_path, strict, projects=300, places=600, seed=1)
    joins = model.build(facts, strict).joins.values()
    refused = {code for found in joins for code, failed in found.failed.items() if failed.any()}
    assert refused == {rule.code for rule in RULES}


def test_most_projects_find_places_and_most_zone_quotas_bind(tmp_path: Path, policy: Policy) -> None:
    facts = _facts(tmp_path, policy, projects=300, places=600, seed=1)
    built = model.build(facts, policy)
    pairs = np.bincount(
        np.concatenate([found.pair_project for found in built.joins.values()]), minlength=len(facts.projects)
    )
    assert 2 * int((pairs > 0).sum()) > len(pairs)
    result = solve(built.problem, method="fast", time_limit_s=20, seed=0)
    scope = {quota.id: quota.scope_kind for quota in facts.quotas}
    zone_rows = [r for r, x in enumerate(built.resources) if x.kind == "quota" and scope[x.of] == "zone"]
    assert 2 * int((result.price[zone_rows] > 0).sum()) > len(zone_rows)


def test_draws_have_the_distribution_asked_for() -> None:
    draw = Draws(3, "places", 40_000)
    even = draw.uniform("a", 2.0, 4.0)
    assert (round(float(even.mean()), 1), even.min() >= 2.0, even.max() < 4.0) == (3.0, True, True)
    assert np.bincount(draw.whole("b", 1, 3)).tolist()[0] == 0
    shares = np.bincount(draw.weighted("c", [1, 2, 7])) / 40_000
    assert np.round(shares, 1).tolist() == [0.1, 0.2, 0.7]
    logs = np.log(draw.lognormal("d", 100.0, 0.5))
    assert (round(float(np.exp(np.median(logs)))), round(float(logs.std()), 2)) == (100, 0.5)


def test_columns_never_disturb_each_other() -> None:
    draw = Draws(3, "places", 5)
    alone = draw.uniform("b")
    draw.uniform("a")
    assert draw.uniform("b").tolist() == alone.tolist()
    assert draw.uniform("a").tolist() != alone.tolist()
    assert Draws(3, "projects", 5).uniform("b").tolist() != alone.tolist()


def test_rounded_gives_the_nearest_step() -> None:
    values = np.array([0.04, 0.05, 1.26, 14.9, 15.0])
    assert rounded(values, 0.1).tolist() == [0.0, 0.1, 1.3, 14.9, 15.0]
    assert rounded(values, 10).tolist() == [0.0, 0.0, 0.0, 10.0, 20.0]
