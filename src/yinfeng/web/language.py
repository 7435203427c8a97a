"""Which language a page is in: Chinese unless the visitor chose English; never what a browser prefers."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.functional import lazystr

from yinfeng.core.text import Lang, Text

COOKIE: Final = "yinfeng_language"
_DJANGO_CODE: Final = {"zh": "zh-hans", "en": "en"}
_COOKIE_AGE_S: Final = 365 * 24 * 3600


def current() -> Lang:
    """Give the language of the page being made."""
    return "en" if (translation.get_language() or "").startswith("en") else "zh"


def say(text: Text | str) -> str:
    """Say a text in the language of the page; what is data already stays as it is."""
    return text.of(current()) if isinstance(text, Text) else text


def lazily(text: Text) -> str:
    """Give a text that is said when it is shown; for names that Django asks for at start."""
    return lazystr(_Said(text))


class _Said:
    def __init__(self, text: Text) -> None:
        self.text = text

    def __str__(self) -> str:
        return say(self.text)


def middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Set the language of each page by the visitor's own choice."""

    def respond(request: HttpRequest) -> HttpResponse:
        code = _DJANGO_CODE["en" if request.COOKIES.get(COOKIE) == "en" else "zh"]
        with translation.override(code):
            request.LANGUAGE_CODE = code
            response = get_response(request)
            response.headers.setdefault("Content-Language", code)
        return response

    return respond


def remember(response: HttpResponse, lang: str) -> HttpResponse:
    """Let the visitor's browser keep the language chosen."""
    chosen = "en" if lang == "en" else "zh"
    response.set_cookie(COOKIE, chosen, max_age=_COOKIE_AGE_S, samesite="Lax", httponly=True)
    return response
