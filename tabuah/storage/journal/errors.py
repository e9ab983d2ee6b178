"""Errors of the journal.

JournalError
├── MalformedEntry     text that is no entry
├── BadSignature       the signature does not fit the text and the device's key
├── UnknownDevice      no device of that id is enrolled
├── ChainGap           an entry is missing before this one; `expected` is the number that must come next
├── ChainFork          another entry stands under this number: the device's data was cloned or restored
├── BrokenChain        `prev` is not the hash of the entry before
├── DamagedSnapshot    a snapshot's piece is not what the server signed
├── SealBroken         a sealed box was altered or cut, or is none
└── NotForThisDevice   a sealed box is for other devices
"""


class JournalError(Exception):
    """Anything that makes an entry not authentic; `code` is stable and goes over the wire."""

    code = "journal_error"


class MalformedEntry(JournalError):
    """Text that is no entry."""

    code = "malformed_entry"


class BadSignature(JournalError):
    """The signature does not fit the text and the device's key."""

    code = "bad_signature"


class UnknownDevice(JournalError):
    """No device of that id is enrolled."""

    code = "unknown_device"


class ChainGap(JournalError):
    """An entry is missing before this one."""

    code = "gap"

    def __init__(self, expected: int) -> None:
        self.expected = expected
        super().__init__(f"gap, expected n = {expected}")


class ChainFork(JournalError):
    """Another entry stands under this number."""

    code = "fork"


class BrokenChain(JournalError):
    """`prev` is not the hash of the device's entry before."""

    code = "broken_chain"


class DamagedSnapshot(JournalError):
    """A snapshot's piece is not what the server signed."""

    code = "damaged_snapshot"


class SealBroken(JournalError):
    """A sealed box was altered or cut, or is none."""

    code = "seal_broken"


class NotForThisDevice(JournalError):
    """A sealed box is for other devices."""

    code = "not_for_this_device"
