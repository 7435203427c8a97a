"""Sessions in the database, each with its user; and the words under which a session keeps what it knows."""

from datetime import datetime
from typing import Any, Final

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession

from yinfeng.web.accounts.models import Session

ENTERED_AT: Final = "entered_at"
SEEN_AT: Final = "seen_at"
CONFIRMED_AT: Final = "confirmed_at"
ADDRESS: Final = "address"
AGENT: Final = "agent"


class SessionStore(DatabaseStore):
    """Django's store over `Session`."""

    @classmethod
    def get_model_class(cls) -> type[AbstractBaseSession]:
        """Give the table of sessions."""
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        """Give the row of a session, with what its user may see of it."""
        row = super().create_model_instance(data)
        row.user_id = data.get(SESSION_KEY)
        row.address, row.agent = data.get(ADDRESS, ""), data.get(AGENT, "")
        row.entered_at, row.seen_at = instant(data.get(ENTERED_AT)), instant(data.get(SEEN_AT))
        return row


def instant(said: str | None) -> datetime | None:
    """Read an instant that a session keeps as text."""
    return datetime.fromisoformat(said) if said else None
