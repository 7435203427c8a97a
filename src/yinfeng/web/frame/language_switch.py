"""Choosing the language, on the desk and on the portal alike; no login is needed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from yinfeng.web.frame.reauth import safe_next
from yinfeng.web.language import remember


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Keep the language chosen (``language``: "zh…" or "en") and go back to ``next``."""
    chosen = "en" if request.POST.get("language", "").startswith("en") else "zh"
    return remember(redirect(safe_next(request, default="/")), chosen)
