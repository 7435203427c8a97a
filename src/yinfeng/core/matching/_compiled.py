"""The one way a function becomes machine code."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

try:
    import numba
except ImportError:
    numba = None  # type: ignore[assignment]  # everything works without it, slower

F = TypeVar("F", bound=Callable[..., object])
_Array = TypeVar("_Array", bound=NDArray[Any])


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


def for_kernels(array: _Array) -> _Array:
    """Give an array's memory as one that is not frozen, of the one type kernels are compiled for.

    To be read only: it may be an array that others rely on. A copy would take as long as a kernel's work.
    """
    return array if array.flags.writeable else cast(_Array, np.asarray(_Memory(array)))


class _Memory:
    """An array as NumPy's array interface describes it, but for that it is frozen."""

    def __init__(self, array: NDArray[Any]) -> None:
        self._array = array  # lives as long as what is made of it

    @property
    def __array_interface__(self) -> dict[str, Any]:
        described = self._array.__array_interface__
        return {**described, "data": (described["data"][0], False)}
