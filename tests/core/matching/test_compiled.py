"""Compiling, also where nothing can be cached."""

from typing import Any

import numpy as np

from yinfeng.core.matching._compiled import compiled


def test_a_function_that_has_no_place_for_a_cache_compiles() -> None:
    """Code without a file has none, as has an installed package without a home folder."""
    made: dict[str, Any] = {}
    exec("def twice(x): return 2 * x", made)
    assert compiled(made["twice"])(np.int64(3)) == 6
