"""Bodies of user and device entries; they contain no secrets."""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from tabuah.operations.bounds import LARGEST_COUNT, IdText, LabelText, bounded
from tabuah.operations.entries import Moment
from tabuah.operations.people.roles import Role

Name = Annotated[str, Meta(min_length=1, max_length=80, pattern=r"^[^\s/]+$")]


class UserCreated(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A new user of an office (`opd`); `kecamatan` is the code of the kecamatan to which the user is limited."""

    name: Name
    role: Role
    opd: LabelText = ""
    full_name: LabelText = ""
    kecamatan: LabelText = ""


class UserChanged(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Changed role, office or name; `active=False` locks the user out.

    A change of the role, or of `active`, ends the sessions of the user. `by` is the administrator.
    """

    role: Role | UnsetType = UNSET
    opd: LabelText | UnsetType = UNSET
    full_name: LabelText | UnsetType = UNSET
    active: bool | UnsetType = UNSET
    kecamatan: LabelText | UnsetType = UNSET
    by: IdText = ""
    reason: LabelText = ""


class PasswordChangeCause(StrEnum):
    """How a password was replaced."""

    OWN = "own"  # by the user, who knew the one before
    RESET_CODE = "reset_code"  # by the user, with a code of an administrator
    ADMINISTRATOR = "administrator"  # on the server's data


class UserPasswordChanged(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The user has another password, which the journal does not contain; all sessions of the user end."""

    cause: PasswordChangeCause
    by: IdText = ""
    reason: LabelText = ""


class UserResetCodeIssued(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An administrator issued a one-time code, which the journal does not contain, for choosing another password."""

    expires_at: Moment
    by: IdText = ""
    reason: LabelText = ""


class UserSessionsEnded(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The sessions of the user end, or only the one with the id `session`."""

    session: IdText = ""
    by: IdText = ""
    reason: LabelText = ""


class UserSecondFactorChanged(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The user logs in with a second factor, whose secret the journal does not contain, or no longer does."""

    active: bool
    by: IdText = ""
    reason: LabelText = ""


class UserGranted(msgspec.Struct, frozen=True, kw_only=True):
    """A grant: the user may write from one device for a term. Issued at log-in."""

    grant: IdText
    device: IdText
    role: Role
    opd: LabelText
    starts_at: Moment
    expires_at: Moment
    kecamatan: LabelText | UnsetType = UNSET
    deputyship: IdText | UnsetType = UNSET


class UserDeputised(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The user acts in another role between two moments, named by `by`."""

    deputyship: IdText
    role: Role
    starts_at: Moment
    ends_at: Moment
    by: IdText
    reason: LabelText = ""


class UserDeputyshipEnded(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A deputyship ends earlier than planned."""

    deputyship: IdText
    by: IdText
    reason: LabelText = ""


class DeviceEnrolled(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A device by its Ed25519 public key (hex).

    `owner` vouches for the `written_before` entries that the device wrote before the first log-in; `written_head` is
    the SHA-256 (hex) of the last of them, which the device signed with its proof.
    `sealing_key` is the key for sealing data to the device: its X25519 public key and the device's
    signature of that key, in hex.
    `follows` is the hash of the record after which a server uses this key; the former key certifies it.
    """

    public_key: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$"), bounded(max_length=64)]
    tag: Annotated[str, Meta(pattern=r"^[0-9A-Z]{4}$"), bounded(max_length=4)]
    name: LabelText = ""
    owner: IdText = ""
    written_before: Annotated[int, bounded(ge=0, le=1_000_000)] = 0
    written_head: Annotated[str, Meta(pattern=r"^([0-9a-f]{64})?$"), bounded(max_length=64)] = ""
    approved: bool = True
    is_server: bool = False
    sealing_key: Annotated[str, Meta(pattern=r"^([0-9a-f]{192})?$"), bounded(max_length=192)] = ""
    follows: Annotated[str, Meta(pattern=r"^([0-9a-f]{64})?$"), bounded(max_length=64)] = ""


class DeviceApproved(msgspec.Struct, frozen=True, kw_only=True):
    """An administrator approved the device."""

    by: IdText


class DeviceRevoked(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The device is suspect (lost, cloned); its later entries are held.

    A `stolen` one hands in nothing any more, and is ordered to wipe its data.
    """

    by: IdText
    reason: LabelText
    stolen: bool = False


class DeviceRetired(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The device has sent its `entries`, was wiped by its user, and signs nothing any more."""

    by: IdText
    reason: LabelText
    entries: Annotated[int, bounded(ge=0, le=LARGEST_COUNT)] = 0
