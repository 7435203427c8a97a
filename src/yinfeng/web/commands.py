"""The site's commands, added to ``yinfeng`` by the entry point ``yinfeng.commands``.

Django is imported only when a command runs, so that ``yinfeng --help`` stays quick.
"""

import os
import sys
from collections.abc import Callable
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import click

from yinfeng.core.errors import Fault, InputError, problem_fault
from yinfeng.core.text import Lang, Text

EXIT_DATA: Final = 10


def _site_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--site",
        type=click.Path(file_okay=False, path_type=Path),
        envvar="YINFENG_SITE",
        default=Path("yinfeng-site"),
        help="站点文件夹 · folder of the site [YINFENG_SITE, else yinfeng-site]",
    )(command)


def _lang_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--lang",
        type=click.Choice(["zh", "en"]),
        default="zh",
        envvar="YINFENG_LANG",
        help="输出语言 · language of the output",
    )(command)


@click.command()
@_site_option
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址 · address to listen on")
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="端口 · port to listen on"
)
@click.option(
    "--workers", type=click.IntRange(1), default=1, show_default=True, help="网页进程数 · web processes"
)
@_lang_option
def serve(site: Path, host: str, port: int, workers: int, lang: Lang) -> None:
    """启动站点，直到 Ctrl-C · serve the site until Ctrl-C."""
    from yinfeng.web.operations.serve import serve as serve_site

    _choose(site, lang)
    serve_site(
        site.absolute(), host=host, port=port, workers=workers, say=lambda text: click.echo(text.of(lang))
    )


@click.command()
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@_site_option
@click.option("--with-secret-key", is_flag=True, help="连同签名密钥 · the signing key too")
@_lang_option
def backup(file: Path | None, site: Path, with_secret_key: bool, lang: Lang) -> None:
    """备份站点，不用停止它 · back the site up while it is open."""
    from datetime import datetime

    _refuse_no_site(site)
    _set_up(site, lang)
    from yinfeng.web.operations.backup import back_up
    from yinfeng.web.operations.database import applied_migrations

    if not applied_migrations():
        raise InputError([_other_tables(site.absolute())])

    target = file or site / "backups" / f"yinfeng-{datetime.now():%Y%m%d-%H%M%S}.zip"
    done = back_up(site.absolute(), target, with_secret_key=with_secret_key)
    said = Text(
        "已备份到 {file}：{rows} 行，{files} 个文件\n审计记录末尾摘要 {head}",
        "Backed up to {file}: {rows} rows, {files} files\nhash at the end of the audit trail {head}",
    )
    click.echo(
        said.format(file=done.file, rows=done.rows, files=done.files, head=done.audit_head or "-").of(lang)
    )


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@_site_option
@click.option("--verify", is_flag=True, help="只核对，什么也不写 · only check, write nothing")
@click.option("--replace", is_flag=True, help="先备份再替换已有内容 · back up, then replace what is there")
@_lang_option
def restore(file: Path, site: Path, verify: bool, replace: bool, lang: Lang) -> None:
    """核对或恢复备份 · check a backup, or put it back."""
    from tempfile import TemporaryDirectory

    if verify:
        os.environ.pop("DATABASE_URL", None)
        with TemporaryDirectory(prefix="yinfeng-verify-") as scratch:
            _restore(file, Path(scratch), lang, replace=False)
        click.echo(Text("备份完好，什么也没有写", "The backup is whole; nothing was written").of(lang))
    else:
        _restore(file, site.absolute(), lang, replace=replace)
        click.echo(Text(f"已恢复到 {site.absolute()}", f"Restored into {site.absolute()}").of(lang))


@click.command()
@_site_option
@_lang_option
def doctor(site: Path, lang: Lang) -> None:
    """检查站点，并说明怎样修复 · look the site over, say how to mend it."""
    _refuse_no_site(site)
    _set_up(site, lang)
    from yinfeng.web.operations.doctor import look_over

    is_well = True
    for finding in look_over(site.absolute()):
        click.echo(f"{'✓' if finding.is_well else '✗'} {finding.what.of(lang)}")
        if not finding.is_well and finding.mend:
            is_well = False
            click.echo(f"  → {finding.mend.of(lang)}")
    sys.exit(0 if is_well else EXIT_DATA)


