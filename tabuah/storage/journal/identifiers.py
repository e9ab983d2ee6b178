"""Identifiers: UUIDv7 for entries and subjects, device ids and tags, incident numbers, salts."""

import base64
import hashlib
import os
import secrets
import uuid
from datetime import datetime

from tabuah.operations.entries import subject_of
from tabuah.resources.regency import current_regency


def new_uuid(now: datetime) -> str:
    """Return a UUIDv7 (RFC 9562): 48 bits of milliseconds since 1970, then random bits."""
    milliseconds = int(now.timestamp() * 1000) & ((1 << 48) - 1)
    random_bits = int.from_bytes(os.urandom(10), "big")
    value = milliseconds << 80 | 0x7 << 76 | (random_bits >> 68) << 64 | 0b10 << 62 | random_bits & ((1 << 62) - 1)
    return str(uuid.UUID(int=value))


def new_salt() -> str:
    """Return a random salt for a personal value: 32 hex digits."""
    return secrets.token_hex(16)


def device_id_of(public_key: bytes) -> str:
    """Return a device's id: the first 32 hex digits of the SHA-256 of its public key."""
    return hashlib.sha256(public_key).hexdigest()[:32]


def device_tag_of(public_key: bytes) -> str:
    """Return the four-letter tag in a device's incident numbers: base32 of its key's SHA-256."""
    return base64.b32encode(hashlib.sha256(public_key).digest())[:4].decode()


def incident_number(tag: str, counter: int) -> str:
    """Return the permanent number of an incident, with the prefix of the regency: "SLK-7K3Q-0012"."""
    return f"{current_regency().number_prefix}-{tag}-{counter:04d}"


def new_subject(kind: str, now: datetime) -> str:
    """Return a new subject of a kind that is identified by UUID."""
    return subject_of(kind, new_uuid(now))
