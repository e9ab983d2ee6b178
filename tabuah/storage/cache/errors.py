"""Errors of a console's own data.

CacheError
├── DamagedCache        the file is damaged or not a Tabuah cache; gives the next step
├── NewerCache          a newer version of Tabuah wrote it
├── CacheBusy           another program keeps it locked for too long
├── DiskFull            nothing was saved
│   └── ReadOnlyCache   not even opened for writing: everything can be read, nothing saved
├── UnsafeDirectory     a network share or a cloud-synced folder
│   └── HoldsServer     a server's directory, which no console may use
├── DirectoryInUse      another window or syncer works in this directory
├── UnknownKey          no incident, conflict, station … has that name, or several have
├── AnotherServer       this data belongs to the journal of another server
│   └── AnotherRegency  it has work of another regency than the server
├── JournalMismatch     pulled records do not continue the journal here; none was applied
└── PasswordNotVerified a password was not accepted without the server
    ├── NoVerifier              the user has not logged in at the server from this device
    ├── VerifierOutdated        the permission has ended, or role, lock or password have changed since
    ├── WrongPassword           it is wrong
    └── TooManyWrongPasswords   it is not yet time for another attempt; carries `wait`
"""

import math
from datetime import timedelta
from pathlib import Path

from tabuah.resources.localisation import _


class CacheError(Exception):
    """Base of all expected errors with a console's own data; the message is shown to the user."""


class DamagedCache(CacheError):
    """The file cannot be trusted; it is left unchanged."""

    def __init__(self, path: Path, finding: str) -> None:
        self.path, self.finding = path, " ".join(finding.split())
        super().__init__(
            _(
                "The data file {path} is damaged ({finding}). Nothing was changed. What was synced is safe on the "
                "server. Repair it, which keeps the damaged file: tabuah doctor --repair; or put back a backup: "
                "tabuah restore. Unsent work can be recovered from the damaged file."
            ).format(path=path, finding=self.finding)
        )


class NewerCache(CacheError):
    """The file has migrations that this version does not know."""

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
    """The disk accepted no more data."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            _("The disk with {path} is full or cannot be written. Nothing was saved; free some space.").format(
                path=path
            )
        )


class ReadOnlyCache(DiskFull):
    """There was no space even for the files that SQLite needs to read."""

    def __init__(self) -> None:
        CacheError.__init__(
            self,
            _(
                "The disk is full or not writable: everything can be read, but nothing can be saved until "
                "there is free space and Tabuah is opened again. All earlier work is safe."
            ),
        )


class UnsafeDirectory(CacheError):
    """A place where SQLite's locks do not work, or where another program replaces files."""


class HoldsServer(UnsafeDirectory):
    """A server's directory: a cache in it would be mistaken for the server's data."""

    def __init__(self, directory: Path, command: str = "") -> None:
        message = _("{directory} contains the data of a server, not of a console.").format(directory=directory)
        advice = _("Run: {command}").format(command=command) if command else _("Choose another folder with --data.")
        super().__init__(f"{message} {advice}")


class DirectoryInUse(CacheError):
    """A second window or a second syncer."""


class UnknownKey(CacheError):
    """No object, or more than one, has that name."""


class AnotherServer(CacheError):
    """Two journals are never mixed in one cache."""


class AnotherRegency(AnotherServer):
    """Work of two regencies is never mixed."""

    def __init__(self, *, here: str, there: str) -> None:
        self.here, self.there = here, there
        message = _(
            "This console has work of {here}, not of {there}. All work is safe here. Use another folder with --data "
            "for {there}."
        )
        super().__init__(message.format(here=here, there=there))


class JournalMismatch(CacheError):
    """A gap, a wrong hash or a wrong signature in the server's journal."""


class PasswordNotVerified(CacheError):
    """A password was not accepted without the server; nothing has changed."""


class NoVerifier(PasswordNotVerified):
    """The user has never logged in at the server from this device."""

    def __init__(self, user: str) -> None:
        text = _("{user} can log in without a server only after a log-in at the server from this device.")
        super().__init__(text.format(user=user))


class VerifierOutdated(PasswordNotVerified):
    """The permission has ended, or role, lock or password have changed since the log-in at the server."""

    def __init__(self, user: str) -> None:
        text = _("The permission of {user} to log in without a server has ended: log in at the server. {safe}")
        super().__init__(text.format(user=user, safe=_("All work is safe here.")))


class WrongPassword(PasswordNotVerified):
    """It is wrong."""

    def __init__(self) -> None:
        super().__init__(_("The password is wrong."))


class TooManyWrongPasswords(PasswordNotVerified):
    """It is not yet time for another attempt."""

    def __init__(self, wait: timedelta) -> None:
        self.wait = wait
        text = _("Too many wrong passwords: try again in {n} s.")
        super().__init__(text.format(n=math.ceil(wait.total_seconds())))
