"""Files beside records: what is taken, where it lies, who may fetch it."""

import hashlib
import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.web.office import a_place, a_user, a_zone
from yinfeng.core.errors import InputError
from yinfeng.web.audit.chain import verify
from yinfeng.web.audit.models import Entry
from yinfeng.web.files import actions, content
from yinfeng.web.files.content import checked_kind, path_of
from yinfeng.web.files.models import StoredFile
from yinfeng.web.ledgers.addresses import record_address

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\nhello"


def zipped(*names, size=10):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, b"0" * size)
    return packed.getvalue()


@pytest.fixture
def boss():
    a_zone("Z1")
    a_zone("Z2")
    boss = a_user("committee", "Z1")
    a_place(boss, "L1")
    return boss


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def upload(client, name, data, place="L1"):
    file = SimpleUploadedFile(name, data)
    return client.post(record_address("places", place, "files"), {"files": [file]})


def codes(name, data):
    with pytest.raises(InputError) as error:
        checked_kind(io.BytesIO(data), name, len(data))
    return [fault.code for fault in error.value.faults]


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.pdf", PDF, "pdf"),
        ("a.JPG", b"\xff\xd8\xff\xe0rest", "jpg"),
        ("a.png", b"\x89PNG\r\n\x1a\nrest", "png"),
        ("a.webp", b"RIFF\x00\x00\x00\x00WEBPVP8 ", "webp"),
        ("a.dwg", b"AC1032rest", "dwg"),
        ("a.docx", zipped("[Content_Types].xml", "word/document.xml"), "docx"),
        ("a.xlsx", zipped("[Content_Types].xml", "xl/workbook.xml"), "xlsx"),
        ("a.zip", zipped("图纸/一层.dwg"), "zip"),
    ],
)
def test_the_kind_is_told_by_the_content(name, data, kind):
    assert checked_kind(io.BytesIO(data), name, len(data)) == kind


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.pdf", b"MZ\x90program", "file-kind"),
        ("a.pdf", b"<html><script>alert(1)</script>", "file-kind"),
        ("a.html", PDF, "file-kind"),
        ("a.docx", zipped("[Content_Types].xml", "xl/workbook.xml"), "file-kind"),
        ("a.zip", b"PK\x03\x04broken", "file-kind"),
        ("a.pdf", b"", "file-empty"),
        ("a.xlsx", zipped("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"), "file-has-macros"),
    ],
)
def test_what_is_not_what_its_name_says_is_refused(name, data, code):
    assert codes(name, data) == [code]


def test_size_and_unpacked_size_are_bounded(monkeypatch):
    monkeypatch.setattr(content, "MOST_BYTES", 10)
    assert codes("a.pdf", PDF) == ["file-too-large"]
    monkeypatch.setattr(content, "MOST_BYTES", 10_000)
    monkeypatch.setattr(content, "MOST_UNPACKED_BYTES", 100_000)
    assert codes("a.zip", zipped("a.txt", size=200_000)) == ["file-unpacks-too-large"]


def test_a_file_is_kept_by_its_hash_and_given_back_as_it_came(boss):
    client = client_of(boss)
    assert upload(client, "../合同 1.pdf", PDF).status_code == 302
    stored = StoredFile.objects.get()
    assert (stored.name, stored.kind, stored.size_bytes) == ("合同 1.pdf", "pdf", len(PDF))
    assert stored.sha256 == hashlib.sha256(PDF).hexdigest()
    assert path_of(stored.sha256).read_bytes() == PDF
    response = client.get(record_address("places", "L1", "files") + f"{stored.pk}/")
    assert b"".join(response.streaming_content) == PDF
    assert response.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert stored.sha256 in client.get(record_address("places", "L1", "files")).content.decode()
    assert upload(client, "again.pdf", PDF).status_code == 422
    assert StoredFile.objects.count() == 1


def test_only_who_may_see_the_record_and_files_gets_them(boss):
    upload(client_of(boss), "a.pdf", PDF)
    stored = StoredFile.objects.get()
    address = record_address("places", "L1", "files") + f"{stored.pk}/"
    assert client_of(a_user("committee", "Z2")).get(address).status_code == 404
    assert client_of(a_user("administrator")).get(address).status_code == 403
    assert Client().get(address).status_code == 302
    department, auditor = client_of(a_user("department", "Z1")), client_of(a_user("auditor"))
    for reader in (department, auditor):
        response = reader.get(address)
        assert response.status_code == 200
        assert b"".join(response.streaming_content) == PDF
    assert department.post(address + "delete/", {"why": "错"}).status_code == 403
    assert upload(auditor, "b.pdf", PDF + b"2").status_code == 403
    a_place(boss, "L2")
    assert client_of(boss).get(record_address("places", "L2", "files") + f"{stored.pk}/").status_code == 404
    assert StoredFile.objects.count() == 1


def test_a_file_is_deleted_with_a_reason_that_the_trail_keeps(boss):
    client = client_of(boss)
    upload(client, "a.pdf", PDF)
    stored = StoredFile.objects.get()
    address = record_address("places", "L1", "files") + f"{stored.pk}/delete/"
    client.post(address, {"why": " "})
    assert StoredFile.objects.count() == 1
    client.post(address, {"why": "传错"})
    assert StoredFile.objects.count() == 0
    told = list(
        Entry.objects.filter(kind="files").order_by("pk").values_list("action", "key", "zone_id", "reason")
    )
    assert told == [("add", "places/L1", "Z1", ""), ("delete", "places/L1", "Z1", "传错")]
    assert "a.pdf" in client.get(record_address("places", "L1", "timeline") + "?kind=files").content.decode()
    assert verify().faults == ()


def test_a_long_name_keeps_its_ending(boss):
    file = io.BytesIO(PDF)
    name = "很长" * 200 + ".pdf"
    stored = actions.add(
        file, name=name, size_bytes=len(PDF), ledger="places", key="L1", zone_id="Z1", by=boss
    )
    assert len(stored.name) == 255
    assert stored.name.endswith(".pdf")
