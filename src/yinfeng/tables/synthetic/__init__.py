"""Made-up ledgers of any size, for trying out and measuring: the same seed gives the same ledgers for ever.

Zones of lognormal size, parcels and buildings with all that the hard rules look at, projects with needs that
grow with the land they cover, and quotas that bind. No row stands for anything real, and each says so.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Literal

import pyarrow as pa
import pyarrow.parquet as pq

from yinfeng.tables import schema as schemas
from yinfeng.tables import write as files
from yinfeng.tables.schema import Column
from yinfeng.tables.sheets import written
from yinfeng.tables.synthetic import columns as column
from yinfeng.tables.synthetic.places import AS_OF, make_places
from yinfeng.tables.synthetic.projects import make_projects
from yinfeng.tables.synthetic.quotas import make_quotas
from yinfeng.tables.synthetic.zones import lay_out, make_firms, make_zones

__all__ = ["AS_OF", "LEDGERS", "VERSION", "Format", "ledgers", "write"]

VERSION: Final = "1"
"""The same version, sizes and seed give the same ledgers; a change of any value is a new version."""

LEDGERS: Final = ("zones", "firms", "places", "projects", "quotas")
Format = Literal["xlsx", "csv", "parquet"]


def ledgers(*, projects: int, places: int, seed: int) -> dict[str, pa.Table]:
    """Make up zones, firms, places, projects and quotas, as tables like those of `read.Ledger`.

    projects, places: rows, at least 1; about three in a hundred places are lines that stand in others.
    Dates are such that a plan as of `AS_OF` finds most places available.
    """
    layout = lay_out(places, seed)
    project_id = column.ids("X", projects)
    zones = make_zones(layout, seed)
    firms = make_firms(layout, places, seed)
    on_offer = make_places(layout, project_id, firms["firm_id"].to_pylist(), seed)
    wanting = make_projects(layout, project_id, seed)
    quotas = make_quotas(layout, zones, on_offer, wanting, seed)
    made = {"zones": zones, "firms": firms, "places": on_offer, "projects": wanting, "quotas": quotas}
    return {name: column.as_ledger(name, columns) for name, columns in made.items()}


def write(
    folder: Path, *, projects: int, places: int, seed: int, file_format: Format = "xlsx"
) -> dict[str, int]:
    """Write made-up ledgers as ``zones.xlsx``, ``firms.xlsx`` … that read back to the tables of `ledgers`.

    Columns without any entry are left out, but for required ones. Returns the number of rows by ledger.
    Raises InputError where the folder cannot be written.
    """
    tables = ledgers(projects=projects, places=places, seed=seed)
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        path = folder / f"{name}.{file_format}"
        if file_format == "parquet":
            with files.replaced(path) as part:
                pq.write_table(table, part)
        else:
            _write_sheet(path, name, table)
    return {name: table.num_rows for name, table in tables.items()}


def _write_sheet(path: Path, name: str, table: pa.Table) -> None:
    schema = schemas.load(name)
    filled = [c for c in schema.columns if c.required or table[c.name].null_count < table.num_rows]
    headers = [schemas.header(c) for c in filled]
    columns = [list(map(_cell(c), table[c.name].to_pylist())) for c in filled]
    if path.suffix == ".csv":
        texts = [list(map(written, cells)) for cells in columns]
        files.write_csv(path, headers, list(zip(*texts, strict=True)))
    else:
        sheet = files.Sheet(schema.label.zh, headers, list(zip(*columns, strict=True)))
        files.write_workbook(path, [sheet])


def _cell(of: Column) -> Callable[[Any], Any]:
    """Give the function that writes a value of the column as people write it in a cell."""
    if of.type in {"choice", "choices"}:
        word = {choice.code: choice.label.zh for choice in schemas.choices(of.target)}
        if of.type == "choice":
            return word.get
        return lambda codes: "、".join(word[code] for code in codes or ())
    match of.type:
        case "bool":
            return {True: "是", False: "否"}.get
        case "amounts":
            return lambda parts: "；".join(
                f"{part['name']} {written(part['amount'])}" for part in parts or ()
            )
        case "list" | "refs" | "codes":
            return lambda items: "、".join(items or ())
    return lambda value: value
