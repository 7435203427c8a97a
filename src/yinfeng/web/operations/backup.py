"""Backing a site up while it is open: one zip of its rows, as text, and of its files.

Rows are kept by table and column, not as the database's own file, so that a backup made with SQLite can be
restored into PostgreSQL and the other way round, and read by eye. Parts: ``manifest.json``,
``tables/<table>.jsonl`` (one row a line, in order of the key), ``files/<path>``.
"""

import hashlib
import json
import os
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, Final
from uuid import UUID

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.models import Model

import yinfeng
from yinfeng.core.errors import InputError, problem_fault
from yinfeng.core.text import Text
from yinfeng.web.operations.database import Migration, applied_migrations, snapshot
from yinfeng.web.site_files import LAST_BACKUP, LAST_NIGHT, WORKER_SEEN

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
SECRET_KEY: Final = "secret-key"

_LEFT_OUT_TABLES: Final = frozenset({"accounts_session", "django_session"})  # who is logged in now
_LEFT_OUT_FILES: Final = frozenset(
    {"backups", "jobs", "locale", WORKER_SEEN, LAST_BACKUP, LAST_NIGHT}
)  # made anew, or not content
_CHUNK: Final = 1 << 20
_ROWS: Final = 2000


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made."""

    file: Path
    rows: int
    files: int
    audit_head: str
    """Hash of the last entry of the trail: noted elsewhere, it proves later that nothing was rewritten."""


def back_up(site: Path, file: Path, *, with_secret_key: bool = False) -> Backup:
    """Write a backup of the site; raises InputError where the file is there already."""
    if file.exists():
        expected = Text("还没有的文件", "a file that is not there yet")
        fix = Text("换一个名字", "give another name")
        raise InputError([problem_fault("backup-exists", file, expected, fix)])
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f"{file.name}.part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)  # it holds what the site keeps safe
    with os.fdopen(handle, "wb") as out:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            manifest = _write_parts(archive, site, with_secret_key=with_secret_key)
            archive.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
        out.flush()
        os.fsync(out.fileno())
    part.replace(file)
    (site / LAST_BACKUP).write_text(f"{manifest['made_at']} {file.absolute()}\n", "utf-8")
    rows = sum(table["rows"] for table in manifest["tables"].values())
    return Backup(file, rows, len(manifest["files"]), manifest["audit"]["head"])


def models_at(migrations: Iterable[Migration]) -> list[type[Model]]:
    """Give the models of the tables as they are after these migrations, also where the code has moved on."""
    loader = MigrationLoader(None)
    nodes = [one for one in migrations if one in loader.graph.nodes]
    models = loader.project_state(nodes).apps.get_models(include_auto_created=True)
    kept = [model for model in models if model._meta.managed and not model._meta.proxy]
    return sorted(
        (model for model in kept if model._meta.db_table not in _LEFT_OUT_TABLES),
        key=lambda model: model._meta.db_table,
    )


def _write_parts(archive: zipfile.ZipFile, site: Path, *, with_secret_key: bool) -> dict[str, Any]:
    with snapshot():
        migrations = sorted(applied_migrations())
        tables = {model._meta.db_table: _write_table(archive, model) for model in models_at(migrations)}
        head = _audit_head()
    files = {
        path.relative_to(site).as_posix(): _write_file(archive, site, path)
        for path in _files(site, with_secret_key=with_secret_key)
    }
    return {
        "format": FORMAT,
        "version": yinfeng.__version__,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "database": connection.vendor,
        "migrations": migrations,
        "tables": tables,
        "files": files,
        "audit": head,
    }


def _write_table(archive: zipfile.ZipFile, model: type[Model]) -> dict[str, Any]:
    fields = model._meta.concrete_fields
    columns = [field.column for field in fields]
    rows = model._base_manager.order_by("pk").values_list(*(field.attname for field in fields))
    digest, count = hashlib.sha256(), 0
    with archive.open(f"tables/{model._meta.db_table}.jsonl", "w", force_zip64=True) as out:
        for row in rows.iterator(_ROWS):
            values = dict(zip(columns, row, strict=True))
            # Sorted, because PostgreSQL keeps no order inside a JSON value.
            line = json.dumps(values, ensure_ascii=False, sort_keys=True, default=_encode)
            count += 1
            _write(out, digest, line.encode() + b"\n")
    return {"rows": count, "sha256": digest.hexdigest()}


def _write_file(archive: zipfile.ZipFile, site: Path, path: Path) -> dict[str, Any]:
    digest, size = hashlib.sha256(), 0
    name = f"files/{path.relative_to(site).as_posix()}"
    with path.open("rb") as source, archive.open(name, "w", force_zip64=True) as out:
        while chunk := source.read(_CHUNK):
            size += len(chunk)
            _write(out, digest, chunk)
    return {"bytes": size, "sha256": digest.hexdigest()}


def _write(out: IO[bytes], digest: Any, content: bytes) -> None:
    digest.update(content)
    out.write(content)


def _files(site: Path, *, with_secret_key: bool) -> Iterator[Path]:
    for path in sorted(site.rglob("*")):
        top = path.relative_to(site).parts[0]
        is_own = top in _LEFT_OUT_FILES or top.startswith("yinfeng.sqlite3") or ".lock" in top
        is_part = path.suffix == ".part"
        if path.is_file() and not is_own and not is_part and (with_secret_key or top != SECRET_KEY):
            yield path


def _audit_head() -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, hash FROM audit_entry ORDER BY id DESC LIMIT 1")
        last = cursor.fetchone()
    return {"entries": last[0] if last else 0, "head": last[1] if last else ""}


def _encode(value: object) -> str:
    if isinstance(value, date | time):  # an instant is a date too; to the microsecond, for the trail's hashes
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in a backup")
