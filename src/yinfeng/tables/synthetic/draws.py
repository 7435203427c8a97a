"""Random draws that are the same on every machine and with every version of the libraries.

Only the raw stream of PCG64 is relied on, which NumPy promises not to change, and IEEE sums and products
of single steps: no distribution method, logarithm or exponential of a library, whose last digits may differ.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_BITS: Final = 53  # of a float64's mantissa
_HALVINGS: Final = 10
_SUMMED: Final = 12  # uniforms in a normal draw: their sum has variance 1


@dataclass(frozen=True, slots=True)
class Draws:
    """The draws of one ledger: each column has its own stream, so that columns never disturb each other."""

    seed: int
    ledger: str
    n: int
    """Rows; every draw has shape (n,)."""

    def uniform(self, column: str, low: float = 0.0, high: float = 1.0) -> Floats:
        """Draw evenly from low up to high."""
        share: Floats = self._raw(column, 1)[0] / 2.0**_BITS
        return low + (high - low) * share

    def chance(self, column: str, share: float | Floats) -> Bools:
        """Draw yes with the probability ``share``."""
        return self.uniform(column) < share

    def whole(self, column: str, low: int, high: int) -> Ints:
        """Draw a whole number from low to high, both included."""
        return low + np.floor(self.uniform(column) * (high - low + 1)).astype(np.int64)

    def weighted(self, column: str, weights: Sequence[float]) -> Ints:
        """Draw the position of one of the weights, in proportion to them."""
        sums = list(accumulate(weights))
        return np.searchsorted(np.array(sums[:-1]), self.uniform(column, high=sums[-1]), side="right")

    def lognormal(self, column: str, median: float | Floats, sigma: float) -> Floats:
        """Draw sizes that are lognormal but for the farthest tails, cut off at six sigma."""
        half = _SUMMED * 2.0 ** (_BITS - 1)
        normal = (self._raw(column, _SUMMED).sum(axis=0).astype(np.float64) - half) / 2.0**_BITS
        power: Floats = 1.0 + sigma * normal / 2.0**_HALVINGS
        for _ in range(_HALVINGS):
            power = power * power
        sizes: Floats = median * power
        return sizes

    def _raw(self, column: str, per_row: int) -> NDArray[np.uint64]:
        """Give whole numbers below 2**53, shape (per_row, n); their sums are exact."""
        key = [self.seed, *self.ledger.encode(), 0, *column.encode()]
        raw = np.random.PCG64(np.random.SeedSequence(key)).random_raw(per_row * self.n)
        return (raw >> np.uint64(64 - _BITS)).reshape(per_row, self.n)


def rounded(values: Floats, step: float) -> Floats:
    """Round to a multiple of step (10, 1, 0.5), half up; of 0.1 or 0.01 to that many decimals."""
    if step >= 1:
        return np.floor(values / step + 0.5) * step
    per = round(1 / step)
    return np.floor(values * per + 0.5) / per
