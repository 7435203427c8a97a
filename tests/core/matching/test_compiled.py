"""Compiling, also where nothing can be cached."""

import subprocess
import sys
from typing import Any

import numpy as np

from tests.core.matching.small_problems import town
from yinfeng.core.matching._compiled import compiled
from yinfeng.core.matching.solve import solve


def test_a_function_that_has_no_place_for_a_cache_compiles() -> None:
    """Code without a file has none, as has an installed package without a home folder."""
    made: dict[str, Any] = {}
    exec("def twice(x): return 2 * x", made)
    assert compiled(made["twice"])(np.int64(3)) == 6


WITHOUT_NUMBA = """
import sys

sys.modules["numba"] = None
from tests.core.matching.small_problems import town
from yinfeng.core.matching.check import check
from yinfeng.core.matching.solve import solve

problem = town(12, 8, seed=3)
for method in ("fast", "exact"):
    result = solve(problem, method=method, time_limit_s=60)
    assert not check(problem, result)
print(result.status, result.value)
"""


def test_everything_works_without_numba() -> None:
    run = subprocess.run([sys.executable, "-c", WITHOUT_NUMBA], capture_output=True, text=True, check=False)
    best = solve(town(12, 8, seed=3), method="exact", time_limit_s=60)
    assert run.stdout.split() == ["OPTIMAL", str(best.value)], run.stderr
