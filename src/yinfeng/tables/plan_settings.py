"""What a plan workbook says it was made with."""

from pathlib import Path

from yinfeng.core.errors import InputError
from yinfeng.tables.sheets import read_grids


def read_settings(plan: Path) -> dict[str, str]:
    """Read the options on a plan workbook's last sheet; empty where it is not a plan of ours."""
    try:
        grids = read_grids(plan)
    except InputError:
        return {}
    rows = grids[-1].rows if grids else ()
    return {
        str(row[0]): str(row[1]) for row in rows if len(row) > 1 and row[0] and str(row[0]).startswith("--")
    }
