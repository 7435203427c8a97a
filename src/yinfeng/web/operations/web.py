"""The web server: ``python -m yinfeng.web.operations.web HOST PORT WORKERS``."""

import os
import sys
from typing import Final

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from yinfeng.web.operations.lifeline import end_with_supervisor

_KILL_TIMEOUT_S: Final = 2
_RESPAWN_S: Final = 0.5


def serve_pages(host: str, port: int, workers: int) -> None:
    """Answer requests until told to end.

    Requests are short and wait for the database as often as for the processor: a few threads more than
    processors, each with a connection of its own.
    """
    threads = min(16, 2 * (os.cpu_count() or 1))
    Server(
        "yinfeng.web.operations.application:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        workers_kill_timeout=_KILL_TIMEOUT_S,
        respawn_failed_workers=True,
        respawn_interval=_RESPAWN_S,
        log_level=LogLevels.warning,
    ).serve()


if __name__ == "__main__":
    end_with_supervisor()
    serve_pages(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
