"""A small mail server for IMAP in this process: the commands that Tabuah sends, with real TLS and log-in.

It is no complete IMAP server: it answers as RFC 3501 says for one folder and one session at a time, and a test can
replace any response by its own bytes.
"""

import base64
import re
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from support.certificates import write_certificate

IMAP_PASSWORD = 'kata "sandi" kotak'
USER = "pusdalops@example.org"
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_FETCH = re.compile(r"(\d+) \(UID RFC822\.SIZE INTERNALDATE BODY\.PEEK\[\]<0\.(\d+)>\)")


@dataclass
class StoredMail:
    raw: bytes
    received_at: datetime
    flags: list[str] = field(default_factory=list)


@dataclass
class ImapServer:
    """The folder `INBOX` with its mails by UID, the commands that came, and how to answer otherwise.

    Attributes:
        answers: makes the bytes for a command from its tag; one that is not here is answered as usual.
    """

    port: int = 0
    authority: Path = Path()
    validity: int = 7
    next_uid: int = 1
    capabilities: str = "IMAP4rev1 AUTH=PLAIN"
    mails: dict[int, StoredMail] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)
    answers: dict[str, Callable[[str], bytes]] = field(default_factory=dict)
    greeting: bytes = b"* OK ready\r\n"

    def deliver(self, raw: bytes, received_at: datetime) -> int:
        uid, self.next_uid = self.next_uid, self.next_uid + 1
        self.mails[uid] = StoredMail(raw, received_at)
        return uid

    def settings(self, **fields: str | int) -> str:
        """Return the table `[message.imap]`; the password is in the file `imap-password`."""
        known: dict[str, str | int] = {
            "host": "127.0.0.1",
            "port": self.port,
            "user": USER,
            "secret_file": "imap-password",
            "ca_file": str(self.authority),
        } | fields
        lines = (f"{name} = {value if isinstance(value, int) else repr(value)}" for name, value in known.items())
        return "[message.imap]\n" + "\n".join(lines) + "\n"


class _Session(socketserver.StreamRequestHandler):
    found: ImapServer
    context: ssl.SSLContext
    is_tls = True

    def setup(self) -> None:
        if self.is_tls:
            self.request = self.context.wrap_socket(self.request, server_side=True)
        super().setup()

    def handle(self) -> None:
        with suppress(OSError):
            self.wfile.write(self.found.greeting)
            while line := self.rfile.readline().decode("ascii").strip():
                tag, _space, command = line.partition(" ")
                self.found.commands.append(_without_secrets(command))
                answer = self._answer(tag, command)  # STARTTLS replaces `wfile`
                self.wfile.write(answer)
                if command == "LOGOUT":
                    return

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()
        self.request.close()

    def _answer(self, tag: str, command: str) -> bytes:
        words = command.split()
        name = " ".join(words[:2]) if words[0] == "UID" else words[0]
        if name in self.found.answers:
            return self.found.answers[name](tag)
        return self._mail_answer(tag, name, words) if words[0] == "UID" else self._session_answer(tag, command, words)

    def _session_answer(self, tag: str, command: str, words: list[str]) -> bytes:
        match words[0]:
            case "CAPABILITY":
                return self._done(tag, f"* CAPABILITY {self.found.capabilities}\r\n")
            case "STARTTLS":
                self.wfile.write(self._done(tag))
                self.request = self.context.wrap_socket(self.request, server_side=True)
                super().setup()
                return b""
            case "AUTHENTICATE":
                self.wfile.write(b"+ \r\n")
                given = base64.b64decode(self.rfile.readline()).decode().split("\0")[1:]
                return self._logged_in(tag, given)
            case "LOGIN":
                given = [each.replace('\\"', '"') for each in re.findall(r'"((?:[^"\\]|\\.)*)"', command)]
                return self._logged_in(tag, given)
            case "SELECT" | "EXAMINE":
                if words[1] != '"INBOX"':
                    return f"{tag} NO no such folder\r\n".encode()
                state = f"* {len(self.found.mails)} EXISTS\r\n* OK [UIDVALIDITY {self.found.validity}] x\r\n"
                return self._done(tag, state + f"* OK [UIDNEXT {self.found.next_uid}] x\r\n")
        return self._done(tag)

    def _mail_answer(self, tag: str, name: str, words: list[str]) -> bytes:
        match name:
            case "UID SEARCH":
                uids = " ".join(map(str, self._search(words[2:])))
                return self._done(tag, f"* SEARCH {uids}\r\n")
            case "UID FETCH":
                return self._fetch(tag, " ".join(words[2:]))
            case "UID STORE":
                self.found.mails[int(words[2])].flags.append(words[4].strip("()"))
        return self._done(tag)

    def _logged_in(self, tag: str, given: list[str]) -> bytes:
        if given == [USER, IMAP_PASSWORD]:
            return self._done(tag)
        return f"{tag} NO [AUTHENTICATIONFAILED] {given} is wrong\r\n".encode()  # it repeats the password

    def _search(self, criteria: list[str]) -> list[int]:
        mails = self.found.mails.items()
        if criteria[0] == "SINCE":
            day, month, year = criteria[1].split("-")
            since = date(int(year), MONTHS.index(month) + 1, int(day))
            return [uid for uid, mail in mails if mail.received_at.date() >= since]
        first, last = map(int, criteria[1].split(":"))
        return [uid for uid, _mail in mails if first <= uid <= last]

    def _fetch(self, tag: str, wanted: str) -> bytes:
        asked = _FETCH.fullmatch(wanted)
        assert asked is not None, wanted
        uid, longest = int(asked[1]), int(asked[2])
        mail = self.found.mails.get(uid)
        if mail is None:
            return self._done(tag)
        at = mail.received_at.astimezone(UTC)
        received = f"{at.day:2d}-{MONTHS[at.month - 1]}-{at:%Y %H:%M:%S} +0000"
        part = mail.raw[:longest]
        head = f'* 1 FETCH (UID {uid} RFC822.SIZE {len(mail.raw)} INTERNALDATE "{received}" BODY[]<0> {{{len(part)}}}'
        return b"* 9 FETCH (FLAGS ())\r\n" + head.encode() + b"\r\n" + part + b")\r\n" + self._done(tag)

    @staticmethod
    def _done(tag: str, before: str = "") -> bytes:
        return f"{before}{tag} OK done\r\n".encode()


def _without_secrets(command: str) -> str:
    return command.split(maxsplit=1)[0] if command.startswith("LOGIN") else command


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = False

    def handle_error(self, _request: object, _address: object) -> None:
        """A client that ends a connection is no error of this server."""


@contextmanager
def start_imap_server(folder: Path, *, security: str = "tls") -> Iterator[ImapServer]:
    """Run a mail server until the block ends."""
    certificate, key = write_certificate(folder)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    found = ImapServer(authority=certificate)
    if security == "starttls":
        found.capabilities += " STARTTLS"
    handler = type("Session", (_Session,), {"found": found, "context": context, "is_tls": security == "tls"})
    with _Server(("127.0.0.1", 0), handler) as server:
        found.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield found
        finally:
            server.shutdown()
            thread.join()
