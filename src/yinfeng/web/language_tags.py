"""The template tag for texts in two languages: ``{% t "台账" "Ledgers" %}``, and the filter ``said``."""

from typing import Any

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from yinfeng.core.text import Text
from yinfeng.web.language import say

register = template.Library()


@register.simple_tag
def t(zh: str, en: str, **values: Any) -> str:
    """Say one of two sentences by the language of the page; ``{name}`` marks are filled, and escaped."""
    text = say(Text(zh, en))
    if not values:
        return text
    return SafeString(
        conditional_escape(text).format(**{k: conditional_escape(said(v)) for k, v in values.items()})
    )


@register.filter
def said(text: Any) -> Any:
    """Say a `Text` in the language of the page; anything else stays as it is."""
    return say(text) if isinstance(text, Text) else text


@register.filter
def grouped(value: float | None, digits: int = 0) -> str:
    """Write a number with its thousands apart, 28,493.5, alike in both languages; nothing for None."""
    return "" if value is None else f"{value:,.{digits}f}"
