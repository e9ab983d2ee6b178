"""Rotating refresh tokens: each use issues a successor; reuse of a stolen token ends the whole family."""

import base64
import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, delete, func, insert, select, update

from tabuah.operations.people.authority import LONGEST_SESSION
from tabuah.server.clock_check import CLOCK_TOLERANCE
from tabuah.server.database.schema import REFRESH_TOKENS
from tabuah.server.errors import Refusal

REFRESH_TERM: Final = LONGEST_SESSION  # counted from the log-in, whatever is renewed
# How long a used token is remembered, so that its reuse is detected.
USED_TOKEN_KEPT: Final = timedelta(days=7)
_SUPERSEDED: Final = "superseded"


class TokenRenewal(msgspec.Struct, frozen=True):
    """The result of presenting a refresh token: a new token for `user`, or a refusal.

    `session` identifies the session, `device` is the device that it belongs to, and `epoch` that of the user when it
    was opened. `device` is empty for a program without a key, and None until a device signs the first renewal.
    """

    user: str = ""
    token: str = ""
    session: str = ""
    device: str | None = ""
    epoch: int = 0
    refusal: Refusal | None = None


class OpenSession(msgspec.Struct, frozen=True, kw_only=True):
    """A session that can be renewed: its id, user, device, and times."""

    session: str
    user: str
    device: str
    epoch: int
    opened_at: datetime
    renewed_at: datetime
    expires_at: datetime


def issue(
    connection: Connection,
    *,
    user: str,
    now: datetime,
    device: str | None = "",
    family: str = "",
    token: str = "",
    opened_at: int | None = None,
    epoch: int = 0,
) -> str:
    """Issue a token for a `device` as in `TokenRenewal`; it starts a new family unless it renews one."""
    token = token or secrets.token_urlsafe(32)
    opened_at = int(now.timestamp()) if opened_at is None else opened_at
    row = {
        "hash": _hash(token),
        "family": family or secrets.token_hex(16),
        "user_name": user,
        "expires_at": opened_at + int(REFRESH_TERM.total_seconds()),
        "successor": "",
        "device": device,
        "opened_at": opened_at,
        "issued_at": int(now.timestamp()),
        "epoch": epoch,
    }
    connection.execute(insert(REFRESH_TOKENS).values(row))
    return token


def open_family(
    connection: Connection, *, user: str, device: str | None, now: datetime, epoch: int = 0
) -> TokenRenewal:
    """Start a session of a user on a device."""
    family = secrets.token_hex(16)
    token = issue(connection, user=user, now=now, device=device, family=family, epoch=epoch)
    return TokenRenewal(user=user, token=token, session=family, device=device, epoch=epoch)


def open_sessions(connection: Connection, now: datetime) -> tuple[OpenSession, ...]:
    """Return the sessions that can be renewed, the last renewed first; the journal may have ended some of them."""
    rows = connection.execute(
        select(REFRESH_TOKENS)
        .where(REFRESH_TOKENS.c.successor == "", REFRESH_TOKENS.c.expires_at > int(now.timestamp()))
        .order_by(REFRESH_TOKENS.c.issued_at.desc(), REFRESH_TOKENS.c.family)
    )
    return tuple(_open_session(row) for row in rows)


def last_renewals(connection: Connection) -> dict[str, datetime]:
    """Return when each user last logged in or renewed a session, as far as tokens are remembered."""
    newest = func.max(REFRESH_TOKENS.c.issued_at)
    rows = connection.execute(select(REFRESH_TOKENS.c.user_name, newest).group_by(REFRESH_TOKENS.c.user_name))
    return {user: datetime.fromtimestamp(seconds, UTC) for user, seconds in rows}


def _open_session(row: Any) -> OpenSession:
    opened_at, renewed_at, expires_at = (
        datetime.fromtimestamp(seconds, UTC) for seconds in (row.opened_at, row.issued_at, row.expires_at)
    )
    return OpenSession(
        session=row.family,
        user=row.user_name,
        device=row.device or "",
        epoch=row.epoch,
        opened_at=opened_at,
        renewed_at=renewed_at,
        expires_at=expires_at,
    )


def renew(
    connection: Connection, *, token: str, attempt: str = "", proven_device: str = "", now: datetime
) -> TokenRenewal:
    """Exchange a token for its successor, for `proven_device`, which has signed the request.

    A response can get lost on a bad connection, and a request can arrive twice or late: the same
    attempt gets the same successor. Presenting a token in another attempt, or without one, is allowed
    while its successor is unused, and replaces that successor. If both are used, one of the two users
    is a thief, and the family ends.
    """
    following = _successor_of(token, attempt) if attempt else ""
    connection.execute(delete(REFRESH_TOKENS).where(REFRESH_TOKENS.c.expires_at <= int(now.timestamp())))
    row = _find(connection, _hash(token))
    if row is None or row.expires_at > int((now + REFRESH_TERM + CLOCK_TOLERANCE).timestamp()):
        # one that ends later was opened while the server's clock was ahead
        return TokenRenewal(refusal=Refusal(401, "session_ended", "this session has ended: log in again"))
    if row.device != "" and (not proven_device or row.device not in (None, proven_device)):
        detail = "the renewal needs the signature of the device that logged in: log in again"
        return TokenRenewal(refusal=Refusal(401, "session_unsigned", detail))
    if following and row.successor == _hash(following):
        return _answer_again(connection, row, following)
    if following and _find(connection, _hash(following)) is not None:
        return TokenRenewal(refusal=Refusal(401, "session_ended", "a later renewal of this session exists"))
    if row.successor:
        successor = _find(connection, row.successor)
        if successor is None or successor.successor:
            revoke_family(connection, row.family)
            detail = "this session was used from two places and has been ended: log in again"
            return TokenRenewal(refusal=Refusal(401, "session_revoked", detail))
        _mark_used(connection, successor.hash, _SUPERSEDED, now)
    device = proven_device if row.device is None else row.device
    following = issue(
        connection,
        user=row.user_name,
        now=now,
        device=device,
        family=row.family,
        token=following,
        opened_at=row.opened_at,
        epoch=row.epoch,
    )
    _mark_used(connection, row.hash, _hash(following), now)
    return TokenRenewal(user=row.user_name, token=following, session=row.family, device=device, epoch=row.epoch)


def _answer_again(connection: Connection, row: Any, following: str) -> TokenRenewal:
    """Repeat an earlier answer; refuse if its token has been used since."""
    successor = _find(connection, row.successor)
    if successor is None or successor.successor:
        return TokenRenewal(refusal=Refusal(401, "session_ended", "this renewal was already used"))
    return TokenRenewal(
        user=row.user_name, token=following, session=row.family, device=successor.device, epoch=row.epoch
    )


def revoke_family(connection: Connection, family: str) -> None:
    """End all sessions that derive from one log-in."""
    connection.execute(delete(REFRESH_TOKENS).where(REFRESH_TOKENS.c.family == family))


def _successor_of(token: str, attempt: str) -> str:
    """Derive a 256-bit token that only a holder of both values can compute."""
    digest = hashlib.sha256(f"{token} {attempt}".encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _find(connection: Connection, hash_: str) -> Any:
    return connection.execute(select(REFRESH_TOKENS).where(REFRESH_TOKENS.c.hash == hash_)).one_or_none()


def _mark_used(connection: Connection, hash_: str, successor: str, now: datetime) -> None:
    forgotten_at = int((now + USED_TOKEN_KEPT).timestamp())
    connection.execute(
        update(REFRESH_TOKENS)
        .where(REFRESH_TOKENS.c.hash == hash_)
        .values(successor=successor, expires_at=forgotten_at)
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
