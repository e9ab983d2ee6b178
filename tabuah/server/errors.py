"""Errors of the server.

ServerError
├── ServerDirectoryInUse  another server process serves this directory
├── UnusableDirectory     the directory or a file in it cannot be read or written
├── NotInitialised        the directory contains no server data
├── UnsupportedDatabase   a database that this version cannot use
├── NewerDatabase         the data was written by a newer version
├── DamagedData           the database or the key is damaged, or they do not match
├── WrongClock            the clock of this computer is behind the journal
├── InsecureAddress       plain HTTP beyond this machine, or an unusable certificate
├── AddressInUse          another program listens on the port
├── UnusableBroker        an invalid broker address or gateway configuration
├── UnusableFeeds         the feed configuration cannot be used or written
├── UnusableNotices       the settings or the queue of notices cannot be used or written
├── UnusableWebhooks      the settings, a secret or the queue of webhooks cannot be used or written
├── UnusableMailboxes     messages.toml, a password or the file of mailboxes cannot be used or written
├── UnusableConfiguration `server.toml` cannot be used or written
├── NameTaken             the user name exists
├── NoSuchRecord          no such user or device
├── LastAdministrator     the last active administrator would be locked or get another role
├── WeakPassword          the password is too short or too common; carries the `fault`
├── UnusableSetup         a setup folder cannot be read, written or imported; nothing was changed
├── DraftRefused          an entry of the server itself was not accepted; nothing was written
├── ServerStopping        the server is stopping and takes no more requests
├── StorageFailed         the database could not save; nothing was saved
│   ├── StorageFull       the disk is full
│   └── ServerReadOnly    the server takes no new entries now; carries the `reason`
└── Refusal               a response with `status` and the stable `code`
"""

from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Final, Protocol

from tabuah.resources.localisation import _, format_number

MAX_PROBLEMS_SHOWN: Final = 50


class ServerError(Exception):
    """An expected error of the server; the message can be shown."""


class ServerDirectoryInUse(ServerError):
    """Another server process serves this directory."""


class UnusableDirectory(ServerError):
    """The directory or a file in it cannot be read or written."""


class NotInitialised(ServerError):
    """The directory contains no server data."""


class UnsupportedDatabase(ServerError):
    """A database that this version cannot use."""


class NewerDatabase(ServerError):
    """The data was written by a newer version."""


class DamagedData(ServerError):
    """The database or the key is damaged, or they do not match."""


class WrongClock(ServerError):
    """The clock of this computer is behind the newest record of the journal."""


class InsecureAddress(ServerError):
    """Plain HTTP beyond this machine, or an unusable certificate."""


class AddressInUse(ServerError):
    """Another program listens on the port."""


class UnusableBroker(ServerError):
    """An invalid broker address, or a gateway configuration that cannot be used."""


class UnusableFeeds(ServerError):
    """The feed configuration cannot be used or written."""


class UnusableNotices(ServerError):
    """The settings or the queue of notices cannot be used or written."""


class UnusableWebhooks(ServerError):
    """The settings, a secret or the queue of webhooks cannot be used or written."""


class UnusableMailboxes(ServerError):
    """`messages.toml`, a password or the file of mailboxes cannot be used or written."""


class UnusableConfiguration(ServerError):
    """`server.toml` cannot be used or written; the message names the keys."""


class NameTaken(ServerError):
    """The user name exists."""


class NoSuchRecord(ServerError):
    """No such user or device."""


class LastAdministrator(ServerError):
    """The last active administrator would be locked or get another role."""


class WeakPassword(ServerError):
    """The password is too short or too common; `fault` says which."""

    def __init__(self, fault: str, message: str) -> None:
        self.fault = fault
        super().__init__(message)


class CountedTexts(Protocol):
    """Texts of which there can be more than are kept, such as a list or `SetupProblems`."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[str]: ...


class UnusableSetup(ServerError):
    """A setup folder with problems; `problems` are the first ones, sentences with file and line."""

    def __init__(self, folder: Path, problems: "CountedTexts") -> None:
        self.folder, self.problems = folder, tuple(islice(problems, MAX_PROBLEMS_SHOWN))
        lines = [f"  {problem}" for problem in self.problems]
        if more := len(problems) - len(lines):
            lines.append("  " + _("and {n} more").format(n=format_number(more)))
        message = _("{folder} cannot be used, {n} problems:\n{problems}\nNothing was changed.")
        super().__init__(message.format(folder=folder, n=format_number(len(problems)), problems="\n".join(lines)))


class DraftRefused(ServerError):
    """An entry of the server itself was not accepted; `reason` is the code of the verdict."""

    def __init__(self, kind: str, subject: str, reason: str) -> None:
        self.kind, self.subject, self.reason = kind, subject, reason
        super().__init__(f"{kind} on {subject}: {reason}")


class ServerStopping(ServerError):
    """The server is stopping and takes no more requests."""


class StorageFailed(ServerError):
    """The database could not save; nothing was saved."""


class StorageFull(StorageFailed):
    """The disk is full; nothing was saved."""


class ServerReadOnly(StorageFailed):
    """The server takes no new entries now; `reason` is that of `ReadOnlyMode`."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"the server is read-only: {reason}")


class Refusal(ServerError):
    """A request is refused with an HTTP `status` and a stable `code`."""

    def __init__(self, status: int, code: str, detail: str, *, headers: Mapping[str, str] | None = None) -> None:
        self.status, self.code, self.headers = status, code, dict(headers or {})
        super().__init__(detail)
