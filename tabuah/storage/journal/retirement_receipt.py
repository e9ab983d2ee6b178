"""The receipts that remain on retired and wiped computers, and their verification against the keys of a server."""

from collections.abc import Collection, Iterable
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

import msgspec

from tabuah.storage.journal.errors import BadSignature, UnreadableReceipt
from tabuah.storage.journal.retirement import RetirementClaim, SignedRetirement, read_claim
from tabuah.storage.journal.server_keys import newest_key
from tabuah.storage.journal.signatures import verify_signature
from tabuah.storage.journal.wipe_order import SignedWipeOrder, WipeClaim, WipeReceipt, read_wipe_claim

RECEIPT_NAME: Final = "retired.json"
_MOST_BYTES: Final = 1_000_000
_Signed = SignedRetirement | SignedWipeOrder
_Claim = RetirementClaim | WipeClaim


class RetirementReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """The record that remains of a retired device: the confirmation of the server, and who retired it."""

    device: str
    user: str
    server_url: str
    entries: int
    at: datetime
    confirmation: SignedRetirement


class ReceiptResult(StrEnum):
    """The result of a verification."""

    VALID = "valid"
    FORGED = "forged"
    OTHER_SERVER = "other_server"


class TrustedServer(msgspec.Struct, frozen=True, kw_only=True):
    """A server whose receipts are verified: the ids by which it is known, and its public keys."""

    ids: Collection[str]
    keys: Collection[bytes]


class VerifiedReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """The result for a receipt, and the claim that was signed; None where the claim cannot be read."""

    result: ReceiptResult
    claim: _Claim | None


def read_receipt_file(path: Path) -> RetirementReceipt | WipeReceipt:
    """Read the receipt of a retirement or of a wipe.

    Raises:
        UnreadableReceipt: the file cannot be read, or is another one.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise UnreadableReceipt(path, error.strerror or str(error)) from error
    try:
        return msgspec.json.decode(content, type=RetirementReceipt)
    except (msgspec.DecodeError, UnicodeDecodeError):
        pass
    try:
        return msgspec.json.decode(content, type=WipeReceipt)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UnreadableReceipt(path) from error


def verify_receipt(receipt: RetirementReceipt | WipeReceipt, server: TrustedServer) -> VerifiedReceipt:
    """Verify that a server has signed a receipt, and that its device and entries are those of the signed text.

    The order in the receipt of a wipe proves that the server gave it, and not that the device has obeyed.
    """
    signed: _Signed
    claim: _Claim | None
    if isinstance(receipt, WipeReceipt):
        signed, claim = receipt.order, read_wipe_claim(receipt.order.text)
    else:
        signed, claim = receipt.confirmation, read_claim(receipt.confirmation.text)
    if claim is None:
        return VerifiedReceipt(result=ReceiptResult.FORGED, claim=None)
    if not _is_signed_by(signed, server.keys):
        is_own = claim.server in server.ids
        return VerifiedReceipt(result=ReceiptResult.FORGED if is_own else ReceiptResult.OTHER_SERVER, claim=claim)
    is_same = claim.device == receipt.device and _has_entries_of(receipt, claim)
    return VerifiedReceipt(result=ReceiptResult.VALID if is_same else ReceiptResult.FORGED, claim=claim)


def _has_entries_of(receipt: RetirementReceipt | WipeReceipt, claim: _Claim) -> bool:
    if isinstance(receipt, RetirementReceipt) and isinstance(claim, RetirementClaim):
        return claim.entries == receipt.entries
    return True


def _is_signed_by(signed: _Signed, keys: Iterable[bytes]) -> bool:
    """Return whether one of the keys, or a later one that it has certified, has signed; former keys did so, too."""
    signature, text = bytes.fromhex(signed.signature), signed.text.encode()
    return any(_has_signed(key, text, signature) or _later_has_signed(key, signed) for key in keys)


def _later_has_signed(key: bytes, signed: _Signed) -> bool:
    try:
        later = newest_key(key, signed.keys)
    except BadSignature:
        return False
    return _has_signed(later, signed.text.encode(), bytes.fromhex(signed.signature))


def _has_signed(key: bytes, text: bytes, signature: bytes) -> bool:
    try:
        verify_signature(key, text, signature)
    except BadSignature:
        return False
    return True
