"""Why a role cannot do something: the words under a button that is greyed for it."""

from tabuah.operations.authority.roles import Role, may_write
from tabuah.operations.reasons import reason_words


def refusal_of(role: Role, kind: str) -> str:
    """Why entries of a kind are refused to a role; empty where it may write them."""
    return "" if may_write(role, kind) else reason_words("role_forbids")
