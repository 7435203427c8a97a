"""What the database is and which form it has."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

Migration = tuple[str, str]
"""App and name."""


def applied_migrations() -> set[Migration]:
    """Give the migrations the database has gone through."""
    return set(MigrationRecorder(connection).applied_migrations())


def missing_migrations() -> set[Migration]:
    """Give the migrations this version needs and the database has not gone through."""
    return set(known_migrations()) - applied_migrations()


@cache
def known_migrations() -> frozenset[Migration]:
    """Give the migrations of this version, read once."""
    return frozenset(MigrationLoader(None).disk_migrations)


@contextmanager
def snapshot() -> Iterator[None]:
    """Read everything as it is at one moment, while others go on writing."""
    connection.ensure_connection()
    is_sqlite = connection.vendor == "sqlite"
    if is_sqlite:
        mode, connection.transaction_mode = connection.transaction_mode, None  # a reader: locks nobody out
    try:
        with transaction.atomic():
            if not is_sqlite:
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    finally:
        if is_sqlite:
            connection.transaction_mode = mode
