"""Identifiers: UUIDv7 for entries and subjects, device ids and tags from public keys, incident numbers."""

import base64
import hashlib
import os
import uuid
from datetime import datetime

from tabuah.operations.entries import subject_of


def new_uuid(now: datetime) -> str:
    """A UUIDv7 (RFC 9562): 48 bits of milliseconds since 1970, then random bits."""
    milliseconds = int(now.timestamp() * 1000) & ((1 << 48) - 1)
    random_bits = int.from_bytes(os.urandom(10), "big")
    value = milliseconds << 80 | 0x7 << 76 | (random_bits >> 68) << 64 | 0b10 << 62 | random_bits & ((1 << 62) - 1)
    return str(uuid.UUID(int=value))


def device_id_of(public_key: bytes) -> str:
    """A device's id: the first 32 hex digits of the SHA-256 of its public key."""
    return hashlib.sha256(public_key).hexdigest()[:32]


def device_tag_of(public_key: bytes) -> str:
    """The four letters that stand in the numbers a device gives: base32 of the SHA-256 of its public key."""
    return base64.b32encode(hashlib.sha256(public_key).digest())[:4].decode()


def incident_number(tag: str, counter: int) -> str:
    """The number that an incident keeps for ever."""
    return f"SLK-{tag}-{counter:04d}"


def new_subject(kind: str, now: datetime) -> str:
    """A new subject of a kind that is named by UUID."""
    return subject_of(kind, new_uuid(now))
