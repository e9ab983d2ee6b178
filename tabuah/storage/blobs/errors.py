"""Errors of the attachments.

BlobError
├── BlobMissing      no attachment of that hash is here
├── BlobTooLarge     it is larger than an attachment may be
├── WrongOffset      a piece does not follow on what is there; `expected` is where the next one must begin
├── WrongContent     what came is not what its hash says; it was thrown away
├── DamagedBlob      what lies on the disk is no longer what its hash says; it was put aside
├── BlobNotSaved     the disk did not take it
└── NotAttachable    a person's file that cannot be attached; nothing of it was kept
    ├── FileUnreadable    it cannot be read
    ├── KindRefused       it is of no kind that may be attached
    ├── ProgramRefused    it is a program
    ├── DamagedFile       it says what it is, and is not whole
    └── TooManyAttached   the incident or station has as many as it may have
"""


class BlobError(Exception):
    """Anything that keeps an attachment from being stored or read; `code` is stable."""

    code = "blob_error"


class BlobMissing(BlobError):
    """No attachment of that hash is here."""

    code = "not_found"


class BlobTooLarge(BlobError):
    """It is larger than an attachment may be."""

    code = "too_large"


class WrongOffset(BlobError):
    """A piece does not follow on what is there."""

    code = "wrong_offset"

    def __init__(self, expected: int) -> None:
        self.expected = expected
        super().__init__(f"the next piece must begin at byte {expected}")


class WrongContent(BlobError):
    """What came is not what its hash says."""

    code = "wrong_content"


class DamagedBlob(BlobError):
    """What lies on the disk is no longer what its hash says."""

    code = "damaged_blob"


class BlobNotSaved(BlobError):
    """The disk did not take it."""

    code = "storage_full"


class NotAttachable(BlobError):
    """A person's file that cannot be attached."""

    code = "not_attachable"


class FileUnreadable(NotAttachable):
    """It cannot be read."""


class KindRefused(NotAttachable):
    """It is of no kind that may be attached."""


class ProgramRefused(NotAttachable):
    """It is a program."""

    code = "program_refused"


class DamagedFile(NotAttachable):
    """It says what it is, and is not whole."""


class TooManyAttached(NotAttachable):
    """The incident or station has as many as it may have."""
