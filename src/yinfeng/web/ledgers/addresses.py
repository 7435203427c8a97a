"""Addresses of records: an id may hold any sign, and stays one step of the path and no page's name."""

import re
from typing import Final

from django.urls import reverse

from yinfeng.web.ledgers.registry import HELD

_ESCAPED: Final = re.compile("~([0-9A-F]{2})")
_UNSAFE: Final = re.compile(r"[~/\\]|^\.")
_LIKE_A_PAGE: Final = re.compile("^[a-z](?=[a-z.-]*$)")  # add, map.json …


def record_address(ledger: str, key: str, part: str = "") -> str:
    """Give the address of a record's page, or of a part of it (``"history"``)."""
    name = f"record-{part}" if part else "record"
    return reverse(name, kwargs={"ledger": ledger, "key": key})


class LedgerConverter:
    """The name of a ledger in an address."""

    regex = "|".join(HELD)

    def to_python(self, value: str) -> str:
        """Give the name as it is."""
        return value

    def to_url(self, value: str) -> str:
        """Write the name as it is."""
        return value


class KeyConverter:
    """A key in an address: ``~2F`` for ``/``, so that it stays one step."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        """Give the key that is meant; ValueError, which is no address, for a sign that no text may hold."""
        key = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value)
        if "\0" in key:
            raise ValueError(value)
        return key

    def to_url(self, value: str) -> str:
        """Write a key for an address; what is left unsafe Django quotes."""
        return _LIKE_A_PAGE.sub(_escape, _UNSAFE.sub(_escape, value))


def _escape(found: re.Match[str]) -> str:
    return f"~{ord(found[0]):02X}"