@click.command("demo-site")
@_site_option
@click.option(
    "--ledgers",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="台账文件夹 · folder of ledgers",
)
@_lang_option
def demo_site(site: Path, ledgers: Path, lang: Lang) -> None:
    """准备演示站点，每种角色一个用户 · a site to try, one user per role."""
    _set_up(site, lang)
    from yinfeng.web.operations import demo
    from yinfeng.web.operations.prepare import prepare
    from yinfeng.web.zones.policy import ROLE_LABEL

    prepare(site.absolute(), lang=lang)
    count = demo.load(ledgers, today=date.today())
    password = demo.new_password()
    if count:
        click.echo(Text(f"已录入 {count} 条演示台账", f"{count} records of the ledgers entered").of(lang))
    click.echo(
        Text("演示用户（密码每次启动都是新的）", "Demo users (the password is new at each start)").of(lang)
    )
    for username, role in demo.USERS.items():
        click.echo(f"  {username:<14} {ROLE_LABEL[role].of(lang)}")
    click.echo(Text(f"  密码 {password}", f"  password {password}").of(lang))


def _later(name: str, module: str, short_help: str, *, begins_a_site: bool = False) -> click.Command:
    """Give a command that hands its arguments to the group ``module.group``, imported when it runs.

    begins_a_site: it makes a site that is not there yet; the others refuse.
    """

    @click.command(
        name,
        short_help=short_help,
        context_settings={"ignore_unknown_options": True},
        add_help_option=False,
    )
    @click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
    @_site_option
    def command(arguments: tuple[str, ...], site: Path) -> None:
        from tempfile import TemporaryDirectory

        if not arguments or "--help" in arguments:
            with TemporaryDirectory(prefix="yinfeng-help-") as scratch:  # help needs no site and leaves none
                _set_up(Path(scratch), None)
                import_module(module).group.main(args=list(arguments), prog_name=f"yinfeng {name}")
        if not begins_a_site:
            _refuse_no_site(site)
        _set_up(site, None)
        _refuse_other_tables(site.absolute(), begins_a_site=begins_a_site)
        import_module(module).group.main(args=list(arguments), prog_name=f"yinfeng {name}")

    return command


commands: Final = (
    serve,
    _later("user", "yinfeng.web.zones.command", "用户与角色 · users and their roles", begins_a_site=True),
    _later("audit", "yinfeng.web.audit.command", "审计记录：核验 · check the audit trail"),
    backup,
    restore,
    doctor,
    demo_site,
)
"""What the entry point adds to ``yinfeng``."""


def _choose(site: Path, lang: Lang | None) -> None:
    """Choose the site and the language for this process and those it starts."""
    os.environ["YINFENG_SITE"] = str(site.absolute())
    if lang is not None:
        os.environ["YINFENG_LANG"] = lang


def _set_up(site: Path, lang: Lang | None) -> None:
    """Choose the site before the settings are read, then set Django up."""
    _choose(site, lang)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yinfeng.web.settings")
    import django

    django.setup()


def _refuse_no_site(site: Path) -> None:
    if not site.is_dir():
        expected = Text("站点文件夹", "the folder of a site")
        fix = Text(
            "用 --site 指明，或先运行 yinfeng serve", "name it with --site, or run yinfeng serve first"
        )
        raise InputError([problem_fault("no-site", site.absolute(), expected, fix)])


def _refuse_other_tables(site: Path, *, begins_a_site: bool = False) -> None:
    """Refuse a database that has not the form of this version; an empty one is brought to it where told."""
    from yinfeng.web.operations.database import applied_migrations, missing_migrations
    from yinfeng.web.operations.prepare import prepare

    if begins_a_site and not applied_migrations():
        prepare(site, lang="zh")  # says nothing of a new database
    elif missing_migrations():
        raise InputError([_other_tables(site)])


def _other_tables(site: Path) -> Fault:
    expected = Text("结构是本版本的数据库", "a database in the form of this version")
    fix = Text("先运行 yinfeng serve：它会先备份再升级", "run yinfeng serve: it backs up and then upgrades")
    return problem_fault("other-tables", site, expected, fix)


def _restore(file: Path, site: Path, lang: Lang, *, replace: bool) -> None:
    _set_up(site, lang)
    from yinfeng.web.operations.replace import make_room
    from yinfeng.web.operations.restore import check
    from yinfeng.web.operations.restore import restore as restore_site

    check(file)
    saved = make_room(site, replace=replace)
    if saved:
        click.echo(Text(f"原有内容已备份到 {saved}", f"What was there is backed up to {saved}").of(lang))
    manifest = restore_site(file, site)
    rows = sum(table["rows"] for table in manifest["tables"].values())
    said = Text(
        "{made_at} 的备份（引凤 {version}）：{rows} 行，{files} 个文件\n"
        "审计记录 {entries} 条，末尾摘要 {head}",
        "Backup of {made_at} (Yinfeng {version}): {rows} rows, {files} files\n"
        "{entries} entries on the audit trail, whose last hash is {head}",
    ).format(
        made_at=manifest["made_at"],
        version=manifest["version"],
        rows=rows,
        files=len(manifest["files"]),
        entries=manifest["audit"]["entries"],
        head=manifest["audit"]["head"] or "-",
    )
    click.echo(said.of(lang))
