"""One-click steps on a record: seen on site, who keeps it, shown to the public, deleted."""

from datetime import timedelta
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from yinfeng.core.errors import InputError
from yinfeng.core.text import Text
from yinfeng.web.accounts.models import User
from yinfeng.web.desk.record_page import record_page, zone_id_of
from yinfeng.web.frame.fields import read_version
from yinfeng.web.language import current, say
from yinfeng.web.ledgers.access import record_for
from yinfeng.web.ledgers.actions import NEEDS_RIGHT, Conflict, Write, write
from yinfeng.web.ledgers.addresses import record_address
from yinfeng.web.ledgers.registry import HELD
from yinfeng.web.ledgers.removing import remove
from yinfeng.web.places.freshness import recheck_days
from yinfeng.web.zones.policy import demand

NEEDS_REASON: Final = Text("请写明原因", "Please give a reason")
CHANGED_MEANWHILE: Final = Text(
    "刚才有人改过这条记录：请看一下新的内容再做",
    "Somebody just changed this record: look at it, then do it again",
)


@require_POST
def verify(request: HttpRequest, key: str) -> HttpResponse:
    """Note that a place was seen on site today, and when it is to be seen again."""
    today = timezone.localdate()
    again_on = today + timedelta(days=recheck_days(today))
    values = {"verified_on": today, "recheck_on": again_on}
    reason = request.POST.get("why", "").strip() or say(Text("已到现场核实", "Seen on site"))
    done = Text("已记下：今天到现场核实，{day} 前再核实", "Noted: seen on site today, again by {day}")
    return _change(request, "places", key, values, reason, done.format(day=again_on.isoformat()))


@require_POST
def keeper(request: HttpRequest, ledger: str, key: str) -> HttpResponse:
    """Say who of the staff keeps a place or a project."""
    right = NEEDS_RIGHT.get((ledger, "keeper_id"))
    if right is None:
        raise Http404
    demand(request.user, right, ledger, zone_id_of(ledger, record_for(request.user, ledger, key)))
    name = request.POST.get("keeper", "")
    if name:
        get_object_or_404(User, username=name, is_active=True)
    reason = request.POST.get("why", "").strip()
    return _change(
        request, ledger, key, {"keeper_id": name or None}, reason, Text("已换责任人", "Keeper changed")
    )


@require_POST
def release(request: HttpRequest, key: str) -> HttpResponse:
    """Show a place to the public, or take it back."""
    is_released = request.POST.get("release") == "yes"
    reason = request.POST.get("why", "").strip()
    done = Text("已对外公开", "Shown to the public") if is_released else Text("已撤回，不再公开", "Withdrawn")
    return _change(request, "places", key, {"is_released": is_released}, reason, done)


def delete(request: HttpRequest, ledger: str, key: str) -> HttpResponse:
    """Ask why a record is to be deleted, and delete it."""
    record = record_for(request.user, ledger, key)
    demand(request.user, "delete", ledger, zone_id_of(ledger, record))
    if request.method != "POST":
        return record_page(request, ledger, record, "delete")
    reason = request.POST.get("why", "").strip()
    if not reason:
        return record_page(request, ledger, record, "delete", status=422, sentences=[NEEDS_REASON])
    try:
        remove(ledger, key, version=_seen(request), by=request.user, reason=reason)
    except Conflict:
        return record_page(request, ledger, record, "delete", status=409, sentences=[CHANGED_MEANWHILE])
    except InputError as error:
        return record_page(request, ledger, record, "delete", status=422, faults=error.faults, reason=reason)
    messages.success(request, say(Text("已删除；可在“已删除”中恢复", 'Deleted; "Deleted" can bring it back')))
    return redirect("records-deleted", ledger=ledger)


def _change(
    request: HttpRequest, ledger: str, key: str, values: dict[str, Any], reason: str, done: Text
) -> HttpResponse:
    record = record_for(request.user, ledger, key)
    demand(request.user, "change", ledger, zone_id_of(ledger, record))
    try:
        write(ledger, [Write("change", key, values, _seen(request))], by=request.user, reason=reason)
        messages.success(request, say(done))
    except Conflict:
        messages.error(request, say(CHANGED_MEANWHILE))
    except InputError as error:
        for fault in error.faults:
            messages.error(request, fault.say(current()))
    return redirect(record_address(ledger, getattr(record, HELD[ledger].key)))


def _seen(request: HttpRequest) -> int:
    return read_version(request.POST.get("version", ""))
