"""Roles, and the sets of roles that subjects name as the writers of their entry kinds."""

from enum import StrEnum
from typing import Final

from tabuah.operations.errors import UnknownCode


class Role(StrEnum):
    """Role of a person or a machine; an administrator cannot edit incidents."""

    VIEWER = "viewer"
    FIELD = "field"
    OPERATOR = "operator"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    ADMIN = "admin"
    GATEWAY = "gateway"
    SERVER = "server"


# Names besides the codes, in Indonesian and English.
_OTHER_NAMES: Final = {
    "pemantau": Role.VIEWER,
    "posko": Role.FIELD,
    "field office": Role.FIELD,
    "penyelia": Role.SUPERVISOR,
    "administrator": Role.ADMIN,
    "gerbang": Role.GATEWAY,
    "gerbang data": Role.GATEWAY,
}
ASSIGNABLE: Final = tuple(role for role in Role if role is not Role.SERVER)
WORKERS: Final = frozenset({Role.FIELD, Role.OPERATOR, Role.SUPERVISOR})
CONTROL_ROOM: Final = frozenset({Role.OPERATOR, Role.SUPERVISOR})
SUPERVISORS: Final = frozenset({Role.SUPERVISOR})
SERVER_ONLY: Final = frozenset({Role.SERVER})
SETUP: Final = frozenset({Role.ADMIN, Role.SERVER})  # who sets up stations, rules and units
GATEWAYS: Final = frozenset({Role.GATEWAY})

MAY_SEND_READINGS: Final = frozenset({Role.GATEWAY, Role.FIELD, Role.OPERATOR, Role.SUPERVISOR, Role.ADMIN})
DEPUTY_ROLES: Final = frozenset({Role.OPERATOR, Role.SUPERVISOR})  # in which a worker may be a deputy
MAY_HAVE_SECOND_FACTOR: Final = frozenset({Role.SUPERVISOR, Role.ADMIN})
MAY_READ_RECEIPTS: Final = frozenset({Role.OPERATOR, Role.SUPERVISOR, Role.ADMIN})  # of outgoing notices
MAY_CHANGE_NOTICES: Final = frozenset({Role.SUPERVISOR, Role.ADMIN})  # send again and cancel
MAY_READ_PERSONAL_DATA: Final = frozenset({Role.FIELD, Role.OPERATOR, Role.SUPERVISOR})
# Photos show people in need: only those who work on incidents, and auditors, see them.
MAY_READ_ATTACHMENTS: Final = MAY_READ_PERSONAL_DATA | {Role.AUDITOR}
# Station files show no people but say who has keys; administrators see them, too.
MAY_READ_STATION_FILES: Final = MAY_READ_ATTACHMENTS | {Role.ADMIN}


def may_see_attachments(role: Role, subject_kind: str) -> bool:
    """Return whether a role sees the attachments of a subject kind."""
    return role in (MAY_READ_STATION_FILES if subject_kind == "station" else MAY_READ_ATTACHMENTS)


def parse_role(text: str) -> Role:
    """Return the role of a user by its code or name in English or Indonesian.

    Raises:
        UnknownCode: it is none, or that of the server.
    """
    words = " ".join(text.strip().lower().replace("_", " ").replace("-", " ").split())
    found = _OTHER_NAMES.get(words) or next((role for role in ASSIGNABLE if role.value == words), None)
    if found is None:
        raise UnknownCode("role", text, ASSIGNABLE)
    return found
