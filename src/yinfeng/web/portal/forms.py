"""The portal's forms: what somebody needs, and an enquiry."""

import secrets
import time
from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.core import signing

from yinfeng.core.errors import Fault
from yinfeng.core.text import Text
from yinfeng.tables.schema import choices
from yinfeng.web.language import lazily, say
from yinfeng.web.portal import needs
from yinfeng.web.portal.needs import Need

_ANY: Final = Text("不限", "Any")
_SALT: Final = "portal-enquiry"
_LEAST_S: Final = 2.0
"""Nobody fills in the form faster."""
_MOST_S: Final = 24 * 3600


def _text(label: Text, hint: Text | None = None, *, most: int = 40, **more: Any) -> forms.CharField:
    """Make a field for a figure; figures are read as cells of a sheet are, so it is plain text."""
    attributes = {"autocomplete": "off"} | more.pop("attrs", {})
    return forms.CharField(
        label=lazily(label),
        help_text=lazily(hint) if hint else "",
        max_length=most,
        required=False,
        widget=forms.TextInput(attributes),
        **more,
    )


def _choice(
    label: Text, options: Sequence[tuple[str, Text]], hint: Text | None = None, **more: Any
) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=lazily(label),
        help_text=lazily(hint) if hint else "",
        choices=[(code, lazily(text)) for code, text in options],
        **more,
    )


