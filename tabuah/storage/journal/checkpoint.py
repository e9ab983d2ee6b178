"""Checkpoints: the server signs its journal head, so that it cannot deny it later."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from tabuah.storage.journal.errors import BadSignature
from tabuah.storage.journal.signatures import DeviceKey, verify_signature


class Checkpoint(msgspec.Struct, frozen=True, kw_only=True):
    """The journal of `server` had `seq` entries at `at` (UTC), and `hash` was the hash of the last one."""

    server: str
    seq: int
    hash: str
    at: Annotated[datetime, Meta(tz=True)]


class SignedCheckpoint(msgspec.Struct, frozen=True, kw_only=True):
    """A checkpoint's JSON text and the server's Ed25519 signature of it in hex."""

    text: str
    signature: Annotated[str, Meta(pattern=r"^[0-9a-f]{128}$")]


def sign_checkpoint(checkpoint: Checkpoint, key: DeviceKey) -> SignedCheckpoint:
    text = msgspec.json.encode(checkpoint)
    return SignedCheckpoint(text=text.decode(), signature=key.sign(text).hex())


def read_checkpoint(signed: SignedCheckpoint, public_key: bytes) -> Checkpoint:
    """Verify and decode a checkpoint.

    Raises:
        BadSignature: it is not signed by this key, or is not a checkpoint.
    """
    text = signed.text.encode()
    verify_signature(public_key, text, bytes.fromhex(signed.signature))
    try:
        return msgspec.json.decode(text, type=Checkpoint)
    except msgspec.DecodeError as error:
        raise BadSignature(f"the signed text is not a checkpoint: {error}") from error
