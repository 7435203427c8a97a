"""Pages of imports: the history, bringing a file, setting it up, what it would do, what it did."""

import re
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header, urlencode
from django.views.decorators.http import require_POST

from yinfeng.core.errors import InputError
from yinfeng.core.text import Text
from yinfeng.tables.schema import LEDGER_LABEL
from yinfeng.web.frame.address import address_of
from yinfeng.web.frame.reauth import confirm_first
from yinfeng.web.frame.site import page
from yinfeng.web.imports import actions, books, queries, shown
from yinfeng.web.imports.actions import OutOfStep
from yinfeng.web.imports.forms import CommitForm, FileForm, LookForm, SetupForm
from yinfeng.web.imports.models import Batch
from yinfeng.web.imports.originals import path_of
from yinfeng.web.imports.queries import Standing
from yinfeng.web.jobs import queries as jobs
from yinfeng.web.language import current, say
from yinfeng.web.zones.policy import LEDGERS, demand, may

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TITLE = Text("导入", "Imports")
_ROW = re.compile("[0-9]{1,7}")


def history(request: HttpRequest) -> HttpResponse:
    """List the imports one may see."""
    demand(request.user, "view", "imports")
    asked = {name: request.GET.get(name, "") for name in ("ledger", "state", "by", "q")}
    batches = queries.history(request.user, asked)
    found = Paginator(batches, shown.PAGE_ROWS).get_page(request.GET.get("page"))
    rows = queries.labelled(found)
    context = {"asked": asked, "found": found, "rows": rows, "states": queries.STATE_LABEL}
    context |= {"ledgers": {name: LEDGER_LABEL[name] for name in LEDGERS}}
    context |= {"importable": queries.importable(request.user)}
    query = urlencode({name: value for name, value in asked.items() if value})
    return page(request, "imports/history.html", _TITLE, **context, query=f"{query}&" if query else "")


def bring(request: HttpRequest) -> HttpResponse:
    """Take a file."""
    demand(request.user, "add", "imports")
    form = FileForm(request.POST or None, request.FILES or None, by=request.user)
    faults: tuple[Any, ...] = ()
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            batch = actions.bring(told["file"], ledger=told["ledger"], source=told["source"], by=request.user)
            return redirect("import-setup", token=batch.token)
        except InputError as error:
            faults = error.faults
    context: dict[str, Any] = {"importable": queries.importable(request.user), "faults": faults}
    context["sources"] = queries.sources(request.user)
    return page(request, "imports/bring.html", Text("导入文件", "Import a file"), form=form, **context)


def setup(request: HttpRequest, token: str) -> HttpResponse:
    """Show how a file is read; change it and have the file compared."""
    batch = _find(request, token)
    form = SetupForm(request.POST or None, batch=batch, by=request.user)
    if request.method == "POST" and form.is_valid():
        return _done(request, batch, lambda: actions.set_up(batch, form.setup(), by=request.user))
    standing = queries.standing(batch, request.user)
    if not standing.may_set_up:
        return redirect("import", token=token)
    look = LookForm(initial=_looked_at(batch), batch=batch, by=request.user)
    title = Text("怎样读这份文件", "How the file is read")
    return page(request, "imports/setup.html", title, batch=batch, form=form, look=look)


@require_POST
def look_again(request: HttpRequest, token: str) -> HttpResponse:
    """Read the headers from another sheet or row, or for another ledger."""
    batch = _find(request, token)
    form = LookForm(request.POST, batch=batch, by=request.user)
    if form.is_valid():
        _done(request, batch, lambda: actions.look_again(batch, by=request.user, **form.cleaned_data))
    return redirect("import-setup", token=token)


def show(request: HttpRequest, token: str) -> HttpResponse:
    """Show what an import would do, or did."""
    batch = _find(request, token)
    standing = queries.standing(batch, request.user)
    if batch.state == Batch.State.DRAFT and standing.job is None:
        return redirect("import-setup", token=token) if standing.may_set_up else redirect("imports")
    context = _shown(request, batch, standing)
    title = Text("撤销导入", "Undo of an import") if batch.undo_of_id else Text("导入", "Import")
    return page(request, "imports/batch.html", title, **context)


@require_POST
def check(request: HttpRequest, token: str) -> HttpResponse:
    """Have an import compared again."""
    batch = _find(request, token)
    return _done(request, batch, lambda: actions.ask_check(batch, by=request.user))


@require_POST
def decide(request: HttpRequest, token: str) -> HttpResponse:
    """Take what was decided about rows that may be records held, and compare anew."""
    batch = _find(request, token)
    told = {name.removeprefix("row-"): key for name, key in request.POST.items() if name.startswith("row-")}
    decisions = {int(row): key.removeprefix("=") for row, key in told.items() if _ROW.fullmatch(row) and key}
    return _done(request, batch, lambda: actions.decide(batch, decisions, by=request.user))


