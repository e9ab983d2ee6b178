"""Personal values: the entry holds a salted commitment; the value is separate and can be erased."""

import hashlib
from typing import Any

import msgspec

from tabuah.operations.entries import Entry, PersonalValue


def commitment_to(value: str, salt: str) -> str:
    """Return SHA-256 (hex) of the salt (32 hex digits, random for each value) and the value."""
    return hashlib.sha256(bytes.fromhex(salt) + value.encode()).hexdigest()


def matches_commitment(commitment: str, value: str, salt: str) -> bool:
    try:
        return commitment_to(value, salt) == commitment
    except ValueError:
        return False


def holds_commitment(entry: Entry, value: PersonalValue) -> bool:
    try:
        body: dict[str, Any] = msgspec.json.decode(entry.body, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError):
        return False
    commitment = body.get(value.field)
    return (
        isinstance(commitment, str)
        and value.entry == entry.id
        and matches_commitment(commitment, value.value, value.salt)
    )
