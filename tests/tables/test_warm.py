"""After warming up no kernel of a usual plan is left to compile."""

import importlib
import pkgutil

import pytest

from yinfeng.core import matching
from yinfeng.tables.warm import warm_up

ROOTS = {
    "_branch": ("_walk",),
    "_draws": ("number_patterns", "fill_shared", "count_own", "fill_own", "count_uses", "fill_uses"),
    "_factored": ("_find_shared", "_number_patterns"),
    "_join": ("_find",),
    "_lagrangian": ("_draw", "step"),
    "_packed": ("_pack", "copy_out"),
    "_pool": ("margins", "best_margin", "first_come"),
    "_promise": ("promise",),
    "_search": ("anneal",),
    "_sift": ("_fails_of_groups", "_sift"),
    "_ways": ("_choose", "_count", "_fill_sets", "_fill_rows"),
}
"""Kernels that Python calls; those that kernels call are compiled with them."""


def test_nothing_is_left_to_compile() -> None:
    pytest.importorskip("numba")
    warm_up()
    for name, kernels in ROOTS.items():
        module = importlib.import_module(f"yinfeng.core.matching.{name}")
        assert [kernel for kernel in kernels if not getattr(module, kernel).signatures] == []
    assert set(ROOTS) <= {module.name for module in pkgutil.iter_modules(matching.__path__)}
