"""Compiling, also where nothing can be cached."""

import subprocess
import sys
from typing import Any

import numpy as np

from tests.core.matching.small_problems import town
from yinfeng.core.matching._compiled import compiled, for_kernels
from yinfeng.core.matching.solve import solve


def test_a_function_that_has_no_place_for_a_cache_compiles() -> None:
    """Code without a file has none, as has an installed package without a home folder."""
    made: dict[str, Any] = {}
    exec("def twice(x): return 2 * x", made)
    assert compiled(made["twice"])(np.int64(3)) == 6


def test_kernels_read_a_frozen_array_where_it_lies() -> None:
    for array in (np.arange(3), np.ones(0), np.array([True, False])):
        assert for_kernels(array) is array
        array.flags.writeable = False
        found = for_kernels(array)
        assert found.tolist() == array.tolist()
        assert found.dtype == array.dtype
        assert found.flags.writeable
        assert found.ctypes.data == array.ctypes.data


def test_what_is_read_outlives_the_name_of_the_array() -> None:
    array = np.arange(100_000)
    array.flags.writeable = False
    found = for_kernels(array)
    del array
    assert found.sum() == 4_999_950_000


def test_a_solve_leaves_the_problem_as_it_is() -> None:
    """Whose memory the kernels read."""
    problem = town(60, 30, seed=1, required=0.1)
    columns = ("required", "start", "value", "use_start", "use_resource", "use_amount", "capacity")
    before = [getattr(problem, name).tolist() for name in columns]
    for method in ("fast", "auto", "exact"):
        solve(problem, method=method, time_limit_s=5)  # type: ignore[arg-type]
    assert [getattr(problem, name).tolist() for name in columns] == before


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
