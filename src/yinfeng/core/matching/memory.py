"""How much memory a plan takes, estimated before it is begun, and the refusal where it is not there."""

from typing import Final

from yinfeng.core.errors import InputError, problem_fault
from yinfeng.core.text import Text

CANDIDATE_BYTES: Final = 300
"""Of a candidate while it is valued and searched: its table, its place in the problem and in the pool."""
USE_BYTES: Final = 75
"""Of a use of a resource by a candidate: in the problem, in the pool, and who draws on what in the search."""
COLUMN_BYTES: Final = 150
"""Of a candidate in factored form while it is made, put behind the others and priced."""
COLUMNS: Final = 70
"""Such candidates of a project, of all joins together."""
PREPARED_BYTES: Final = 600
"""Of an offer or a project prepared for joins: its codes and what it is worth."""
GIB: Final = 2**30


def listed_bytes(n_candidates: int, n_uses: int) -> int:
    """Estimate the memory to solve a problem whose candidates are all listed."""
    return CANDIDATE_BYTES * n_candidates + USE_BYTES * n_uses


def priced_bytes(n_projects: int, n_offers: int) -> int:
    """Estimate the memory to find prices by joins."""
    return n_projects * COLUMNS * COLUMN_BYTES + (n_projects + n_offers) * PREPARED_BYTES


def refuse_beyond(needed: int, limit: int | None) -> None:
    """Refuse work that needs more bytes than there are. limit: None where it is not known."""
    if limit is not None and needed > limit:
        raise InputError(
            [
                problem_fault(
                    "not-enough-memory",
                    f"{needed / GIB:.1f} GiB",
                    Text(
                        f"估计所需内存不超过可用的 {limit / GIB:.1f} GiB",
                        f"an estimated need of at most the {limit / GIB:.1f} GiB at hand",
                    ),
                    Text(
                        "关掉别的程序，按开发区分开编制，或用 --memory 放宽",
                        "close other programs, plan zone by zone, or allow more with --memory",
                    ),
                )
            ]
        )
