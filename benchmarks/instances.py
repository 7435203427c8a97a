"""The instances: made up by the generator once for a size and seed, and kept.

A size is a number of projects ("200", "10k", "1M"), with a figure's own number of places a project, or both
sides said ("200x400").
"""

import hashlib
import pickle
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple, TypeVar
from unittest.mock import patch

import numpy as np

import yinfeng
from yinfeng.core.matching.facts import KINDS, Facts, Keys, Kind, Numbers
from yinfeng.core.matching.offers import Offers, all_offers
from yinfeng.core.matching.policy import Policy
from yinfeng.core.matching.problem import Bools, Ints, Problem
from yinfeng.tables import bounds, synthetic
from yinfeng.tables.matching import to_facts
from yinfeng.tables.policy import read_policy
from yinfeng.tables.read import read_ledger

CACHE = Path(__file__).resolve().parent / "cache"
SOURCE = Path(yinfeng.__file__).resolve().parent
HELD = (
    *(f"core/matching/{name}.py" for name in ("area", "candidates", "facts", "model", "offers", "policy")),
    *(f"core/matching/{name}.py" for name in ("problem", "resources", "rules", "value")),
    "tables/matching.py", "tables/policy.py", "tables/synthetic",
)  # fmt: skip
"""Sources that decide what is kept: a change of any makes every instance anew."""
UNITS = {"k": 1_000, "M": 1_000_000}
MOST = 50
"""Candidates of greatest value that a project keeps where all solvers are given the same problem."""

UNBOUNDED = {"MAX_ROWS": 10**9, "MAX_CELLS": 10**11}
"""The bounds on files that people hand in are not what is measured."""

T = TypeVar("T")


def count(text: str) -> int:
    """Read "200", "10k" or "1M"."""
    return int(float(text[:-1]) * UNITS[text[-1]]) if text[-1] in UNITS else int(text)


def sides(size: str, places_per_project: float = 2) -> tuple[int, int]:
    """Give projects and places of a size."""
    if "x" in size:
        projects, places = size.split("x")
        return count(projects), count(places)
    return count(size), round(count(size) * places_per_project)


class Question(NamedTuple):
    """What is asked: the facts of a zone and its policy."""

    facts: Facts
    policy: Policy


def question(projects: int, places: int, seed: int) -> Question:
    """Give a made-up zone."""
    return kept(f"facts-{projects}x{places}-{seed}", lambda: _question(projects, places, seed))


def _question(projects: int, places: int, seed: int) -> Question:
    policy = read_policy("shanxi", synthetic.AS_OF)
    with tempfile.TemporaryDirectory() as folder, patch.multiple(bounds, **UNBOUNDED):
        path = Path(folder)
        names = synthetic.write(path, projects=projects, places=places, seed=seed, file_format="parquet")
        ledgers = {name: read_ledger(path / f"{name}.parquet", name) for name in names}
    return Question(to_facts(ledgers, policy), policy)


def offers(projects: int, places: int, seed: int) -> dict[Kind, Offers]:
    """Give what can be taken in a made-up zone."""
    name = f"offers-{projects}x{places}-{seed}"
    return kept(name, lambda: all_offers(question(projects, places, seed).facts))


def short_problem(projects: int, places: int, seed: int) -> Problem:
    """Give the problem over each project's `MOST` candidates of greatest value.

    Left out are candidates that draw more than a whole capacity or are worth nothing, so that every solver
    starts from the same linear program.
    """

    def make() -> Problem:
        from benchmarks.ours import our_problem

        return shortened(our_problem(*question(projects, places, seed)), MOST)

    return kept(f"short-{projects}x{places}-{seed}", make)


def shortened(problem: Problem, most: int) -> Problem:
    """Keep each project's candidates of greatest value (ties: lower index first) among those of use.

    Resources that cannot run out even if every project draws its most are left out: their rows, with
    capacities far from all amounts, only keep first-order methods from converging.
    """
    too_much = problem.use_amount > problem.capacity[problem.use_resource]
    useful = problem.value > 0
    useful[problem.use_candidate[too_much]] = False
    project = problem.project
    order = np.lexsort((-problem.value, ~useful, project))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order)) - problem.start[project[order]]
    kept_candidate = useful & (rank < most)
    use_candidate, index = problem.use_candidate, np.flatnonzero(kept_candidate)
    drawn = kept_candidate[use_candidate]
    scarce = _peak(problem, drawn) > problem.capacity
    drawn &= scarce[problem.use_resource]
    digits = len(str(len(index)))
    return Problem.of_arrays(
        project_id=problem.project_id,
        required=problem.required,
        candidate_id=[f"c{k:0{digits}}" for k in range(len(index))],
        project=project[index],
        value=problem.value[index],
        use_candidate=(np.cumsum(kept_candidate) - 1)[use_candidate[drawn]],
        use_resource=(np.cumsum(scarce) - 1)[problem.use_resource[drawn]],
        use_amount=problem.use_amount[drawn],
        resource_id=[problem.resource_id[r] for r in np.flatnonzero(scarce).tolist()],
        capacity=problem.capacity[scarce],
    )