@require_POST
def commit(request: HttpRequest, token: str) -> HttpResponse:
    """Have written what was shown."""
    batch = _find(request, token)
    if batch.undo_of_id is not None:
        return _commit_undo(request, batch)
    return _commit(request, batch)


@require_POST
def undo(request: HttpRequest, token: str) -> HttpResponse:
    """Begin to take an import back: show what that would do."""
    return _undo(request, _find(request, token))


@require_POST
def refused(request: HttpRequest, token: str) -> HttpResponse:
    """Give the rows to mend as a workbook."""
    batch = _find(request, token)
    return _workbook(request, batch, books.refused(batch, current()), Text("待修改", "to mend"))


@require_POST
def result(request: HttpRequest, token: str) -> HttpResponse:
    """Give what an import writes, or wrote, as a workbook."""
    batch = _find(request, token)
    demand(request.user, "export", batch.ledger)
    return _workbook(request, batch, books.result(batch, current()), Text("结果", "result"))


@require_POST
def original(request: HttpRequest, token: str) -> HttpResponse:
    """Give the file as it came."""
    batch = _find(request, token)
    actions.note_download(batch, batch.file_name, by=request.user, address=address_of(request))
    file = path_of(batch.sha256, batch.file_name).open("rb")
    return FileResponse(
        file, as_attachment=True, filename=batch.file_name, content_type="application/octet-stream"
    )


def blank_form(request: HttpRequest, ledger: str) -> HttpResponse:
    """Give the blank form of a ledger."""
    known = dict(queries.importable(request.user))
    if ledger not in known:
        raise Http404
    response = HttpResponse(books.blank_form(ledger, current()), content_type=_XLSX)
    return _named(response, f"{say(known[ledger])}.xlsx")


def _find(request: HttpRequest, token: str) -> Batch:
    try:
        return queries.find(token, request.user)
    except Batch.DoesNotExist as error:
        raise Http404 from error


def _done(request: HttpRequest, batch: Batch, act: Callable[[], object]) -> HttpResponse:
    """Do something with an import and go to its page; say there why it could not be done."""
    try:
        act()
    except OutOfStep as error:
        messages.warning(request, say(error.why))
    except InputError as error:
        for fault in error.faults:
            messages.error(request, fault.say(current()))
    return redirect("import", token=batch.token)


def _commit(request: HttpRequest, batch: Batch) -> HttpResponse:
    form = CommitForm(request.POST)
    if not form.is_valid():
        messages.error(request, say(Text("请写明理由", "Please say why")))
        return redirect("import", token=batch.token)
    told = form.cleaned_data
    return _done(request, batch, lambda: actions.ask_commit(batch, by=request.user, **told))


_commit_undo = confirm_first(_commit)


@confirm_first
def _undo(request: HttpRequest, batch: Batch) -> HttpResponse:
    try:
        return redirect("import", token=actions.ask_undo(batch, by=request.user).token)
    except OutOfStep as error:
        messages.warning(request, say(error.why))
    return redirect("import", token=batch.token)


def _shown(request: HttpRequest, batch: Batch, standing: Standing) -> dict[str, Any]:
    """Give what the page of an import shows."""
    tabs = shown.tabs(batch, request.GET.get("tab", "")) if not standing.is_busy else []
    tab = next((one.name for one in tabs if one.is_open), "")
    number = request.GET.get("page")
    found = (
        shown.page_of_warnings(batch, number)
        if tab == "warnings"
        else shown.page_of_lines(batch, tab, number)
    )
    return {
        "batch": batch,
        "standing": standing,
        "job": jobs.shown(standing.job, request.user) if standing.job else None,
        "tabs": tabs,
        "tab": tab,
        "tab_query": urlencode({"tab": tab}) + "&",
        "found": found,
        "rows": [] if tab == "warnings" else shown.lines_shown(batch, found, request.user),
        "warnings": shown.faults_shown(found, batch) if tab == "warnings" else [],
        "file_faults": shown.file_faults(batch),
        "written": queries.written(batch),
        "left": batch.counts.get("refused", 0) + batch.counts.get("conflicting", 0),
        "may_export": may(request.user, "export", batch.ledger),
        "ledger": LEDGER_LABEL[batch.ledger],
    }


def _looked_at(batch: Batch) -> dict[str, Any]:
    return {"ledger": batch.ledger, "sheet": batch.sheet, "header_row": batch.header_row}


def _workbook(request: HttpRequest, batch: Batch, content: bytes, what: Text) -> HttpResponse:
    name = f"{batch.file_name.rpartition('.')[0]}-{say(what)}.xlsx"
    actions.note_download(batch, name, by=request.user, address=address_of(request))
    return _named(HttpResponse(content, content_type=_XLSX), name)


def _named(response: HttpResponse, name: str) -> HttpResponse:
    response.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response
