"""Names of roles."""

from tabuah.operations.people.roles import Role
from tabuah.resources.catalogue import _


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
