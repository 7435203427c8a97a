"""The files of a record: putting them there, fetching them, taking them away."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from yinfeng.core.errors import InputError
from yinfeng.core.text import Text
from yinfeng.web.desk.record_page import record_page, zone_id_of
from yinfeng.web.desk.record_steps import NEEDS_REASON
from yinfeng.web.files import actions
from yinfeng.web.files.content import ENDINGS, MOST_BYTES, path_of
from yinfeng.web.files.models import StoredFile
from yinfeng.web.files.queries import of_record
from yinfeng.web.language import current, say
from yinfeng.web.ledgers.access import record_for
from yinfeng.web.ledgers.addresses import record_address
from yinfeng.web.zones.policy import demand


def show(request: HttpRequest, ledger: str, key: str) -> HttpResponse:
    """Show a record's files; put those of the form beside it."""
    record = _record(request, ledger, key)
    faults = _upload(request, ledger, key, record) if request.method == "POST" else []
    if request.method == "POST" and not faults:
        return redirect(record_address(ledger, key, "files"))
    return record_page(
        request,
        ledger,
        record,
        "files",
        status=422 if faults else 200,
        files=of_record(ledger, key),
        faults=faults,
        accepted=",".join(ending for endings in ENDINGS.values() for ending in endings),
        most_mb=MOST_BYTES // 2**20,
    )


def fetch(request: HttpRequest, ledger: str, key: str, number: int) -> FileResponse:
    """Give a file's content, to be saved and never to be run or shown in the page's name."""
    _record(request, ledger, key)
    stored = get_object_or_404(of_record(ledger, key), pk=number)
    response = FileResponse(
        path_of(stored.sha256).open("rb"),
        as_attachment=True,
        filename=stored.name,
        content_type="application/octet-stream",
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_POST
def delete(request: HttpRequest, ledger: str, key: str, number: int) -> HttpResponse:
    """Take a file away from its record."""
    record = _record(request, ledger, key)
    stored: StoredFile = get_object_or_404(of_record(ledger, key), pk=number)
    zone = zone_id_of(ledger, record)
    demand(request.user, "delete", "files", zone)
    reason = request.POST.get("why", "").strip()
    if reason:
        actions.delete(stored, zone_id=zone, by=request.user, reason=reason)
        messages.success(request, say(Text("已删除附件", "File deleted")))
    else:
        messages.error(request, say(NEEDS_REASON))
    return redirect(record_address(ledger, key, "files"))


def _record(request: HttpRequest, ledger: str, key: str) -> Any:
    record = record_for(request.user, ledger, key)
    demand(request.user, "view", "files", zone_id_of(ledger, record))
    return record


def _upload(request: HttpRequest, ledger: str, key: str, record: Any) -> list[str]:
    """Put each file of the form beside the record; give what was wrong with those that could not be."""
    zone = zone_id_of(ledger, record)
    demand(request.user, "add", "files", zone)
    uploads = request.FILES.getlist("files")
    faults = [] if uploads else [say(Text("请选择文件", "Please choose a file"))]
    for upload in uploads:
        try:
            actions.add(
                upload.file,
                name=upload.name,
                size_bytes=upload.size,
                ledger=ledger,
                key=key,
                zone_id=zone,
                by=request.user,
            )
        except InputError as error:
            faults += [fault.say(current()) for fault in error.faults]
    return faults
