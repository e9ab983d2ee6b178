"""The authority: all users and devices at one point of the journal, and the role under which an entry was written."""

from dataclasses import dataclass, field

from tabuah.operations.authority.records import Device, Grant, User
from tabuah.operations.authority.roles import Role
from tabuah.operations.entries import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The role of an entry's author; `doubt` is the reason to hold the entry, empty when there is none."""

    role: Role
    doubt: str = ""


@dataclass(slots=True)
class Authority:
    """Users and devices by name and id. It is the one fold that is kept in place: it only grows by entries."""

    users: dict[str, User] = field(default_factory=dict)
    devices: dict[str, Device] = field(default_factory=dict)
    grants: dict[str, Grant] = field(default_factory=dict)

    def learn(self, record: User | Device) -> None:
        """Take over the newest state of a user or a device."""
        if isinstance(record, User):
            self.users[record.name] = record
            self.grants.update(record.grants)
        else:
            self.devices[record.id] = record

    def standing_of(self, entry: Entry) -> Standing:
        """Under which role an entry was written, and whether that is in doubt."""
        device = self.devices.get(entry.device)
        if device is None:
            return Standing(role=Role.VIEWER, doubt="unknown_device")
        if device.is_server:
            return Standing(role=Role.SERVER)
        if not entry.grant:
            return self._before_enrolment(entry, device)
        grant = self.grants.get(entry.grant)
        if grant is None or grant.device != entry.device or grant.user != entry.actor:
            return Standing(role=Role.VIEWER, doubt="no_grant")
        return Standing(role=grant.role, doubt=self._doubt(entry, device, grant))

    def opd_of(self, entry: Entry) -> str:
        """The office for which an entry's author speaks; empty where that is not known."""
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

    def _before_enrolment(self, entry: Entry, device: Device) -> Standing:
        owner = self.users.get(device.owner)
        if owner is None or entry.n > device.written_before:
            return Standing(role=Role.VIEWER, doubt="no_grant")
        if device.revoked or not device.approved or not owner.active:
            return Standing(role=owner.role, doubt="device_not_approved")
        return Standing(role=owner.role)
