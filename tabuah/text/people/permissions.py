"""Reasons why a role may not write an entry, for disabled buttons."""

from tabuah.operations.people.permissions import may_write
from tabuah.operations.people.roles import Role
from tabuah.text.sync.verdict_reasons import describe_reason


def role_refusal(role: Role, kind: str) -> str:
    """Return why a role may not write entries of a kind; empty if it may."""
    return "" if may_write(role, kind) else describe_reason("role_forbids")
