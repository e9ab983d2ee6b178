"""Users, devices and grants: the fold of their entries."""

from datetime import datetime
from typing import Any

import msgspec

from tabuah.operations.entries import Entry, Verdict, subject_key
from tabuah.operations.people import entry_bodies
from tabuah.operations.people.roles import Role


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """The right of `user` to write from `device` until `expires_at`."""

    id: str
    user: str
    device: str
    role: Role
    opd: str
    starts_at: datetime
    expires_at: datetime


class User(msgspec.Struct, frozen=True, kw_only=True, tag="user"):
    """A person with a role and an office."""

    name: str
    role: Role
    opd: str
    full_name: str = ""
    active: bool = True
    grants: dict[str, Grant] = {}


class Device(msgspec.Struct, frozen=True, kw_only=True, tag="device"):
    """A device that signs entries."""

    id: str
    public_key: str
    tag: str
    name: str
    owner: str
    written_before: int
    approved: bool
    revoked: bool = False
    is_server: bool = False
    sealing_key: str = ""


def fold_user(user: User | None, _entry: Entry, body: msgspec.Struct, _verdict: Verdict) -> User | None:
    """Return the user after an accepted entry."""
    match body:
        case entry_bodies.UserCreated():
            return user or User(name=body.name, role=body.role, opd=body.opd, full_name=body.full_name)
        case entry_bodies.UserChanged() if user is not None:
            return msgspec.structs.replace(user, **_given(body))
        case entry_bodies.UserGranted() if user is not None:
            return msgspec.structs.replace(user, grants={**user.grants, body.grant: _grant(user, body)})
    return user


def fold_device(device: Device | None, entry: Entry, body: msgspec.Struct, _verdict: Verdict) -> Device | None:
    """Return the device after an accepted entry."""
    match body:
        case entry_bodies.DeviceEnrolled():
            return device or _device(entry, body)
        case entry_bodies.DeviceApproved() if device is not None:
            return msgspec.structs.replace(device, approved=True)
        case entry_bodies.DeviceRevoked() if device is not None:
            return msgspec.structs.replace(device, revoked=True)
    return device


def _given(body: entry_bodies.UserChanged) -> dict[str, Any]:
    values = {name: getattr(body, name) for name in body.__struct_fields__}
    return {name: value for name, value in values.items() if value is not msgspec.UNSET}


def _grant(user: User, body: entry_bodies.UserGranted) -> Grant:
    return Grant(
        id=body.grant,
        user=user.name,
        device=body.device,
        role=body.role,
        opd=body.opd,
        starts_at=body.starts_at,
        expires_at=body.expires_at,
    )


def _device(entry: Entry, body: entry_bodies.DeviceEnrolled) -> Device:
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
