"""Errors of the reports.

ReportError
├── ReportNotPossible    this report, or this form of it, cannot be made honestly (the message says why)
├── OfficeNotReadable    the office's own letterhead file is not as it should be
├── DocumentFailed       the document could not be set; nothing was written
├── FileNotWritten       the file could not be written; what was there before is untouched
└── OwnDataSpared        the file would have taken the place of Tabuah's own data
"""

import errno
from pathlib import Path
from typing import Final

from tabuah.resources.catalogue import _


class ReportError(Exception):
    """Anything expected that goes wrong with a report; the message is made to be shown."""


class ReportNotPossible(ReportError):
    """What was asked for does not exist for this incident, or not in this version."""


class OfficeNotReadable(ReportError):
    """`office.json` in the data directory is malformed."""

    def __init__(self, path: Path, finding: str) -> None:
        message = _("The letterhead file {path} cannot be used: {finding}. Correct it, or remove it.")
        super().__init__(message.format(path=path, finding=finding))


class DocumentFailed(ReportError):
    """The typesetter gave up."""

    def __init__(self, finding: str) -> None:
        message = _("The document could not be made: {finding}. The incident's data are safe; nothing was written.")
        super().__init__(message.format(finding=finding))


class FileNotWritten(ReportError):
    """The disk, or the system, refused the file."""

    def __init__(self, path: Path, error: OSError) -> None:
        self.path = path
        words = _(_REASONS[error.errno or 0]) if error.errno in _REASONS else str(error.strerror or error)
        message = _("{path} was not written: {reason}. A file that was there before is unchanged.")
        super().__init__(message.format(path=path, reason=words))


class OwnDataSpared(ReportError):
    """A report must never replace the journal it was made from."""

    def __init__(self, path: Path) -> None:
        message = _("{path} belongs to Tabuah's own data and was left alone. Choose another file.")
        super().__init__(message.format(path=path))


_REASONS: Final = {
    errno.ENOSPC: "the disk is full",
    errno.EACCES: "writing there is not allowed, or the file is open in another program",
    errno.EPERM: "writing there is not allowed, or the file is open in another program",
    errno.EROFS: "the disk is read-only",
    errno.ENOENT: "the folder does not exist",
    errno.ENOTDIR: "the folder does not exist",
    errno.EISDIR: "it is a folder",
    errno.ENAMETOOLONG: "the name is too long",
}
