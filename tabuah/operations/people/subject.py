"""The declarations of users, devices and erasures of personal values."""

from typing import Final

import msgspec

from tabuah.operations.entries import ACCEPT, Decision, Entry, rejected, subject_key
from tabuah.operations.hidden_characters import is_plain
from tabuah.operations.people import entry_bodies as bodies
from tabuah.operations.people.authority import CLOCK_TOLERANCE, Device, User
from tabuah.operations.people.deputies import time_in_a_row
from tabuah.operations.people.erasure import ERASURE_KEY, Erasure, ErasureOrdered, fold_erasure
from tabuah.operations.people.fold import (
    LONGEST_DEPUTYSHIP,
    fold_device,
    fold_user,
    is_active_administrator,
    is_possible_deputyship,
    removes_last_administrator,
)
from tabuah.operations.people.roles import SERVER_ONLY
from tabuah.operations.people.weak_keys import is_weak_key
from tabuah.operations.policy.policy import PROVENANCE_VERSION
from tabuah.operations.record_decisions import decide_change, decide_creation
from tabuah.operations.subject_type import DecisionContext, EntryKind, SubjectType


def decide_user(user: User | None, entry: Entry, body: msgspec.Struct, context: DecisionContext) -> Decision:
    is_strict = context.decide_version >= PROVENANCE_VERSION
    if is_strict and isinstance(body, bodies.UserCreated | bodies.UserChanged) and not _is_plain(body):
        return rejected("hidden_characters")
    if isinstance(body, bodies.UserCreated):
        return decide_creation(user, entry, body.name)
    if user is None or context.decide_version < PROVENANCE_VERSION:
        return decide_change(user)
    match body:
        case bodies.UserChanged() if removes_last_administrator(user, body, context.users.values()):
            return rejected("last_administrator")
        case bodies.UserDeputised():
            return _decide_deputyship(user, entry, body, context)
        case bodies.UserDeputyshipEnded() if body.deputyship not in user.known_deputyships:
            return rejected("no_such_deputyship")
    return ACCEPT


def _is_plain(body: bodies.UserCreated | bodies.UserChanged) -> bool:
    """Return whether office and full name, which tables and reports show, have no hidden characters."""
    return all(is_plain(text) for text in (body.opd, body.full_name) if isinstance(text, str))


def _decide_deputyship(user: User, entry: Entry, body: bodies.UserDeputised, context: DecisionContext) -> Decision:
    """Decide on a deputy, who acts from now on at the earliest, and three days in a row without an administrator.

    A start in the past would give the role to work that was written before anyone named the deputy.
    """
    if not is_possible_deputyship(user, body) or body.starts_at < entry.at - CLOCK_TOLERANCE:
        return rejected("no_such_deputyship")
    namer = context.users.get(body.by)
    is_named_by_administrator = namer is not None and is_active_administrator(namer)
    if not is_named_by_administrator and time_in_a_row(user, body, entry.at) > LONGEST_DEPUTYSHIP:
        return rejected("deputyship_too_long")
    return ACCEPT


def decide_device(device: Device | None, entry: Entry, body: msgspec.Struct, context: DecisionContext) -> Decision:
    if isinstance(body, bodies.DeviceEnrolled):
        if context.decide_version >= PROVENANCE_VERSION and is_weak_key(bytes.fromhex(body.public_key)):
            return rejected("weak_key")
        return decide_creation(device, entry, subject_key(entry.subject))
    return decide_change(device)


USER: Final = SubjectType(
    name="user",
    state=User,
    kinds=(
        EntryKind(name="user.created", body=bodies.UserCreated, writers=SERVER_ONLY, creates=True),
        EntryKind(name="user.changed", body=bodies.UserChanged, writers=SERVER_ONLY),
        EntryKind(name="user.granted", body=bodies.UserGranted, writers=SERVER_ONLY),
        EntryKind(name="user.password_changed", body=bodies.UserPasswordChanged, writers=SERVER_ONLY),
        EntryKind(name="user.reset_code_issued", body=bodies.UserResetCodeIssued, writers=SERVER_ONLY),
        EntryKind(name="user.deputised", body=bodies.UserDeputised, writers=SERVER_ONLY),
        EntryKind(name="user.deputyship_ended", body=bodies.UserDeputyshipEnded, writers=SERVER_ONLY),
        EntryKind(name="user.second_factor_changed", body=bodies.UserSecondFactorChanged, writers=SERVER_ONLY),
        EntryKind(name="user.sessions_ended", body=bodies.UserSessionsEnded, writers=SERVER_ONLY),
    ),
    decide=decide_user,
    fold=fold_user,
)

DEVICE: Final = SubjectType(
    name="device",
    state=Device,
    kinds=(
        EntryKind(name="device.enrolled", body=bodies.DeviceEnrolled, writers=SERVER_ONLY, creates=True),
        EntryKind(name="device.approved", body=bodies.DeviceApproved, writers=SERVER_ONLY),
        EntryKind(name="device.revoked", body=bodies.DeviceRevoked, writers=SERVER_ONLY),
        EntryKind(name="device.retired", body=bodies.DeviceRetired, writers=SERVER_ONLY),
    ),
    decide=decide_device,
    fold=fold_device,
)


def decide_erasure(
    erasure: Erasure | None, _entry: Entry, _body: msgspec.Struct, context: DecisionContext
) -> Decision:
    if context.decide_version < PROVENANCE_VERSION:
        return rejected("unknown_kind")  # as servers decided that did not know it
    return ACCEPT if erasure is None else rejected("already_exists")


ERASURE: Final = SubjectType(
    name="erasure",
    state=Erasure,
    kinds=(EntryKind(name="erasure.ordered", body=ErasureOrdered, writers=SERVER_ONLY, creates=True),),
    decide=decide_erasure,
    fold=fold_erasure,
    key=ERASURE_KEY,
)
