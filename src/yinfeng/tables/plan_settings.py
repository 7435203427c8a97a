"""What a plan says it was made with."""

from pathlib import Path

from yinfeng.tables.plan_files import BASIS, read_sheet


def read_settings(plan: Path) -> dict[str, str]:
    """Read the options on a plan workbook's last sheet, or in a plan's folder; empty where it is no plan."""
    sheet = read_sheet(plan, BASIS, -1)
    rows = sheet.rows if sheet else ()
    return {
        str(row[0]): str(row[1]) for row in rows if len(row) > 1 and row[0] and str(row[0]).startswith("--")
    }
