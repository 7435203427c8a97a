import pytest

from tests.web.office import a_user, a_zone
from yinfeng.core.errors import InputError
from yinfeng.web.audit.models import Entry
from yinfeng.web.ledgers.models import SavedView
from yinfeng.web.ledgers.saved_views import remove, save, views_for
from yinfeng.web.zones.policy import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    a_zone("Z1")
    return a_user("committee", department="招商局")


def named(user):
    return [view.name for view in views_for(user, "places")]


def test_a_view_is_seen_by_whom_it_is_for(boss):
    save(ledger="places", name="我的", query="status=vacant", by=boss)
    save(ledger="places", name="本局的", query="", audience="department", by=boss)
    save(ledger="places", name="大家的", query="", audience="everyone", by=boss)
    same = a_user("company", "Z1", department="招商局")
    other = a_user("company", "Z1", username="other", department="规划局")
    assert sorted(named(boss)) == ["大家的", "我的", "本局的"]
    assert sorted(named(same)) == ["大家的", "本局的"]
    assert named(other) == ["大家的"]
    assert named(a_user("auditor", username="none")) == ["大家的"]


def test_the_same_name_is_saved_anew_and_both_are_on_the_trail(boss):
    save(ledger="places", name="我的", query="status=vacant", by=boss)
    save(ledger="places", name="我的", query="status=in_use", by=boss)
    assert SavedView.objects.get().query == "status=in_use"
    assert list(Entry.objects.filter(kind="views").values_list("action", flat=True)) == ["add", "change"]


def test_only_the_committee_speaks_for_everyone(boss):
    member = a_user("company", "Z1", department="招商局")
    with pytest.raises(Refused):
        save(ledger="places", name="我的", query="", audience="everyone", by=member)
    with pytest.raises(Refused):
        save(ledger="places", name="我的", query="", default_for="company", by=member)
    view = save(ledger="places", name="大家的", query="", audience="everyone", by=boss)
    with pytest.raises(Refused):
        remove(view, by=member)
    remove(view, by=a_user("committee", username="second"))
    assert not SavedView.objects.exists()


def test_a_role_has_one_first_screen(boss):
    save(ledger="places", name="一", query="", audience="everyone", default_for="company", by=boss)
    save(ledger="places", name="二", query="", audience="everyone", default_for="company", by=boss)
    held = dict(SavedView.objects.values_list("name", "default_for"))
    assert held == {"一": "", "二": "company"}


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"name": ""}, "no-name"),
        ({"audience": "world"}, "unknown-word"),
        ({"default_for": "company"}, "default-not-shared"),
    ],
)
def test_what_cannot_be_kept_is_said(boss, values, code):
    with pytest.raises(InputError) as refused:
        save(**{"ledger": "places", "name": "一", "query": "", "by": boss} | values)
    assert [fault.code for fault in refused.value.faults] == [code]


def test_who_may_not_see_a_ledger_keeps_no_view_of_it():
    with pytest.raises(Refused):
        save(ledger="places", name="一", query="", by=a_user("administrator"))
