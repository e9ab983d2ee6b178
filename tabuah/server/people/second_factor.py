"""Second factor of a log-in: time-based one-time passwords (RFC 6238, HMAC-SHA-1, six digits, 30 seconds).

The database of the server has the secrets, and the hashes of recovery codes. A code is accepted once, and may be one
step early or late.
"""

import base64
import hmac
import secrets
import struct
from datetime import datetime
from typing import Final
from urllib.parse import quote

from sqlalchemy import Connection, delete, insert, select, update

from tabuah.server.database.schema import RECOVERY_CODES, SECOND_FACTORS
from tabuah.server.people.reset_codes import hash_code, new_code

STEP_S: Final = 30
DIGITS: Final = 6
RECOVERY_CODES_ISSUED: Final = 10
_SECRET_BYTES: Final = 20  # as RFC 4226 recommends
_TOLERATED_STEPS: Final = (0, -1, 1)


def new_secret() -> str:
    """Return a random secret in Base32, as authenticator apps expect it."""
    return base64.b32encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def code_at(secret: str, step: int) -> str:
    """Return the code of a step (RFC 4226 section 5.3)."""
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", step), "sha1")
    offset = digest[-1] & 0x0F
    (number,) = struct.unpack(">I", digest[offset : offset + 4])
    return str((number & 0x7FFF_FFFF) % 10**DIGITS).zfill(DIGITS)


def step_at(now: datetime) -> int:
    return int(now.timestamp()) // STEP_S


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """Return the step that a code belongs to; None if it fits none near the present."""
    given = "".join(code.split()).encode()
    steps = [step_at(now) + tolerated for tolerated in _TOLERATED_STEPS]
    fitting = [step for step in steps if hmac.compare_digest(code_at(secret, step).encode(), given)]
    return fitting[0] if fitting else None


def uri_of(secret: str, *, user: str) -> str:
    """Return the `otpauth` URI that an authenticator app reads from a QR code."""
    return (
        f"otpauth://totp/Tabuah:{quote(user, safe='')}?secret={secret}&issuer=Tabuah&digits={DIGITS}&period={STEP_S}"
    )


def save_secret(connection: Connection, *, user: str, secret: str) -> None:
    """Save a secret that the user has not confirmed yet; it replaces an earlier one."""
    drop(connection, user)
    connection.execute(insert(SECOND_FACTORS).values(user_name=user, secret=secret, last_step=0))


def secret_of(connection: Connection, user: str) -> str:
    """Return the secret of a user; empty without one."""
    query = select(SECOND_FACTORS.c.secret).where(SECOND_FACTORS.c.user_name == user)
    return connection.execute(query).scalar_one_or_none() or ""


def use_code(connection: Connection, *, user: str, code: str, now: datetime) -> bool:
    """Use up a code of the app, or a recovery code; return whether it could be used."""
    row = connection.execute(select(SECOND_FACTORS).where(SECOND_FACTORS.c.user_name == user)).one_or_none()
    if row is None:
        return False
    step = matching_step(row.secret, code, now)
    if step is None:
        return _use_recovery_code(connection, user, code)
    if step <= row.last_step:
        return False
    mine = SECOND_FACTORS.c.user_name == user
    connection.execute(update(SECOND_FACTORS).where(mine).values(last_step=step))
    return True


def issue_recovery_codes(connection: Connection, user: str) -> tuple[str, ...]:
    """Issue new recovery codes, each for one log-in without the app; earlier ones become invalid."""
    codes = tuple(new_code() for _ in range(RECOVERY_CODES_ISSUED))
    connection.execute(delete(RECOVERY_CODES).where(RECOVERY_CODES.c.user_name == user))
    rows = [{"user_name": user, "hash": hash_code(code)} for code in codes]
    connection.execute(insert(RECOVERY_CODES), rows)
    return codes


def drop(connection: Connection, user: str) -> None:
    """Delete the secret and the recovery codes of a user."""
    connection.execute(delete(SECOND_FACTORS).where(SECOND_FACTORS.c.user_name == user))
    connection.execute(delete(RECOVERY_CODES).where(RECOVERY_CODES.c.user_name == user))


def _use_recovery_code(connection: Connection, user: str, code: str) -> bool:
    found = delete(RECOVERY_CODES).where(RECOVERY_CODES.c.user_name == user, RECOVERY_CODES.c.hash == hash_code(code))
    return connection.execute(found).rowcount == 1
