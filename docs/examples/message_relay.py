"""Relay of webhooks to a Tabuah server: checks the signature of WhatsApp or Telegram and posts the body unchanged.

Run it behind a reverse proxy with TLS, as a user of its own:

    RELAY_SERVER=https://pusdalops.example.id RELAY_USER=wa-pusdalops RELAY_PASSWORD_FILE=/etc/tabuah-relay/password \
    RELAY_SECRET_FILE=/etc/tabuah-relay/secret python3 message_relay.py --port 8090

It needs Python 3.11 and nothing else. It keeps no message: a webhook is answered with 200 only after the server has
recorded it, and its sender repeats it otherwise. Options: `--kind telegram`, `--ca-file FILE` for an own authority.
RELAY_VERIFY_TOKEN is the word that WhatsApp sends with its subscription; the secret is that of the app or the bot.
"""

import argparse
import hashlib
import hmac
import http.server
import json
import os
import ssl
import sys
import threading
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

MAX_BYTES = 1 << 20  # the server takes no larger document
TIMEOUT_S = 20
BUSY = 503
UNREADABLE = (400, 413)


class TabuahServer:
    """The session of a gateway account; a log-in is repeated when its token has ended."""

    def __init__(self, url: str, user: str, password: str, context: ssl.SSLContext | None) -> None:
        self._url, self._user, self._password, self._context = url.rstrip("/"), user, password, context
        self._token = ""
        self._lock = threading.Lock()

    def deliver(self, body: bytes) -> int:
        """Post a document and return the status; 503 if the server cannot be reached."""
        with self._lock:  # one log-in at a time
            status = self._post_document(body) if self._token else 401
            if status == 401:
                status = self._log_in()
                status = self._post_document(body) if status < 300 else BUSY
        return status

    def _post_document(self, body: bytes) -> int:
        return self._ask("/v1/messages", body, {"Authorization": f"Bearer {self._token}"})[0]

    def _log_in(self) -> int:
        asked = {"user": self._user, "password": self._password, "device": "", "protocol": 2}
        status, reply = self._ask("/v1/session", json.dumps(asked).encode(), {})
        self._token = json.loads(reply)["access_token"] if status < 300 else ""
        return status

    def _ask(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        request = urllib.request.Request(self._url + path, body, {"Content-Type": "application/json", **headers})
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S, context=self._context) as reply:
                return reply.status, reply.read(MAX_BYTES)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read(MAX_BYTES)
        except OSError as error:
            print(f"the server cannot be reached: {error}", file=sys.stderr)
            return BUSY, b""


class RelayHandler(http.server.BaseHTTPRequestHandler):
    """One webhook."""

    timeout = TIMEOUT_S
    server: "RelayServer"

    def do_GET(self) -> None:
        """Answer the subscription of WhatsApp, which asks once whether the address is ours."""
        query = parse_qs(urlsplit(self.path).query)
        token, challenge = query.get("hub.verify_token", [""])[0], query.get("hub.challenge", [""])[0]
        is_ours = bool(self.server.verify_token) and hmac.compare_digest(
            token.encode(), self.server.verify_token.encode()
        )
        self._answer(200 if is_ours else 403, challenge.encode() if is_ours else b"")

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit() or int(length) > MAX_BYTES:
            return self._answer(413)
        body = self.rfile.read(int(length))
        if not self._is_signed(body):
            return self._answer(403)
        status = self.server.tabuah.deliver(body)
        if status >= 300:
            print(f"the server refused a document of {len(body)} bytes: HTTP {status}", file=sys.stderr)
        # A document that cannot be read would be refused again. All else is repeated later: a full disk, a pause
        # that the server asks for, an account without a mapping.
        return self._answer(200 if status < 300 or status in UNREADABLE else BUSY)

    def _is_signed(self, body: bytes) -> bool:
        if self.server.kind == "telegram":
            return hmac.compare_digest(
                self.headers.get("X-Telegram-Bot-Api-Secret-Token", "").encode(), self.server.secret
            )
        expected = "sha256=" + hmac.new(self.server.secret, body, hashlib.sha256).hexdigest()
        return hmac.compare_digest(self.headers.get("X-Hub-Signature-256", "").encode(), expected.encode())

    def _answer(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class RelayServer(http.server.ThreadingHTTPServer):
    """Listens on the loopback network only."""

    def __init__(self, port: int, tabuah: TabuahServer, *, kind: str, secret: bytes, verify_token: str = "") -> None:
        super().__init__(("127.0.0.1", port), RelayHandler)
        self.tabuah, self.kind, self.secret, self.verify_token = tabuah, kind, secret, verify_token


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--kind", choices=["whatsapp", "telegram"], default="whatsapp")
    parser.add_argument("--ca-file", default=None)
    options = parser.parse_args()
    password, secret = (
        Path(os.environ[name]).read_text(encoding="utf-8").strip()
        for name in ("RELAY_PASSWORD_FILE", "RELAY_SECRET_FILE")
    )
    if not secret:
        sys.exit("the file of the secret is empty: anybody could send messages")
    context = ssl.create_default_context(cafile=options.ca_file)
    tabuah = TabuahServer(os.environ["RELAY_SERVER"], os.environ["RELAY_USER"], password, context)
    verify_token = os.environ.get("RELAY_VERIFY_TOKEN", "")
    RelayServer(
        options.port, tabuah, kind=options.kind, secret=secret.encode(), verify_token=verify_token
    ).serve_forever()


if __name__ == "__main__":
    main()
