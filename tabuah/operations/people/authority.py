"""Users, devices and grants, the fold of their entries, and the authority at one point of the journal.

The authority also knows the exercises, the units with their offices, and the version of the decision rules in force
there.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Final

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from tabuah.operations.bounds import LARGEST_COUNT, StoredMoment, bounded
from tabuah.operations.entries import Entry
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.people.erasure import Erasure
from tabuah.operations.people.roles import Role
from tabuah.operations.people.scope import UserOffice
from tabuah.operations.policy.policy import NEWEST_VERSION, PROVENANCE_VERSION, Policy
from tabuah.operations.units.unit import Unit

CLOCK_TOLERANCE: Final = timedelta(minutes=5)
LONGEST_SESSION: Final = timedelta(days=30)  # after it, a user logs in again
LATEST_ARRIVAL: Final = timedelta(days=14)  # after the end of a grant, or after the approval of the enrolment


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """The right of `user` to write from `device` until `expires_at`."""

    id: str
    user: str
    device: str
    role: Role
    opd: str
    starts_at: datetime
    expires_at: datetime
    # Unset by default, so that older states keep their bytes.
    kecamatan: str | UnsetType = UNSET
    deputyship: str | UnsetType = UNSET  # under which `role` is that of a deputy

    @property
    def office(self) -> UserOffice:
        return UserOffice(opd=self.opd, kecamatan=self.kecamatan or "")


class Deputyship(msgspec.Struct, frozen=True, kw_only=True):
    """A user acts in another role for a stated time, named by another user."""

    id: str
    role: Role
    starts_at: StoredMoment
    ends_at: StoredMoment
    by: str
    reason: str = ""
    ended: bool = False


class User(msgspec.Struct, frozen=True, kw_only=True, tag="user"):
    """A person with a role and an office."""

    name: str
    role: Role
    opd: str
    full_name: str = ""
    active: bool = True
    grants: dict[str, Grant] = {}
    # Unset by default, so that older states keep their bytes.
    kecamatan: str | UnsetType = UNSET  # code of the kecamatan to which the user is limited
    former_offices: tuple[UserOffice, ...] | UnsetType = UNSET  # the last ones: a console may not know the change yet
    session_epoch: Annotated[int, bounded(ge=0, le=LARGEST_COUNT)] | UnsetType = UNSET
    ended_sessions: dict[str, StoredMoment] | UnsetType = UNSET
    second_factor: bool | UnsetType = UNSET
    deputyships: dict[str, Deputyship] | UnsetType = UNSET

    @property
    def known_deputyships(self) -> dict[str, Deputyship]:
        return self.deputyships if isinstance(self.deputyships, dict) else {}

    def deputyship_at(self, moment: datetime) -> Deputyship | None:
        """Return the deputyship that is in force at a moment; of several the one that was named last."""
        current = [
            each
            for each in self.known_deputyships.values()
            if not each.ended and each.starts_at <= moment < each.ends_at
        ]
        return current[-1] if current and self.active else None

    def role_at(self, moment: datetime) -> Role:
        """Return the role in which the user acts at a moment."""
        deputyship = self.deputyship_at(moment)
        return self.role if deputyship is None else deputyship.role

    @property
    def has_second_factor(self) -> bool:
        return self.second_factor is True

    @property
    def epoch(self) -> int:
        """The number of times that all sessions of the user have ended; a session is of one epoch."""
        return self.session_epoch if isinstance(self.session_epoch, int) else 0

    def has_session(self, session: str, epoch: int) -> bool:
        """Return whether the journal has not ended a session that was opened in an epoch."""
        ended = self.ended_sessions if isinstance(self.ended_sessions, dict) else {}
        return self.active and epoch == self.epoch and session not in ended

    @property
    def office(self) -> UserOffice:
        return UserOffice(opd=self.opd, kecamatan=self.kecamatan or "")

    @property
    def offices(self) -> frozenset[UserOffice]:
        """The present office, former ones, and those of all log-ins."""
        return frozenset(
            {self.office, *(self.former_offices or ()), *(grant.office for grant in self.grants.values())}
        )


class VouchedChain(msgspec.Struct, frozen=True, kw_only=True):
    """The end of a chain that its device signed at enrolment, and the time of the enrolment or of a later approval.

    `head` is the SHA-256 (hex) of the last entry.
    """

    head: str
    at: datetime


class Device(msgspec.Struct, frozen=True, kw_only=True, tag="device"):
    """A device that signs entries.

    `owner` vouches for its first `written_before` entries, as far as they are the chain that `vouched` names.
    """

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
    # Unset by default, so that older states keep their bytes.
    vouched: VouchedChain | UnsetType = UNSET
    stolen: bool | UnsetType = UNSET
    retired: bool | UnsetType = UNSET
    follows: str | UnsetType = UNSET  # of a later server key: the hash of the record after which it is used

    @property
    def is_stolen(self) -> bool:
        return self.stolen is True

    @property
    def is_retired(self) -> bool:
        return self.retired is True


class Authorisation(msgspec.Struct, frozen=True, kw_only=True):
    """The role of an entry's author; `doubt` is the reason to hold the entry, or empty."""

    role: Role
    doubt: str = ""


