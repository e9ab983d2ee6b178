"""Permissions in words: the names of roles, and why a role may not write an entry."""

from tabuah.operations.people.permissions import may_write
from tabuah.operations.people.roles import ASSIGNABLE, Role
from tabuah.resources.localisation import _
from tabuah.text.sync.verdict_reasons import describe_reason


def role_refusal(role: Role, kind: str) -> str:
    """Return why a role may not write entries of a kind; empty if it may."""
    return "" if may_write(role, kind) else describe_reason("role_forbids")


def person_text(user: str, role: Role | None) -> str:
    """Return the user and their role: "sari · Operator"; `role` is None without a log-in."""
    return _("Not logged in") if role is None else f"{user} · {role_label(role)}"


def role_label(role: Role) -> str:
    """Return the name of a role in the current language."""
    words = {
        Role.VIEWER: _("Viewer"),
        Role.FIELD: _("Field office"),
        Role.OPERATOR: _("Operator"),
        Role.SUPERVISOR: _("Supervisor"),
        Role.AUDITOR: _("Auditor"),
        Role.ADMIN: _("Administrator"),
        Role.GATEWAY: _("Gateway"),
        Role.SERVER: _("Server"),
    }
    return words[role]


def describe_roles() -> str:
    """Return the roles that a user may have, with their codes: “posko (field), penyelia (supervisor) …”."""
    return ", ".join(map(_label_with_code, ASSIGNABLE))


def _label_with_code(role: Role) -> str:
    label = role_label(role).lower()
    return label if label == role.value else f"{label} ({role.value})"
