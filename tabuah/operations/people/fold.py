"""Fold of user and device entries."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

import msgspec
from msgspec import UNSET, UnsetType

from tabuah.operations.entries import Entry, Verdict, subject_key
from tabuah.operations.people import entry_bodies
from tabuah.operations.people.authority import (
    CLOCK_TOLERANCE,
    LONGEST_SESSION,
    Deputyship,
    Device,
    Grant,
    User,
    VouchedChain,
)
from tabuah.operations.people.roles import DEPUTY_ROLES, WORKERS, Role

LONGEST_DEPUTYSHIP: Final = timedelta(days=3)
KEPT_DEPUTYSHIP: Final = timedelta(days=30)
FORMER_KEPT: Final = 20  # offices of a user


def fold_user(user: User | None, entry: Entry, body: msgspec.Struct, _verdict: Verdict) -> User | None:
    """Return the user after an accepted entry."""
    match body:
        case entry_bodies.UserCreated():
            return user or _user(body)
        case entry_bodies.UserChanged() if user is not None:
            return _changed(user, body)
        case entry_bodies.UserGranted() if user is not None:
            return msgspec.structs.replace(user, grants={**user.grants, body.grant: _grant(user, body)})
        case entry_bodies.UserPasswordChanged() if user is not None:
            return _without_sessions(user)
        case entry_bodies.UserSecondFactorChanged() if user is not None:
            return msgspec.structs.replace(user, second_factor=body.active or UNSET)
        case entry_bodies.UserDeputised() if user is not None:
            return _with_deputyship(user, body, entry.at)
        case entry_bodies.UserDeputyshipEnded() if user is not None:
            return _without_deputyship(user, body.deputyship)
        case entry_bodies.UserSessionsEnded() if user is not None:
            return _without_session(user, body.session, entry.at) if body.session else _without_sessions(user)
    return user


def fold_device(device: Device | None, entry: Entry, body: msgspec.Struct, _verdict: Verdict) -> Device | None:
    """Return the device after an accepted entry."""
    match body:
        case entry_bodies.DeviceEnrolled():
            return device or _device(entry, body)
        case entry_bodies.DeviceApproved() if device is not None:
            vouched = _vouched_from(device.vouched, entry.at)
            return msgspec.structs.replace(device, approved=True, vouched=vouched)
        case entry_bodies.DeviceRevoked() if device is not None:
            return msgspec.structs.replace(device, revoked=True, stolen=True if body.stolen else device.stolen)
        case entry_bodies.DeviceRetired() if device is not None:
            return msgspec.structs.replace(device, revoked=True, retired=True)
    return device


def _changed(user: User, body: entry_bodies.UserChanged) -> User:
    values = {name: getattr(body, name) for name in ("role", "opd", "full_name", "active", "kecamatan")}
    changed = msgspec.structs.replace(user, **{name: value for name, value in values.items() if value is not UNSET})
    if (changed.role, changed.active) != (user.role, user.active):
        changed = msgspec.structs.replace(changed, deputyships=UNSET)
    # Entries of older versions name no `by`, and the states that they made stay the same.
    return _with_traces(user, changed) if body.by else changed


def _with_traces(user: User, changed: User) -> User:
    """Keep a former office, and end the sessions of a user who was locked or unlocked.

    Another role leaves the sessions open: each request is judged by the present role, and a console whose user has
    another role since it was offline has to hand in its work.
    """
    if changed.office != user.office:
        kept = (*(each for each in user.former_offices or () if each != user.office), user.office)[-FORMER_KEPT:]
        changed = msgspec.structs.replace(changed, former_offices=kept)
    return _without_sessions(changed) if changed.active != user.active else changed


def _with_deputyship(user: User, body: entry_bodies.UserDeputised, at: datetime) -> User:
    """Add a deputyship; those are forgotten under which nothing can arrive any more."""
    oldest = at - KEPT_DEPUTYSHIP
    known = {id_: each for id_, each in user.known_deputyships.items() if each.ends_at > oldest}
    added = Deputyship(
        id=body.deputyship,
        role=body.role,
        starts_at=body.starts_at,
        ends_at=body.ends_at,
        by=body.by,
        reason=body.reason,
    )
    return msgspec.structs.replace(user, deputyships={**known, body.deputyship: added})


def _without_deputyship(user: User, deputyship: str) -> User:
    known = user.known_deputyships
    if deputyship not in known:
        return user
    ended = msgspec.structs.replace(known[deputyship], ended=True)
    return msgspec.structs.replace(user, deputyships={**known, deputyship: ended})


def is_possible_deputyship(user: User, body: entry_bodies.UserDeputised) -> bool:
    """Return whether a worker can be a deputy in this role for this time."""
    is_worker = user.active and user.role in WORKERS and body.role in DEPUTY_ROLES
    has_time = body.starts_at < body.ends_at <= body.starts_at + LONGEST_DEPUTYSHIP
    return is_worker and has_time and body.role is not user.role and body.deputyship not in user.known_deputyships


def _without_sessions(user: User) -> User:
    return msgspec.structs.replace(user, session_epoch=user.epoch + 1, ended_sessions=UNSET)


def _without_session(user: User, session: str, at: datetime) -> User:
    """Name an ended session for as long as its tokens could be valid."""
    ended = user.ended_sessions if isinstance(user.ended_sessions, dict) else {}
    recent = {
        known: ended_at for known, ended_at in ended.items() if ended_at > at - LONGEST_SESSION - CLOCK_TOLERANCE
    }
    return msgspec.structs.replace(user, ended_sessions={**recent, session: at})


def removes_last_administrator(user: User, body: entry_bodies.UserChanged, users: Iterable[User]) -> bool:
    """Return whether no active administrator would be left after a change."""
    changed = _changed(user, body)
    if not is_active_administrator(user) or is_active_administrator(changed):
        return False
    return not any(is_active_administrator(other) for other in users if other.name != user.name)


def is_active_administrator(user: User) -> bool:
    return user.active and user.role is Role.ADMIN


def _user(body: entry_bodies.UserCreated) -> User:
    return User(
        name=body.name,
        role=body.role,
        opd=body.opd,
        full_name=body.full_name,
        kecamatan=body.kecamatan or UNSET,
    )


def _grant(user: User, body: entry_bodies.UserGranted) -> Grant:
    return Grant(
        id=body.grant,
        user=user.name,
        device=body.device,
        role=body.role,
        opd=body.opd,
        starts_at=body.starts_at,
        expires_at=body.expires_at,
        deputyship=body.deputyship,
        kecamatan=body.kecamatan or UNSET,
    )


def _vouched_from(vouched: VouchedChain | UnsetType, at: datetime) -> VouchedChain | UnsetType:
    return msgspec.structs.replace(vouched, at=at) if isinstance(vouched, VouchedChain) else UNSET


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
        vouched=VouchedChain(head=body.written_head, at=entry.at) if body.written_head else UNSET,
        follows=body.follows or UNSET,
    )
