"""What those look after who keep the site and who audit it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.utils import timezone
from django.utils.http import urlencode

from yinfeng.core.text import Text
from yinfeng.web.accounts.models import User
from yinfeng.web.accounts.queries import locked_names, unused_since
from yinfeng.web.audit.queries import Asked, last_check, narrowed
from yinfeng.web.desk.users import STALE_DAYS
from yinfeng.web.site_files import days_since_backup, worker_lives
from yinfeng.web.zones import members
from yinfeng.web.zones.policy import scope
from yinfeng.web.zones.trail import seen_by

BACKUP_DAYS: Final = 2
CHECK_DAYS: Final = 2
REFUSED_DAYS: Final = 7


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing about the site: how it stands, whether that is as it should be, and where to look."""

    title: Text
    said: Text
    is_well: bool
    link: str = ""


def keeping(user: User) -> tuple[Fact, ...]:
    """Give what the reader looks after of the site itself; nothing for others."""
    found: list[Fact] = []
    if scope(user, "view", "users"):
        found += _users(user)
    if scope(user, "view", "settings"):
        found += _site()
    if scope(user, "view", "audit") or scope(user, "view", "settings"):
        found.append(_trail(user))
    if scope(user, "export_all", "audit"):
        found.append(_refusals(user))
    return tuple(found)


def _users(user: User) -> Iterator[Fact]:
    users = members.seen_by(user)
    locked = users.filter(username__in=locked_names()).count()
    said = Text("{n} 人", "{n}").format(n=locked)
    yield Fact(
        Text("因失败过多而锁定的用户", "Users locked after failures"),
        said,
        not locked,
        "/desk/users/?state=locked",
    )
    stale = users.filter(unused_since(timezone.now() - timedelta(days=STALE_DAYS))).count()
    title = Text("{n} 天没有登录的用户", "Users not seen for {n} days").format(n=STALE_DAYS)
    yield Fact(title, Text("{n} 人", "{n}").format(n=stale), not stale, "/desk/users/?state=stale")


def _site() -> Iterator[Fact]:
    days = days_since_backup(settings.SITE)
    title = Text("上次备份", "Last backup")
    if days is None:
        yield Fact(title, Text("还没有备份过", "no backup was ever made"), is_well=False)
    else:
        said = Text("{n} 天前", "{n} days ago").format(n=f"{days:.1f}")
        yield Fact(title, said, days <= BACKUP_DAYS)
    lives = worker_lives(settings.SITE)
    said = Text("在运行", "lives") if lives else Text("没有回应", "is silent")
    yield Fact(Text("后台任务", "Worker"), said, lives)


def _trail(user: User) -> Fact:
    check = last_check()
    title = Text("审计记录上次校验", "Last check of the audit trail")
    link = "/desk/audit/" if scope(user, "view", "audit") else ""
    if check is None:
        return Fact(title, Text("还没有校验过", "never checked"), is_well=False, link=link)
    days = (timezone.now() - check.at).days
    day = timezone.localtime(check.at).date()
    if check.faults:
        said = Text("{day} 发现 {n} 处不符", "{day}: {n} faults").format(day=day, n=len(check.faults))
        return Fact(title, said, is_well=False, link=link)
    said = Text("{day}，{n} 条完整无改动", "{day}: {n} entries, unchanged").format(
        day=day, n=f"{check.entries:,}"
    )
    return Fact(title, said, days <= CHECK_DAYS, link)


def _refusals(user: User) -> Fact:
    since = timezone.localdate() - timedelta(days=REFUSED_DAYS)
    refused = narrowed(seen_by(user), Asked(action="refused", since=since)).count()
    title = Text("{n} 天内被拒绝的操作", "Refused in {n} days").format(n=REFUSED_DAYS)
    link = f"/desk/audit/?{urlencode({'action': 'refused', 'since': since.isoformat()})}"
    return Fact(title, Text("{n} 次", "{n}").format(n=refused), not refused, link)
