"""Pages about oneself: the password, the sessions."""

import hashlib

from django import forms
from django.contrib import messages
from django.contrib.auth import password_validation, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters

from yinfeng.core.text import Text
from yinfeng.web.accounts import actions
from yinfeng.web.accounts.models import User
from yinfeng.web.accounts.queries import must_change_password, other_sessions, sessions_of
from yinfeng.web.frame.address import address_of
from yinfeng.web.frame.reauth import WRONG_PASSWORD, is_own_password
from yinfeng.web.frame.site import page
from yinfeng.web.language import lazily, say


def _password(label: Text, autocomplete: str) -> forms.CharField:
    widget = forms.PasswordInput({"class": "yf-input", "autocomplete": autocomplete})
    return forms.CharField(label=lazily(label), max_length=128, strip=False, widget=widget)


class NewPasswordForm(forms.Form):
    """The present password, and the new one twice."""

    old = _password(Text("现在的密码", "Present password"), "current-password")
    new = _password(Text("新密码", "New password"), "new-password")
    again = _password(Text("再输一次新密码", "New password again"), "new-password")

    def __init__(self, data: object, *, user: User) -> None:
        super().__init__(data)
        self.user = user

    def clean_new(self) -> str:
        """Hold the new password to the rules."""
        new = self.cleaned_data["new"]
        password_validation.validate_password(new, self.user)
        return new

    def clean_again(self) -> str:
        """See that both are the same."""
        again = self.cleaned_data["again"]
        if "new" in self.cleaned_data and again != self.cleaned_data["new"]:
            raise forms.ValidationError(say(Text("两次输入的新密码不同", "The two new passwords differ")))
        return again


@sensitive_post_parameters()
def password(request: HttpRequest) -> HttpResponse:
    """Let a user choose a new password."""
    form = NewPasswordForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        if is_own_password(request, form.cleaned_data["old"]):
            return _change_password(request, form.cleaned_data["new"])
        form.add_error("old", say(WRONG_PASSWORD))
    rules = password_validation.password_validators_help_texts()
    is_due = must_change_password(request.user)
    title = Text("修改密码", "Change password")
    return page(request, "desk/password.html", title, form=form, rules=rules, is_due=is_due)


def _change_password(request: HttpRequest, new: str) -> HttpResponse:
    key, address = request.session.session_key, address_of(request)
    actions.change_password(password=new, by=request.user, session_key=key, address=address)
    update_session_auth_hash(request, request.user)
    done = Text("密码已改，其他登录已结束", "Password changed, other sessions ended")
    messages.success(request, say(done))
    return redirect("/desk/")


def sessions(request: HttpRequest) -> HttpResponse:
    """Show where one is logged in; end one of those sessions, or all but the present."""
    here = request.session.session_key
    if request.method == "POST":
        mark = request.POST.get("mark", "")
        chosen = [key for key in other_sessions(request.user, here) if mark in ("others", _mark(key))]
        n = actions.end_sessions(by=request.user, session_keys=chosen, address=address_of(request))
        messages.success(request, say(Text("已结束 {n} 处登录", "{n} sessions ended").format(n=n)))
        return redirect(request.path)
    rows = [
        (_mark(row.session_key), row, browser_name(row.agent), row.session_key == here)
        for row in sessions_of(request.user)
    ]
    return page(request, "desk/sessions.html", Text("我的登录", "My sessions"), rows=rows)


def browser_name(agent: str) -> str:
    """Give the names of the browser and of the system out of what a browser calls itself."""
    browsers = {"Edg/": "Edge", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
    systems = ("Windows", "Android", "iPhone", "iPad", "Mac OS", "Linux")
    browser = next((name for sign, name in browsers.items() if sign in agent), "")
    system = next((name for name in systems if name in agent), "")
    return " · ".join(filter(None, (browser, system))) or agent[:40]


def _mark(session_key: str) -> str:
    """Give a sign for a session that can stand in a page: the key itself would let others in."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:16]
