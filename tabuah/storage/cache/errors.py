"""Errors of a console's own data.

CacheError
├── DamagedCache            the file is broken or no cache of ours; says what to do
├── NewerCache              a newer version of Tabuah wrote it
├── CacheBusy               another program holds it too long
├── DiskFull                nothing was saved
│   └── ReadOnlyForNow      not even opened for writing: everything can be read, nothing saved
├── UnsafeDirectory         a network share or a cloud-synced folder
├── DirectoryInUse          another window or syncer works in this directory
├── UnknownKey              no incident, conflict, station … of that name, or several
├── AnotherServer           this data belongs to the journal of another server
├── JournalDoesNotFollow    pulled records do not continue what is here; nothing of them was taken
└── ForkedDevice            another copy of this device has written in its name
"""

from pathlib import Path

from tabuah.resources.catalogue import _


class CacheError(Exception):
    """Anything expected that goes wrong with a console's own data; the message is made to be shown."""


class DamagedCache(CacheError):
    """The file cannot be trusted; it is left as it is."""

    def __init__(self, path: Path, finding: str) -> None:
        self.path, self.finding = path, " ".join(finding.split())
        super().__init__(
            _(
                "The data file {path} is damaged ({finding}). Nothing was changed. What was synced is safe on the "
                "server. Move the file to another folder, log in again and sync, or put back a backup; keep the "
                "damaged file: unsent work can be recovered from it."
            ).format(path=path, finding=self.finding)
        )


class NewerCache(CacheError):
    """The file has changes in its shape that this version does not know."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            _("{path} was written by a newer version of Tabuah. Update this one; nothing was changed.").format(
                path=path
            )
        )


class CacheBusy(CacheError):
    """The lock was not free within the time allowed."""

    def __init__(self, path: Path) -> None:
        super().__init__(_("{path} is in use by another program. Nothing was saved; try again.").format(path=path))


class DiskFull(CacheError):
    """The disk took no more."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            _("The disk with {path} is full or cannot be written. Nothing was saved; free some space.").format(
                path=path
            )
        )


class ReadOnlyForNow(DiskFull):
    """There was no room even for what SQLite writes while it reads."""

    def __init__(self) -> None:
        CacheError.__init__(
            self,
            _(
                "The disk is full or takes no writes: everything can be read, nothing can be saved until some space "
                "is free and Tabuah is opened again. All that was saved before is safe."
            ),
        )


class UnsafeDirectory(CacheError):
    """A place where SQLite's locks do not hold, or where another program replaces files behind our back."""


class DirectoryInUse(CacheError):
    """A second window or a second syncer."""


class UnknownKey(CacheError):
    """Nothing, or more than one thing, answers to that name."""


class AnotherServer(CacheError):
    """Two journals are never mixed in one cache."""


class JournalDoesNotFollow(CacheError):
    """A gap, a wrong hash or a wrong signature in what the server sent."""


class ForkedDevice(CacheError):
    """The device's chain was continued elsewhere: its data was cloned or restored."""
