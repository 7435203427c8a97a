import csv
import datetime
import io
import json

import openpyxl
import pytest
from django.http import QueryDict
from django.utils import timezone

from tests.web.office import PASSWORD, a_place, a_user, a_zone
from yinfeng.tables.read import read_ledger
from yinfeng.web.accounts.sessions import CONFIRMED_AT
from yinfeng.web.audit.models import Entry
from yinfeng.web.desk import exports, list_state
from yinfeng.web.desk.asked import ask
from yinfeng.web.ledgers.actions import Write, write
from yinfeng.web.zones.policy import Refused

pytestmark = pytest.mark.django_db
MODEL = "django.contrib.auth.backends.ModelBackend"
ADDRESS = (
    "status=vacant&columns=area_m2,place_name,zone_id,verified_on,divisible,allowed_industries&sort=-area_m2"
)


@pytest.fixture
def boss():
    a_zone("Z1", zone_name="甲区")
    a_zone("Z2", zone_name="乙区")
    user = a_user("committee", first_name="周主任")
    a_place(user, "L1", "Z1", place_name="=1+1", status="vacant", area_m2=1000.5)
    a_place(
        user, "L2", "Z2", place_name="二号", status="vacant", area_m2=20000.0, divisible=True,
        verified_on=datetime.date(2025, 6, 30), allowed_industries=["C30", "C31"],
        **{"area_m2.strength": ">="},
    )  # fmt: skip
    a_place(user, "L3", "Z1", status="in_use")
    return user


def asked(user, address=ADDRESS):
    return ask(user, list_state.read("places", QueryDict(address)))


def book(user, address=ADDRESS):
    with exports.write(exports.allowed(asked(user, address)), "xlsx", "zh") as file:
        return openpyxl.load_workbook(file)


def sent(client, **values):
    response = client.post("/desk/export/places/", values)
    return response.getvalue()


def csv_text(user):
    with exports.write(exports.allowed(asked(user)), "csv", "zh") as file:
        return file.read().decode("utf-8-sig")


HEADERS = ("面积（平方米）", "场地名称", "开发区编号", "所在开发区", "核实日期", "可分割", "准入行业代码")


def test_a_workbook_holds_the_rows_columns_and_order_of_the_list(boss):
    sheet = book(boss).worksheets[0]
    rows = list(sheet.values)
    assert rows == [
        HEADERS,
        ("≥20,000", "二号", "Z2", "乙区", datetime.datetime(2025, 6, 30), "是", "C30、C31"),
        (1000.5, "=1+1", "Z1", "甲区", None, None, None),
    ]
    assert sheet["B3"].data_type == "s"


def test_the_second_sheet_says_where_it_comes_from(boss):
    told = dict(book(boss).worksheets[1].values)
    assert told["导出人"] == "周主任 (committee-all)"
    assert told["导出时间"][:10] == timezone.localdate().isoformat()
    assert told["行数"] == "2 / 3"
    assert told["范围"] == "全部开发区"
    assert told["状态"] == "闲置"
    assert told["排序"] == "面积（平方米） 从大到小"


def test_in_csv_a_formula_is_made_text(boss):
    rows = list(csv.reader(io.StringIO(csv_text(boss))))
    assert rows[0] == list(HEADERS)
    assert rows[2][1] == "'=1+1"


def test_every_export_is_on_the_trail_with_its_conditions_and_count(boss):
    csv_text(boss)
    entry = Entry.objects.get(action="export")
    assert (entry.kind, entry.by) == ("places", "committee-all")
    assert json.loads(entry.after) == {
        "query": list_state.written(list_state.read("places", QueryDict(ADDRESS))),
        "rows": 2,
        "of": 3,
        "kind": "csv",
    }


def test_only_rows_of_ones_own_zones_leave(boss):
    table = exports.table(exports.allowed(asked(a_user("company", "Z1"), "columns=place_id")), "zh")
    assert (table.rows, table.of) == ([("L1",), ("L3",)], 2)


def test_more_than_a_screenful_wants_its_own_right_and_the_password(client, boss, monkeypatch):
    monkeypatch.setattr(exports, "SCREENFUL_ROWS", 2)
    member = a_user("company", "Z1")
    assert exports.allowed(asked(member, "")).rows.count() == 2
    everywhere = a_user("company", username="everywhere")
    with pytest.raises(Refused) as refused:
        exports.allowed(asked(everywhere, ""))
    assert refused.value.action == "export_all"
    client.force_login(boss, backend=MODEL)
    assert len(sent(client, query=ADDRESS)) > 1000
    session = client.session
    session.pop(CONFIRMED_AT)
    session.save()
    response = client.post("/desk/export/places/", {"query": "sort=-area_m2"})
    assert response["Location"] == "/desk/confirm/?next=%2Fdesk%2Fplaces%2F%3Fsort%3D-area_m2"
    client.post("/desk/confirm/", {"password": PASSWORD, "next": "/desk/places/"})
    whole = sent(client, query="sort=-area_m2", kind="csv")
    assert len(whole.decode().splitlines()) == 4


def test_the_file_has_its_ledger_and_its_day_in_its_name(client, boss):
    client.force_login(boss, backend=MODEL)
    response = client.post("/desk/export/places/", {"query": ADDRESS, "kind": "xlsx"})
    response.getvalue()
    assert response["Content-Type"].endswith("spreadsheetml.sheet")
    assert timezone.localdate().isoformat() in response["Content-Disposition"]
    assert client.get("/desk/export/places/").status_code == 405


def test_who_may_not_is_refused_and_what_cannot_be_read_is_not_exported(client, boss):
    client.force_login(boss, backend=MODEL)
    response = client.post("/desk/export/places/", {"query": "area_m2=big"})
    assert response["Location"] == "/desk/places/?area_m2=big"
    client.force_login(a_user("administrator", username="admin"), backend=MODEL)
    assert client.post("/desk/export/places/", {"query": ""}).status_code == 403


def test_what_is_exported_can_be_read_again(boss, tmp_path):
    write("places", [Write("change", "L1", {"kind": "building"})], by=boss)
    book(boss, "size=100").save(tmp_path / "again.xlsx")
    again = read_ledger(tmp_path / "again.xlsx", "places")
    assert again.table.column("place_id").to_pylist() == ["L1", "L2", "L3"]
    assert again.table.column("area_m2").to_pylist() == [1000.5, 20000.0, None]
    assert [fault for fault in again.faults if fault.severity == "error"] == []
