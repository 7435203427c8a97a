"""How the processes of a site hang together: one at a time of each, and none outlives the one above it."""

import multiprocessing
import os
import signal
import sqlite3
import threading
import time
from pathlib import Path
from typing import Final

_GRACE_S: Final = 3.0


def hold(file: Path) -> sqlite3.Connection | None:
    """Hold a lock until this process ends, however it ends; None where another process holds it.

    SQLite's own lock: it is there on every system and no lock is left behind by a process that was killed.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(file, timeout=0, isolation_level=None)
    try:
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError:
        connection.close()
        return None
    return connection


def is_held(file: Path) -> bool:
    """Tell whether another process holds a lock."""
    connection = hold(file)
    if connection is None:
        return True
    connection.close()
    return False


def end_with_supervisor() -> None:
    """End this process when its standard input closes: whoever started it holds the other end."""
    threading.Thread(target=_watch_input, daemon=True).start()


def end_with_parent() -> None:
    """End this process when the one that spawned it is gone."""
    threading.Thread(target=_watch_parent, daemon=True).start()


def _watch_input() -> None:
    while os.read(0, 64):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_GRACE_S)
    os._exit(1)


def _watch_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
