"""Errors of bundles.

BundleError
├── NotABundle              something else: a web page, an archive, a photo
├── NewerBundle             a newer version of Tabuah wrote it
├── DamagedBundle           it was cut or altered; nothing of it is used
├── TooLargeBundle          it exceeds the limits of a bundle
├── ForeignBundle           it belongs to the journal of another server
├── UnknownRecipient        a recipient's name matches no device, or several
├── RecordsUnavailable      the journal records after that number cannot be exported
├── NoRoomForBundle         the disk has too little space; nothing of it is used
├── PhotosNotSaved          the disk filled up: the entries were imported, but not all photos
├── BundleNotRead           there is no such file, or the medium was removed
├── BundleNotSaved          the disk did not accept it
└── BundleOverwritesData    the file would overwrite Tabuah's own data
"""

from pathlib import Path

from tabuah.resources.localisation import _


class BundleError(Exception):
    """Base of all expected errors with a bundle; the message is shown to the user."""


class NotABundle(BundleError):
    """The file is something else; `what` names its kind, if it was recognised."""

    def __init__(self, path: Path, what: str = "") -> None:
        text = _("{file} is not a Tabuah bundle but {what}.") if what else _("{file} is not a Tabuah bundle.")
        advice = _("Ask for the unchanged file that “tabuah bundle export” wrote. Nothing was imported.")
        super().__init__(text.format(file=path.name, what=what) + " " + advice)


class NewerBundle(BundleError):
    """The file has a format version that this program does not read."""

    def __init__(self, path: Path) -> None:
        message = _("{file} was made by a newer version of Tabuah. Update this one; nothing was imported.")
        super().__init__(message.format(file=path.name))


class DamagedBundle(BundleError):
    """The file was cut or altered; `finding` says where."""

    def __init__(self, path: Path, finding: str) -> None:
        self.finding = finding
        message = _("{file} was cut or altered ({finding}). Nothing was imported; copy it again or ask for it again.")
        super().__init__(message.format(file=path.name, finding=finding))


class TooLargeBundle(BundleError):
    """The file exceeds the limits of a bundle."""

    def __init__(self, path: Path) -> None:
        message = _("{file} exceeds the limits of a bundle. Nothing was imported.")
        super().__init__(message.format(file=path.name))


class ForeignBundle(BundleError):
    """It belongs to the journal of another server."""

    def __init__(self, path: Path) -> None:
        message = _("{file} belongs to another server than the data here. Nothing was imported.")
        super().__init__(message.format(file=path.name))


class UnknownRecipient(BundleError):
    """A recipient's name matches no device, or more than one."""


class RecordsUnavailable(BundleError):
    """The journal records after some number cannot be exported."""


class NoRoomForBundle(BundleError):
    """The disk has less free space than the bundle needs."""

    def __init__(self, path: Path, *, needed: int, free: int) -> None:
        message = _(
            "{file} needs {needed} MB, but only {free} MB are free on the disk. Nothing was "
            "imported; free some space."
        )
        mega = 1_000_000
        super().__init__(message.format(file=path.name, needed=-(-needed // mega), free=free // mega))


class PhotosNotSaved(BundleError):
    """The disk filled up during the import of the photos."""

    def __init__(self, path: Path, reason: str) -> None:
        message = _(
            "The entries of {file} are here now, but not all photos: {reason}. Free some space and import it again."
        )
        super().__init__(message.format(file=path.name, reason=reason))


class BundleNotRead(BundleError):
    """There is no such file, or it cannot be read."""

    def __init__(self, path: Path, reason: str) -> None:
        message = _("{file} cannot be read: {reason}. Nothing was imported.")
        super().__init__(message.format(file=path, reason=reason))


class BundleNotSaved(BundleError):
    """The disk did not accept the file."""

    def __init__(self, path: Path, error: OSError) -> None:
        message = _(
            "{file} cannot be written: {reason}. Nothing was saved; free some space or choose another folder."
        )
        super().__init__(message.format(file=path, reason=error.strerror or error))


class BundleOverwritesData(BundleError):
    """A bundle must never replace the journal it was made from."""

    def __init__(self, path: Path) -> None:
        message = _("{path} belongs to Tabuah's own data and was not overwritten. Choose another file.")
        super().__init__(message.format(path=path))
