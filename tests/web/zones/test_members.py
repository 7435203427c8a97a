"""Who may make users and give roles, and to whom."""

import pytest
from click.testing import CliRunner

from tests.web.office import PASSWORD, a_user, a_zone
from yinfeng.core.errors import InputError
from yinfeng.web.accounts.models import Session, User
from yinfeng.web.audit.queries import changes, history
from yinfeng.web.zones import members
from yinfeng.web.zones.command import group as command
from yinfeng.web.zones.models import Membership
from yinfeng.web.zones.policy import Refused, Role, roles

pytestmark = pytest.mark.django_db


@pytest.fixture
def root():
    a_zone("Z1")
    a_zone("Z11", part_of_id="Z1")
    a_zone("Z2")
    return a_user("administrator", username="root")


def _grant(user: User, role: str, zone: str | None, by: User) -> Membership:
    return members.grant(user=user, role=role, zone_id=zone, reason="到岗", by=by)


def test_a_new_user_has_no_role_and_must_change_the_password(root):
    made = members.add_user(username="new", details={"first_name": "甲"}, reason="入职", by=root)
    user = User.objects.get(username="new")
    assert (user.check_password(made.password), user.must_change_password) == (True, True)
    assert roles(user) == frozenset()
    entry = history("users", "new")[0]
    assert (entry.action, entry.by, entry.reason) == ("add", "root", "入职")
    assert made.password not in entry.after


def test_a_name_that_differs_only_in_case_is_taken(root):
    with pytest.raises(InputError):
        members.add_user(username="ROOT", details={}, reason="r", by=root)


@pytest.mark.parametrize("role", [Role.COMMITTEE, Role.COMPANY, Role.DEPARTMENT, Role.ADMINISTRATOR])
def test_an_administrator_gives_every_role_but_the_auditors(root, role):
    user = a_user(None, username="u")
    _grant(user, role, "Z1", root)
    assert roles(User.objects.get(pk=user.pk)) == {role}
    assert changes(history("users", "u")[0]) == {"role": (None, role), "zone_id": (None, "Z1")}


def test_an_administrator_cannot_make_an_auditor(root):
    with pytest.raises(Refused):
        _grant(a_user(None, username="u"), Role.AUDITOR, None, root)


def test_an_auditor_is_beyond_every_administrator(root):
    auditor = a_user("auditor", "Z1", "aud")
    doings = [
        lambda: members.change_details(user=auditor, details={"phone": "1"}, reason="r", by=root),
        lambda: members.set_active(user=auditor, is_active=False, reason="r", by=root),
        lambda: members.reset_password(user=auditor, reason="r", by=root),
        lambda: _grant(auditor, Role.DEPARTMENT, "Z1", root),
        lambda: members.withdraw(membership=auditor.memberships.get(), reason="r", by=root),
    ]
    for doing in doings:
        with pytest.raises(Refused):
            doing()
    assert not members.may_change(auditor, root)
    assert history("users", "aud").count() == 0


@pytest.mark.parametrize("role", [Role.COMMITTEE, Role.ADMINISTRATOR])
def test_nobody_gives_a_role_to_themselves(root, role):
    with pytest.raises(Refused):
        _grant(root, role, "Z1", root)


@pytest.mark.parametrize("role", [Role.COMMITTEE, Role.COMPANY, Role.DEPARTMENT, Role.AUDITOR])
def test_only_administrators_keep_users(root, role):
    user, somebody = a_user(None, username="u"), a_user(role, None, "somebody")
    with pytest.raises(Refused):
        members.add_user(username="v", details={}, reason="r", by=somebody)
    with pytest.raises(Refused):
        _grant(user, Role.DEPARTMENT, "Z1", somebody)


def test_an_administrator_of_a_zone_keeps_to_it_and_those_below(root):
    local = a_user("administrator", "Z1", "local")
    user, far = a_user(None, username="u"), a_user("department", "Z2", "far")
    _grant(user, Role.DEPARTMENT, "Z11", local)
    for zone in ("Z2", None):
        with pytest.raises(Refused):
            _grant(user, Role.DEPARTMENT, zone, local)
    with pytest.raises(Refused):
        members.reset_password(user=far, reason="r", by=local)
    with pytest.raises(Refused):
        members.set_active(user=root, is_active=False, reason="r", by=local)
    assert {one.username for one in members.seen_by(local)} == {"local", "u"}


@pytest.mark.parametrize(
    ("held", "given"),
    [
        (Role.COMMITTEE, Role.COMPANY),
        (Role.COMPANY, Role.DEPARTMENT),
        (Role.COMMITTEE, Role.ADMINISTRATOR),
        (Role.ADMINISTRATOR, Role.COMPANY),
    ],
)
def test_nobody_stands_on_two_sides(root, held, given):
    user = a_user(held, "Z1", "u")
    with pytest.raises(InputError) as error:
        _grant(user, given, "Z2", root)
    assert [fault.code for fault in error.value.faults] == ["two-sides"]


def test_committee_and_department_are_one_side(root):
    user = a_user("committee", "Z1", "u")
    _grant(user, Role.DEPARTMENT, "Z1", root)
    assert _grant(user, Role.DEPARTMENT, "Z1", root).pk == user.memberships.get(role="department").pk


def test_who_is_deactivated_is_out_at_once(root, client):
    user = a_user("committee", "Z1", "u")
    client.force_login(user)
    client.get("/desk/")
    assert Session.objects.filter(user=user).count() == 1
    members.set_active(user=user, is_active=False, reason="离职", by=root)
    assert Session.objects.filter(user=user).count() == 0
    assert client.get("/desk/").status_code == 302
    assert User.objects.filter(username="u").exists()


def test_the_last_administrator_stays(root):
    other = a_user("administrator", username="other")
    members.set_active(user=root, is_active=False, reason="r", by=other)
    root.refresh_from_db()
    for doing in (
        lambda: members._keep_an_administrator(other),
        lambda: members.set_active(user=other, is_active=False, reason="r", by=root),
    ):
        with pytest.raises((InputError, Refused)):
            doing()


def test_a_reset_makes_a_password_for_one_login_and_ends_sessions(root, client):
    user = a_user("committee", "Z1", "u")
    client.force_login(user)
    made = members.reset_password(user=user, reason="忘记", by=root)
    user.refresh_from_db()
    assert user.check_password(made.password)
    assert not user.check_password(PASSWORD)
    assert client.get("/desk/").status_code == 302


def test_the_command_makes_the_first_users_and_auditors():
    a_zone("Z1")
    run = CliRunner().invoke(command, ["add", "aud", "--role", "auditor", "--zone", "Z1", "--lang", "en"])
    assert run.exit_code == 0
    user = User.objects.get(username="aud")
    password = run.stdout.splitlines()[1].rpartition(": ")[2]
    assert (user.check_password(password), user.must_change_password) == (True, True)
    assert roles(user) == {"auditor"}
    assert [entry.by for entry in history("users", "aud")] == ["system", "system"]
    typed = CliRunner().invoke(command, ["passwd", "aud", "--ask"], input=f"{PASSWORD}A\n{PASSWORD}A\n")
    assert typed.exit_code == 0
    user.refresh_from_db()
    assert (user.check_password(f"{PASSWORD}A"), user.must_change_password) == (True, False)


def test_the_command_takes_no_poor_password_and_leaves_nothing_behind():
    run = CliRunner().invoke(command, ["add", "root", "--role", "administrator", "--ask"], input="abc\nabc\n")
    assert [fault.code for fault in run.exception.faults] == ["poor-password"]
    assert User.objects.count() == 0
