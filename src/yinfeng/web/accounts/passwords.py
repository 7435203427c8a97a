"""What a password must be, and passwords for one use."""

import secrets
import string
from typing import Final

from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError

from yinfeng.core.text import Text
from yinfeng.web.accounts.models import PastPassword, User
from yinfeng.web.language import say

KINDS_NEEDED: Final = 3
REMEMBERED: Final = 5
# Without what is read wrongly from a slip of paper: 0 O, 1 l I.
_LETTERS: Final = "".join(c for c in string.ascii_letters + string.digits if c not in "0O1lI")


class SeveralKindsOfCharacters:
    """Asks for three of: small letters, capitals, digits, other signs."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError where there are fewer."""
        if _kinds(password) < KINDS_NEEDED:
            raise ValidationError(self.get_help_text(), code="password_too_plain")

    def get_help_text(self) -> str:
        """Say the rule."""
        return say(
            Text(
                "大写字母、小写字母、数字、符号，至少用其中三种。",
                "Use at least three of: capitals, small letters, digits, other signs.",
            )
        )


class NotUsedLately:
    """Refuses a user's last passwords."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError where it is the present password or one of the last."""
        if user is None or user.pk is None:
            return
        past = PastPassword.objects.filter(user=user).order_by("-pk")[:REMEMBERED]
        hashes = {user.password, *past.values_list("password", flat=True)}
        if any(check_password(password, known) for known in hashes):
            raise ValidationError(self.get_help_text(), code="password_used_lately")

    def get_help_text(self) -> str:
        """Say the rule."""
        rule = Text("不能用最近 {n} 次用过的密码。", "It cannot be one of your last {n} passwords.")
        return say(rule.format(n=REMEMBERED))


def temporary_password() -> str:
    """Make a password that is shown once and has to be changed at the first login (about 90 bits)."""
    while True:
        parts = ["".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4)]
        password = "-".join(parts)
        if _kinds(password) > KINDS_NEEDED:
            return password


def _kinds(password: str) -> int:
    return len({_kind(sign) for sign in password})


def _kind(sign: str) -> str:
    if sign.isdigit():
        return "digit"
    if sign.isupper():
        return "capital"
    return "small" if sign.islower() else "other"
