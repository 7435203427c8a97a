"""The trail: nobody changes it, and who changes the file behind it is found out."""

import pytest
from click.testing import CliRunner
from django.db import DatabaseError, connection, transaction

from yinfeng.web.audit.actions import Act, check, record, record_all
from yinfeng.web.audit.chain import GENESIS, entry_hash, verify
from yinfeng.web.audit.command import group as audit
from yinfeng.web.audit.models import Check, Entry, Head

pytestmark = pytest.mark.django_db

_TABLES = ("audit_entry", "audit_check")


def _write(n: int) -> list[Entry]:
    return record_all([Act(action="add", kind="places", key=f"L{i}") for i in range(n)], by=None)


@pytest.fixture
def without_triggers():
    """Take away what guards the tables, as somebody with the file in hand could."""
    statements = {
        "sqlite": [f"DROP TRIGGER {table}_no_{what}" for table in _TABLES for what in ("update", "delete")],
        "postgresql": [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in _TABLES],
    }
    with connection.cursor() as cursor:
        for statement in statements[connection.vendor]:
            cursor.execute(statement)


def _faults(anchor: str = "") -> list[str]:
    return [fault.en for fault in verify(anchor).faults]


@pytest.mark.parametrize("table", _TABLES)
@pytest.mark.parametrize("statement", ["UPDATE {} SET at = at", "DELETE FROM {}"])
def test_the_database_refuses_to_change_the_trail(table, statement):
    _write(2)
    check()
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table))


def test_each_entry_holds_the_hash_of_the_one_before():
    first, second = _write(2)
    assert (first.previous, second.previous) == (GENESIS, first.hash)
    assert verify().faults == ()
    assert Head.objects.get().hash == second.hash


@transaction.atomic
def _write_and_fail() -> None:
    _write(1)
    raise RuntimeError


def test_an_entry_falls_with_the_transaction_it_is_in():
    with pytest.raises(RuntimeError):
        _write_and_fail()
    assert (Entry.objects.count(), verify().faults) == (0, ())


@pytest.mark.parametrize(
    "field", ["at", "by", "action", "kind", "key", "zone_id", "before", "after", "reason", "batch", "address"]
)
def test_a_changed_field_is_found(field, without_triggers):
    entry = _write(3)[1]
    value = "2020-01-01T00:00:00+00:00" if field == "at" else "9"
    Entry.objects.filter(pk=entry.pk).update(**{field: value})
    assert _faults() == ["entry 2 was changed"]


def test_a_deleted_entry_is_found(without_triggers):
    _write(3)
    Entry.objects.filter(pk=2).delete()
    assert _faults() == [
        "entry 2 is missing (found 3)",
        "entry 3 does not follow the one before it",
        "the head names entry 3, the trail ends at 2: its end was cut, changed or added to",
    ]


def test_a_cut_tail_is_found(without_triggers):
    _write(3)
    Entry.objects.filter(pk=3).delete()
    assert _faults() == ["the head names entry 3, the trail ends at 2: its end was cut, changed or added to"]


def test_an_entry_added_past_the_head_is_found():
    last = _write(2)[-1]
    forged = Entry(pk=3, at=last.at, by="x", action="add", kind="places", previous=last.hash)
    forged.hash = entry_hash(forged)
    forged.save(force_insert=True)
    assert _faults() == ["the head names entry 2, the trail ends at 3: its end was cut, changed or added to"]


def test_a_head_that_is_gone_is_found():
    _write(2)
    Head.objects.all().delete()
    assert _faults() == ["the head names entry 0, the trail ends at 2: its end was cut, changed or added to"]


def _rewrite() -> None:
    """Change the first entry and make the whole chain fit again."""
    previous = GENESIS
    for entry in Entry.objects.order_by("pk"):
        entry.by, entry.previous = "somebody", previous
        entry.hash = previous = entry_hash(entry)
        entry.save()
    Head.objects.update(hash=previous)


def test_a_whole_rewrite_is_found_by_a_hash_noted_elsewhere(without_triggers):
    noted = _write(3)[1].hash
    _rewrite()
    assert _faults() == []
    assert _faults(noted) == [f"the noted hash {noted} is not in the trail: it was rewritten"]


def test_a_whole_rewrite_is_found_by_an_earlier_check(without_triggers):
    _write(3)
    check()
    _write(1)
    _rewrite()
    assert _faults() == ["entry 3 is not what an earlier check noted: the trail was rewritten"]


def test_a_check_is_kept_with_its_faults(without_triggers):
    _write(2)
    check()
    Entry.objects.filter(pk=2).update(reason="x")
    check()
    assert list(Check.objects.order_by("pk").values_list("entries", "faults")) == [
        (2, []),
        (2, [["第 2 条的内容被改动", "entry 2 was changed"]]),
    ]


def test_the_command_tells_the_head_and_ends_with_10_where_something_is_wrong(without_triggers):
    head = _write(2)[-1].hash
    whole = CliRunner().invoke(audit, ["verify", "--lang", "en"])
    assert (whole.exit_code, whole.stdout.splitlines()[0]) == (0, "audit trail of 2 entries: whole")
    assert head in whole.stdout
    Entry.objects.filter(pk=1).update(by="x")
    broken = CliRunner().invoke(audit, ["verify", "--anchor", head])
    assert (broken.exit_code, broken.stderr, broken.stdout.splitlines()[0]) == (
        10,
        "第 1 条的内容被改动\n",
        "审计记录 2 条，有 1 处问题",
    )


def test_an_entry_tells_who_and_where():
    entry = record(Act(action="add", kind="places"), by=None, address="10.0.0.7")
    assert (entry.by, entry.address, verify().faults) == ("system", "10.0.0.7", ())
