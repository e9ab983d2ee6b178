"""A mail server and a message gateway in this process, and samples for outgoing notices."""

import contextlib
import http.server
import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from support.certificates import write_certificate

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.levels import AlarmSeverity

SMTP_PASSWORD = "kata-sandi-surel"
START = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)


def sample_alarm(number: int, severity: AlarmSeverity = AlarmSeverity.CRITICAL, **fields: Any) -> Alarm:
    values: dict[str, Any] = {
        "id": f"alarm-{number}",
        "rule": "tma-siaga-1",
        "station": f"SLK-AWLR-{number:02d}",
        "parameter": "stage_m",
        "severity": severity,
        "title": f"AWLR {number}",
        "onset_at": START,
        "raised_at": START,
        "value": 3.4,
        "limit": 3.2,
        "unit": "m",
        "hazard": None,
        "lon_deg": None,
        "lat_deg": None,
        "cause": f"stage/SLK-AWLR-{number:02d}",
        "exercise": False,
    }
    return Alarm(**(values | fields))


def later(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


@dataclass
class MailServer:
    """Keeps every mail, also as its bytes; `refusals` are the answers to the next recipients."""

    port: int = 0
    authority: Path = Path()
    mails: list[Message] = field(default_factory=list)
    contents: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.refusals:
            return self.refusals.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        self.recipients += envelope.rcpt_tos
        self.contents.append(envelope.content or b"")  # type: ignore[arg-type]
        self.mails.append(message_from_bytes(envelope.content or b"", EmailMessage, policy=default))  # type: ignore[arg-type]
        return f"250 OK queued as {len(self.mails)}"

    def channel(self, **fields: str) -> str:
        """Return the lines of a channel `surel` of `notices.toml`."""
        known = {
            "name": "surel",
            "kind": "smtp",
            "host": "127.0.0.1",
            "security": "starttls",
            "ca_file": str(self.authority),
            "user": "tabuah",
            "secret_file": "smtp-password",
            "sender": "tabuah@example.org",
        } | fields
        lines = "\n".join(f"{name} = {json.dumps(value)}" for name, value in known.items())
        return f"[[channel]]\nport = {self.port}\n{lines}\n"


def _authenticate(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:
    return AuthResult(success=(data.login, data.password) == (b"tabuah", SMTP_PASSWORD.encode()), handled=False)


class _FreePortController(Controller):
    """A controller on a free port, which aiosmtpd does not look up before it connects once."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def start_mail_server(folder: Path, *, secure: bool = True) -> Iterator[MailServer]:
    """Run a mail server until the block ends; with `secure` it needs STARTTLS and a log-in."""
    certificate, key = write_certificate(folder)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    server = MailServer(authority=certificate)
    options: dict[str, Any] = {}
    if secure:
        options = {
            "tls_context": context,
            "require_starttls": True,
            "authenticator": _authenticate,
            "auth_required": True,
        }
    controller = _FreePortController(server, hostname="127.0.0.1", port=0, **options)
    controller.start()
    server.port = controller.port
    try:
        yield server
    finally:
        controller.stop()


@dataclass
class GatewayServer:
    """Keeps every request: path, headers, and the JSON or form; `answers` are the next: status, headers and JSON.

    Without one, `answer_to` makes the answer from the body of the request. `before_answer` gets the number of each
    request, counted from 1, and may hold its answer.
    """

    url: str = ""
    requests: list[tuple[str, dict[str, str], Any]] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str], Any]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    before_answer: Callable[[int], object] = lambda _number: None
    answer_to: Callable[[Any], tuple[int, dict[str, str], Any]] = lambda _body: (200, {}, {"id": "m-1", "ok": True})


@contextmanager
def start_gateway_server() -> Iterator[GatewayServer]:
    """Run a message gateway until the block ends."""
    found = GatewayServer()

    class Handler(http.server.BaseHTTPRequestHandler):
        def _answer(self) -> None:
            data = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            is_json = self.headers.get("Content-Type") == "application/json"
            body = json.loads(data) if is_json else dict(parse_qsl(data.decode()))
            found.bodies.append(data)
            found.requests.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            found.before_answer(len(found.requests))
            status, headers, body = found.answers.pop(0) if found.answers else found.answer_to(body)
            data = json.dumps(body).encode()
            self.send_response(status)
            for name, value in ({"Content-Length": str(len(data))} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            with contextlib.suppress(OSError):  # the other side may have been killed
                self.wfile.write(data)

        do_POST = do_GET = _answer  # noqa: N815

        def log_message(self, *_arguments: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = False
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, name="gateway-server")
    thread.start()
    found.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield found
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
