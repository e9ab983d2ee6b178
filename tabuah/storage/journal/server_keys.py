"""The keys of a server: after a second history it signs with a new key, which the former key has certified.

A certificate is the entry that enrols the new key, signed by the former one. It names the record after which the new
key is used, so it belongs to one history. A copy of the server without this record still signs with the former key,
and consoles refuse it.

Each key is derived from the first one and that record: a server that is restored from an older backup has every later
key as soon as consoles have handed back the record with its certificate.
"""

import hashlib
import hmac
from collections.abc import Iterable
from typing import Annotated, Final

from msgspec import Meta

from tabuah.operations.entries import Entry, subject_of
from tabuah.operations.entry_kinds import read_body
from tabuah.operations.errors import MalformedBody
from tabuah.operations.people.entry_bodies import DeviceEnrolled
from tabuah.storage.journal.errors import BadSignature, MalformedEntry
from tabuah.storage.journal.identifiers import device_id_of
from tabuah.storage.journal.signatures import DeviceKey, verify_signature
from tabuah.storage.journal.wire import SignedEntry, decode_entry

MAX_CERTIFICATES: Final = 100
_DERIVED_FOR: Final = b"tabuah-server-key/1/"

KeyCertificates = Annotated[tuple[SignedEntry, ...], Meta(max_length=MAX_CERTIFICATES)]


def later_key(first: DeviceKey, follows: str) -> DeviceKey:
    """Return the key that a server uses after the record with a hash, given its first key."""
    return DeviceKey.from_secret(hmac.digest(first.secret, _DERIVED_FOR + follows.encode(), hashlib.sha256))


def newest_key(known: bytes, certificates: Iterable[SignedEntry]) -> bytes:
    """Return the public key at the end of the chain of certificates that begins with a known key.

    Certificates of other keys, such as those before the known one, are ignored; their order does not matter.

    Raises:
        BadSignature: a certificate in the chain is forged, or a key has certified two.
    """
    by_signer: dict[str, SignedEntry] = {}
    for certificate in certificates:
        signer = _entry_of(certificate).device
        if by_signer.setdefault(signer, certificate) != certificate:
            raise BadSignature("one server key has certified two others")
    key = known
    while (signer := device_id_of(key)) in by_signer:
        key = _certified_key(key, by_signer.pop(signer))
    return key


def _certified_key(signer: bytes, certificate: SignedEntry) -> bytes:
    """Return the public key that a certificate names.

    Raises:
        BadSignature: it is not a certificate by this signer.
    """
    verify_signature(signer, certificate.text.encode(), bytes.fromhex(certificate.signature))
    entry = _entry_of(certificate)
    try:
        body = read_body(entry, DeviceEnrolled)
    except MalformedBody as error:
        raise BadSignature(f"this entry certifies no key: {error}") from error
    key = bytes.fromhex(body.public_key)
    if not (body.is_server and body.follows and entry.subject == subject_of("device", device_id_of(key))):
        raise BadSignature("this entry certifies no key of the server")
    return key


def _entry_of(certificate: SignedEntry) -> Entry:
    try:
        return decode_entry(certificate.text)
    except MalformedEntry as error:
        raise BadSignature(f"this is no certificate: {error}") from error
