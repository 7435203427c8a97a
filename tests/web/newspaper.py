"""The newspaper's zones as rows of the database, entered through the same door as any import."""

from pathlib import Path

from yinfeng.tables.matching import rows_of
from yinfeng.tables.read import Ledger, read_ledger
from yinfeng.web.accounts.models import User
from yinfeng.web.ledgers.actions import Write, write
from yinfeng.web.ledgers.bridge import as_held

FOLDER = Path(__file__).parents[2] / "examples" / "newspaper" / "2024-02"
_IN_ORDER = ("zones", "firms", "quotas", "projects", "places", "pins")


def ledgers() -> dict[str, Ledger]:
    """Read the example's ledgers."""
    return {
        name: read_ledger(FOLDER / f"{name}.xlsx", name)
        for name in _IN_ORDER
        if (FOLDER / f"{name}.xlsx").is_file()
    }


def enter(by: User) -> None:
    """Write the example's ledgers to the database."""
    for name, ledger in ledgers().items():
        rows = [as_held({k: v for k, v in row.items() if k != "row"}) for row in rows_of(ledger).values()]
        write(name, [Write("add", "", row) for row in rows], by=by)
