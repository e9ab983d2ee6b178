"""Personal data: the entry carries a salted commitment, the value travels beside it and can be erased."""

import hashlib
from typing import Any

import msgspec

from tabuah.operations.entries import Entry, PersonalValue


def commitment_to(value: str, salt: str) -> str:
    """The commitment: SHA-256 (hex) of the salt (32 hex digits, random for each value) and the value."""
    return hashlib.sha256(bytes.fromhex(salt) + value.encode()).hexdigest()


def fits(commitment: str, value: str, salt: str) -> bool:
    """Whether a value is the one that was committed to."""
    try:
        return commitment_to(value, salt) == commitment
    except ValueError:
        return False


def commits_to(entry: Entry, value: PersonalValue) -> bool:
    """Whether an entry holds the commitment to a value."""
    try:
        body: dict[str, Any] = msgspec.json.decode(entry.body, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError):
        return False
    commitment = body.get(value.field)
    return isinstance(commitment, str) and value.entry == entry.id and fits(commitment, value.value, value.salt)
