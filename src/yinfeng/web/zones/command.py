"""``yinfeng user``: on the server itself, the first users of a site, its auditors, forgotten passwords."""

import click
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.db import transaction

from yinfeng.core.errors import InputError, problem_fault
from yinfeng.core.text import Lang, Text
from yinfeng.web.accounts.actions import set_password
from yinfeng.web.accounts.models import User
from yinfeng.web.zones import members
from yinfeng.web.zones.models import Membership, Zone
from yinfeng.web.zones.policy import ROLE_LABEL, Role

_REASON = "yinfeng user"
_lang = click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", envvar="YINFENG_LANG")


@click.group("user")
def group() -> None:
    """用户：添加、重设密码、列出 · users of the site: add, set a password, list."""


@group.command()
@click.argument("username")
@click.option("--role", type=click.Choice(Role.values), required=True)
@click.option("--zone", "zone_id", help="开发区编号，不填为全部 · a zone's id; everywhere without it")
@click.option("--name", default="", help="姓名 · name shown")
@click.option("--department", default="", help="部门 · department")
@click.option("--ask", is_flag=True, help="自己输入密码，不用随机密码 · type the password, none is made")
@_lang
def add(
    username: str, role: str, zone_id: str | None, name: str, department: str, ask: bool, lang: Lang
) -> None:
    """添加用户并授予角色 · add a user with a role."""
    if zone_id is not None and not Zone.objects.filter(zone_id=zone_id).exists():
        expected = Text("台账中的开发区编号", "the id of a zone in the ledger")
        fix = Text("核对编号，或先录入开发区", "check the id, or enter the zone first")
        raise InputError([problem_fault("unknown-zone", zone_id, expected, fix)])
    typed = _typed_password(lang) if ask else None
    with transaction.atomic():
        details = {"first_name": name, "department": department}
        made = members.make_user(username=username, details=details, reason=_REASON, by=None)
        members.give_role(user=made.user, role=role, zone_id=zone_id, reason=_REASON, by=None)
        if typed is not None:
            _take(made.user, typed)
    text = Text("已添加 {user}（{role}）", "added {user} ({role})")
    click.echo(text.format(user=username, role=ROLE_LABEL[role]).of(lang))
    if typed is None:
        _show_once(made, lang)


@group.command()
@click.argument("username")
@click.option("--ask", is_flag=True, help="自己输入密码，不用随机密码 · type the password, none is made")
@_lang
def passwd(username: str, ask: bool, lang: Lang) -> None:
    """重设密码并解除锁定 · set a new password and lift a lock."""
    found = User.objects.filter(username=username).first()
    if found is None:
        expected, fix = (
            Text("已有的用户名", "the name of a user"),
            Text("yinfeng user list", "yinfeng user list"),
        )
        raise InputError([problem_fault("unknown-user", username, expected, fix)])
    typed = _typed_password(lang) if ask else None
    with transaction.atomic():
        made = members.give_password(user=found, reason=_REASON, by=None)
        if typed is not None:
            _take(found, typed)
    if typed is None:
        _show_once(made, lang)
    else:
        click.echo(Text("已设置密码", "the password is set").of(lang))


@group.command("list")
@_lang
def list_(lang: Lang) -> None:
    """列出用户与角色 · list users and their roles."""
    held: dict[int, list[str]] = {}
    for one in Membership.objects.order_by("role", "zone_id"):
        place = one.zone_id or Text("全部", "everywhere").of(lang)
        held.setdefault(one.user_id, []).append(f"{ROLE_LABEL[one.role].of(lang)} @ {place}")
    for found in User.objects.order_by("username"):
        state = "" if found.is_active else Text("（已停用）", " (deactivated)").of(lang)
        last = f"{found.last_login:%Y-%m-%d}" if found.last_login else "-"
        click.echo(f"{found.username}{state}\t{found}\t{'; '.join(held.get(found.pk, ['-']))}\t{last}")


def _typed_password(lang: Lang) -> str:
    prompt = Text("密码", "password").of(lang)
    again = Text("再输一次", "again").of(lang)
    return click.prompt(prompt, hide_input=True, confirmation_prompt=again)


def _take(user: User, typed: str) -> None:
    try:
        password_validation.validate_password(typed, user)
    except ValidationError as error:
        expected = Text("合乎规则的密码", "a password within the rules")
        fix = Text("；".join(error.messages), " ".join(error.messages))
        raise InputError([problem_fault("poor-password", "***", expected, fix)]) from error
    set_password(user, typed, must_change=False)


def _show_once(made: members.Made, lang: Lang) -> None:
    text = Text(
        "首次登录密码（只显示这一次，登录后须修改）：{p}",
        "password for the first login (shown only now; it must be changed then): {p}",
    )
    click.echo(text.format(p=made.password).of(lang))
