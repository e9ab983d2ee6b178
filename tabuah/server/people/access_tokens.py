"""Access tokens: short-lived, signed by the server, and verified without the database."""

import base64
import binascii
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from tabuah.server.clock_check import CLOCK_TOLERANCE

ACCESS_TERM: Final = timedelta(minutes=15)
# A token with a longer rest was issued while the server's clock was ahead.
_LONGEST_S: Final = (ACCESS_TERM + CLOCK_TOLERANCE).total_seconds()


class AccessClaim(msgspec.Struct, frozen=True, array_like=True):
    """User, expiry (seconds since 1970), device and session of a token.

    `device` is the device that logged in; empty for a program without a key, such as a gateway. `epoch` is that of
    the user when the session was opened.
    """

    user: str
    expires_at: int
    device: str = ""
    session: str = ""
    epoch: int = 0


class AccessTokens:
    """Issues and verifies tokens of the form `claim.signature`, both base64url. The key survives a restart."""

    def __init__(self, server_secret: bytes) -> None:
        self._key = hashlib.blake2b(server_secret, digest_size=32, person=b"tabuah-access").digest()

    def issue(
        self, user: str, now: datetime, *, device: str = "", session: str = "", epoch: int = 0
    ) -> tuple[str, datetime]:
        """Issue a token; return it with its expiry (UTC)."""
        expires_at = int((now + ACCESS_TERM).timestamp())
        claim = _encode(msgspec.json.encode(AccessClaim(user, expires_at, device, session, epoch)))
        return f"{claim}.{self._sign(claim)}", datetime.fromtimestamp(expires_at, UTC)

    def read(self, token: str, now: datetime) -> AccessClaim | None:
        """Return the claim of a token; None when it is forged or expired."""
        claim, _dot, signature = token.partition(".")
        if not hmac.compare_digest(self._sign(claim).encode(), signature.encode()):
            return None
        try:
            read = msgspec.json.decode(_decode(claim), type=AccessClaim)
        except (msgspec.DecodeError, binascii.Error):
            return None
        left_s = read.expires_at - now.timestamp()
        return read if 0 < left_s <= _LONGEST_S else None

    def user_of(self, token: str, now: datetime) -> str | None:
        """Return the user of a token; None when it is forged or expired."""
        claim = self.read(token, now)
        return claim.user if claim else None

    def _sign(self, claim: str) -> str:
        return _encode(hmac.digest(self._key, claim.encode(), "sha256"))


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
