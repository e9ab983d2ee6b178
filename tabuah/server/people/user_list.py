"""The list of users for administrators, with devices and open sessions."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from tabuah.operations.people.authority import Authority, User
from tabuah.server.journal import ServerJournal
from tabuah.server.people import refresh_tokens, reset_codes
from tabuah.server.people.refresh_tokens import OpenSession
from tabuah.storage.journal.people_protocol import (
    MAX_SESSIONS_LISTED,
    DeputySummary,
    SessionSummary,
    UsersReply,
    UserSummary,
    summarise_device,
)


def list_users(journal: ServerJournal) -> UsersReply:
    """Return all users, by name."""
    now, authority = journal.clock(), journal.authority
    sessions = _by_user(journal.read(lambda connection: refresh_tokens.open_sessions(connection, now)))
    renewals = journal.read(refresh_tokens.last_renewals)
    codes = journal.read(lambda connection: reset_codes.code_ends(connection, now))
    users = sorted(authority.users.values(), key=lambda user: (user.name.casefold(), user.name))
    return UsersReply(
        users=tuple(
            summary_of(
                authority,
                user,
                sessions=sessions.get(user.name, ()),
                renewed_at=renewals.get(user.name),
                code_until=codes.get(user.name),
                now=now,
            )
            for user in users
        )
    )


def summary_of(
    authority: Authority,
    user: User,
    *,
    sessions: Iterable[OpenSession],
    renewed_at: datetime | None,
    code_until: datetime | None,
    now: datetime,
) -> UserSummary:
    own = [device for device in authority.devices.values() if device.owner == user.name and not device.is_server]
    seen = [*([renewed_at] if renewed_at else []), *(grant.starts_at for grant in user.grants.values())]
    open_sessions = [_session(each) for each in sessions if user.has_session(each.session, each.epoch)]
    return UserSummary(
        name=user.name,
        full_name=user.full_name,
        role=user.role,
        opd=user.opd,
        kecamatan=user.office.kecamatan,
        active=user.active,
        last_seen_at=max(seen, default=None),
        reset_code_until=code_until,
        second_factor=user.has_second_factor,
        deputyships=deputies_of(user, now),
        devices=tuple(summarise_device(device) for device in sorted(own, key=lambda device: device.id)),
        sessions=tuple(open_sessions[:MAX_SESSIONS_LISTED]),
    )


def deputies_of(user: User, now: datetime) -> tuple[DeputySummary, ...]:
    """Return the deputyships of a user that are in force or to come."""
    return tuple(
        DeputySummary(
            id=each.id, role=each.role, starts_at=each.starts_at, ends_at=each.ends_at, by=each.by, reason=each.reason
        )
        for each in user.known_deputyships.values()
        if not each.ended and each.ends_at > now
    )


def _by_user(sessions: Iterable[OpenSession]) -> dict[str, list[OpenSession]]:
    found: defaultdict[str, list[OpenSession]] = defaultdict(list)
    for each in sessions:
        found[each.user].append(each)
    return found


def _session(session: OpenSession) -> SessionSummary:
    return SessionSummary(
        session=session.session,
        device=session.device,
        opened_at=session.opened_at,
        renewed_at=session.renewed_at,
        expires_at=session.expires_at,
    )
