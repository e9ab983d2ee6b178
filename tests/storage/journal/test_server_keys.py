"""Certificates of a server's keys: consoles follow a chain from the key that they know, and nothing else."""

from datetime import UTC, datetime

import msgspec
import pytest

from tabuah.operations.entries import Draft, subject_of
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.people.entry_bodies import DeviceEnrolled
from tabuah.storage.journal.chain import ChainHead, append_draft
from tabuah.storage.journal.errors import BadSignature
from tabuah.storage.journal.server_keys import later_key, newest_key
from tabuah.storage.journal.signatures import DeviceKey
from tabuah.storage.journal.wire import SignedEntry

FIRST = DeviceKey.from_secret(b"\1" * 32)
SECOND, THIRD = (later_key(FIRST, digit * 64) for digit in "23")
AT = datetime(2026, 12, 1, tzinfo=UTC)


def certificate(signer: DeviceKey, key: DeviceKey, **changes: object) -> SignedEntry:
    body = DeviceEnrolled(public_key=key.public_key.hex(), tag=key.tag, is_server=True, follows="2" * 64)
    body = msgspec.structs.replace(body, **changes)
    draft = Draft(subject=subject_of("device", key.device_id), kind="device.enrolled", body=encode_body(body))
    return append_draft(draft, key=signer, head=ChainHead(), actor="server", grant="", now=AT).signed


CHAIN = (certificate(FIRST, SECOND), certificate(SECOND, THIRD))


def test_later_key_follows_from_first_key_and_record():
    assert later_key(FIRST, "2" * 64) == SECOND
    assert len({FIRST.device_id, SECOND.device_id, THIRD.device_id}) == 3


@pytest.mark.parametrize("known", [FIRST, SECOND, THIRD])
@pytest.mark.parametrize("order", [1, -1])
def test_newest_key_is_found_from_any_known_one(known: DeviceKey, order: int):
    assert newest_key(known.public_key, CHAIN[::order]) == THIRD.public_key


def test_certificates_of_another_server_lead_nowhere():
    other = DeviceKey.generate()
    assert newest_key(other.public_key, CHAIN) == other.public_key
    assert newest_key(FIRST.public_key, (certificate(other, THIRD),)) == FIRST.public_key


def resigned(forged: SignedEntry, forger: DeviceKey) -> SignedEntry:
    return SignedEntry(forged.text, forger.sign(forged.text.encode()).hex())


@pytest.mark.parametrize(
    "forged",
    [
        resigned(certificate(FIRST, SECOND), SECOND),
        SignedEntry(CHAIN[0].text.replace("2222", "3333"), CHAIN[0].signature),
        SignedEntry("{}", "0" * 128),
        certificate(FIRST, SECOND, is_server=False),
        certificate(FIRST, SECOND, follows=""),
        certificate(FIRST, SECOND, public_key=THIRD.public_key.hex()),
    ],
)
def test_forged_certificate_is_refused(forged: SignedEntry):
    with pytest.raises(BadSignature):
        newest_key(FIRST.public_key, (forged, CHAIN[1]))


def test_two_certificates_of_one_key_are_refused():
    with pytest.raises(BadSignature):
        newest_key(FIRST.public_key, (CHAIN[0], certificate(FIRST, THIRD)))
