"""Errors of reports.

ReportError
├── ReportNotPossible      this report or format is not possible; the message says why
├── InvalidOfficeFile      the office's letterhead file is malformed
├── TypesettingFailed      the document could not be typeset; nothing was written
├── FileNotWritten         the file could not be written; an earlier file is unchanged
└── ReportTargetIsOwnData  the file would replace Tabuah's own data
"""

import errno
from pathlib import Path
from typing import Final

from tabuah.resources.localisation import _


class ReportError(Exception):
    """An expected error of a report; the message is shown to the user."""


class ReportNotPossible(ReportError):
    """The report does not exist for this incident, or not in this version."""


class InvalidOfficeFile(ReportError):
    """`office.json` in the data directory is malformed."""

    def __init__(self, path: Path, finding: str) -> None:
        message = _("The letterhead file {path} cannot be used: {finding}. Correct it, or remove it.")
        super().__init__(message.format(path=path, finding=finding))


class TypesettingFailed(ReportError):
    """The typesetter failed."""

    def __init__(self, finding: str) -> None:
        message = _("The document could not be made: {finding}. The incident's data are safe; nothing was written.")
        super().__init__(message.format(finding=finding))


class FileNotWritten(ReportError):
    """The file could not be written."""

    def __init__(self, path: Path, error: OSError) -> None:
        self.path = path
        words = _(_REASONS[error.errno or 0]) if error.errno in _REASONS else str(error.strerror or error)
        message = _("{path} was not written: {reason}. An earlier file is unchanged.")
        super().__init__(message.format(path=path, reason=words))


class ReportTargetIsOwnData(ReportError):
    """The target belongs to Tabuah's own data; a report must never replace the journal it was made from."""

    def __init__(self, path: Path) -> None:
        message = _("{path} belongs to Tabuah's own data and was not overwritten. Choose another file.")
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
