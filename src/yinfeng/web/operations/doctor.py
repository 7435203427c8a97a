"""Looking a site over: what is well, what is not, and how to mend it."""

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import DatabaseError, connection

import yinfeng
from yinfeng.core.text import Text
from yinfeng.web.audit import chain
from yinfeng.web.operations.backup import SECRET_KEY
from yinfeng.web.operations.database import missing_migrations
from yinfeng.web.operations.lifeline import is_held
from yinfeng.web.site_files import days_since_backup, worker_lives

_NEEDED: Final = ("django", "granian", "highspy", "numba", "pyarrow", "shapely", "typst", "whitenoise")
_STATIC: Final = (
    "yinfeng/desk.css",
    "maplibre/maplibre-gl.js",
    "unfold/css/styles.css",
    "django_htmx/htmx-2.min.js",
)
_LEAST_FREE_BYTES: Final = 1 << 30
_OLDEST_BACKUP_DAYS: Final = 7
_EARLIEST: Final = datetime(2024, 1, 1, tzinfo=UTC)
_LOCAL: Final = frozenset({"127.0.0.1", "localhost", "[::1]"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    is_well: bool
    what: Text
    mend: Text | None = None


def look_over(site: Path) -> Iterator[Finding]:
    """Look at everything a site needs, one after the other; nothing is changed."""
    checks: tuple[Callable[[Path], Iterator[Finding]], ...] = (
        _python,
        _database,
        _disk,
        _worker,
        _trail,
        _typesetter,
        _static_files,
        _clock,
        _exposure,
        _backups,
    )
    for check in checks:
        yield from check(site)


def _python(site: Path) -> Iterator[Finding]:
    import platform

    yield Finding(
        True,
        Text(
            f"引凤 {yinfeng.__version__}，Python {platform.python_version()}",
            f"Yinfeng {yinfeng.__version__}, Python {platform.python_version()}",
        ),
    )
    missing = [name for name in _NEEDED if not _is_installed(name)]
    yield Finding(
        not missing,
        Text("需要的软件包齐全", "All packages needed are installed")
        if not missing
        else Text(f"缺少软件包：{'、'.join(missing)}", f"Packages missing: {', '.join(missing)}"),
        Text(
            "重新安装：pip install -r requirements/base.txt",
            "Install again: pip install -r requirements/base.txt",
        ),
    )


def _is_installed(name: str) -> bool:
    try:
        metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def _database(site: Path) -> Iterator[Finding]:
    where = Text(f"数据库 {connection.vendor}", f"Database {connection.vendor}")
    try:
        missing = missing_migrations()
    except DatabaseError as error:
        yield Finding(
            False,
            Text(f"数据库连不上：{error}", f"The database cannot be reached: {error}"),
            Text(
                "检查 DATABASE_URL，或数据库是否在运行", "look at DATABASE_URL, and whether the database runs"
            ),
        )
        return
    yield Finding(True, where)
    yield Finding(
        not missing,
        Text("数据库结构是本版本的", "The database has the form of this version")
        if not missing
        else Text(
            f"数据库还缺 {len(missing)} 步升级", f"The database lacks {len(missing)} steps of the upgrade"
        ),
        Text("运行 yinfeng serve，它会先备份再升级", "run yinfeng serve: it backs up and then upgrades"),
    )
    if connection.vendor == "sqlite":
        yield from _sqlite()


def _sqlite() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        (mode,) = cursor.execute("PRAGMA journal_mode").fetchone()
        (integrity,) = cursor.execute("PRAGMA integrity_check").fetchone()
    yield Finding(
        mode == "wal",
        Text(f"SQLite 日志方式 {mode}", f"SQLite journal mode {mode}"),
        Text("把站点文件夹放在本机磁盘上，不要放在网络盘", "keep the site's folder on a local disk"),
    )
    yield Finding(
        integrity == "ok",
        Text("数据库文件完好", "The database file is whole")
        if integrity == "ok"
        else Text(f"数据库文件损坏：{integrity}", f"The database file is damaged: {integrity}"),
        Text("停止站点，用 yinfeng restore 恢复最近的备份", "stop the site and restore the last backup"),
    )


def _disk(site: Path) -> Iterator[Finding]:
    free = shutil.disk_usage(site).free
    yield Finding(
        free >= _LEAST_FREE_BYTES,
        Text(f"磁盘剩余 {free / 1e9:,.1f} GB", f"{free / 1e9:,.1f} GB of disk free"),
        Text("至少留出 1 GB：清理磁盘或旧备份", "keep 1 GB free: clear the disk or old backups"),
    )


def _worker(site: Path) -> Iterator[Finding]:
    if not is_held(site / "serve.lock"):
        yield Finding(True, Text("站点没有在运行", "The site is not being served"))
        return
    is_well = worker_lives(site)
    yield Finding(
        is_well,
        Text("后台任务在运行", "The worker lives")
        if is_well
        else Text("后台任务没有回应", "The worker is silent"),
        Text("重新启动 yinfeng serve，并查看它的输出", "start yinfeng serve again and read what it prints"),
    )


def _trail(site: Path) -> Iterator[Finding]:
    try:
        verdict = chain.verify()
    except DatabaseError:
        return  # told already
    faults = verdict.faults
    yield Finding(
        not faults,
        Text(f"审计记录 {verdict.entries} 条，首尾相接", f"Audit trail unbroken, {verdict.entries} entries")
        if not faults
        else Text("审计记录断开：{first}", "The audit trail is broken: {first}").format(first=faults[0]),
        Text(
            "保留现场；把备份中的记录与之对照：yinfeng audit verify",
            "keep it as it is; compare with a backup: yinfeng audit verify",
        ),
    )


def _typesetter(site: Path) -> Iterator[Finding]:
    from yinfeng.bulletins.typeset import FONT_FOLDERS

    fonts = [font for folder in FONT_FOLDERS for font in folder.glob("*.?tf")]
    yield Finding(
        bool(fonts),
        Text(f"中文字体 {len(fonts)} 个", f"{len(fonts)} Chinese fonts"),
        Text("重新安装 pylopdf-fonts-zh-cn", "install pylopdf-fonts-zh-cn again"),
    )


def _static_files(site: Path) -> Iterator[Finding]:
    missing = [name for name in _STATIC if finders.find(name) is None]
    yield Finding(
        not missing,
        Text("网页的样式和脚本齐全", "Styles and scripts of the pages are there")
        if not missing
        else Text(f"缺少网页文件：{'、'.join(missing)}", f"Files of the pages missing: {', '.join(missing)}"),
        Text("重新安装引凤", "install Yinfeng again"),
    )


def _clock(site: Path) -> Iterator[Finding]:
    now = datetime.now(UTC)
    shown = now.astimezone(ZoneInfo(settings.TIME_ZONE))
    yield Finding(
        now > _EARLIEST,
        Text(
            f"时间 {shown:%Y-%m-%d %H:%M}（{settings.TIME_ZONE}）",
            f"Clock {shown:%Y-%m-%d %H:%M} ({settings.TIME_ZONE})",
        ),
        Text("校准本机时钟：核实日期和审计记录都用它", "set the clock: checks and the trail go by it"),
    )


def _exposure(site: Path) -> Iterator[Finding]:
    key = site / SECRET_KEY
    is_private = (
        not key.is_file() or os.name == "nt" or not key.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    )
    yield Finding(
        is_private,
        Text("签名密钥只有本账号能读", "The secret key is this account's alone")
        if is_private
        else Text("签名密钥别人也能读", "Others can read the secret key"),
        Text(f"chmod 600 {key}", f"chmod 600 {key}"),
    )
    is_local = set(settings.ALLOWED_HOSTS) <= _LOCAL
    hosts = "、".join(settings.ALLOWED_HOSTS)
    yield Finding(
        (is_local or settings.IS_HTTPS) and "*" not in settings.ALLOWED_HOSTS,
        Text(
            f"应答的主机名：{hosts}；HTTPS {'开' if settings.IS_HTTPS else '关'}",
            f"Answers to: {hosts}; HTTPS {'on' if settings.IS_HTTPS else 'off'}",
        ),
        Text(
            "对外服务要经 HTTPS 并设 YINFENG_HTTPS=1；YINFENG_HOSTS 写明主机名，不要写 *",
            "serve others over HTTPS with YINFENG_HTTPS=1, and name the hosts in YINFENG_HOSTS, not *",
        ),
    )


def _backups(site: Path) -> Iterator[Finding]:
    mend = Text(
        "每天运行一次 yinfeng backup，见 docs/how-to/run-the-site.zh-CN.md",
        "run yinfeng backup once a day, see docs/how-to/run-the-site.md",
    )
    days = days_since_backup(site)
    if days is None:
        yield Finding(False, Text("还没有备份过", "No backup was ever made"), mend)
        return
    yield Finding(
        days <= _OLDEST_BACKUP_DAYS,
        Text(f"上次备份在 {days:.1f} 天前", f"The last backup is {days:.1f} days old"),
        mend,
    )
