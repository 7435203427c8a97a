"""The pages of a bulk edit: choose a column and a value, see every row that would change, confirm."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect

from yinfeng.core.errors import Fault, InputError
from yinfeng.core.text import Text
from yinfeng.tables import schema
from yinfeng.tables.schema import HEADER_UNIT, LEDGER_LABEL, Column
from yinfeng.web.accounts.models import User
from yinfeng.web.desk import bulk, cells, list_state
from yinfeng.web.desk.asked import Asked, ask
from yinfeng.web.desk.bulk import Plan
from yinfeng.web.desk.facets import NO, YES
from yinfeng.web.desk.listing import link_of
from yinfeng.web.frame.site import page
from yinfeng.web.language import current, lazily, say
from yinfeng.web.ledgers.actions import Conflict
from yinfeng.web.ledgers.registry import HELD
from yinfeng.web.zones.policy import demand

SHOWN_ROWS: Final = 200
_CHOOSE: Final = Text("请选一列", "Choose a column")
_CLEARED: Final = Text("（清空）", "(take away)")
_AGAIN: Final = Text(
    "确认之前数据又有变动，什么也没有写入。请再看一遍，再确认。",
    "The data changed before you confirmed; nothing was written. Look again, then confirm.",
)


@dataclass(frozen=True, slots=True)
class Line:
    """One record of the page that asks to confirm."""

    name: str
    key: str
    link: str
    before: str
    after: str


class BulkForm(forms.Form):
    """A column, its new value as a cell would hold it, and why."""

    column = forms.ChoiceField(label=lazily(Text("改哪一列", "Column to set")))
    value = forms.CharField(required=False, max_length=2_000, label=lazily(Text("改成", "New value")))
    reason = forms.CharField(max_length=500, label=lazily(Text("原因", "Reason")))

    def __init__(self, *args: Any, ledger: str, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        columns = bulk.editable_by(user, ledger)
        names = [(name, lazily(column.label)) for name, column in columns.items()]
        self.fields["column"].choices = [("", lazily(_CHOOSE)), *names]
        column = columns.get(self.data.get("column", ""))
        if column is None:
            self.fields["value"].widget = forms.HiddenInput()
        else:
            self.fields["value"].widget = _widget(column)
            self.fields["value"].help_text = _hint(column)
        self.fields["column"].widget.attrs["class"] = "yf-select"
        self.fields["reason"].widget.attrs["class"] = "yf-input"


def edit(request: HttpRequest, ledger: str) -> HttpResponse:
    """Ask for a column and a value, show what would change, and write it when that is confirmed."""
    if request.method != "POST":
        return redirect(f"/desk/{ledger}/?{request.GET.urlencode()}")
    demand(request.user, "change", ledger)
    demand(request.user, bulk.right_to_set(ledger, request.POST.get("column", "")), ledger)
    asked = ask(request.user, list_state.read(ledger, QueryDict(request.POST.get("query", ""))))
    keys = [] if request.POST.get("all") else request.POST.getlist("key")
    form = BulkForm(request.POST if "column" in request.POST else None, ledger=ledger, user=request.user)
    plan = _plan(request, asked, keys, form)
    confirmed = request.POST.get("confirmed", "")
    if plan is None or not confirmed or plan.errors:
        return _page(request, asked, keys, form, plan)
    if plan.digest != confirmed:
        return _page(request, asked, keys, form, plan, note=_AGAIN)
    return _write(request, asked, keys, form, plan)


def _plan(request: HttpRequest, asked: Asked, keys: list[str], form: BulkForm) -> Plan | None:
    if "column" not in request.POST or request.POST.get("only") == "column" or not form.is_valid():
        return None
    rows = bulk.chosen(asked, keys)
    data = form.cleaned_data
    return bulk.plan(asked.state.ledger, rows, data["column"], data["value"], by=request.user)


def _write(request: HttpRequest, asked: Asked, keys: list[str], form: BulkForm, plan: Plan) -> HttpResponse:
    ledger = asked.state.ledger
    try:
        rows, batch = bulk.apply(ledger, plan, by=request.user, reason=form.cleaned_data["reason"])
    except Conflict:
        return _page(request, asked, keys, form, plan, note=_AGAIN)
    except InputError as error:
        return _page(request, asked, keys, form, plan, faults=error.faults)
    left = len(plan.refused)
    done = Text(f"已改 {rows:,} 行（批次 {batch[:8]}）", f"{rows:,} rows changed (batch {batch[:8]})")
    more = Text(f"；{left:,} 行不能改，保持原样", f"; {left:,} rows stay as they were")
    messages.success(request, say(done) + (say(more) if left else ""))
    return redirect(f"/desk/{ledger}/?{list_state.written(asked.state)}")


def _page(
    request: HttpRequest,
    asked: Asked,
    keys: list[str],
    form: BulkForm,
    plan: Plan | None,
    *,
    note: Text | None = None,
    faults: Sequence[Fault] = (),
) -> HttpResponse:
    ledger = asked.state.ledger
    told = plan.faults if plan else ()
    title = Text("批量修改：{ledger}", "Edit many: {ledger}").format(ledger=LEDGER_LABEL[ledger])
    return page(
        request,
        "desk/list_bulk.html",
        title,
        status=409 if note else 200,
        ledger=ledger,
        query=list_state.written(asked.state),
        keys=keys,
        chosen=f"{len(keys) if keys else asked.rows.order_by().count():,}",
        changes=f"{len(plan.changes):,}" if plan else "",
        form=form,
        plan=plan,
        note=note,
        faults=[(one.say(current()), one.severity == "error") for one in faults or told],
        lines=list(_lines(asked, plan)) if plan else (),
        refused=[(_named(ledger, record), say(why)) for record, why in plan.refused] if plan else (),
        shown_rows=SHOWN_ROWS,
    )


def _lines(asked: Asked, plan: Plan) -> Iterator[Line]:
    ledger, column = asked.state.ledger, plan.column
    changes = plan.changes[:SHOWN_ROWS]
    pairs = [(bulk.value_before(ledger, one, column.name), one.values[column.name]) for one in changes]
    rows = [(*[None] * cells.FIRST, value) for pair in pairs for value in pair]
    names = cells.names_for(asked.user, ledger, [column], rows, asked.tree)
    for change, (before, after) in zip(changes, pairs, strict=True):
        key = getattr(change.record, HELD[ledger].key)
        shown = [
            cells.shown(column, value, said, names, current()).text
            for value, said in ((before, change.record.said), (after, change.values))
        ]
        yield Line(_named(ledger, change.record), key, link_of(ledger, key), *shown)


def _named(ledger: str, record: Any) -> str:
    key, name = getattr(record, HELD[ledger].key), getattr(record, HELD[ledger].name)
    return name if name == key or not name else f"{name}（{key}）"


def _widget(column: Column) -> forms.Widget:
    if column.type == "choice":
        words = [(choice.code, say(choice.label)) for choice in schema.choices(column.target)]
    elif column.type == "bool":
        words = [("yes", say(YES)), ("no", say(NO))]
    elif column.type == "keeper":
        words = [(one.username, f"{one} ({one.username})") for one in _people()]
    else:
        kind = {"type": "date"} if column.type == "date" else {}
        return forms.TextInput({"class": "yf-input", "placeholder": column.example, **kind})
    return forms.Select({"class": "yf-select"}, choices=[("", say(_CLEARED)), *words])


def _people() -> Any:
    return User.objects.filter(is_active=True).order_by("username")


def _hint(column: Column) -> str:
    unit = HEADER_UNIT.get(column.unit)
    bare = Text("只写数时按{unit}读，也可以写明单位", "A bare number is in {unit}; units may be written")
    said = [say(bare.format(unit=unit))] if unit else []
    said += [say(column.meaning)] if column.meaning.zh else []
    return " · ".join([*said, say(Text("留空就是清空", "Blank takes away what is there"))])
