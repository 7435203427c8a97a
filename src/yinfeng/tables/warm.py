"""Compile the engine's kernels beforehand, so that nobody's first plan waits for it."""

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from yinfeng.core.matching.candidates import prepare
from yinfeng.core.matching.find import find_offers, prepare_offers
from yinfeng.core.matching.offers import all_offers
from yinfeng.core.matching.pose import pose_listed
from yinfeng.core.matching.priced import price_all_pairs
from yinfeng.core.matching.resources import list_resources
from yinfeng.core.matching.solve import solve
from yinfeng.tables import synthetic
from yinfeng.tables.matching import to_facts
from yinfeng.tables.policy import read_policy
from yinfeng.tables.read import read_ledger

MARKET: Final = (160, 320)
"""Projects and places of the made-up market: so many that no method is left out as too small to need it."""

FEW: Final = 12
"""Projects of a problem small enough to be proven by branch and bound."""


def warm_up() -> None:
    """Make a made-up plan by every method; what compiles is cached where numba caches it."""
    policy = read_policy("shanxi", synthetic.AS_OF)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        names = synthetic.write(folder, projects=MARKET[0], places=MARKET[1], seed=1, file_format="parquet")
        ledgers = {name: read_ledger(folder / f"{name}.parquet", name) for name in names}
    facts = to_facts(ledgers, policy)
    offers = all_offers(facts)
    solve(pose_listed(facts, policy).problem, method="fast", time_limit_s=20.0)
    few = replace(facts, projects=facts.projects.take(np.arange(FEW)))
    solve(pose_listed(few, policy).problem, time_limit_s=5.0)
    price_all_pairs(prepare(facts, offers, policy, list_resources(facts)), lambda bound, passes: passes < 99)
    find_offers(prepare_offers(facts, offers, policy), facts.projects)
