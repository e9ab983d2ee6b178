"""Who works here, in words."""

from tabuah.console.window.snapshot import RoomSnapshot
from tabuah.operations.authority.roles import Role
from tabuah.resources.catalogue import _


def person_line(snapshot: RoomSnapshot) -> str:
    """The user and their role: "sari · Operator"."""
    if snapshot.identity is None:
        return _("Not logged in")
    return f"{snapshot.actor} · {role_words(snapshot.identity.role)}"


def role_words(role: Role) -> str:
    """A role in the current language."""
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
