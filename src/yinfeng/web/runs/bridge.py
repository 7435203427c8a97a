"""From the database to the engine: the ledgers a run is made from."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from yinfeng.core.text import Text
from yinfeng.tables.held import freeze, ledger_of
from yinfeng.tables.read import Ledger
from yinfeng.tables.schema import LEDGER_LABEL
from yinfeng.tables.sheets import sha256
from yinfeng.web.ledgers.bridge import Row, rows_of
from yinfeng.web.ledgers.registry import HELD
from yinfeng.web.runs.models import Run
from yinfeng.web.zones.policy import shared


def ledgers_of(zones: Iterable[str], *, with_pins: bool, tried: Iterable[Row] = ()) -> dict[str, Ledger]:
    """Give the ledgers that a run over these zones is made from.

    Places are those of the zones; projects those the zones follow and those nobody follows yet; zones,
    firms and quotas all of them, since a region or a substation reaches beyond a zone; pins those between
    the projects and places that are in. tried: pins and bars of this run alone, as rows of that ledger.
    """
    inside = set(zones)
    rows = {
        "zones": rows_of("zones", _all("zones")),
        "firms": rows_of("firms", _all("firms")),
        "places": rows_of("places", _all("places").filter(zone_id__in=inside)),
        "projects": rows_of("projects", _all("projects").filter(Q(zone_id__in=inside) | Q(zone_id=None))),
        "quotas": rows_of("quotas", _all("quotas")),
        "pins": rows_of("pins", _all("pins")) if with_pins else [],
    }
    rows["pins"] = [*_between(rows, rows["pins"]), *tried]
    return {name: ledger_of(name, of, source=LEDGER_LABEL[name].zh) for name, of in rows.items()}


def freeze_inputs(run: Run) -> dict[str, str]:
    """Write the ledgers of a run to its folder; give the SHA-256 of each file by ledger."""
    folder = folder_of(run)
    folder.mkdir(parents=True, exist_ok=True)
    zones = list(run.zones.values_list("zone_id", flat=True))
    ledgers = ledgers_of(zones, with_pins=run.with_pins, tried=[_tried_row(one) for one in run.tried])
    return {name: freeze(ledger, folder / f"{name}.parquet") for name, ledger in ledgers.items()}


def changed_inputs(run: Run) -> list[str]:
    """Name the ledgers whose frozen file is not as it was frozen, or gone."""
    files = {name: folder_of(run) / f"{name}.parquet" for name in run.inputs}
    return [name for name, file in files.items() if not file.is_file() or sha256(file) != run.inputs[name]]


def readers_of(run: Run) -> dict[str, list[str]]:
    """Give, by ledger, the zones whose rows who asked for a run and all its readers may see."""
    zones = list(run.zones.values_list("zone_id", flat=True))
    return {ledger: sorted(shared(run.by, ledger, zones).zones) for ledger in HELD}


def folder_of(run: Run) -> Path:
    """Give the folder of a run's frozen inputs and workbooks."""
    return Path(settings.SITE) / "runs" / str(run.pk)


def _all(ledger: str) -> "QuerySet[Any]":
    return HELD[ledger].model._default_manager.order_by(HELD[ledger].key)


def _between(rows: Mapping[str, list[Row]], pins: Iterable[Row]) -> list[Row]:
    projects = {row["project_id"] for row in rows["projects"]}
    places = {row["place_id"] for row in rows["places"]}
    return [row for row in pins if row["project_id"] in projects and places.issuperset(row["place_id"])]


def _tried_row(one: Mapping[str, Any]) -> Row:
    text = Text("本次试算", "tried in this run")
    return {
        "project_id": one["project"],
        "place_id": list(one["places"]),
        "action": one["action"],
        "decided_by": text.zh,
        "reason": text.zh,
    }
