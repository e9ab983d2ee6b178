"""Users, devices and grants as the fold of their entries."""

from datetime import datetime

import msgspec

from tabuah.operations.authority.roles import Role


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
