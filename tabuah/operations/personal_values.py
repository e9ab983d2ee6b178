"""Personal values: the entry holds a salted commitment; the value is separate and can be erased."""

import hashlib
from typing import Any

import msgspec

from tabuah.operations.entries import Entry, PersonalValue, Verdict, subject_kind


def commitment_to(value: str, salt: str) -> str:
    """Return SHA-256 (hex) of the salt (32 hex digits, random for each value) and the value."""
    return hashlib.sha256(bytes.fromhex(salt) + value.encode()).hexdigest()


def matches_commitment(commitment: str, value: str, salt: str) -> bool:
    try:
        return commitment_to(value, salt) == commitment
    except ValueError:
        return False


def is_kept(subject: str, verdict: Verdict) -> bool:
    """Return whether the server keeps the personal values of an entry.

    A rejected entry on a contact, a call or a message leaves no state with the values, so no office could find or
    erase them there.
    The caller of a rejected report stays: the control room may still have to call back.
    """
    return verdict is not Verdict.REJECTED or subject_kind(subject) not in ("contact", "call", "message")


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
