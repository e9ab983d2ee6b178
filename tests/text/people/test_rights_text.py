"""The rights of a role and an office in words, as the form of a user shows them."""

import pytest

from tabuah.operations.people.roles import Role
from tabuah.operations.people.scope import SCOPES, Scope, UserOffice
from tabuah.resources.localisation import set_language
from tabuah.text.people.scope import WORKING_ROLES, action_label, describe_rights

DAMKAR = UserOffice(opd="Damkar", kecamatan="13.02.10")


@pytest.fixture(autouse=True)
def _english():
    set_language("en")


@pytest.mark.parametrize("role", WORKING_ROLES)
def test_rights_name_each_action_once(role: Role):
    text = "\n".join(describe_rights(role, DAMKAR))
    assert all(text.count(action_label(row.action)) == 1 for row in SCOPES if action_label(row.action) != "Close")


def test_field_office_is_limited_to_its_scope_and_kecamatan():
    text = "\n".join(describe_rights(Role.FIELD, DAMKAR))
    assert "On incidents of the scope own OPD, assigned: Change title" in text
    assert "13.02.10" in text
    assert "Not allowed: Close; Reopen; Mark as a false report" in text


def test_office_that_is_not_set_limits_nothing():
    rights = describe_rights(Role.FIELD, UserOffice())
    assert len(rights) == 2
    assert "Change the severity" in rights[0]


def test_kecamatan_does_not_limit_the_control_room():
    assert all(Scope.ALL in row.operator or not row.operator for row in SCOPES)
    assert not any("13.02.10" in line for line in describe_rights(Role.OPERATOR, DAMKAR))


def test_administrator_changes_no_incidents():
    assert describe_rights(Role.ADMIN, DAMKAR) == ("The role Administrator changes no incidents.",)


def test_rights_name_the_kecamatan_where_it_is_known():
    rights = describe_rights(Role.FIELD, DAMKAR, kecamatan="Kubung (13.02.10)")
    assert rights[-1] == "Limited to incidents in kecamatan Kubung (13.02.10)."
