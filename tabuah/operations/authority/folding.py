"""How entries change users and devices."""

from typing import Any

import msgspec

from tabuah.operations.authority import bodies
from tabuah.operations.authority.records import Device, Grant, User
from tabuah.operations.entries import Entry, subject_key

AuthorityRecord = User | Device


def fold_authority(record: AuthorityRecord | None, entry: Entry, body: msgspec.Struct) -> AuthorityRecord | None:
    """The user or device after an accepted entry."""
    match body:
        case bodies.UserCreated():
            return record or User(name=body.name, role=body.role, opd=body.opd, full_name=body.full_name)
        case bodies.UserChanged() if isinstance(record, User):
            return msgspec.structs.replace(record, **_given(body))
        case bodies.UserGranted() if isinstance(record, User):
            return msgspec.structs.replace(record, grants={**record.grants, body.grant: _grant(record, body)})
        case bodies.DeviceEnrolled():
            return record or _device(entry, body)
        case bodies.DeviceApproved() if isinstance(record, Device):
            return msgspec.structs.replace(record, approved=True)
        case bodies.DeviceRevoked() if isinstance(record, Device):
            return msgspec.structs.replace(record, revoked=True)
    return record


def _given(body: bodies.UserChanged) -> dict[str, Any]:
    values = {name: getattr(body, name) for name in body.__struct_fields__}
    return {name: value for name, value in values.items() if value is not msgspec.UNSET}


def _grant(user: User, body: bodies.UserGranted) -> Grant:
    return Grant(
        id=body.grant,
        user=user.name,
        device=body.device,
        role=body.role,
        opd=body.opd,
        starts_at=body.starts_at,
        expires_at=body.expires_at,
    )


def _device(entry: Entry, body: bodies.DeviceEnrolled) -> Device:
    return Device(
        id=subject_key(entry.subject),
        public_key=body.public_key,
        tag=body.tag,
        name=body.name,
        owner=body.owner,
        written_before=body.written_before,
        approved=body.approved,
        is_server=body.is_server,
        sealing_key=body.sealing_key,
    )