def _peak(problem: Problem, drawn: Bools) -> Ints:
    """Sum over projects the most each can draw from a resource with these uses, shape (R,)."""
    project, resource = problem.project[problem.use_candidate[drawn]], problem.use_resource[drawn]
    pair, place = np.unique(project * problem.n_resources + resource, return_inverse=True)
    most = np.zeros(len(pair), dtype=np.int64)
    np.maximum.at(most, place, problem.use_amount[drawn])
    peak = np.zeros(problem.n_resources, dtype=np.int64)
    np.add.at(peak, pair % problem.n_resources, most)
    return peak


ELEVEN = ("M01", "M02", "M03", "M04", "M07", "M09", "M10", "M11", "M13", "M18", "M19")
"""The rules that are asked in the figure of the join."""
_UNASKED_NEEDS = ("is_chemical", "ground_floor", "water_t_d", "gas_m3_yr", "steam_t_h", "rail",
                  "rent_ceiling_yuan_m2_month", "price_ceiling_wan_mu")  # fmt: skip
_UNASKED_FLOORS = ("min_intensity_wan_mu", "min_tax_wan_mu")


def eleven(facts: Facts) -> Facts:
    """Blank what the other rules ask, and leave out lines and by-products on offer."""
    projects, places = facts.projects, facts.places
    needs = {c: _blank(projects.number[c]) for c in _UNASKED_NEEDS}
    floors = {c: _blank(places.number[c]) for c in _UNASKED_FLOORS}
    free = {"status": ("vacant", None), "owner_state": (None, "none")}
    return replace(
        facts,
        projects=replace(projects, number={**projects.number, **needs}),
        firms=tuple(replace(firm, by_products={}) for firm in facts.firms),
        places=replace(
            places,
            number={**places.number, **floors},
            key={**places.key, **{c: Keys.of([word] * len(places)) for c, word in free.items()}},
        ),
        lines=replace(
            facts.lines,
            id=(),
            name=(),
            building=(),
            products=Keys.of(()),
            processes=Keys.of(()),
            value_yuan=Numbers.of([]),
            upgrade_yuan=Numbers.of([]),
        ),
    )


def _blank(numbers: Numbers) -> Numbers:
    return Numbers(np.zeros_like(numbers.value), np.zeros_like(numbers.known))


class Pairing(NamedTuple):
    """What the figure of the join is asked."""

    facts: Facts
    offers: dict[Kind, Offers]
    policy: Policy


def pairing(projects: int, places: int, seed: int) -> Pairing:
    """Give a made-up zone of which only eleven rules are asked."""

    def make() -> Pairing:
        facts, policy = question(projects, places, seed)
        few = eleven(facts)
        return Pairing(few, all_offers(few), policy)

    return kept(f"pairing-{projects}x{places}-{seed}", make)


def n_offers(of: dict[Kind, Offers]) -> int:
    """Count the offers of all kinds."""
    return sum(len(of[kind]) for kind in KINDS)


def kept(name: str, make: Callable[[], T]) -> T:
    """Give what was made before, or make it and keep it."""
    path = CACHE / f"{name}-{_fingerprint()}.pkl"
    if path.exists():
        with path.open("rb") as file:
            held: T = pickle.load(file)
        return held
    made = make()
    CACHE.mkdir(parents=True, exist_ok=True)
    for old in CACHE.glob(f"{name}-????????.pkl"):
        old.unlink()  # of sources that have changed since
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        pickle.dump(made, file, protocol=5)
    part.rename(path)
    return made


def _fingerprint() -> str:
    files = (path for held in HELD for path in [SOURCE / held, *(SOURCE / held).glob("*.py")])
    paths = sorted(path for path in files if path.is_file())
    return hashlib.blake2b(b"".join(path.read_bytes() for path in paths), digest_size=4).hexdigest()
