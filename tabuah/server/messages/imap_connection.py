"""A connection to a mail server by IMAP (RFC 3501): `imaplib` with bounds on everything that the mail server sends.

MailboxFailed   the mailbox cannot be read; `fault` says why, and no message contains the password
"""

import contextlib
import imaplib
import re
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import msgspec

from tabuah.operations.messages.mail_document import READ_BYTES
from tabuah.operations.messages.mail_header import parse_time
from tabuah.operations.messages.mailbox import ImapMailbox, MailboxFault, MailboxSecurity
from tabuah.resources.fault_isolation import DATA_FAULTS

TIMEOUT_S: Final = 15.0
MOST_BYTES: Final = 1024 * 1024  # of the responses to one command
LARGEST_UID: Final = 2**32 - 1
UID_WINDOW: Final = 5_000  # numbers that one search covers: its response stays small, also after a long pause
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SIZE: Final = re.compile(rb"RFC822\.SIZE (\d{1,19})")
_RECEIVED: Final = re.compile(rb'INTERNALDATE "([ -~]{1,40})"')
_QUOTED_BODY: Final = re.compile(rb'BODY\[\](?:<\d+>)? "((?:[^"\\]|\\.)*)"', re.DOTALL)
_RESPONSE_CODE: Final = re.compile(r"\[([A-Z]{3,30})\]")  # RFC 5530
# Faults of the mail server at a log-in that end without an act of a person.
_TEMPORARY: Final = frozenset({"UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG"})
_KNOWN_CODES: Final = _TEMPORARY | {"AUTHENTICATIONFAILED", "AUTHORIZATIONFAILED", "EXPIRED", "CONTACTADMIN", "ALERT"}


class MailboxFailed(Exception):
    """A mailbox cannot be read.

    `detail` has words of this computer or a known response code: the words of a mail server may repeat the password.
    """

    def __init__(self, fault: MailboxFault, detail: str = "") -> None:
        self.fault, self.detail = fault, detail
        super().__init__(f"{fault} {detail}".strip())


class OpenedFolder(msgspec.Struct, frozen=True, kw_only=True):
    """A folder: its UIDVALIDITY, and the number that the next mail gets."""

    validity: int
    next_uid: int


class FetchedMail(msgspec.Struct, frozen=True, kw_only=True):
    """The beginning of a mail, its size, and when the mail server received it."""

    raw: bytes
    size_bytes: int
    received_at: datetime | None


class _BoundedConnection(imaplib.IMAP4):
    """Ends a connection whose responses are too large, before they are in memory."""

    left_bytes = MOST_BYTES

    def __init__(self, *place: Any, opened: Callable[["_BoundedConnection"], object], **options: Any) -> None:
        """Connect; `opened` is called before the greeting, so that another thread can end a slow one."""
        self._opened = opened
        super().__init__(*place, **options)

    def open(self, *place: Any, **options: Any) -> None:
        """Open the socket."""
        super().open(*place, **options)
        self._opened(self)

    def read(self, size: int) -> bytes:
        """Read a literal, whose size the mail server has announced."""
        self._spend(size)
        return super().read(size)

    def readline(self) -> bytes:
        """Read a line."""
        line = super().readline()
        self._spend(len(line))
        return line

    def _spend(self, size: int) -> None:
        self.left_bytes -= size
        if self.left_bytes < 0:
            raise self.abort("the response is too large")


class _BoundedTlsConnection(_BoundedConnection, imaplib.IMAP4_SSL):
    """The same with TLS from the beginning."""


