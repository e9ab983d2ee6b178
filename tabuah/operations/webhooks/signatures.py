"""Signatures of the Standard Webhooks scheme: HMAC-SHA256 with secrets that begin with `whsec_`. Pure.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable
from typing import Final

PREFIX: Final = "whsec_"
MIN_BYTES, MAX_BYTES = 24, 64  # as the specification says


def read_secret(text: str) -> bytes:
    """Return the key in a secret.

    Raises:
        ValueError: it is no secret of this scheme.
    """
    encoded = text.strip()
    if not encoded.startswith(PREFIX):
        raise ValueError(f"a secret begins with {PREFIX}")
    try:
        key = base64.b64decode(encoded.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("a secret is base64") from error
    if not MIN_BYTES <= len(key) <= MAX_BYTES:
        raise ValueError(f"a secret has {MIN_BYTES} to {MAX_BYTES} bytes")
    return key


def write_secret(key: bytes) -> str:
    """Return the secret of a key."""
    return PREFIX + base64.b64encode(key).decode()


def signature_headers(body: bytes, *, event: str, sent_s: int, keys: Iterable[bytes]) -> dict[str, str]:
    """Return the headers of a signed request.

    Args:
        body: the bytes of the request.
        event: its id, the same at each attempt.
        sent_s: Unix time of the attempt; receivers refuse old ones.
        keys: one signature is made with each, while a secret is rotated.
    """
    signed = f"{event}.{sent_s}.".encode() + body
    found = [base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode() for key in keys]
    return {
        "webhook-id": event,
        "webhook-timestamp": str(sent_s),
        "webhook-signature": " ".join(f"v1,{signature}" for signature in found),
    }
