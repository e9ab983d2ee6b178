"""Users, devices and grants, the fold of their entries, and the authority at one point of the journal.

The authority also knows the exercises, and the version of the decision rules in force there.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import msgspec

from tabuah.operations.entries import Entry, Verdict, subject_key
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.people import entry_bodies
from tabuah.operations.people.roles import Role
from tabuah.operations.policy.policy import NEWEST_VERSION, Policy


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorisation:
    """The role of an entry's author; `doubt` is the reason to hold the entry, or empty."""

    role: Role
    doubt: str = ""


AuthorityRecord = User | Device | Policy | Exercise
AUTHORITY_KINDS: Final = ("user", "device", "policy", "exercise")  # the subjects whose states form the authority


@dataclass(slots=True)
class Authority:
    """Users, devices and exercises by id, and the rules in force; the only state that is updated in place."""

    users: dict[str, User] = field(default_factory=dict)
    devices: dict[str, Device] = field(default_factory=dict)
    grants: dict[str, Grant] = field(default_factory=dict)
    policy: Policy = field(default_factory=Policy)
    exercises: dict[str, Exercise] = field(default_factory=dict)

    @property
    def decide_version(self) -> int:
        """The version of the rules in force; a console of an older program predicts by the newest it knows."""
        return min(self.policy.decide_version, NEWEST_VERSION)

    def update(self, record: AuthorityRecord) -> None:
        """Store the newest state of a user, a device, an exercise or the policy."""
        match record:
            case User():
                self.users[record.name] = record
                self.grants.update(record.grants)
            case Device():
                self.devices[record.id] = record
            case Policy():
                self.policy = record
            case Exercise():
                self.exercises[record.id] = record

    def copy(self) -> "Authority":
        """Return a copy that can be updated while other threads read this one."""
        return Authority(dict(self.users), dict(self.devices), dict(self.grants), self.policy, dict(self.exercises))

    def authorise(self, entry: Entry) -> Authorisation:
        """Return the role under which an entry was written, and any doubt about it."""
        device = self.devices.get(entry.device)
        if device is None:
            return Authorisation(role=Role.VIEWER, doubt="unknown_device")
        if device.is_server:
            return Authorisation(role=Role.SERVER)
        if not entry.grant:
            return self._before_enrolment(entry, device)
        grant = self.grants.get(entry.grant)
        if grant is None or grant.device != entry.device or grant.user != entry.actor:
            return Authorisation(role=Role.VIEWER, doubt="no_grant")
        return Authorisation(role=grant.role, doubt=self._doubt(entry, device, grant))

    def opd_of(self, entry: Entry) -> str:
        """Return the author's office; empty if unknown."""
        grant, user = self.grants.get(entry.grant), self.users.get(entry.actor)
        return grant.opd if grant else user.opd if user else ""

    def _doubt(self, entry: Entry, device: Device, grant: Grant) -> str:
        if device.revoked:
            return "device_revoked"
        if not device.approved:
            return "device_not_approved"
        user = self.users.get(grant.user)
        if user is None or not user.active:
            return "user_inactive"
        if user.role is not grant.role:
            return "role_changed"
        if entry.at > grant.expires_at:
            return "grant_expired"
        return ""

    def _before_enrolment(self, entry: Entry, device: Device) -> Authorisation:
        owner = self.users.get(device.owner)
        if owner is None or entry.n > device.written_before:
            return Authorisation(role=Role.VIEWER, doubt="no_grant")
        if device.revoked or not device.approved or not owner.active:
            return Authorisation(role=owner.role, doubt="device_not_approved")
        return Authorisation(role=owner.role)
