"""Errors of attachments.

BlobError
├── BlobMissing      no attachment with that hash is here
├── BlobTooLarge     it exceeds the size limit
├── WrongOffset      a piece does not continue the received part; `expected` is the next offset
├── WrongContent     the content does not match its hash; it was discarded
├── DamagedBlob      the file on disk no longer matches its hash; it was quarantined
├── BlobNotSaved     the disk did not accept it
└── NotAttachable    a user's file that cannot be attached; nothing of it was stored
    ├── FileUnreadable    it cannot be read
    ├── KindRefused       its file type is not allowed
    ├── ProgramRefused    it is a program
    ├── DamagedFile       it is incomplete or damaged
    └── TooManyAttached   the incident or station already has the maximum number
"""


class BlobError(Exception):
    """Base of all errors of storing and reading attachments; `code` is stable."""

    code = "blob_error"


class BlobMissing(BlobError):
    """No attachment with that hash is here."""

    code = "not_found"


class BlobTooLarge(BlobError):
    """It exceeds the size limit."""

    code = "too_large"


class WrongOffset(BlobError):
    """A piece does not continue the received part."""

    code = "wrong_offset"

    def __init__(self, expected: int) -> None:
        self.expected = expected
        super().__init__(f"the next piece must begin at byte {expected}")


class WrongContent(BlobError):
    """The content does not match its hash."""

    code = "wrong_content"


class DamagedBlob(BlobError):
    """The file on disk no longer matches its hash."""

    code = "damaged_blob"


class BlobNotSaved(BlobError):
    """The disk did not accept it."""

    code = "storage_full"


class NotAttachable(BlobError):
    """A user's file that cannot be attached."""

    code = "not_attachable"


class FileUnreadable(NotAttachable):
    """It cannot be read."""


class KindRefused(NotAttachable):
    """Its file type is not allowed."""


class ProgramRefused(NotAttachable):
    """It is a program."""

    code = "program_refused"


class DamagedFile(NotAttachable):
    """It is incomplete or damaged."""


class TooManyAttached(NotAttachable):
    """The incident or station already has the maximum number of attachments."""
