"""Errors of the attachments.

BlobError
├── BlobMissing      no attachment of that hash is here
├── BlobTooLarge     it is larger than an attachment may be
├── WrongOffset      a piece does not follow on what is there; `expected` is where the next one must begin
├── WrongContent     what came is not what its hash says; it was thrown away
└── BlobNotSaved     the disk did not take it
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


class BlobNotSaved(BlobError):
    """The disk did not take it."""

    code = "storage_full"
