"""Firms that are one: found, merged, and the merge undone."""

import pytest
from django.test import Client

from tests.web.office import a_firm, a_place, a_project, a_user, a_zone
from yinfeng.core.errors import InputError
from yinfeng.web.audit.chain import verify
from yinfeng.web.audit.queries import history
from yinfeng.web.files.models import StoredFile
from yinfeng.web.firms.models import Alias, Firm
from yinfeng.web.firms.names import name_key
from yinfeng.web.firms.queries import duplicates
from yinfeng.web.ledgers.actions import Conflict, Write, write
from yinfeng.web.ledgers.addresses import record_address
from yinfeng.web.ledgers.bridge import content_of
from yinfeng.web.ledgers.merging import MERGES, merge_firms, undo_merge
from yinfeng.web.ledgers.registry import find
from yinfeng.web.zones.policy import Refused

pytestmark = pytest.mark.django_db

CODE = "91110000100000000X"


@pytest.fixture
def boss():
    a_zone("Z1")
    a_zone("Z2")
    return a_user("committee", "Z1")


@pytest.fixture
def pair(boss):
    a_firm(boss, "F1", firm_name="山西甲（集团）有限责任公司", products=["硅酸钙板"])
    a_firm(boss, "F2", firm_name="山西甲集团有限公司", uscc=CODE, parent_firm="F1", seeks_space=True)
    a_firm(boss, "F3", firm_name="山西甲有限公司太原分公司", parent_firm="F2")
    a_project(boss, "P1", firm="F2")
    a_project(boss, "P2", firm="山西甲集团有限公司")
    a_place(boss, "L1", owner="F2")
    return find("firms", "F1"), find("firms", "F2")


def merge(kept, gone, by, taken=("uscc",), reason="同一家"):
    versions = {kept.firm_id: kept.version, gone.firm_id: gone.version}
    return merge_firms(kept, gone, taken=taken, versions=versions, by=by, reason=reason)


def contents():
    records = [("firms", key) for key in ("F1", "F2", "F3")] + [
        ("projects", "P1"),
        ("projects", "P2"),
        ("places", "L1"),
    ]
    return {(ledger, key): content_of(ledger, find(ledger, key)) for ledger, key in records}


@pytest.mark.parametrize(
    ("one", "other", "is_alike"),
    [
        ("山西甲（集团）有限责任公司", "山西甲集团", True),
        ("山西甲（集团）有限责任公司", "山西甲 有限公司", True),
        ("ＡＢＣ Co., Ltd.", "abc", True),
        ("华为技术(山西)有限公司", "华为技术山西公司", True),
        ("山西甲有限公司", "山西甲有限公司太原分公司", False),
        ("山西甲有限公司", "山西乙有限公司", False),
    ],
)
def test_names_are_alike_but_for_legal_form_and_spelling(one, other, is_alike):
    assert (name_key(one) == name_key(other)) is is_alike


def test_pairs_share_a_credit_code_or_a_normalised_name(boss, pair):
    a_firm(boss, "F4", firm_name="别名", uscc=CODE)
    write("firms", [Write("change", "F3", {"firm_name": "山西甲"})], by=boss)
    found = [(p.first.firm_id, p.second.firm_id, p.alike) for p in duplicates(Firm.objects.all())]
    assert found == [
        ("F2", "F4", ("uscc",)),
        ("F1", "F2", ("name_key",)),
        ("F1", "F3", ("name_key",)),
        ("F2", "F3", ("name_key",)),
    ]


def test_a_merge_takes_everything_over_and_is_found_by_the_old_name(boss, pair):
    kept, gone = pair
    file = StoredFile.objects.create(
        ledger="firms", key="F2", name="a.pdf", kind="pdf", size_bytes=1, sha256="0" * 64, added_by=boss
    )
    merge(kept, gone, boss)
    firm = find("firms", "F1")
    assert (firm.uscc, firm.seeks_space, firm.firm_name) == (CODE, None, "山西甲（集团）有限责任公司")
    assert not Firm.objects.filter(firm_id="F2").exists()
    assert (find("projects", "P1").firm, find("projects", "P2").firm) == ("F1", "山西甲（集团）有限责任公司")
    assert (find("places", "L1").owner, find("firms", "F3").parent_firm) == ("F1", "F1")
    file.refresh_from_db()
    assert file.key == "F1"
    assert list(Alias.objects.values_list("firm__firm_id", "old_id", "old_name")) == [
        ("F1", "F2", "山西甲集团有限公司")
    ]
    assert list(Firm.objects.filter(search__contains="sxjjtyxgs").values_list("firm_id", flat=True)) == ["F1"]
    write("firms", [Write("change", "F1", {"note": "合并过"})], by=boss)
    assert "f2" in find("firms", "F1").search.split()
    assert [entry.action for entry in history("firms", "F2")] == ["merge", "add"]
    assert verify().faults == ()


