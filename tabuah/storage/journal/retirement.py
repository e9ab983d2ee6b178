"""Retirement of a device: it proves that it has sent everything, and the server signs the receipt."""

import re
from datetime import datetime
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from tabuah.storage.journal.chain import ChainHead
from tabuah.storage.journal.errors import BadSignature
from tabuah.storage.journal.server_keys import KeyCertificates, newest_key
from tabuah.storage.journal.signatures import DeviceKey, verify_signature

_RETIREMENT: Final = "tabuah-retired/1"
_CLAIM: Final = re.compile(rf"{_RETIREMENT}/([0-9a-f]{{32}})/([0-9a-f]{{32}})/([0-9]{{1,15}})/([0-9T:.+-]{{1,40}})")


class RetirementRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Retire the device of this session.

    `entries` is the number of entries that it has ever written, and `head` the SHA-256 of the last one, empty without
    any. `proof` signs `retirement_text` in hex.
    """

    reason: Annotated[str, Meta(min_length=1, max_length=400)]
    entries: Annotated[int, Meta(ge=0, le=10**15)]
    head: Annotated[str, Meta(pattern=r"^([0-9a-f]{64})?$")]
    public_key: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
    proof: Annotated[str, Meta(pattern=r"^[0-9a-f]{128}$")]


class SignedRetirement(msgspec.Struct, frozen=True, kw_only=True):
    """The receipt of the server, its Ed25519 signature in hex, and the certificates of its later keys."""

    text: Annotated[str, Meta(max_length=600)]
    signature: Annotated[str, Meta(pattern=r"^[0-9a-f]{128}$")]
    keys: KeyCertificates = ()


class RetirementClaim(msgspec.Struct, frozen=True, kw_only=True):
    """The content of a confirmation: the server has `entries` entries of a device, and retired it."""

    server: str
    device: str
    entries: int
    at: datetime


def read_claim(text: str) -> RetirementClaim | None:
    """Return the content of the text that a server has signed; None if it is another text."""
    found = _CLAIM.fullmatch(text)
    if found is None:
        return None
    try:
        at = datetime.fromisoformat(found[4])
    except ValueError:
        return None
    return RetirementClaim(server=found[1], device=found[2], entries=int(found[3]), at=at) if at.tzinfo else None


def ask_retirement(key: DeviceKey, *, reason: str, head: ChainHead, server: str) -> RetirementRequest:
    """Return the signed request of a device."""
    last = head.hash if head.n else ""
    text = retirement_text(server, entries=head.n, head=last)
    return RetirementRequest(
        reason=reason, entries=head.n, head=last, public_key=key.public_key.hex(), proof=key.sign(text).hex()
    )


def retirement_text(server: str, *, entries: int, head: str) -> bytes:
    """Return the text that a device signs to be retired."""
    return f"tabuah-retire/1/{server}/{entries}/{head}".encode()


def sign_retirement(
    key: DeviceKey, *, server: str, device: str, entries: int, at: datetime, keys: KeyCertificates
) -> SignedRetirement:
    """Return the receipt of a server."""
    text = f"{_RETIREMENT}/{server}/{device}/{entries}/{at.isoformat()}"
    return SignedRetirement(text=text, signature=key.sign(text.encode()).hex(), keys=keys)


def check_retirement(
    signed: SignedRetirement, *, server: str, server_public_key: bytes, device: str, entries: int
) -> None:
    """Check that this server has all entries of this device, and has retired it.

    Raises:
        BadSignature: it says nothing of the kind.
    """
    public_key = newest_key(server_public_key, signed.keys)
    verify_signature(public_key, signed.text.encode(), bytes.fromhex(signed.signature))
    if not signed.text.startswith(f"{_RETIREMENT}/{server}/{device}/{entries}/"):
        raise BadSignature("this is no receipt for this device and its entries")
