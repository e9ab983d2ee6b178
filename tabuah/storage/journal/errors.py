"""Errors of the journal.

JournalError
├── MalformedEntry     the text is not an entry
├── BadSignature       the signature does not match the text and the device's key
├── UnknownDevice      no device with this id is enrolled
├── ChainGap           an entry is missing before this one; `expected` is the number that must come next
├── ChainFork          another entry has this number: the device's data was cloned or restored
├── BrokenChain        `prev` is not the hash of the previous entry
├── BrokenHandback     handed-back records do not prove themselves
├── DamagedSnapshot    a snapshot's piece does not match the signed hash
├── BadPairingCode     a text is not a pairing code, or a letter of it is wrong
├── BadPairingOffer    a server shows an authority that is not a certificate
├── UnreadableReceipt  a file is not the receipt of a retired or wiped device
├── SealBroken         a sealed box was altered or cut, or is not a sealed box
└── NotForThisDevice   a sealed box is for other devices
"""

from tabuah.resources.localisation import _


class JournalError(Exception):
    """Base of all reasons why an entry is not authentic; `code` is stable and goes over the wire."""

    code = "journal_error"


class MalformedEntry(JournalError):
    """The text is not an entry."""

    code = "malformed_entry"


class BadSignature(JournalError):
    """The signature does not match the text and the device's key."""

    code = "bad_signature"


class UnknownDevice(JournalError):
    """No device with this id is enrolled."""

    code = "unknown_device"


class ChainGap(JournalError):
    """An entry is missing before this one."""

    code = "gap"

    def __init__(self, expected: int) -> None:
        self.expected = expected
        super().__init__(f"gap, expected n = {expected}")


class ChainFork(JournalError):
    """Another entry has this number."""

    code = "fork"


class BrokenChain(JournalError):
    """`prev` is not the hash of the device's previous entry."""

    code = "broken_chain"


class BrokenHandback(JournalError):
    """Handed-back records do not follow each other, or nothing vouches for them."""

    code = "broken_handback"


class DamagedSnapshot(JournalError):
    """A snapshot's piece does not match the signed hash."""

    code = "damaged_snapshot"


class BadPairingCode(JournalError):
    """A text is not a pairing code, or a letter of it is wrong."""

    code = "bad_pairing_code"

    def __init__(self, wrong_word: str = "") -> None:
        """Name the first word that no code can have, if there is one."""
        finding = _("“{word}” is not a word of a pairing code.").format(word=wrong_word) if wrong_word else ""
        text = _(
            "This is not a pairing code, or a letter is wrong. It has eight words of five letters; the"
            " administrator reads it with `tabuah server tls code`. Nothing was sent."
        )
        super().__init__(f"{finding} {text}".strip())


class BadPairingOffer(JournalError):
    """A server shows an authority that is not a certificate."""

    code = "bad_pairing_offer"


class UnreadableReceipt(JournalError):
    """A file is not the receipt of a retired or wiped device."""

    code = "unreadable_receipt"

    def __init__(self, path: object, reason: str = "") -> None:
        text = _("{path} is not the receipt of a retired or wiped computer (retired.json, wiped.json).").format(
            path=path
        )
        super().__init__(f"{text} {reason}".strip())


class SealBroken(JournalError):
    """A sealed box was altered or cut, or is not a sealed box."""

    code = "seal_broken"


class NotForThisDevice(JournalError):
    """A sealed box is for other devices."""

    code = "not_for_this_device"
