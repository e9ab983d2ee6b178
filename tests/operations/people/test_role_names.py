"""Names of roles as people write them."""

import pytest

from tabuah.operations.errors import UnknownCode
from tabuah.operations.people.roles import ASSIGNABLE, Role, parse_role
from tabuah.resources.localisation import set_language
from tabuah.text.people.permissions import describe_roles, role_label


@pytest.mark.parametrize("language", ["id", "en"])
def test_role_is_read_by_code_and_label(language: str):
    set_language(language)
    for role in ASSIGNABLE:
        assert parse_role(role.value) is parse_role(role_label(role)) is role
    assert parse_role(" POSKO ") is Role.FIELD


@pytest.mark.parametrize("text", ["server", "bupati", ""])
def test_role_of_the_server_is_none_of_a_user(text: str):
    with pytest.raises(UnknownCode):
        parse_role(text)
    assert "server" not in describe_roles()
