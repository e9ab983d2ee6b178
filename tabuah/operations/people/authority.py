"""The authority: users, devices and grants at one point of the journal."""

from dataclasses import dataclass, field

from tabuah.operations.entries import Entry
from tabuah.operations.people.records import Device, Grant, User
from tabuah.operations.people.roles import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorisation:
    """The role of an entry's author; `doubt` is the reason to hold the entry, or empty."""

    role: Role
    doubt: str = ""


@dataclass(slots=True)
class Authority:
    """Users and devices by name and id; the only state that is updated in place."""

    users: dict[str, User] = field(default_factory=dict)
    devices: dict[str, Device] = field(default_factory=dict)
    grants: dict[str, Grant] = field(default_factory=dict)

    def update(self, record: User | Device) -> None:
        """Store the newest state of a user or device."""
        if isinstance(record, User):
            self.users[record.name] = record
            self.grants.update(record.grants)
        else:
            self.devices[record.id] = record

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