class NeedForm(forms.Form):
    """What somebody needs; only the kind and the area must be said."""

    make = _text(
        Text("您做什么产品", "What do you make"),
        Text(
            "例如 硅酸钙板、锂电池；也可写行业代码 C30",
            "For example furniture, batteries; or an industry code such as C30",
        ),
        most=100,
        attrs={"list": "industries"},
    )
    kind = _choice(
        Text("要厂房还是土地", "A building or land"),
        tuple(needs.KINDS.items()),
        widget=forms.RadioSelect,
        error_messages={
            "required": lazily(Text("请选厂房、土地或都可以", "Please choose a building, land or either"))
        },
    )
    area = forms.CharField(
        label=lazily(Text("需要多大面积", "How much area")),
        help_text=lazily(Text("例如 30亩、8000平、5000-8000", "For example 30 mu, 8000 m², 5000-8000")),
        max_length=40,
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={
            "required": lazily(
                Text(
                    "请写需要的面积，例如 30亩 或 8000平",
                    "Please give the area, for example 30 mu or 8000 m²",
                )
            )
        },
    )
    area_unit = _choice(Text("面积单位", "Unit of the area"), tuple(needs.AREA_UNITS.items()), required=False)
    investment = _text(
        Text("固定资产投资（万元）", "Fixed investment (×10k yuan)"),
        Text(
            "不少开发区按亩均投资准入，填了才能判断",
            "Many zones ask for an investment per mu; without it that stays open",
        ),
    )
    tax = _text(Text("年税收（万元）", "Tax a year (×10k yuan)"))
    height = _text(Text("净高（米）", "Clear height (m)"))
    load = _text(Text("地面荷载（吨/㎡）", "Floor load (t/m²)"))
    crane = _text(Text("行车起重量（吨）", "Crane (t)"))
    power = _text(Text("用电（kVA）", "Power (kVA)"))
    fire = _choice(
        Text("生产的火灾危险性", "Fire hazard class of your production"),
        (("", _ANY), *((one.code, one.label) for one in choices("fire_class"))),
        Text("甲最高，戊最低", "A is the highest, E the lowest"),
        required=False,
    )
    chemical = _choice(
        Text("是不是化工项目", "Is it a chemical project"),
        (("", Text("不知道", "Not known")), ("yes", Text("是", "Yes")), ("no", Text("不是", "No"))),
        required=False,
    )
    needed = _text(Text("什么时候要", "When do you need it"), Text("例如 2027-03", "For example 2027-03"))
    rent = _text(Text("租金不超过（元/㎡·月）", "Rent at most (yuan/m²·month)"))
    price = _text(Text("地价不超过（万元/亩）", "Land price at most (×10k yuan/mu)"))
    zone = forms.ChoiceField(label=lazily(Text("哪个开发区", "Which zone")), required=False)

    def __init__(self, *args: Any, zones: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = self.data.get("zone", "")
        known = [*zones, (told, told)] if told and told not in dict(zones) else zones
        self.fields["zone"].choices = [("", say(_ANY)), *known]
        self.need: Need | None = None

    def clean(self) -> dict[str, Any]:
        """Read what was typed as a row of a ledger; every fault goes to its field."""
        cleaned: dict[str, Any] = super().clean() or {}
        need, faults = needs.read({name: str(value or "") for name, value in cleaned.items()})
        for name, fault in faults.items():
            self.add_error(name, say(_in_words(fault)))
        self.need = need
        return cleaned

    @property
    def more_is_used(self) -> bool:
        """Tell whether something is filled in, or wrong, among the further conditions."""
        return any(self.data.get(name) or name in self.errors for name in MORE)


MORE: Final = (
    "tax",
    "height",
    "load",
    "crane",
    "power",
    "fire",
    "chemical",
    "needed",
    "rent",
    "price",
    "zone",
)
"""Fields that stand under “more conditions”."""


def _in_words(fault: Fault) -> Text:
    return Text(
        "“{found}”读不出来：应为{expected}；{fix}", '"{found}" cannot be read: expected {expected}; {fix}'
    ).format(found=fault.found, expected=fault.expected, fix=fault.fix)


class EnquiryForm(forms.Form):
    """Who asks, and how to reach them: by telephone or by mail, one is enough."""

    contact = forms.CharField(
        label=lazily(Text("怎么称呼您", "Your name")),
        max_length=100,
        widget=forms.TextInput({"autocomplete": "name"}),
        error_messages={"required": lazily(Text("请写怎么称呼您", "Please give your name"))},
    )
    phone = forms.RegexField(
        r"^[0-9+() \-转xX#]{5,40}$",
        label=lazily(Text("电话", "Telephone")),
        required=False,
        widget=forms.TextInput({"autocomplete": "tel", "inputmode": "tel"}),
        error_messages={
            "invalid": lazily(
                Text(
                    "电话写数字，例如 0351-1234567", "Write the number in digits, for example +86 351 1234567"
                )
            )
        },
    )
    email = forms.EmailField(
        label=lazily(Text("邮箱", "Mail")),
        required=False,
        max_length=100,
        widget=forms.EmailInput({"autocomplete": "email"}),
        error_messages={
            "invalid": lazily(
                Text("邮箱写成 name@example.com 的样子", "Write the address like name@example.com")
            )
        },
    )
    firm_name = forms.CharField(
        label=lazily(Text("企业", "Firm")),
        required=False,
        max_length=200,
        widget=forms.TextInput({"autocomplete": "organization"}),
    )
    message = forms.CharField(
        label=lazily(Text("想问什么", "What would you like to know")),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 5}),
    )
    website = forms.CharField(
        required=False, widget=forms.TextInput({"autocomplete": "off", "tabindex": "-1"})
    )
    token = forms.CharField(widget=forms.HiddenInput)

    def clean_website(self) -> str:
        """Refuse what only programs fill in: people do not see the field."""
        if self.cleaned_data["website"]:
            raise forms.ValidationError(say(Text("这一栏请留空", "Please leave this field empty")))
        return ""

    def clean(self) -> dict[str, Any]:
        """Ask for one way to reach the person."""
        cleaned: dict[str, Any] = super().clean() or {}
        given = cleaned.get("phone") or cleaned.get("email")
        if not given and not {"phone", "email"} & self.errors.keys():
            self.add_error(
                "phone", say(Text("电话和邮箱至少写一个", "Give a telephone number or a mail address"))
            )
        return cleaned


def new_token() -> str:
    """Give a form its own id, signed with the time it was made."""
    return signing.dumps({"id": secrets.token_urlsafe(16), "at": time.time()}, salt=_SALT)


def kept_token(token: str) -> str:
    """Give a form that is shown again the token it had, or a new one where that is no good any more."""
    told = _told(token)
    return token if told is not None and told[1] <= _MOST_S else new_token()


def form_id(token: str) -> str | None:
    """Give the id of a form that people can have filled in: not at once, and not a day later; else None."""
    told = _told(token)
    return told[0] if told is not None and _LEAST_S <= told[1] <= _MOST_S else None


def _told(token: str) -> tuple[str, float] | None:
    """Give the id and the age [s] of a form from its token; None for one that is not ours."""
    try:
        told = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    return str(told["id"]), time.time() - told["at"]
