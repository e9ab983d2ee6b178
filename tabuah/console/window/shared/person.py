"""The logged-in person and the names of roles."""

from tabuah.console.window.state.console_snapshot import ConsoleSnapshot
from tabuah.operations.people.roles import Role
from tabuah.resources.catalogue import _


def person_text(snapshot: ConsoleSnapshot) -> str:
    """Return the user and their role: "sari · Operator"."""
    if snapshot.identity is None:
        return _("Not logged in")
    return f"{snapshot.actor} · {role_label(snapshot.identity.role)}"


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
