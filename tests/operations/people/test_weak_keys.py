"""Public keys of small order are refused at enrolment and by the rules."""

from typing import Final

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from support.judged_journal import JudgedJournal
from support.weak_keys import WEAK_KEYS

from tabuah.operations.entries import ACCEPT, Draft, rejected
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.people.entry_bodies import DeviceEnrolled
from tabuah.operations.people.weak_keys import PRIME, is_weak_key
from tabuah.operations.policy.policy import PROVENANCE_VERSION
from tabuah.storage.journal.signatures import DeviceKey

FORGED: Final = bytes([1]) + bytes(63)  # R is the neutral point, S is 0


def enrolment(public_key: str) -> Draft:
    body = DeviceEnrolled(public_key=public_key, tag="ABCD", owner="ani")
    return Draft(subject="device/d", kind="device.enrolled", body=encode_body(body))


@pytest.mark.parametrize("public_key", WEAK_KEYS)
def test_weak_key_verifies_texts_that_nobody_signed(public_key: str):
    key, verified = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)), 0
    for number in range(100):
        try:
            key.verify(FORGED, b"%d" % number)
        except Exception:  # noqa: BLE001 - about seven of eight texts fail
            continue
        verified += 1
    assert verified


@pytest.mark.parametrize("public_key", WEAK_KEYS)
def test_weak_key_is_rejected_by_the_rules(public_key: str):
    assert is_weak_key(bytes.fromhex(public_key))
    room = JudgedJournal()
    assert room.write(room.server(), enrolment(public_key), grant="") == rejected("weak_key")
    older = JudgedJournal(decide_version=PROVENANCE_VERSION - 1)
    assert older.write(older.server(), enrolment(public_key), grant="") == ACCEPT


def test_ordinary_keys_are_not_weak():
    assert not any(is_weak_key(DeviceKey.generate().public_key) for _ in range(50))


def test_unreduced_keys_are_weak():
    assert all(is_weak_key((PRIME + y).to_bytes(32, "little")) for y in range(19))
