"""Records of the HTTP interface for the administration of users, sessions and devices, and for the own password."""

from datetime import datetime
from typing import Annotated, Final

import msgspec
from msgspec import UNSET, Meta, UnsetType

from tabuah.operations.hidden_characters import LINE_PATTERN
from tabuah.operations.people.authority import Device
from tabuah.operations.people.roles import Role
from tabuah.storage.journal.protocol import SessionRequest
from tabuah.storage.journal.signatures import DeviceKey

UserName = Annotated[str, Meta(min_length=1, max_length=80)]
Label = Annotated[str, Meta(max_length=400)]
LineLabel = Annotated[str, Meta(max_length=400, pattern=LINE_PATTERN)]  # without hidden characters
Reason = Annotated[str, Meta(min_length=1, max_length=400)]
DeviceId = Annotated[str, Meta(pattern=r"^[0-9a-f]{32}\Z")]
Password = Annotated[str, Meta(min_length=1, max_length=1024)]
Code = Annotated[str, Meta(min_length=1, max_length=100)]
KecamatanCode = Annotated[str, Meta(pattern=r"^([0-9]{2}\.[0-9]{2}\.[0-9]{2})?\Z")]  # empty for no limit

MAX_SESSIONS_LISTED: Final = 100  # of each user, those renewed last


class SessionSummary(msgspec.Struct, frozen=True, kw_only=True):
    """An open session. `device` is empty for a program without a key; `renewed_at` is when it was last seen."""

    session: str
    device: str
    opened_at: datetime
    renewed_at: datetime
    expires_at: datetime


class DeviceSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A device that a user has enrolled."""

    device: str
    tag: str
    name: str
    approved: bool
    revoked: bool
    stolen: bool
    retired: bool = False  # an older server does not say


def summarise_device(device: Device) -> DeviceSummary:
    return DeviceSummary(
        device=device.id,
        tag=device.tag,
        name=device.name,
        approved=device.approved,
        revoked=device.revoked,
        stolen=device.is_stolen,
        retired=device.is_retired,
    )


class DeputySummary(msgspec.Struct, frozen=True, kw_only=True):
    """A deputyship that is in force or to come."""

    role: Role
    starts_at: datetime
    ends_at: datetime
    by: str
    reason: str
    id: str = ""


class UserSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A user with devices and open sessions.

    `last_seen_at` is the newest log-in, renewal or grant that the server knows, to a quarter of an hour.
    `reset_code_until` is set while a one-time code can be used. `kecamatan` is the code of the only one of the user;
    empty for no limit.
    """

    name: str
    full_name: str
    role: Role
    opd: str
    kecamatan: str = ""
    active: bool
    last_seen_at: datetime | None = None
    reset_code_until: datetime | None = None
    second_factor: bool = False
    deputyships: tuple[DeputySummary, ...] = ()
    devices: tuple[DeviceSummary, ...] = ()
    sessions: tuple[SessionSummary, ...] = ()


class UsersReply(msgspec.Struct, frozen=True, kw_only=True):
    """All users, by name."""

    users: tuple[UserSummary, ...]


class UserCreation(msgspec.Struct, frozen=True, kw_only=True):
    """A new user, who chooses a password with the one-time code of the reply."""

    name: UserName
    role: Role
    opd: LineLabel = ""
    full_name: LineLabel = ""
    kecamatan: KecamatanCode = ""


class UserChange(msgspec.Struct, frozen=True, kw_only=True):
    """A change of a user; fields that are left out stay. `active` false locks the user out."""

    name: UserName
    reason: Reason
    role: Role | UnsetType = UNSET
    opd: LineLabel | UnsetType = UNSET
    full_name: LineLabel | UnsetType = UNSET
    kecamatan: KecamatanCode | UnsetType = UNSET
    active: bool | UnsetType = UNSET


