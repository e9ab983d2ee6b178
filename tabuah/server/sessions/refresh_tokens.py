"""Refresh tokens: each is used up by the next; a stolen one is noticed and ends the whole family."""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, delete, insert, select, update

from tabuah.server.database.schema import REFRESH_TOKENS
from tabuah.server.errors import Refusal

REFRESH_TERM: Final = timedelta(days=30)
# A token that was used is remembered as long as this, so that using it again is noticed.
MEMORY: Final = timedelta(days=7)
_SUPERSEDED: Final = "superseded"


@dataclass(frozen=True, slots=True)
class Renewal:
    """What came of presenting a refresh token: a new one for `user`, or why not."""

    user: str = ""
    token: str = ""
    refusal: Refusal | None = None


def issue(connection: Connection, *, user: str, now: datetime, family: str = "", token: str = "") -> str:
    """A new token; it begins a family of its own unless it renews one."""
    token = token or secrets.token_urlsafe(32)
    row = {
        "hash": _hash(token),
        "family": family or secrets.token_hex(16),
        "user_name": user,
        "expires_at": int((now + REFRESH_TERM).timestamp()),
        "successor": "",
    }
    connection.execute(insert(REFRESH_TOKENS).values(row))
    return token


def renew(connection: Connection, *, token: str, attempt: str = "", now: datetime) -> Renewal:
    """Exchange a token for the next one of its family.

    A reply can get lost on a bad line, and a request can come twice or late: the same attempt gets the same
    successor. Presenting a token under another attempt, or under none, is allowed as long as its successor was never
    used, and replaces that successor. If both come back, one of the two is a thief, and the family ends.
    """
    following = _successor_of(token, attempt) if attempt else ""
    connection.execute(delete(REFRESH_TOKENS).where(REFRESH_TOKENS.c.expires_at < int(now.timestamp())))
    row = _find(connection, _hash(token))
    if row is None:
        return Renewal(refusal=Refusal(401, "session_ended", "this session is over: log in again"))
    if following and row.successor == _hash(following):
        return _answer_again(connection, row, following)
    if following and _find(connection, _hash(following)) is not None:
        return Renewal(refusal=Refusal(401, "session_ended", "another renewal of this session came after this one"))
    if row.successor:
        successor = _find(connection, row.successor)
        if successor is None or successor.successor:
            revoke_family(connection, row.family)
            detail = "this session was used from two places and has been ended: log in again"
            return Renewal(refusal=Refusal(401, "session_revoked", detail))
        _use_up(connection, successor.hash, _SUPERSEDED, now)
    following = issue(connection, user=row.user_name, now=now, family=row.family, token=following)
    _use_up(connection, row.hash, _hash(following), now)
    return Renewal(user=row.user_name, token=following)


def _answer_again(connection: Connection, row: Any, following: str) -> Renewal:
    """To a request that was answered before; one that comes after its answer was used is nobody's any more."""
    successor = _find(connection, row.successor)
    if successor is None or successor.successor:
        return Renewal(refusal=Refusal(401, "session_ended", "this renewal was answered and used before"))
    return Renewal(user=row.user_name, token=following)


def revoke_family(connection: Connection, family: str) -> None:
    """End all sessions that grew out of one log-in."""
    connection.execute(delete(REFRESH_TOKENS).where(REFRESH_TOKENS.c.family == family))


def revoke_user(connection: Connection, user: str) -> None:
    """End all sessions of a user."""
    connection.execute(delete(REFRESH_TOKENS).where(REFRESH_TOKENS.c.user_name == user))


def _successor_of(token: str, attempt: str) -> str:
    """A token that only who knows both can compute; each is random, 256 bits."""
    digest = hashlib.sha256(f"{token} {attempt}".encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _find(connection: Connection, hash_: str) -> Any:
    return connection.execute(select(REFRESH_TOKENS).where(REFRESH_TOKENS.c.hash == hash_)).one_or_none()


def _use_up(connection: Connection, hash_: str, successor: str, now: datetime) -> None:
    forgotten_at = int((now + MEMORY).timestamp())
    connection.execute(
        update(REFRESH_TOKENS)
        .where(REFRESH_TOKENS.c.hash == hash_)
        .values(successor=successor, expires_at=forgotten_at)
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
