"""Roles, and the entry kinds each role may write."""

from enum import StrEnum
from typing import Final


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


_WORKERS: Final = frozenset({Role.FIELD, Role.OPERATOR, Role.SUPERVISOR})
_DESK: Final = frozenset({Role.OPERATOR, Role.SUPERVISOR})
_SUPERVISOR: Final = frozenset({Role.SUPERVISOR})
_SERVER: Final = frozenset({Role.SERVER})
_SETUP: Final = frozenset({Role.ADMIN, Role.SERVER})

MAY_WRITE: Final[dict[str, frozenset[Role]]] = {
    "incident.reported": _WORKERS,
    "incident.edited": _WORKERS,
    "incident.moved": _WORKERS,
    "incident.noted": _WORKERS,
    "incident.attached": _WORKERS,
    "incident.counted": _WORKERS,
    "incident.merged": _DESK,
    "incident.deleted": _SUPERVISOR,
    "conflict.settled": _WORKERS,
    "entry.released": _SUPERVISOR | _SERVER,
    "entry.refused": _SUPERVISOR | _SERVER,
    "station.registered": _SETUP,
    "station.edited": _SETUP,
    "station.attachment_added": _WORKERS | _SETUP,
    "station.attachment_removed": _WORKERS | _SETUP,
    "rule.written": _SETUP | _SUPERVISOR,
    "rule.retired": _SETUP | _SUPERVISOR,
    "bulletin_rule.written": _SETUP | _SUPERVISOR,
    "bulletin_rule.retired": _SETUP | _SUPERVISOR,
    "alarm.raised": _WORKERS | _SERVER,
    "alarm.cleared": _WORKERS | _SERVER,
    "alarm.acknowledged": _DESK,
    "alarm.shelved": _DESK,
    "alarm.unshelved": _DESK,
    "alarm.linked": _DESK,
    "alarm.escalated": _SERVER,
    "escalation.written": _SETUP | _SUPERVISOR,
    "maintenance.planned": _DESK | _SETUP,
    "maintenance.ended": _DESK | _SETUP,
    "earthquake.reported": _SERVER,
    "warning.issued": _SERVER,
    "warning.withdrawn": _SERVER,
    "volcano.levelled": _DESK,
    "unit.registered": _SETUP | _DESK,
    "unit.edited": _SETUP | _DESK,
    "unit.moved": _WORKERS,
    "unit.placed": _WORKERS,
    "unit.retired": _SETUP | _SUPERVISOR,
    "user.created": _SERVER,
    "user.changed": _SERVER,
    "user.granted": _SERVER,
    "device.enrolled": _SERVER,
    "device.approved": _SERVER,
    "device.revoked": _SERVER,
}

MAY_SEND_READINGS: Final = frozenset({Role.GATEWAY, Role.FIELD, Role.OPERATOR, Role.SUPERVISOR, Role.ADMIN})
MAY_READ_PERSONAL_DATA: Final = frozenset({Role.FIELD, Role.OPERATOR, Role.SUPERVISOR})
# Photos show people in need: only those who work on incidents, and auditors, see them.
MAY_READ_ATTACHMENTS: Final = MAY_READ_PERSONAL_DATA | {Role.AUDITOR}
# Station files show no people but say who has keys; administrators see them, too.
MAY_READ_STATION_FILES: Final = MAY_READ_ATTACHMENTS | {Role.ADMIN}
MAY_ATTACH: Final = MAY_WRITE["incident.attached"] | MAY_WRITE["station.attachment_added"]


def may_write(role: Role, kind: str) -> bool:
    return role in MAY_WRITE.get(kind, frozenset())


def may_write_in_exercise(role: Role, kind: str) -> bool:
    """Return whether a role may write an exercise entry; a gateway registers what it simulates."""
    return may_write(role, kind) or (role is Role.GATEWAY and kind in ("station.registered", "unit.registered"))


def may_see_attachments(role: Role, subject_kind: str) -> bool:
    """Return whether a role sees the attachments of a subject kind."""
    return role in (MAY_READ_STATION_FILES if subject_kind == "station" else MAY_READ_ATTACHMENTS)
