"""Secrets of gateways that the server generates: it recognises them before it compares them with an account."""

import hashlib
import hmac
import secrets
from typing import Final

PREFIX: Final = "tbg"
_RANDOM_BYTES: Final = 16
_MAC_BYTES: Final = 16


class GatewaySecrets:
    """Generates secrets of the form `tbg.random.signature` for one account each, and recognises them.

    Nobody can guess one, so attempts with it need no delay, and nobody can make another one that is recognised, so
    they cost no work either. Recognition is no log-in: the account decides which secret is its own.
    """

    def __init__(self, server_secret: bytes) -> None:
        self._key = hashlib.blake2b(server_secret, digest_size=32, person=b"tabuah-gateway").digest()

    def generate(self, user: str) -> str:
        """Return a new secret for an account; it has 128 random bits."""
        claim = f"{PREFIX}.{secrets.token_hex(_RANDOM_BYTES)}"
        return f"{claim}.{self._sign(claim, user)}"

    def proof_of(self, user: str, secret: str) -> str:
        """Return an id by which attempts with a secret are counted; empty if this server did not generate it."""
        claim, _dot, signature = secret.rpartition(".")
        if not claim.startswith(f"{PREFIX}."):
            return ""
        if not hmac.compare_digest(self._sign(claim, user).encode(), signature.encode()):
            return ""
        return f"secret:{hashlib.sha256(secret.encode()).hexdigest()}"

    def _sign(self, claim: str, user: str) -> str:
        return hmac.digest(self._key, f"{claim} {user}".encode(), "sha256")[:_MAC_BYTES].hex()
