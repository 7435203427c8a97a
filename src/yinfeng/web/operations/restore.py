"""Reading a backup: is it whole, and putting it back.

A backup of an older version is loaded into the tables as they were, which are then brought to today's form.
"""

import hashlib
import json
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, Final

from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Model, sql

from yinfeng.core.errors import Fault, InputError, problem_fault
from yinfeng.core.text import Text
from yinfeng.web.audit import chain
from yinfeng.web.operations.backup import FORMAT, MANIFEST, SECRET_KEY, models_at
from yinfeng.web.operations.database import Migration, known_migrations

Manifest = Mapping[str, Any]

_CHUNK: Final = 1 << 20
_ROWS: Final = 500


def check(file: Path) -> None:
    """Read a backup through; raises InputError with every part that is missing or changed."""
    with _opened(file) as archive:
        _refuse_changed_parts(archive, _manifest(archive, file))


def restore(file: Path, site: Path) -> Manifest:
    """Put a backup that was checked into an empty site and give its manifest.

    Rows are all there or none is. Raises InputError where rows are missing or the trail is broken.
    """
    with _opened(file) as archive:
        manifest = _manifest(archive, file)
        _load(archive, manifest)
        for path in manifest["files"]:
            _extract(archive, path, site)
    _refuse_broken(manifest)
    return manifest


def _load(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    migrations = {tuple(one) for one in manifest["migrations"]}
    executor = MigrationExecutor(connection)
    executor.migrate(_last_of_each_app(executor, migrations))
    models = [model for model in models_at(migrations) if model._meta.db_table in manifest["tables"]]
    with transaction.atomic():
        for model in models:
            _load_table(archive, model)
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), models):
                cursor.execute(statement)
    call_command("migrate", verbosity=0, interactive=False)


def _last_of_each_app(executor: MigrationExecutor, migrations: set[Migration]) -> list[Migration]:
    """Give the migrations that no other of their app follows."""
    nodes = executor.loader.graph.node_map
    return [
        one
        for one in sorted(migrations)
        if not any(child.key in migrations and child.key[0] == one[0] for child in nodes[one].children)
    ]


def _load_table(archive: zipfile.ZipFile, model: type[Model]) -> None:
    """Load one table; references are checked at the end of the transaction, so that any order will do."""
    if model._base_manager.exists():
        model._base_manager.all()._raw_delete(connection.alias)
    fields = model._meta.concrete_fields
    with archive.open(f"tables/{model._meta.db_table}.jsonl") as lines:
        rows = (json.loads(line) for line in lines)
        records = (
            model(**{field.attname: field.to_python(row[field.column]) for field in fields}) for row in rows
        )
        size = connection.ops.bulk_batch_size(fields, range(_ROWS)) or 1
        while chunk := list(islice(records, size)):
            insert = sql.InsertQuery(model)
            # raw: values as they were, not what a field makes of them when a record is saved.
            insert.insert_values(fields, chunk, raw=True)
            insert.get_compiler(connection=connection).execute_sql()


def _extract(archive: zipfile.ZipFile, path: str, site: Path) -> None:
    target = (site / path).resolve()
    if not target.is_relative_to(site.resolve()):
        expected = Text("站点文件夹内的文件", "a file inside the site's folder")
        raise InputError([problem_fault("path-leads-out", path, expected, _ANOTHER)])
    target.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(f"files/{path}") as source, target.open("wb") as out:
        while chunk := source.read(_CHUNK):
            out.write(chunk)
    if path == SECRET_KEY:
        target.chmod(0o600)


@contextmanager
def _opened(file: Path) -> Iterator[zipfile.ZipFile]:
    expected = Text("yinfeng backup 写出的 zip 文件", "a zip that yinfeng backup wrote")
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive
    except (OSError, zipfile.BadZipFile) as error:
        raise InputError([problem_fault("not-a-backup", f"{file}: {error}", expected, _ANOTHER)]) from error


def _manifest(archive: zipfile.ZipFile, file: Path) -> Manifest:
    expected = Text("引凤的备份", "a backup of Yinfeng")
    if MANIFEST not in archive.namelist():
        raise InputError([problem_fault("not-a-backup", file, expected, _ANOTHER)])
    manifest: Manifest = json.loads(archive.read(MANIFEST))
    unknown = {tuple(one) for one in manifest["migrations"]} - known_migrations()
    if manifest["format"] != FORMAT or unknown:
        found = f"{manifest['version']} {sorted(unknown)[:3]}"
        expected = Text("本版本或更早版本的备份", "a backup of this version or an earlier one")
        fix = Text("用写出它的版本恢复", "restore it with the version that wrote it")
        raise InputError([problem_fault("newer-backup", found, expected, fix)])
    return manifest


def _refuse_changed_parts(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    parts = {f"tables/{name}.jsonl": part["sha256"] for name, part in manifest["tables"].items()}
    parts |= {f"files/{name}": part["sha256"] for name, part in manifest["files"].items()}
    names = set(archive.namelist())
    faults = [_missing(name) for name in sorted(parts.keys() - names)]
    faults += [
        _changed(name) for name in sorted(parts.keys() & names) if _sha256(archive, name) != parts[name]
    ]
    if faults:
        raise InputError(faults)


def _refuse_broken(manifest: Manifest) -> None:
    """Count what was loaded and check the trail against the backup's head."""
    faults = []
    with connection.cursor() as cursor:
        for table, part in sorted(manifest["tables"].items()):
            cursor.execute(f"SELECT COUNT(*) FROM {connection.ops.quote_name(table)}")
            (count,) = cursor.fetchone()
            if count < part["rows"]:  # more: the steps to today's form may have added some
                expected = Text(f"{part['rows']} 行", f"{part['rows']} rows")
                faults.append(problem_fault("rows-missing", f"{table}: {count}", expected, _ANOTHER))
    verdict = chain.verify(manifest["audit"]["head"])
    expected = Text("连续的审计记录", "an unbroken audit trail")
    faults += [problem_fault("trail-broken", fault.en, expected, _ANOTHER) for fault in verdict.faults]
    if faults:
        raise InputError(faults)


def _sha256(archive: zipfile.ZipFile, name: str) -> str:
    digest = hashlib.sha256()
    try:
        with archive.open(name) as source:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
    except zipfile.BadZipFile:
        return ""
    return digest.hexdigest()


_ANOTHER: Final = Text("换一份备份", "use another backup")


def _missing(name: str) -> Fault:
    expected = Text("清单所列的每一部分", "every part the manifest names")
    return problem_fault("part-missing", name, expected, _ANOTHER)


def _changed(name: str) -> Fault:
    expected = Text("与清单摘要一致的内容", "content that has the manifest's hash")
    return problem_fault("part-changed", name, expected, _ANOTHER)