def test_a_merge_is_undone_as_if_it_had_not_been(boss, pair):
    before = contents()
    entry = merge(*pair, boss, taken=("uscc", "seeks_space", "firm_name"))
    undo_merge(entry.key, by=boss, reason="不是一家")
    assert contents() == before
    assert Alias.objects.count() == 0
    assert "f2" not in find("firms", "F1").search.split()
    with pytest.raises(InputError) as error:
        undo_merge(entry.key, by=boss, reason="再来")
    assert [fault.code for fault in error.value.faults] == ["undone-before"]
    assert verify().faults == ()


def test_an_undo_names_what_was_changed_since_and_leaves_all_as_it_is(boss, pair):
    entry = merge(*pair, boss)
    write("projects", [Write("change", "P1", {"firm": "另一家"})], by=boss)
    with pytest.raises(InputError) as error:
        undo_merge(entry.key, by=boss, reason="不是一家")
    assert [(fault.code, fault.found) for fault in error.value.faults] == [("changed-since", "P1")]
    assert not Firm.objects.filter(firm_id="F2").exists()


def test_a_merge_asks_for_rights_versions_and_reach(boss, pair):
    kept, gone = pair
    with pytest.raises(Refused):
        merge(kept, gone, a_user("department", "Z1"))
    with pytest.raises(Conflict):
        merge_firms(kept, gone, taken=(), versions={"F1": 1, "F2": 9}, by=boss, reason="同一家")
    a_place(a_user("committee", "Z2"), "L2", "Z2", owner="F2")
    with pytest.raises(InputError) as error:
        merge(kept, gone, boss)
    assert [fault.code for fault in error.value.faults] == ["out-of-reach"]
    assert Firm.objects.count() == 3


def test_the_pages_find_compare_merge_and_undo(boss, pair):
    client = Client()
    client.force_login(boss)
    page = client.get("/desk/firms/duplicates/")
    assert [(pair.first.firm_id, pair.second.firm_id) for pair in page.context["pairs"]] == [("F1", "F2")]
    address = "/desk/firms/duplicates/F1/F2/"
    choices = client.get(address).context["choices"]
    assert [(one.column.name, one.is_gone_chosen) for one in choices] == [
        ("firm_name", False), ("uscc", True), ("products", False), ("parent_firm", True),
        ("seeks_space", True),
    ]  # fmt: skip
    typed = {"version": [1, 1], "take.uscc": "gone", "take.firm_name": "kept"}
    assert client.post(address, typed).status_code == 422
    assert client.post(address, typed | {"version": [1, 7], "why": "同一家"}).status_code == 422
    assert client.post(address, typed | {"why": "同一家"}).url == record_address("firms", "F1")
    assert "山西甲集团有限公司" in client.get(record_address("firms", "F1")).content.decode()
    merged = client.get("/desk/firms/duplicates/").context["merges"][0]
    assert merged.entry.kind == MERGES
    undo = f"/desk/firms/merges/{merged.entry.key}/undo/"
    assert client.post(undo, {"why": "不是"}).url == record_address("firms", "F2")
    auditor = Client()
    auditor.force_login(a_user("auditor"))
    assert auditor.get("/desk/firms/duplicates/").status_code == 200
    assert auditor.get(address).status_code == 403
    assert auditor.post(undo, {"why": "试"}).status_code == 403
    stranger = Client()
    stranger.force_login(a_user("committee", "Z2"))
    assert stranger.get(address).status_code == 404
    assert stranger.get("/desk/firms/duplicates/").context["pairs"] == ()
    assert stranger.post(undo, {"why": "试"}).status_code == 404


def test_a_firm_merged_twice_is_found_by_all_its_names_and_each_step_is_undone(boss, pair):
    merge(find("firms", "F2"), find("firms", "F3"), boss, taken=())
    entry = merge(find("firms", "F1"), find("firms", "F2"), boss)
    assert {"f2", "f3"} <= set(find("firms", "F1").search.split())
    undo_merge(entry.key, by=boss, reason="不是一家")
    known = Alias.objects.values_list("firm__firm_id", "old_id")
    assert list(known) == [("F2", "F3")]
    assert "f3" in find("firms", "F2").search.split()
    assert "f3" not in find("firms", "F1").search.split()
