"""Errors of the server.

ServerError
├── DirectoryInUse        another server process serves this directory
├── UnusableDirectory     the directory or a file in it cannot be read or written
├── NotInitialised        there is no server's data in this directory
├── UnsupportedDatabase   a database that this version cannot use
├── NewerDatabase         the data was written by a newer version
├── DamagedData           the database or the key is damaged or does not belong together
├── InsecureAddress       plain HTTP beyond this machine, or a certificate that cannot be used
├── AddressInUse          another program listens there
├── UnusableBroker        no address of a broker, or its description of gateways cannot be used
├── UnusableFeeds         the description of feeds cannot be used or written
├── NameTaken             there is a user of that name
├── NoSuchRecord          there is no such user or device
├── WeakPassword          a password that is too short
├── DraftRefused          an entry that the server wanted to write itself is against the rules; nothing was written
├── ServerStopping        the server is being stopped and takes nothing more
├── StorageFailed         the database did not take it; nothing was saved
│   └── StorageFull       because there is no space left
└── Refusal               answers a request with `status` and the stable `code`
"""

from collections.abc import Mapping


class ServerError(Exception):
    """Anything that the server expects to go wrong; the message is made to be shown."""


class DirectoryInUse(ServerError):
    """Another server process serves this directory."""


class UnusableDirectory(ServerError):
    """The directory or a file in it cannot be read or written."""


class NotInitialised(ServerError):
    """There is no server's data in this directory."""


class UnsupportedDatabase(ServerError):
    """A database that this version cannot use."""


class NewerDatabase(ServerError):
    """The data was written by a newer version."""


class DamagedData(ServerError):
    """The database or the key is damaged or does not belong together."""


class InsecureAddress(ServerError):
    """Plain HTTP beyond this machine, or a certificate that cannot be used."""


class AddressInUse(ServerError):
    """Another program listens there."""


class UnusableBroker(ServerError):
    """No address of a broker, or the description of gateways cannot be used."""


class UnusableFeeds(ServerError):
    """The description of feeds cannot be used or written."""


class NameTaken(ServerError):
    """There is a user of that name."""


class NoSuchRecord(ServerError):
    """There is no such user or device."""


class WeakPassword(ServerError):
    """A password that is too short."""


class DraftRefused(ServerError):
    """An entry of the server's own is against the rules; `reason` is the verdict's code."""

    def __init__(self, kind: str, subject: str, reason: str) -> None:
        self.kind, self.subject, self.reason = kind, subject, reason
        super().__init__(f"{kind} on {subject}: {reason}")


class ServerStopping(ServerError):
    """The server is being stopped and takes nothing more."""


class StorageFailed(ServerError):
    """The database did not take it; nothing was saved."""


class StorageFull(StorageFailed):
    """There is no space left; nothing was saved."""


class Refusal(ServerError):
    """What a request is answered with when it is not served."""

    def __init__(self, status: int, code: str, detail: str, *, headers: Mapping[str, str] | None = None) -> None:
        self.status, self.code, self.headers = status, code, dict(headers or {})
        super().__init__(detail)