class ImapConnection:
    """A connection that has logged in; it belongs to one thread, except `abort`."""

    def __init__(self, mailbox: ImapMailbox, directory: Path) -> None:
        self._mailbox, self._directory = mailbox, directory
        self._client: _BoundedConnection | None = None

    def log_in(self, password: str) -> None:
        """Connect and log in.

        Raises:
            MailboxFailed: that failed; the connection is closed.
        """
        with self._faults():
            client = self._connect()
            if self._mailbox.security is MailboxSecurity.STARTTLS:
                self._start_tls(client)
            self._authenticate(client, password)

    def open_folder(self) -> OpenedFolder:
        """Open the folder, read-only unless a flag is set on mails.

        Raises:
            MailboxFailed: there is no such folder, or the connection failed.
        """
        with self._faults():
            client = self._logged_in()
            name = self._mailbox.folder.replace("\\", r"\\").replace('"', r"\"")
            status, _found = client.select(f'"{name}"', readonly=not self._mailbox.flag)
            if status != "OK":
                raise MailboxFailed(MailboxFault.FOLDER)
            validity, next_uid = (_number(client.response(name)[1]) for name in ("UIDVALIDITY", "UIDNEXT"))
            if validity is None or next_uid is None:
                raise MailboxFailed(MailboxFault.PROTOCOL, "UIDVALIDITY, UIDNEXT")
            return OpenedFolder(validity=validity, next_uid=next_uid)

    def first_uid_since(self, day: date) -> int | None:
        """Return the smallest number of the mails that arrived on a day or later; None if there are none."""
        uids = self._search(f"SINCE {day.day}-{_MONTHS[day.month - 1]}-{day.year}")
        return min(uids, default=None)

    def uids_between(self, first: int, last: int) -> list[int]:
        """Return the numbers of the mails in a range, the smallest first."""
        return sorted({uid for uid in self._search(f"UID {first}:{last}") if first <= uid <= last})

    def fetch(self, uid: int) -> FetchedMail | None:
        """Return the beginning of a mail without changing it; None if it is gone.

        Raises:
            MailboxFailed: the connection failed.
        """
        with self._faults():
            client = self._logged_in()
            wanted = f"(UID RFC822.SIZE INTERNALDATE BODY.PEEK[]<0.{READ_BYTES}>)"
            status, found = client.uid("FETCH", str(uid), wanted)
            if status != "OK":
                raise MailboxFailed(MailboxFault.PROTOCOL, "FETCH")
            return _fetched(found, uid)

    def set_flag(self, uid: int, flag: str) -> None:
        """Set a flag on a mail; a mail server that refuses it changes nothing for the reading."""
        with self._faults():
            self._logged_in().uid("STORE", str(uid), "+FLAGS.SILENT", f"({flag})")

    def abort(self) -> None:
        """End a transfer that runs; called from another thread."""
        connection = getattr(self._client, "sock", None)
        if connection is not None:
            with contextlib.suppress(OSError):  # it may be closed already
                connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Say goodbye to the mail server."""
        client, self._client = self._client, None
        if client is None:
            return
        with contextlib.suppress(imaplib.IMAP4.error, OSError, *DATA_FAULTS):
            client.left_bytes = MOST_BYTES
            client.logout()
        _shut(client)

    def _search(self, criteria: str) -> list[int]:
        with self._faults():
            status, found = self._logged_in().uid("SEARCH", *criteria.split())
            if status != "OK":
                raise MailboxFailed(MailboxFault.PROTOCOL, "SEARCH")
            words = b" ".join(each for each in found if isinstance(each, bytes)).split()
            return [uid for word in words if (uid := _uid(word)) is not None]

    def _connect(self) -> _BoundedConnection:
        place = (self._mailbox.host, self._mailbox.used_port)
        if self._mailbox.security is MailboxSecurity.TLS:
            context = self._tls_context()
            return _BoundedTlsConnection(*place, opened=self._hold, timeout=TIMEOUT_S, ssl_context=context)
        return _BoundedConnection(*place, opened=self._hold, timeout=TIMEOUT_S)

    def _hold(self, client: _BoundedConnection) -> None:
        self._client = client

    def _tls_context(self) -> ssl.SSLContext:
        authority = self._directory / self._mailbox.ca_file if self._mailbox.ca_file else None
        try:
            return ssl.create_default_context(cafile=authority)
        except (OSError, ssl.SSLError) as error:  # the file of the settings
            raise MailboxFailed(MailboxFault.CERTIFICATE, self._mailbox.ca_file) from error

    def _start_tls(self, client: _BoundedConnection) -> None:
        if "STARTTLS" not in client.capabilities:
            raise MailboxFailed(MailboxFault.NO_TLS)
        client.starttls(self._tls_context())
        client.untagged_responses.clear()  # a stranger may have sent them before the encryption

    def _authenticate(self, client: _BoundedConnection, password: str) -> None:
        """Log in by SASL PLAIN (RFC 4616), or by LOGIN, which takes ASCII only."""
        user = self._mailbox.user
        try:
            if "AUTH=PLAIN" in client.capabilities:
                tokens = iter((f"\0{user}\0{password}".encode(),))
                client.authenticate("PLAIN", lambda _challenge: next(tokens, None))  # once, and then it cancels
            elif "LOGINDISABLED" in client.capabilities or not f"{user}{password}".isascii():
                raise MailboxFailed(MailboxFault.LOGIN, "LOGIN")
            else:
                quoted = user.replace("\\", r"\\").replace('"', r"\"")
                client.login(f'"{quoted}"', password)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            code = _code_in(error)
            fault = MailboxFault.UNREACHABLE if code in _TEMPORARY else MailboxFault.LOGIN
            raise MailboxFailed(fault, code) from None  # the words of the mail server may repeat the password

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """Translate errors of `imaplib`, the network and invalid responses; the connection is closed then."""
        try:
            yield
        except MailboxFailed:
            self._drop()
            raise
        except (imaplib.IMAP4.error, OSError, *DATA_FAULTS) as error:
            self._drop()
            raise MailboxFailed(*_fault_of(error)) from None

    def _logged_in(self) -> _BoundedConnection:
        """Return the connection, with the full bound for the next command."""
        if self._client is None:
            raise MailboxFailed(MailboxFault.UNREACHABLE)
        self._client.left_bytes = MOST_BYTES
        return self._client

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            _shut(client)


def _shut(client: imaplib.IMAP4) -> None:
    with contextlib.suppress(OSError, AttributeError):
        client.shutdown()


def _fault_of(error: Exception) -> tuple[MailboxFault, str]:
    match error:
        case ssl.SSLCertVerificationError():
            return MailboxFault.CERTIFICATE, error.verify_message
        case ssl.SSLError():
            return MailboxFault.CERTIFICATE, error.reason or ""
        case TimeoutError():
            return MailboxFault.TIMEOUT, ""
        case OSError():
            return MailboxFault.UNREACHABLE, error.strerror or type(error).__name__
        case imaplib.IMAP4.abort() if "EOF" in str(error) or "socket error" in str(error):
            return MailboxFault.UNREACHABLE, ""
    return MailboxFault.PROTOCOL, ""


def _code_in(error: imaplib.IMAP4.error) -> str:
    words = error.args[0] if error.args else ""
    text = words.decode("ascii", "replace") if isinstance(words, bytes) else str(words)
    found = _RESPONSE_CODE.search(text)
    return found[1] if found is not None and found[1] in _KNOWN_CODES else ""


def _number(data: list[bytes | None] | None) -> int | None:
    return _uid(data[-1]) if data and isinstance(data[-1], bytes) else None


def _uid(word: bytes) -> int | None:
    """Return a number of RFC 3501: 32 bits, not 0."""
    if not word.isdigit() or len(word) > 10:
        return None
    number = int(word)
    return number if 1 <= number <= LARGEST_UID else None


def _fetched(found: list[bytes | tuple[bytes, bytes] | None], uid: int) -> FetchedMail | None:
    """Return the mail of a number; a mail server may report other mails in the same response."""
    for index, part in enumerate(found):
        head = part[0] if isinstance(part, tuple) else part
        after = found[index + 1] if isinstance(part, tuple) and index + 1 < len(found) else b""
        facts = (head or b"") + b" " + (after if isinstance(after, bytes) else b"")
        raw = part[1] if isinstance(part, tuple) else _quoted_body(facts)
        if raw is None or not re.search(rb"\bUID %d\b" % uid, facts):
            continue
        size, received = _SIZE.search(facts), _RECEIVED.search(facts)
        return FetchedMail(
            raw=raw[:READ_BYTES],
            size_bytes=int(size[1]) if size is not None else len(raw),
            received_at=parse_time(received[1].decode("ascii")) if received is not None else None,
        )
    return None


def _quoted_body(facts: bytes) -> bytes | None:
    """Return a short mail that is no literal."""
    found = _QUOTED_BODY.search(facts)
    return re.sub(rb"\\(.)", rb"\1", found[1]) if found is not None else None


def first_day(now: datetime, days: int) -> date:
    """Return the day of a search: mail servers compare days without regard to time zones."""
    return (now - timedelta(days=days + 1)).date()
