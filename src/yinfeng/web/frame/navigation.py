"""The desk's side bar: only what the user may see."""

from typing import Any, Final

from django.http import HttpRequest

from yinfeng.core.text import Text
from yinfeng.tables.schema import LEDGER_LABEL
from yinfeng.web.language import say
from yinfeng.web.zones.policy import LEDGERS, scope

_ICON: Final = {
    "zones": "location_city",
    "firms": "factory",
    "places": "warehouse",
    "projects": "rocket_launch",
    "quotas": "bolt",
    "pins": "push_pin",
}


# Title, icon, address, and the kind of thing whose "view" opens it.
_WORK: Final = (
    (Text("线索", "Leads"), "contact_phone", "/desk/leads/", "leads"),
    (Text("分享链接", "Share links"), "link", "/desk/shares/", "leads"),
    (Text("落位方案", "Placement plans"), "account_tree", "/desk/runs/", "runs"),
    (Text("撮合", "Deals"), "handshake", "/desk/deals/", "deals"),
    (Text("走访", "Visits"), "tour", "/desk/visits/", "visits"),
)


_OVERSIGHT: Final = (
    (Text("审计记录", "Audit trail"), "history", "/desk/audit/", "audit"),
    (Text("用户与权限", "Users and rights"), "group", "/desk/users/", "users"),
)


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Give unfold's navigation for the user of a request."""
    ledgers = [
        _item(LEDGER_LABEL[ledger], _ICON[ledger], f"/desk/{ledger}/", request)
        for ledger in LEDGERS
        if scope(request.user, "view", ledger)
    ]
    if scope(request.user, "view", "imports"):
        ledgers.append(_item(Text("导入", "Imports"), "upload_file", "/desk/imports/", request))
    work = [
        _item(title, icon, link, request)
        for title, icon, link, kind in _WORK
        if scope(request.user, "view", kind)
    ]
    oversight = [
        _item(title, icon, link, request)
        for title, icon, link, kind in _OVERSIGHT
        if scope(request.user, "view", kind)
    ]
    groups = [
        (None, [_item(Text("今天", "Today"), "today", "/desk/", request, exact=True)]),
        (Text("招商", "Promotion"), work),
        (Text("台账", "Ledgers"), ledgers),
        (Text("监督与管理", "Oversight"), oversight),
    ]
    return [
        {"title": say(title) if title else None, "items": items, "separator": title is not None}
        for title, items in groups
        if items
    ]


def _item(title: Text, icon: str, link: str, request: HttpRequest, *, exact: bool = False) -> dict[str, Any]:
    is_here = request.path == link if exact else request.path.startswith(link)
    return {"title": say(title), "icon": icon, "link": link, "active": is_here}
