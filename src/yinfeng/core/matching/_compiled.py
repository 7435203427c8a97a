"""The one way a function becomes machine code."""

from collections.abc import Callable
from typing import TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., object])


def compiled(function: F) -> F:
    """Compile a function of arrays and numbers at its first call; later runs load it from the cache.

    Where no folder for the cache can be written to, every run compiles anew. No fastmath: the same input must
    give the same answer on every machine.
    """
    try:
        return cast(F, numba.njit(cache=True)(function))
    except RuntimeError:
        return cast(F, numba.njit(function))
