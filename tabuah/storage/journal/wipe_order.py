"""The order to wipe a stolen device: signed by the server for one device and one question of it.

A console obeys only an order that it has asked for and that carries the signature of the server it logged in to. A
status code, a proxy or another server cannot wipe it.
"""

import re
from datetime import datetime
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from tabuah.storage.journal.errors import BadSignature
from tabuah.storage.journal.identifiers import device_id_of
from tabuah.storage.journal.server_keys import KeyCertificates, newest_key
from tabuah.storage.journal.signatures import DeviceKey, verify_signature

_ORDER = "tabuah-wipe-order/1"
_CLAIM: Final = re.compile(re.escape(_ORDER) + r"/([0-9a-f]{1,64})/([0-9a-f]{1,64})/[0-9a-f]{32}/(\S{1,40})")
RECEIPT_NAME: Final = "wiped.json"


class WipeOrderRequest(msgspec.Struct, frozen=True, kw_only=True):
    """The question of a device whether it must wipe its data; `proof` signs `request_text` in hex."""

    public_key: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
    nonce: Annotated[str, Meta(pattern=r"^[0-9a-f]{32}$")]
    proof: Annotated[str, Meta(pattern=r"^[0-9a-f]{128}$")]


class SignedWipeOrder(msgspec.Struct, frozen=True, kw_only=True):
    """The text of an order, the server's Ed25519 signature of it in hex, and the certificates of its later keys."""

    text: Annotated[str, Meta(max_length=400)]
    signature: Annotated[str, Meta(pattern=r"^[0-9a-f]{128}$")]
    keys: KeyCertificates = ()


class WipeReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """The record that remains of a wiped device: the order, and the number of entries that were not sent."""

    device: str
    user: str
    unsent: int
    order: SignedWipeOrder


class WipeClaim(msgspec.Struct, frozen=True, kw_only=True):
    """The content of an order: a server orders a device to erase its data."""

    server: str
    device: str
    at: datetime


def read_wipe_claim(text: str) -> WipeClaim | None:
    """Return the content of an order; None if it is another text."""
    found = _CLAIM.fullmatch(text)
    if found is None:
        return None
    try:
        at = datetime.fromisoformat(found[3])
    except ValueError:
        return None
    return WipeClaim(server=found[1], device=found[2], at=at) if at.tzinfo else None


def ask_wipe_order(key: DeviceKey, *, nonce: str, server: str) -> WipeOrderRequest:
    """Return the signed question of a device."""
    public_key = key.public_key.hex()
    return WipeOrderRequest(public_key=public_key, nonce=nonce, proof=key.sign(_request_text(nonce, server)).hex())


def check_wipe_request(request: WipeOrderRequest, *, server: str) -> str:
    """Return the id of the device that asks.

    Raises:
        BadSignature: it does not hold the key.
    """
    public_key = bytes.fromhex(request.public_key)
    verify_signature(public_key, _request_text(request.nonce, server), bytes.fromhex(request.proof))
    return device_id_of(public_key)


def sign_wipe_order(
    key: DeviceKey, *, device: str, nonce: str, at: datetime, server: str = "", keys: KeyCertificates = ()
) -> SignedWipeOrder:
    """Return the order of a server for one device; `server` is its id, by default that of the key."""
    text = f"{_ORDER}/{server or key.device_id}/{device}/{nonce}/{at.isoformat()}"
    return SignedWipeOrder(text=text, signature=key.sign(text.encode()).hex(), keys=keys)


def check_wipe_order(
    signed: SignedWipeOrder, *, server: str, server_public_key: bytes, device: str, nonce: str
) -> None:
    """Check that this server orders this device, in answer to its question, to wipe its data.

    Raises:
        BadSignature: it does not.
    """
    public_key = newest_key(server_public_key, signed.keys)
    verify_signature(public_key, signed.text.encode(), bytes.fromhex(signed.signature))
    if not signed.text.startswith(f"{_ORDER}/{server}/{device}/{nonce}/"):
        raise BadSignature("this is no order for this device and this question")


def _request_text(nonce: str, server: str) -> bytes:
    return f"tabuah-wipe-request/1/{server}/{nonce}".encode()
