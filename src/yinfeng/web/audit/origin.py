"""From which network address the acts at hand come, so that no action need be told of a request."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

_ADDRESS: Final[ContextVar[str]] = ContextVar("address", default="")


@contextmanager
def acting_from(address: str) -> Iterator[None]:
    """Let what users do meanwhile, in this thread, come from an address; empty where it is not known."""
    token = _ADDRESS.set(address)
    try:
        yield
    finally:
        _ADDRESS.reset(token)


def acting_address() -> str:
    """Give the address that acts come from; empty outside any request."""
    return _ADDRESS.get()
