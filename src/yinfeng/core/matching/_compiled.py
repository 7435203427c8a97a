"""The one way a function becomes machine code."""

from collections.abc import Callable
from typing import TypeVar, cast

try:
    import numba
except ImportError:
    numba = None  # type: ignore[assignment]  # everything works without it, slower

F = TypeVar("F", bound=Callable[..., object])


def compiled(function: F) -> F:
    """Compile a function of arrays and numbers at its first call; later runs load it from the cache.

    Where no folder for the cache can be written to, every run compiles anew; without numba the function
    stays as it is. No fastmath: the same input must give the same answer on every machine. Other threads
    may run meanwhile.
    """
    if numba is None:
        return function
    try:
        return cast(F, numba.njit(cache=True, nogil=True)(function))
    except RuntimeError:
        return cast(F, numba.njit(nogil=True)(function))


def is_compiled() -> bool:
    """Tell whether functions become machine code at all, so that others can take a way that needs none."""
    return numba is not None
