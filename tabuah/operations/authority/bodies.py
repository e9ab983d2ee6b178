"""What the entries about users and devices carry; there are no secrets in them."""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from tabuah.operations.authority.roles import Role
from tabuah.operations.entries import Moment

Name = Annotated[str, Meta(min_length=1, max_length=80, pattern=r"^[^\s/]+$")]


class UserCreated(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A new user of an office (`opd`)."""

    name: Name
    role: Role
    opd: str = ""
    full_name: str = ""


class UserChanged(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Another role or office; `active` false locks the user out."""

    role: Role | UnsetType = UNSET
    opd: str | UnsetType = UNSET
    full_name: str | UnsetType = UNSET
    active: bool | UnsetType = UNSET


class UserGranted(msgspec.Struct, frozen=True, kw_only=True):
    """The right of a user to write from one device for a term; made at log-in."""

    grant: str
    device: str
    role: Role
    opd: str
    starts_at: Moment
    expires_at: Moment


class DeviceEnrolled(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A device by its Ed25519 public key (hex).

    `owner` vouches for the `written_before` entries that the device wrote before anybody had logged in on it.
    `sealing_key` is what others seal for it with: its X25519 public key and its own signature of that, in hex.
    """

    public_key: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
    tag: Annotated[str, Meta(pattern=r"^[0-9A-Z]{4}$")]
    name: str = ""
    owner: str = ""
    written_before: int = 0
    approved: bool = True
    is_server: bool = False
    sealing_key: Annotated[str, Meta(pattern=r"^([0-9a-f]{192})?$")] = ""


class DeviceApproved(msgspec.Struct, frozen=True, kw_only=True):
    """An administrator lets a device in."""

    by: str


class DeviceRevoked(msgspec.Struct, frozen=True, kw_only=True):
    """A device is in doubt (stolen, cloned): what it writes from now on is held."""

    by: str
    reason: str
