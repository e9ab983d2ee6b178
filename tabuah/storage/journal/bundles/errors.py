"""Errors of bundles.

BundleError
├── NotABundle         something else: a web page, an archive, a photo
├── NewerBundle        a newer version of Tabuah wrote it
├── DamagedBundle      it was cut or altered on the way; nothing of it is used
├── TooLargeBundle     more than a bundle may hold
├── ForeignBundle      it belongs to the journal of another server
├── UnknownRecipient   no device, or several, answer to a name that it shall be sealed for
├── NoNews             the journal after that number cannot be told to others
├── NoRoomForBundle    the disk has less room than it needs; nothing of it is used
├── PhotosNotSaved     the disk filled up in the middle: the entries are here, not all photos
├── BundleNotRead      there is no such file, or the medium was pulled out
├── BundleNotSaved     the disk did not take it
└── OwnDataSpared      the file would have taken the place of Tabuah's own data
"""

from pathlib import Path

from tabuah.resources.catalogue import _


class BundleError(Exception):
    """Anything expected that goes wrong with a bundle; the message is made to be shown."""


class NotABundle(BundleError):
    """The file is something else; `what` says what it looks like, if that can be told."""

    def __init__(self, path: Path, what: str = "") -> None:
        told = _("{file} is no bundle of Tabuah but {what}.") if what else _("{file} is no bundle of Tabuah.")
        advice = _("Ask for the file that “tabuah bundle export” wrote, unchanged. Nothing was taken over.")
        super().__init__(told.format(file=path.name, what=what) + " " + advice)


class NewerBundle(BundleError):
    """The file is of a version that this one does not read."""

    def __init__(self, path: Path) -> None:
        message = _("{file} was made by a newer version of Tabuah. Update this one; nothing was taken over.")
        super().__init__(message.format(file=path.name))


class DamagedBundle(BundleError):
    """The file was cut or altered on the way; `finding` says where."""

    def __init__(self, path: Path, finding: str) -> None:
        self.finding = finding
        message = _(
            "{file} was cut or altered on the way ({finding}). Nothing was taken over; copy it or have it sent again."
        )
        super().__init__(message.format(file=path.name, finding=finding))


class TooLargeBundle(BundleError):
    """More than a bundle may hold."""

    def __init__(self, path: Path) -> None:
        message = _("{file} holds more than a bundle may. Nothing was taken over.")
        super().__init__(message.format(file=path.name))


class ForeignBundle(BundleError):
    """It belongs to the journal of another server."""

    def __init__(self, path: Path) -> None:
        message = _("{file} belongs to another server than the data here. Nothing was taken over.")
        super().__init__(message.format(file=path.name))


class UnknownRecipient(BundleError):
    """No device, or more than one, answers to a name that the bundle shall be sealed for."""


class NoNews(BundleError):
    """The journal after some number cannot be told to others."""


class NoRoomForBundle(BundleError):
    """The disk has less room than the bundle needs."""

    def __init__(self, path: Path, *, needed: int, free: int) -> None:
        message = _("{file} needs {needed} MB and {free} MB are free on the disk. Nothing was taken over; free some.")
        mega = 1_000_000
        super().__init__(message.format(file=path.name, needed=-(-needed // mega), free=free // mega))


class PhotosNotSaved(BundleError):
    """The disk filled up in the middle."""

    def __init__(self, path: Path, reason: str) -> None:
        message = _(
            "The entries of {file} are here now, but not all photos: {reason}. Free some space and import it again."
        )
        super().__init__(message.format(file=path.name, reason=reason))


class BundleNotRead(BundleError):
    """There is no such file, or it cannot be read."""

    def __init__(self, path: Path, reason: str) -> None:
        message = _("{file} cannot be read: {reason}. Nothing was taken over.")
        super().__init__(message.format(file=path, reason=reason))


class BundleNotSaved(BundleError):
    """The disk did not take it."""

    def __init__(self, path: Path, error: OSError) -> None:
        message = _(
            "{file} cannot be written: {reason}. Nothing was saved; free some space or choose another folder."
        )
        super().__init__(message.format(file=path, reason=error.strerror or error))


class OwnDataSpared(BundleError):
    """A bundle must never replace the journal it was made from."""

    def __init__(self, path: Path) -> None:
        message = _("{path} belongs to Tabuah's own data and was left alone. Choose another file.")
        super().__init__(message.format(path=path))
