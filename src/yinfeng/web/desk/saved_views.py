"""Saved views above a list: opening, counting, saving, removing."""

from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from yinfeng.core.errors import InputError
from yinfeng.core.text import Text
from yinfeng.tables.schema import LEDGER_LABEL
from yinfeng.web.accounts.models import User
from yinfeng.web.desk import list_state
from yinfeng.web.desk.asked import ask
from yinfeng.web.desk.list_state import State
from yinfeng.web.frame.site import page
from yinfeng.web.language import current, lazily
from yinfeng.web.ledgers import saved_views
from yinfeng.web.ledgers.models import SavedView
from yinfeng.web.ledgers.saved_views import Audience, may_publish, views_for
from yinfeng.web.zones.policy import ROLE_LABEL, roles


@dataclass(frozen=True, slots=True)
class Tab:
    """A saved view above a list."""

    view: SavedView
    link: str
    is_open: bool
    is_changed: bool
    """Opened, and something was changed since."""
    is_own: bool


class ViewForm(forms.Form):
    """A name and an audience for a view."""

    name = forms.CharField(max_length=60, label=lazily(Text("名称", "Name")))
    audience = forms.ChoiceField(choices=Audience, label=lazily(Text("谁能看到", "Who sees it")))
    default_for = forms.ChoiceField(required=False, label=lazily(Text("作为首屏", "First screen of")))

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            is_list = isinstance(field, forms.ChoiceField)
            field.widget.attrs["class"] = "yf-select" if is_list else "yf-input"
        nobody = [("", lazily(Text("不作首屏", "Nobody")))]
        self.fields["default_for"].choices = nobody + [
            (role, lazily(name)) for role, name in ROLE_LABEL.items()
        ]
        if not may_publish(by):
            self.fields["audience"].choices = [one for one in Audience.choices if one[0] != Audience.EVERYONE]
            del self.fields["default_for"]


def tabs(user: User, state: State) -> list[Tab]:
    """Give the views somebody finds above a list."""
    return [_tab(view, user, state) for view in views_for(user, state.ledger)]


def first_screen(user: User, ledger: str) -> SavedView | None:
    """Give the view that is the first screen of one of the user's roles, if there is one."""
    if not user.is_authenticated:
        return None
    views = SavedView.objects.filter(ledger=ledger, default_for__in=roles(user))
    return views.order_by("default_for").first()


def address(view: SavedView) -> str:
    """Give the address of the list that a view shows."""
    asked = QueryDict(view.query, mutable=True)
    asked["view"] = str(view.pk)
    return f"/desk/{view.ledger}/?{list_state.written(list_state.read(view.ledger, asked))}"


def has_first_screen(user: User, views: list[Tab]) -> bool:
    """Tell whether one of the views is the first screen of a role of the user."""
    return any(tab.view.default_for in roles(user) for tab in views if tab.view.default_for)


def counts(request: HttpRequest, ledger: str) -> HttpResponse:
    """Tell how many rows each view has for this user: asked for after the page is there."""
    found = {str(view.pk): _count(request.user, view) for view in views_for(request.user, ledger)}
    return JsonResponse(found)


def save(request: HttpRequest, ledger: str) -> HttpResponse:
    """Ask for a name, then save the list under it."""
    query = request.GET.urlencode()
    form = ViewForm(request.POST or None, by=request.user)
    faults: tuple[str, ...] = ()
    if request.method == "POST" and form.is_valid():
        state = list_state.read(ledger, QueryDict(query))
        try:
            view = saved_views.save(ledger=ledger, query=_kept(state), by=request.user, **form.cleaned_data)
            return redirect(address(view))
        except InputError as error:
            faults = tuple(fault.say(current()) for fault in error.faults)
    title = Text("保存视图：{ledger}", "Save a view: {ledger}").format(ledger=LEDGER_LABEL[ledger])
    return page(request, "desk/list_save.html", title, form=form, ledger=ledger, query=query, faults=faults)


@require_POST
def remove(request: HttpRequest, ledger: str, number: int) -> HttpResponse:
    """Remove a view."""
    view = get_object_or_404(views_for(request.user, ledger), pk=number)
    saved_views.remove(view, by=request.user)
    return redirect(f"/desk/{ledger}/")


def _tab(view: SavedView, user: User, state: State) -> Tab:
    is_open = state.view == str(view.pk)
    is_changed = is_open and _kept(state) != view.query
    return Tab(view, address(view), is_open, is_changed, view.owner_id == user.pk)


def _kept(state: State) -> str:
    """Give what a view keeps of a list: not its page, nor the view it began with."""
    return list_state.written(replace(state, page=1, view=""))


def _count(user: User, view: SavedView) -> int:
    state = list_state.read(view.ledger, QueryDict(view.query))
    return ask(user, state).rows.order_by().count()