class DeputyNaming(msgspec.Struct, frozen=True, kw_only=True):
    """Let a user act in another role until `ends_at`, at most three days; from now on without `starts_at`."""

    name: UserName
    role: Role
    ends_at: Annotated[datetime, Meta(tz=True)]
    reason: Reason
    starts_at: Annotated[datetime, Meta(tz=True)] | None = None


class DeputyEnd(msgspec.Struct, frozen=True, kw_only=True):
    """End the deputyships of a user, or the one with the id `deputyship`."""

    name: UserName
    reason: Reason
    deputyship: Annotated[str, Meta(max_length=64)] = ""


class DeputiesReply(msgspec.Struct, frozen=True, kw_only=True):
    """The deputyships of a user that are in force or to come."""

    name: str
    deputyships: tuple[DeputySummary, ...]


class ResetCodeRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Issue a one-time code, with which the user chooses another password; an earlier code becomes invalid."""

    name: UserName
    reason: Reason


class ResetCode(msgspec.Struct, frozen=True, kw_only=True):
    """A one-time code, which the server cannot show again."""

    name: str
    code: str
    expires_at: datetime


class SessionsEnd(msgspec.Struct, frozen=True, kw_only=True):
    """End all sessions of a user, or the one with the id `session`."""

    name: UserName
    reason: Reason
    session: Annotated[str, Meta(max_length=64)] = ""


class DeviceApproval(msgspec.Struct, frozen=True, kw_only=True):
    """Approve a waiting device."""

    device: DeviceId


class DeviceRevocation(msgspec.Struct, frozen=True, kw_only=True):
    """Revoke a device; a stolen one is ordered to erase its data."""

    device: DeviceId
    reason: Reason
    stolen: bool = False


class PasswordChange(msgspec.Struct, frozen=True, kw_only=True):
    """Replace the own password."""

    password: Password
    new_password: Password


class PasswordReset(msgspec.Struct, frozen=True, kw_only=True):
    """Choose a password with the one-time code of an administrator."""

    user: UserName
    code: Code
    new_password: Password


class SecondFactorSetUp(msgspec.Struct, frozen=True, kw_only=True):
    """Ask for the secret of a second factor, by the own password."""

    password: Password


class SecondFactorSecret(msgspec.Struct, frozen=True, kw_only=True):
    """The secret for an authenticator app in Base32, and the same as an `otpauth` URI for a QR code."""

    secret: str
    uri: str


class SecondFactorCode(msgspec.Struct, frozen=True, kw_only=True):
    """A code of the authenticator app."""

    code: Code


class RecoveryCodes(msgspec.Struct, frozen=True, kw_only=True):
    """Codes for one log-in each without the app, which the server cannot show again."""

    codes: tuple[str, ...]


class RecoveryCodesRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Ask for other recovery codes, by the password and a code of the app or a recovery code."""

    password: Password
    code: Code


class SecondFactorRemoval(msgspec.Struct, frozen=True, kw_only=True):
    """Remove the own second factor, by the password and a code of the app or a recovery code."""

    password: Password
    code: Code


class SecondFactorReset(msgspec.Struct, frozen=True, kw_only=True):
    """Remove the second factor of another user."""

    name: UserName
    reason: Reason


class LogInChallenge(msgspec.Struct, frozen=True, kw_only=True):
    """Ask for a nonce, which the proof of a log-in signs."""

    user: UserName


def log_in_proof_text(request: SessionRequest, *, server: str) -> bytes:
    """Return the text that a device signs to prove at a log-in that it holds its key."""
    return f"tabuah-login/1/{server}/{request.nonce}/{request.user}".encode()


def sign_log_in(request: SessionRequest, key: DeviceKey, *, server: str) -> SessionRequest:
    """Return the request with the signature of a device."""
    proof = key.sign(log_in_proof_text(request, server=server)).hex()
    return msgspec.structs.replace(request, public_key=key.public_key.hex(), proof=proof)
