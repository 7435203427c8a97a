"""The one way a function becomes machine code."""

from collections.abc import Callable
from typing import TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., object])


def compiled(function: F) -> F:
    """Compile a function of arrays and numbers at its first call; later runs load it from the cache.

    No fastmath: the same input must give the same answer on every machine.
    """
    return cast(F, numba.njit(cache=True)(function))