AuthorityRecord = User | Device | Policy | Exercise | Unit | Erasure
# The subjects whose states form the authority.
AUTHORITY_KINDS: Final = ("user", "device", "policy", "exercise", "unit", "erasure")


@dataclass(slots=True)
class Authority:
    """Users, devices, exercises and units by id, and the rules in force; the only state that is updated in place."""

    users: dict[str, User] = field(default_factory=dict)
    devices: dict[str, Device] = field(default_factory=dict)
    grants: dict[str, Grant] = field(default_factory=dict)
    policy: Policy = field(default_factory=Policy)
    exercises: dict[str, Exercise] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    erasures: dict[str, frozenset[str]] = field(default_factory=dict)  # the entries of each

    @property
    def decide_version(self) -> int:
        """The version of the rules in force; a console of an older program predicts by the newest it knows."""
        version = self.policy.decide_version
        return version if version < NEWEST_VERSION else NEWEST_VERSION  # read several times for each entry

    def is_wiped(self, exercise_id: str) -> bool:
        exercise = self.exercises.get(exercise_id)
        return exercise is not None and exercise.is_wiped

    def is_erased(self, entry_id: str) -> bool:
        """Return whether the personal values of an entry were erased."""
        return any(entry_id in entries for entries in self.erasures.values())

    @property
    def is_partial(self) -> bool:
        """Whether there may be more than is known here, as on a console that has not pulled the journal."""
        return False

    def update(self, record: AuthorityRecord) -> None:
        """Store the newest state of a user, a device, an exercise, a unit, an erasure or the policy."""
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
            case Unit():
                self.units[record.id] = record
            case Erasure():
                self.erasures[record.id] = frozenset(record.entries)

    def copy(self) -> "Authority":
        """Return a copy that can be updated while other threads read this one."""
        return Authority(
            users=dict(self.users),
            devices=dict(self.devices),
            grants=dict(self.grants),
            policy=self.policy,
            exercises=dict(self.exercises),
            units=dict(self.units),
            erasures=dict(self.erasures),
        )

    def authorise(self, entry: Entry, *, text: str = "", received_at: datetime | None = None) -> Authorisation:
        """Return the role under which an entry was written, and any doubt about it.

        Args:
            entry: the entry.
            text: its own text, whose hash ends the chain that was signed at an enrolment.
            received_at: when the server received it; None where that is not known.
        """
        device = self.devices.get(entry.device)
        if device is None:
            return Authorisation(role=Role.VIEWER, doubt="unknown_device")
        if device.is_server:
            return self._of_server(device)
        if not entry.grant:
            authorisation = self._before_enrolment(entry, device, text)
        else:
            authorisation = self._under_grant(entry, device)
        if authorisation.doubt or self.decide_version < PROVENANCE_VERSION:
            return authorisation
        doubt = self._doubt_about_time(entry, device, received_at)
        return replace(authorisation, doubt=doubt) if doubt else authorisation

    def is_author_proven(self, entry: Entry) -> bool:
        """Return whether the grant of an entry, or the owner of its device, is its author."""
        grant = self.grants.get(entry.grant)
        if grant is not None:
            return grant.device == entry.device and grant.user == entry.actor
        device = self.devices.get(entry.device)
        return not entry.grant and device is not None and device.owner == entry.actor

    def has_used(self, name: str, device_id: str) -> bool:
        """Return whether a user owns a device or has ever logged in on it."""
        device, user = self.devices.get(device_id), self.users.get(name)
        if device is not None and device.owner == name:
            return True
        return user is not None and any(grant.device == device_id for grant in user.grants.values())

    def opd_of(self, entry: Entry) -> str:
        """Return the author's office; empty if unknown."""
        grant, user = self.grants.get(entry.grant), self.users.get(entry.actor)
        return grant.opd if grant else user.opd if user else ""

    def office_of_user(self, name: str) -> UserOffice:
        """Return the present office of a user; one without limits if the user is not known."""
        user = self.users.get(name)
        return user.office if user else UserOffice()

    def _of_server(self, device: Device) -> Authorisation:
        """Return the role of the server; a copy that still signs with a former key has none."""
        if device.revoked and self.decide_version >= PROVENANCE_VERSION:
            return Authorisation(role=Role.VIEWER, doubt="device_revoked")
        return Authorisation(role=Role.SERVER)

    def _under_grant(self, entry: Entry, device: Device) -> Authorisation:
        grant = self.grants.get(entry.grant)
        if grant is None or grant.device != entry.device or grant.user != entry.actor:
            return Authorisation(role=Role.VIEWER, doubt="no_grant")
        return Authorisation(role=grant.role, doubt=self._doubt(entry, device, grant))

    def _doubt(self, entry: Entry, device: Device, grant: Grant) -> str:
        if device.revoked:
            return "device_revoked"
        if not device.approved:
            return "device_not_approved"
        user = self.users.get(grant.user)
        if user is None or not user.active:
            return "user_inactive"
        if grant.deputyship:
            deputyship = user.known_deputyships.get(grant.deputyship)
            if deputyship is None or deputyship.ended or deputyship.role is not grant.role:
                return "deputyship_ended"
        elif user.role is not grant.role:
            return "role_changed"
        if entry.at > grant.expires_at:
            return "grant_expired"
        return ""

    def _before_enrolment(self, entry: Entry, device: Device, text: str) -> Authorisation:
        if self.decide_version >= PROVENANCE_VERSION and (doubt := _doubt_about_chain(entry, device, text)):
            author = self.users.get(entry.actor)
            return Authorisation(role=author.role if author else Role.VIEWER, doubt=doubt)
        owner = self.users.get(device.owner)
        if owner is None or entry.n > device.written_before:
            return Authorisation(role=Role.VIEWER, doubt="no_grant")
        if device.revoked or not device.approved or not owner.active:
            return Authorisation(role=owner.role, doubt="device_not_approved")
        return Authorisation(role=owner.role)

    def _doubt_about_time(self, entry: Entry, device: Device, received_at: datetime | None) -> str:
        """Return the doubt about the time of an entry; empty if there is none.

        Work from before the enrolment may have any time: its computer had never compared its clock with the server's.
        """
        grant = self.grants.get(entry.grant)
        if grant is None:
            vouched = device.vouched
            return _doubt_about_arrival(vouched.at, received_at) if isinstance(vouched, VouchedChain) else ""
        if entry.at < grant.starts_at - CLOCK_TOLERANCE:
            return "before_grant"
        if received_at is not None and entry.at > received_at + CLOCK_TOLERANCE:
            return "clock_ahead"
        return _doubt_about_arrival(grant.expires_at, received_at)


def _doubt_about_arrival(ended_at: datetime, received_at: datetime | None) -> str:
    return "late_arrival" if received_at is not None and received_at > ended_at + LATEST_ARRIVAL else ""


def _doubt_about_chain(entry: Entry, device: Device, text: str) -> str:
    """Return the doubt about an entry without a grant; empty if it may be in the owner's vouched chain."""
    if entry.actor != device.owner:
        return "another_author"
    if not isinstance(device.vouched, VouchedChain) or entry.n > device.written_before:
        return "no_grant"
    is_head = entry.n == device.written_before
    return "not_vouched" if is_head and _hash(text) != device.vouched.head else ""


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
