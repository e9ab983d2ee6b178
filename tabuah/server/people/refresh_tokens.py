"""Rotating refresh tokens: each use issues a successor; reuse of a stolen token ends the whole family."""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, delete, insert, select, update

from tabuah.server.clock_check import CLOCK_TOLERANCE
from tabuah.server.database.schema import REFRESH_TOKENS
from tabuah.server.errors import Refusal

REFRESH_TERM: Final = timedelta(days=30)
# How long a used token is remembered, so that its reuse is detected.
USED_TOKEN_KEPT: Final = timedelta(days=7)
_SUPERSEDED: Final = "superseded"


@dataclass(frozen=True, slots=True)
class TokenRenewal:
    """The result of presenting a refresh token: a new token for `user`, or a refusal.

    `session` identifies the session, and `device` is the device that it belongs to, if any.
    """

    user: str = ""
    token: str = ""
    session: str = ""
    device: str = ""
    refusal: Refusal | None = None


def issue(
    connection: Connection, *, user: str, now: datetime, device: str = "", family: str = "", token: str = ""
) -> str:
    """Issue a token for a device, or for a program without a key; it starts a new family unless it renews one."""
    token = token or secrets.token_urlsafe(32)
    row = {
        "hash": _hash(token),
        "family": family or secrets.token_hex(16),
        "user_name": user,
        "expires_at": int((now + REFRESH_TERM).timestamp()),
        "successor": "",
        "device": device,
    }
    connection.execute(insert(REFRESH_TOKENS).values(row))
    return token


def open_family(connection: Connection, *, user: str, device: str, now: datetime) -> TokenRenewal:
    """Start a session of a user on a device."""
    family = secrets.token_hex(16)
    token = issue(connection, user=user, now=now, device=device, family=family)
    return TokenRenewal(user=user, token=token, session=family, device=device)


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
    connection.execute(delete(REFRESH_TOKENS).where(REFRESH_TOKENS.c.expires_at < int(now.timestamp())))
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
    following = issue(connection, user=row.user_name, now=now, device=device, family=row.family, token=following)
    _mark_used(connection, row.hash, _hash(following), now)
    return TokenRenewal(user=row.user_name, token=following, session=row.family, device=device)


def _answer_again(connection: Connection, row: Any, following: str) -> TokenRenewal:
    """Repeat an earlier answer; refuse if its token has been used since."""
    successor = _find(connection, row.successor)
    if successor is None or successor.successor:
        return TokenRenewal(refusal=Refusal(401, "session_ended", "this renewal was already used"))
    return TokenRenewal(user=row.user_name, token=following, session=row.family, device=successor.device)


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
