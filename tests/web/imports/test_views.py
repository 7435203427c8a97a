"""Pages of imports: each address for who has the right and who has not, in both languages."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.web.imports.bringing import a_book, committed, compared, worked
from tests.web.office import PASSWORD, a_place, a_user, a_zone
from yinfeng.web.imports import queries
from yinfeng.web.imports.models import Batch
from yinfeng.web.jobs.models import Job
from yinfeng.web.ledgers.registry import find
from yinfeng.web.places.models import Place
from yinfeng.web.zones.models import Membership

pytestmark = pytest.mark.django_db

NEW = ["L2", "二号", "Z1", "厂房", 200, "闲置"]
PAGES = ("", "setup/")
POSTS = ("look/", "check/", "decide/", "commit/", "undo/", "refused.xlsx", "result.xlsx", "original")


@pytest.fixture(autouse=True)
def _site(settings, tmp_path):
    settings.SITE = tmp_path


@pytest.fixture
def boss():
    a_zone("Z1")
    a_zone("Z2")
    return a_user("committee", "Z1")


def confirmed(client, user):
    client.force_login(user)
    client.post("/desk/confirm/", {"password": PASSWORD})
    return client


def posted(client, batch, **changes):
    """Post the form of the set-up as the page has it, with changes."""
    told = {"mode": "upsert", "otherwise": "skip", "blank": "keep", "key": "", "is_whole": ""}
    for one in batch.columns:
        told |= {f"column-{one['at']}": one["column"], f"unit-{one['at']}": one["unit"]}
    return client.post(f"/desk/imports/{batch.token}/setup/", told | changes)


def test_a_file_goes_through_the_pages_from_the_upload_to_the_undo(boss, client):
    client = confirmed(client, boss)
    file = SimpleUploadedFile("场地.xlsx", a_book(NEW, ["L3", "三号", "Z1", "仓房", 1, None]))
    response = client.post("/desk/imports/new/", {"file": file, "ledger": "", "source": "资源局"})
    batch = Batch.objects.get()
    assert response.url == f"/desk/imports/{batch.token}/setup/"
    assert "场地编号" in client.get(response.url).content.decode()
    assert posted(client, batch).url == f"/desk/imports/{batch.token}/"
    assert "yf-job" in client.get(f"/desk/imports/{batch.token}/").content.decode()
    batch = worked(batch)
    page = client.get(f"/desk/imports/{batch.token}/").content.decode()
    assert "确认后写入 1 行；1 行退回或待决定，不写入" in page
    asked = {"digest": batch.digest, "reason": "核实"}
    for _ in range(2):
        assert client.post(f"/desk/imports/{batch.token}/commit/", asked).status_code == 302
    assert Job.objects.filter(ref=batch.token).count() == 2
    assert "已写入 1 行" in client.get(f"/desk/imports/{worked(batch).token}/").content.decode()
    undo = Batch.objects.get(token=client.post(f"/desk/imports/{batch.token}/undo/").url.split("/")[3])
    undo = worked(undo)
    client.post(f"/desk/imports/{undo.token}/commit/", {"digest": undo.digest, "reason": "导错了"})
    assert (worked(undo).state, Place.objects.count()) == ("done", 0)
    assert "已撤销" in client.get("/desk/imports/").content.decode()


def test_taking_back_asks_for_the_password_again(boss, client, settings):
    settings.CONFIRMED_S = 0
    batch = committed(compared(boss, NEW))
    client.force_login(boss)
    response = client.post(f"/desk/imports/{batch.token}/undo/")
    assert response.url.startswith("/desk/confirm/")
    assert Batch.objects.count() == 1


def test_a_required_column_that_is_missing_and_a_default_that_cannot_be_read_are_told_on_the_page(
    boss, client
):
    client.force_login(boss)
    client.post(
        "/desk/imports/new/", {"file": SimpleUploadedFile("a.csv", "场地编号,场地名称\nL1,一\n".encode())}
    )
    batch = Batch.objects.get()
    page = posted(client, batch, **{"default-kind": "仓房"}).content.decode()
    assert "必填的“开发区编号”没有对应的列" in page
    assert "下列之一：地块、厂房、生产线" in page
    assert posted(client, batch, **{"default-kind": "厂房", "default-zone_id": "Z1"}).status_code == 302


@pytest.mark.parametrize(("name", "content", "word"), [
    ("a.xlsx", b"PK\x03\x04broken", "文件不完整或已损坏"),
    ("a.csv", "甲,乙\n1,2\n".encode(), "选定台账再传一次"),
    ("a.xlsx", b"<html></html>", "另存为 .xlsx"),
])  # fmt: skip
def test_a_file_that_is_no_ledger_is_refused_in_words(boss, client, name, content, word):
    client.force_login(boss)
    page = client.post("/desk/imports/new/", {"file": SimpleUploadedFile(name, content)})
    assert (page.status_code, word in page.content.decode(), Batch.objects.count()) == (200, True, 0)


def test_a_file_that_is_too_large_is_refused_in_words(boss, client, settings):
    settings.MAX_UPLOAD_BYTES = 1_000
    client.force_login(boss)
    page = client.post("/desk/imports/new/", {"file": SimpleUploadedFile("a.xlsx", a_book(NEW))})
    assert "分成几个文件" in page.content.decode()


@pytest.mark.parametrize("role", ["company", "department", "committee", "auditor", "administrator", None])
def test_nobody_reaches_an_import_of_another_zone_at_any_address(boss, client, role):
    batch = compared(boss, NEW)
    client.force_login(a_user(role, "Z2"))
    got = [client.get(f"/desk/imports/{batch.token}/{page}").status_code for page in PAGES]
    got += [client.post(f"/desk/imports/{batch.token}/{page}").status_code for page in POSTS]
    assert set(got) == {403}
    assert batch.token not in client.get("/desk/imports/").content.decode()


def test_who_may_see_the_zone_sees_the_import_and_cannot_write_it(boss, client):
    batch = compared(boss, NEW)
    auditor = a_user("auditor", "Z1")
    client = confirmed(client, auditor)
    assert client.get(f"/desk/imports/{batch.token}/").status_code == 200
    for page in ("check/", "decide/", "commit/"):
        asked = {"digest": batch.digest, "reason": "x", "row-2": "="}
        assert client.post(f"/desk/imports/{batch.token}/{page}", asked).status_code == 403
    assert client.get("/desk/imports/new/").status_code == 403
    assert client.post(f"/desk/imports/{committed(batch).token}/undo/").status_code == 403
    assert Batch.objects.count() == 1


def test_who_brought_a_file_does_not_see_it_once_the_zone_is_no_longer_theirs(boss):
    compared(boss, NEW)
    assert queries.visible(boss).count() == 1
    Membership.objects.filter(user=boss).update(zone_id="Z2")
    boss = type(boss).objects.get(pk=boss.pk)
    assert list(queries.visible(boss)) == []


def test_a_department_brings_what_it_may_change_and_a_ledger_it_may_not_import_into_is_refused(boss, client):
    a_place(boss, "L2")
    department = a_user("department", "Z1")
    committed(compared(department, NEW))
    assert find("places", "L2").area_m2 == 200.0
    client.force_login(department)
    file = SimpleUploadedFile("a.csv", "企业编号,企业名称\nF1,甲\n".encode())
    assert client.post("/desk/imports/new/", {"file": file}).status_code == 403
    assert client.get("/desk/imports/forms/firms.xlsx").status_code == 404


def test_pages_are_whole_in_english_too_and_take_as_many_queries_for_one_row_as_for_many(
    boss, client, django_assert_num_queries
):
    client.force_login(boss)
    client.cookies["yinfeng_language"] = "en"
    few = compared(boss, NEW)
    many = compared(boss, *[[f"L{n}", f"{n}号", "Z1", "厂房", n, None] for n in range(10, 40)])
    page = client.get(f"/desk/imports/{many.token}/").content.decode()
    assert "Confirming writes 30 rows" in page
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(f"/desk/imports/{few.token}/")
    with django_assert_num_queries(len(one)):
        client.get(f"/desk/imports/{many.token}/")
    with CaptureQueriesContext(connection) as two:
        client.get("/desk/imports/")
    compared(boss, NEW)
    with django_assert_num_queries(len(two)):
        client.get("/desk/imports/")
