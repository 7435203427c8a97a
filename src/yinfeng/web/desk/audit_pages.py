"""Reading the trail: by those whose right it is, in their zones. Reading leaves no entry, exporting does."""

import tempfile
from pathlib import Path
from typing import BinaryIO, Final

from django import forms
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from yinfeng.core.text import Lang, Text
from yinfeng.tables.write import Sheet, write_workbook
from yinfeng.web.accounts.models import User
from yinfeng.web.audit.actions import Act, record
from yinfeng.web.audit.models import Entry
from yinfeng.web.audit.queries import Asked, last_check, narrowed
from yinfeng.web.desk.trail import differences
from yinfeng.web.frame.address import address_of
from yinfeng.web.frame.reauth import CONFIRM, recently_confirmed
from yinfeng.web.frame.site import page
from yinfeng.web.language import current, lazily, say
from yinfeng.web.zones.models import Zone
from yinfeng.web.zones.policy import KINDS, LEDGERS, demand, scope, within
from yinfeng.web.zones.trail import seen_by
from yinfeng.web.zones.words import ACTION_LABEL, action_label, kind_label

PER_PAGE: Final = 50
SCREENFUL_ROWS: Final = 1_000
MOST_EXPORTED_ROWS: Final = 200_000
TITLE: Final = Text("审计记录", "Audit trail")
_WORKBOOK: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _choice(zh: str, en: str) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=lazily(Text(zh, en)), required=False, widget=forms.Select({"class": "yf-select"})
    )


def _line(zh: str, en: str) -> forms.CharField:
    widget = forms.TextInput({"class": "yf-input"})
    return forms.CharField(label=lazily(Text(zh, en)), required=False, max_length=200, widget=widget)


def _day(zh: str, en: str) -> forms.DateField:
    widget = forms.DateInput({"class": "yf-input", "type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=lazily(Text(zh, en)), required=False, widget=widget)


class AskedForm(forms.Form):
    """Which entries are wanted."""

    by = _line("谁（用户名）", "Who (user name)")
    action = _choice("做了什么", "Did what")
    kind = _choice("对什么", "To what")
    key = _line("编号", "Id")
    zone = _choice("开发区", "Zone")
    batch = _line("批次", "Batch")
    since = _day("自", "From")
    until = _day("至", "To")

    def __init__(self, data: object, *, user: User) -> None:
        super().__init__(data)
        where = scope(user, "view", "audit")
        zones = within(Zone.objects.order_by("zone_id"), where).values_list("zone_id", "zone_name")
        every = ("", say(Text("全部", "All")))
        kinds = [kind for kind in KINDS if scope(user, "view", kind)]
        self.fields["action"].choices = [every, *((a, say(label)) for a, label in ACTION_LABEL.items())]
        self.fields["kind"].choices = [every, *((kind, say(kind_label(kind))) for kind in kinds)]
        self.fields["zone"].choices = [every, *((id_, f"{name or id_} · {id_}") for id_, name in zones)]

    def asked(self) -> Asked:
        """Give what is asked for; what cannot be read is left out, and said beside its field."""
        self.is_valid()
        return Asked(**{name: value for name, value in self.cleaned_data.items() if value})


def index(request: HttpRequest) -> HttpResponse:
    """List the entries in scope, the newest first."""
    entries = seen_by(request.user)
    form = AskedForm(request.GET, user=request.user)
    pages = Paginator(narrowed(entries, form.asked()), PER_PAGE).get_page(request.GET.get("page"))
    rows = [(entry, action_label(entry.action), kind_label(entry.kind), _link(entry)) for entry in pages]
    return page(
        request, "desk/audit.html", TITLE, form=form, rows=rows, pages=pages,
        numbers=list(pages.paginator.get_elided_page_range(pages.number)),
        last_check=last_check(), may_export=bool(scope(request.user, "export", "audit")),
    )  # fmt: skip


def one(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an entry with what it changed."""
    entry = get_object_or_404(seen_by(request.user), pk=pk)
    title = Text("审计记录 {n}", "Entry {n} of the trail").format(n=entry.pk)
    return page(
        request, "desk/audit_entry.html", title, entry=entry, link=_link(entry),
        action=action_label(entry.action), kind=kind_label(entry.kind),
        differences=list(differences(entry, current())),
    )  # fmt: skip


@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """Give the entries asked for as a workbook, and note that they were taken."""
    form = AskedForm(request.POST, user=request.user)
    entries = narrowed(seen_by(request.user, action="export"), form.asked())
    count = entries.count()
    if count > SCREENFUL_ROWS:
        demand(request.user, "export_all", "audit")
        entries = narrowed(seen_by(request.user, action="export_all"), form.asked())
        if not recently_confirmed(request):
            return redirect(f"{CONFIRM}?{urlencode({'next': '/desk/audit/'})}")
    rows = list(entries[:MOST_EXPORTED_ROWS])
    after = {"query": urlencode(_filled(form)), "rows": len(rows), "of": count}
    record(Act(action="export", kind="audit", after=after), by=request.user, address=address_of(request))
    name = f"{say(TITLE)}-{timezone.localdate().isoformat()}.xlsx"
    return FileResponse(_workbook(rows, current()), as_attachment=True, filename=name, content_type=_WORKBOOK)


def _filled(form: AskedForm) -> dict[str, str]:
    return {name: str(value) for name, value in form.cleaned_data.items() if value}


def _link(entry: Entry) -> str:
    return f"/desk/{entry.kind}/{entry.key}/" if entry.kind in LEDGERS and entry.key else ""


def _workbook(entries: list[Entry], lang: Lang) -> BinaryIO:
    headers = (
        Text("序号", "Number"), Text("时间", "Time"), Text("谁", "Who"), Text("做了什么", "Did what"),
        Text("对什么", "To what"), Text("编号", "Id"), Text("开发区", "Zone"), Text("事由", "Reason"),
        Text("改动", "Changes"), Text("批次", "Batch"), Text("地址", "Address"), Text("摘要", "Hash"),
    )  # fmt: skip
    rows = [
        (
            entry.pk,
            timezone.localtime(entry.at).strftime("%Y-%m-%d %H:%M:%S"),
            entry.by,
            action_label(entry.action).of(lang),
            kind_label(entry.kind).of(lang),
            entry.key,
            entry.zone_id,
            entry.reason,
            "\n".join(f"{label}: {old} → {new}" for label, old, new in differences(entry, lang)),
            entry.batch,
            entry.address,
            entry.hash,
        )
        for entry in entries
    ]
    with tempfile.TemporaryDirectory(prefix="yinfeng-audit-") as folder:
        path = Path(folder) / "audit.xlsx"
        write_workbook(path, [Sheet(TITLE.of(lang), [header.of(lang) for header in headers], rows)])
        return path.open("rb")  # still readable when its name is gone
