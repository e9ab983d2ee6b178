"""Personal data: the entry carries a salted commitment, the value travels beside it and can be erased."""

import hashlib


def commitment_to(value: str, salt: str) -> str:
    """The commitment: SHA-256 (hex) of the salt (32 hex digits, random for each value) and the value."""
    return hashlib.sha256(bytes.fromhex(salt) + value.encode()).hexdigest()


def fits(commitment: str, value: str, salt: str) -> bool:
    """Whether a value is the one that was committed to."""
    try:
        return commitment_to(value, salt) == commitment
    except ValueError:
        return False
