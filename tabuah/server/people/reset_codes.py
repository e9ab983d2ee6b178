"""One-time codes with which a user chooses another password; the database has only their hashes."""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

import msgspec
from msgspec import Meta
from sqlalchemy import Connection, delete, insert, select

from tabuah.server.database.schema import RESET_CODES

# Crockford's Base32: no letter can be taken for a digit.
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD: Final = str.maketrans("OIL", "011", " -\t\n")
_GROUPS: Final = 4
_LETTERS: Final = 4


class AccountsConfiguration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The table `[accounts]` of `server.toml`."""

    one_time_code_h: Annotated[int, Meta(ge=1, le=168)] = 24

    @property
    def code_term(self) -> timedelta:
        return timedelta(hours=self.one_time_code_h)


DEFAULT_ACCOUNTS: Final = AccountsConfiguration()
CODE_TERM: Final = DEFAULT_ACCOUNTS.code_term


def new_code() -> str:
    """Return a code of 80 random bits in four groups, as in `7K3M-Q0ZT-1B8R-WX5C`."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_LETTERS)) for _ in range(_GROUPS))


def save_code(connection: Connection, *, user: str, code: str, expires_at: datetime) -> None:
    """Save the hash of a code; it replaces an earlier one of the user."""
    connection.execute(delete(RESET_CODES).where(RESET_CODES.c.user_name == user))
    row = {"user_name": user, "hash": hash_code(code), "expires_at": int(expires_at.timestamp())}
    connection.execute(insert(RESET_CODES).values(row))


def has_code(connection: Connection, *, user: str, code: str, now: datetime) -> bool:
    """Return whether a code of a user can be used."""
    query = select(RESET_CODES.c.hash, RESET_CODES.c.expires_at).where(RESET_CODES.c.user_name == user)
    row = connection.execute(query).one_or_none()
    is_known = secrets.compare_digest(row.hash if row is not None else "", hash_code(code))
    return is_known and row is not None and now.timestamp() < row.expires_at


def use_code(connection: Connection, *, user: str, code: str, now: datetime) -> bool:
    """Use up a code; return whether it could be used."""
    if not has_code(connection, user=user, code=code, now=now):
        return False
    drop_code(connection, user)
    return True


def drop_code(connection: Connection, user: str) -> None:
    """Make the code of a user invalid."""
    connection.execute(delete(RESET_CODES).where(RESET_CODES.c.user_name == user))


def code_ends(connection: Connection, now: datetime) -> dict[str, datetime]:
    """Return the end of each code that can be used, by user."""
    query = select(RESET_CODES.c.user_name, RESET_CODES.c.expires_at)
    rows = connection.execute(query.where(RESET_CODES.c.expires_at > int(now.timestamp())))
    return {row.user_name: datetime.fromtimestamp(row.expires_at, UTC) for row in rows}


def hash_code(code: str) -> str:
    """Return the hash of a code, however it is written. Its randomness makes a slow hash unnecessary."""
    return hashlib.sha256(code.upper().translate(_MISREAD).encode()).hexdigest()
