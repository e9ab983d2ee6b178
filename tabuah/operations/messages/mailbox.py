"""Mailboxes whose mails are messages: their settings in `messages.toml`, and why one cannot be read."""

from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from tabuah.operations.notices.channels import LOOPBACK, PathValue, ShortValue, VariableName


class MailboxSecurity(StrEnum):
    """The protection of a connection to a mail server."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"  # on this machine only


_PORTS: Final = {MailboxSecurity.TLS: 993, MailboxSecurity.STARTTLS: 143, MailboxSecurity.NONE: 143}


class ImapMailbox(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The table `[message.imap]`: a folder of a mail server that is read by IMAP.

    Attributes:
        port: None for the usual one.
        secret_file: file with the password, relative to the directory of the server.
        secret_env: environment variable with it.
        ca_file: certificates of the authority of the mail server, relative to the directory; empty for the system's.
        folder: its name as the mail server writes it.
        interval_s: pause between two readings.
        first_days: age of the oldest mails that the first reading takes.
        flag: set on each mail that was taken; empty to change nothing in the mailbox.
    """

    host: Annotated[str, Meta(min_length=1, max_length=253, pattern=r"^[A-Za-z0-9.:-]+$")]
    port: Annotated[int, Meta(ge=1, le=65_535)] | None = None
    security: MailboxSecurity = MailboxSecurity.TLS
    user: Annotated[ShortValue, Meta(min_length=1)]
    secret_file: PathValue = ""
    secret_env: VariableName = ""
    ca_file: PathValue = ""
    folder: Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[ -~]+$")] = "INBOX"
    interval_s: Annotated[int, Meta(ge=30, le=3_600)] = 60
    first_days: Annotated[int, Meta(ge=0, le=30)] = 3
    flag: Annotated[str, Meta(pattern=r"^(\\Seen|\\Flagged|[A-Za-z$][A-Za-z0-9$_.-]{0,39})?$")] = ""

    @property
    def used_port(self) -> int:
        """The port of the settings, or the usual one of the protection."""
        return self.port or _PORTS[self.security]

    @property
    def source(self) -> str:
        """The folder and its owner: another one has other mails."""
        return f"{self.user}@{self.host.casefold()}:{self.used_port}/{self.folder}"


def mailbox_problem(mailbox: ImapMailbox) -> str:
    """Return in English why a mailbox cannot be used; empty if it can."""
    if bool(mailbox.secret_file) == bool(mailbox.secret_env):
        return "imap: name the password by secret_file or by secret_env"
    if mailbox.security is MailboxSecurity.NONE and mailbox.host not in LOOPBACK:
        return "imap: security = none is for a mail server on this machine only; use tls or starttls"
    return ""


class MailboxFault(StrEnum):
    """Why the last reading of a mailbox failed."""

    UNREACHABLE = "unreachable"  # no connection, or it ended
    TIMEOUT = "timeout"
    CERTIFICATE = "certificate"
    NO_TLS = "no_tls"  # the mail server offers no STARTTLS
    CREDENTIALS = "credentials"  # the password cannot be read
    LOGIN = "login"  # user or password is wrong
    FOLDER = "folder"
    PROTOCOL = "protocol"  # the response of the mail server is no valid IMAP, or too large
    MAPPING = "mapping"  # messages.toml has no usable mapping of the account
    JOURNAL = "journal"  # the server takes no entries now


# Another attempt fails in the same way until a person acts. Many attempts may lock the account.
SETTINGS_FAULTS: Final = frozenset(
    {
        MailboxFault.CERTIFICATE,
        MailboxFault.NO_TLS,
        MailboxFault.CREDENTIALS,
        MailboxFault.LOGIN,
        MailboxFault.FOLDER,
        MailboxFault.MAPPING,
    }
)
_SHORTEST_PAUSE_S: Final = {True: 300.0, False: 15.0}  # by whether a person has to act
_LONGEST_PAUSE_S: Final = {True: 3_600.0, False: 900.0}


def mailbox_pause_s(fault: MailboxFault, failures: int) -> float:
    """Return the pause after a number of failures in succession; it doubles each time."""
    is_of_settings = fault in SETTINGS_FAULTS
    pause_s = _SHORTEST_PAUSE_S[is_of_settings] * 2.0 ** min(max(failures, 1) - 1, 10)
    return min(pause_s, _LONGEST_PAUSE_S[is_of_settings])
