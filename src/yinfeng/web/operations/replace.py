"""Making room for a backup that is to be restored."""

from datetime import datetime
from pathlib import Path

from django.db import connection

from yinfeng.core.errors import InputError, problem_fault
from yinfeng.core.text import Text
from yinfeng.web.operations.backup import back_up
from yinfeng.web.operations.database import applied_migrations
from yinfeng.web.operations.lifeline import is_held


def make_room(site: Path, *, replace: bool) -> Path | None:
    """Empty the database, backed up before; give that backup, None where there was nothing.

    Raises InputError where the site is being served, or holds something and ``replace`` does not say so.
    """
    if is_held(site / "serve.lock"):
        expected = Text("已停止的站点", "a site that is not being served")
        fix = Text("先停止 yinfeng serve", "stop yinfeng serve first")
        raise InputError([problem_fault("site-is-served", site, expected, fix)])
    if not applied_migrations():
        return None
    if not replace:
        expected = Text("空的站点文件夹和数据库", "an empty site folder and database")
        fix = Text(
            "换一个文件夹，或用 --replace（会先备份）", "name another folder, or --replace (backs up first)"
        )
        raise InputError([problem_fault("site-not-empty", site, expected, fix)])
    saved = site / "backups" / f"before-restore-{datetime.now():%Y%m%d-%H%M%S}.zip"
    back_up(site, saved)
    _empty()
    return saved


def _empty() -> None:
    if connection.vendor == "sqlite":
        connection.close()
        name = str(connection.settings_dict["NAME"])
        for suffix in ("", "-wal", "-shm"):
            Path(name + suffix).unlink(missing_ok=True)
        return
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
