"""Forms about users. What they offer follows the scope of who fills them in."""

from typing import Any

from django import forms

from yinfeng.core.text import Text
from yinfeng.web.accounts.actions import KIND
from yinfeng.web.accounts.models import User
from yinfeng.web.language import lazily, say
from yinfeng.web.zones.members import DETAILS
from yinfeng.web.zones.models import Zone
from yinfeng.web.zones.policy import GIVEN_BY_ADMINISTRATORS, ROLE_LABEL, scope, within

EVERYWHERE = "*"  # never by leaving a field as it was


def _line(zh: str, en: str, *, required: bool = False, most: int = 100) -> forms.CharField:
    widget = forms.TextInput({"class": "yf-input"})
    return forms.CharField(label=lazily(Text(zh, en)), required=required, max_length=most, widget=widget)


class DetailsForm(forms.Form):
    """Who a user is."""

    first_name = _line("姓名", "Name", required=True)
    department = _line("部门", "Department")
    phone = _line("电话", "Phone", most=40)
    email = forms.EmailField(
        label=lazily(Text("电子邮箱", "E-mail")),
        required=False,
        widget=forms.EmailInput({"class": "yf-input"}),
    )
    reason = _line("事由", "Reason", required=True, most=200)

    @property
    def details(self) -> dict[str, str]:
        """Give the user's fields without the reason."""
        return {name: self.cleaned_data[name] for name in DETAILS}


class NewUserForm(DetailsForm):
    """A user to be made."""

    username = _line("用户名（登录用）", "User name (for logging in)", required=True, most=150)
    field_order = ["username", *DETAILS, "reason"]


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = _line("事由", "Reason", required=True, most=200)


class GrantForm(forms.Form):
    """A role to be given, among those and where the giver may."""

    role = forms.ChoiceField(label=lazily(Text("角色", "Role")), widget=forms.Select({"class": "yf-select"}))
    zone = forms.ChoiceField(label=lazily(Text("范围", "Where")), widget=forms.Select({"class": "yf-select"}))
    reason = _line("事由", "Reason", required=True, most=200)

    def __init__(self, data: Any = None, *, by: User) -> None:
        super().__init__(data, auto_id="grant-%s")  # the details' form beside it has a reason, too
        where = scope(by, "change", KIND)
        zones = within(Zone.objects.order_by("zone_id"), where).values_list("zone_id", "zone_name")
        everywhere = [(EVERYWHERE, say(Text("全部开发区", "Every zone")))] if where.everywhere else []
        none = ("", say(Text("请选择", "Choose")))
        roles = [(role, say(ROLE_LABEL[role])) for role in GIVEN_BY_ADMINISTRATORS]
        self.fields["role"].choices = [none, *roles]
        self.fields["zone"].choices = [
            none, *everywhere, *((id_, f"{name or id_} · {id_}") for id_, name in zones)
        ]  # fmt: skip

    @property
    def zone_id(self) -> str | None:
        """Give the zone chosen; None: everywhere."""
        zone: str = self.cleaned_data["zone"]
        return None if zone == EVERYWHERE else zone
