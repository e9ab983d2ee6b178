"""Challenges: nonces that the server issues and recognises without storing them."""

import hashlib
import hmac
import secrets
from datetime import UTC, datetime, timedelta
from typing import Final

from tabuah.server.errors import Refusal

CHALLENGE_TERM: Final = timedelta(minutes=10)


class Challenges:
    """Issues nonces of the form `expiry.random.signature` to one user each. The key survives a restart."""

    def __init__(self, server_secret: bytes) -> None:
        self._key = hashlib.blake2b(server_secret, digest_size=32, person=b"tabuah-nonce").digest()

    def issue(self, user: str, now: datetime) -> tuple[str, datetime]:
        """Issue a nonce; return it with its expiry (UTC)."""
        expires_at = int((now + CHALLENGE_TERM).timestamp())
        claim = f"{expires_at}.{secrets.token_hex(16)}"
        return f"{claim}.{self._sign(claim, user)}", datetime.fromtimestamp(expires_at, UTC)

    def check(self, nonce: str, user: str, now: datetime) -> None:
        """Check a nonce.

        Raises:
            Refusal: it was not issued to this user, or has expired.
        """
        claim, _dot, signature = nonce.rpartition(".")
        expiry = claim.partition(".")[0]
        is_own = hmac.compare_digest(self._sign(claim, user).encode(), signature.encode())
        if not is_own or now.timestamp() >= int(expiry):
            raise Refusal(409, "stale_challenge", "the nonce has expired: ask for another one")

    def _sign(self, claim: str, user: str) -> str:
        return hmac.digest(self._key, f"{claim} {user}".encode(), "sha256").hex()
