"""Challenges: nonces that the server issues without storing them, and accepts once."""

import hashlib
import hmac
import secrets
import threading
from collections import OrderedDict
from datetime import UTC, datetime, timedelta
from typing import Final

from tabuah.server.errors import Refusal

CHALLENGE_TERM: Final = timedelta(minutes=10)
MAX_USED: Final = 500  # of one user or device within the term


class Challenges:
    """Issues nonces of the form `expiry.random.signature` to one user each. Thread-safe.

    Used nonces are known until they expire. The key is of this process, so a restart, which forgets them, makes all
    earlier nonces invalid.
    """

    def __init__(self, server_secret: bytes) -> None:
        salt = secrets.token_bytes(16)
        self._key = hashlib.blake2b(server_secret, digest_size=32, salt=salt, person=b"tabuah-nonce").digest()
        self._used: dict[str, OrderedDict[str, int]] = {}  # by user or device: nonces and their expiry
        self._lock = threading.Lock()

    def issue(self, user: str, now: datetime) -> tuple[str, datetime]:
        """Issue a nonce; return it with its expiry (UTC)."""
        expires_at = int((now + CHALLENGE_TERM).timestamp())
        claim = f"{expires_at}.{secrets.token_hex(16)}"
        return f"{claim}.{self._sign(claim, user)}", datetime.fromtimestamp(expires_at, UTC)

    def check(self, nonce: str, user: str, now: datetime) -> None:
        """Check a nonce, which stays unused.

        Raises:
            Refusal: it was not issued to this user, or has expired.
        """
        claim, _dot, signature = nonce.rpartition(".")
        expiry = claim.partition(".")[0]
        is_own = hmac.compare_digest(self._sign(claim, user).encode(), signature.encode())
        if not is_own or now.timestamp() >= int(expiry):
            raise Refusal(409, "stale_challenge", "the nonce has expired: ask for another one")

    def use(self, nonce: str, now: datetime, *, by: str) -> None:
        """Use up a nonce that `check` has accepted.

        Args:
            nonce: the nonce.
            now: the present time.
            by: the user or the device that has proven itself. Each has a bounded number of nonces, so strangers
                neither fill the memory nor stop others.

        Raises:
            Refusal: it was used before, or `by` has used too many.
        """
        with self._lock:
            self._forget_expired(now)
            used = self._used.setdefault(by, OrderedDict())
            if nonce in used or any(nonce in each for each in self._used.values()):
                raise Refusal(409, "stale_challenge", "the nonce was used before: ask for another one")
            if len(used) >= MAX_USED:
                raise Refusal(429, "too_many_attempts", "too many proofs: try again in ten minutes")
            used[nonce] = int(nonce.partition(".")[0])

    def _forget_expired(self, now: datetime) -> None:
        for by, used in tuple(self._used.items()):
            while used and next(iter(used.values())) <= now.timestamp():
                used.popitem(last=False)
            if not used:
                del self._used[by]

    def _sign(self, claim: str, user: str) -> str:
        return hmac.digest(self._key, f"{claim} {user}".encode(), "sha256").hex()
