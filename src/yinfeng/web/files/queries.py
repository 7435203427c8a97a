"""Reading files of records."""

from django.db.models import QuerySet

from yinfeng.web.files.models import StoredFile


def of_record(ledger: str, key: str) -> "QuerySet[StoredFile]":
    """Give the files of a record, the newest first."""
    return StoredFile.objects.filter(ledger=ledger, key=key).select_related("added_by").order_by("-pk")


def trail_key(ledger: str, key: str) -> str:
    """Give the key under which the trail tells of a record's files."""
    return f"{ledger}/{key}"
