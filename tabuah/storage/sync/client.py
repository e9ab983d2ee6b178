"""HTTP client of the server: one typed method per endpoint, translated errors, zstd compression."""

import ssl
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Final, Self, TypeVar
from urllib.parse import urlsplit

import httpx2
import msgspec
import zstandard

from tabuah.resources.regency_profile import RegencyProfile
from tabuah.storage.journal import protocol
from tabuah.storage.journal.checkpoint import SignedCheckpoint
from tabuah.storage.journal.handback import HandbackReply, HistoryAnswer, HistoryOffer, SignedHandback
from tabuah.storage.journal.people_protocol import LogInChallenge
from tabuah.storage.journal.presence_protocol import PresenceReply, PresenceRequest
from tabuah.storage.journal.push import PushReply, PushRequest
from tabuah.storage.journal.wipe_order import SignedWipeOrder, WipeOrderRequest
from tabuah.storage.journal.wire import PullReply
from tabuah.storage.sync.errors import (
    Intercepted,
    NotLoggedIn,
    Offline,
    SyncError,
    UnexpectedAnswer,
    error_from_problem,
    error_from_transport,
)
from tabuah.storage.sync.server_address import is_loopback, normalise_address
from tabuah.storage.sync.system_trust import system_context

CONNECT_TIMEOUT_S: Final = 5.0
ANSWER_TIMEOUT_S: Final = 30.0
STREAM_SILENCE_S: Final = 3 * protocol.HEARTBEAT_S
MAX_ANSWER_BYTES: Final = 256 * 1024 * 1024  # of a decompressed answer: larger than any page
WORTH_COMPRESSING_BYTES: Final = 512
COMPRESSION_LEVEL: Final = 9  # requests are small: compression takes less time than it saves on a slow connection
MAX_RETRY_AFTER_S: Final = 300.0
_GATEWAY_ERRORS: Final = (502, 503, 504)
_NETWORK_LOGIN_CODES: Final = (407, 511)  # RFC 9110 and RFC 6585: a proxy or the network requires a log-in
_HTML_TYPES: Final = ("text/html", "application/xhtml+xml")
_TEMPORARY_CODES: Final = ("stopping", "busy")
_ZSTD_MAGIC: Final = b"\x28\xb5\x2f\xfd"

T = TypeVar("T")
TokenSource = Callable[[], str]


class ServerClient:
    """Client of one server.

    `access_token` returns a currently valid token, `renewed_token` a new one after a 401. `trust` is the TLS
    context of a pinned server; without it the system's authorities apply. The client belongs to one thread.
    """

    def __init__(
        self,
        url: str,
        *,
        access_token: TokenSource | None = None,
        renewed_token: TokenSource | None = None,
        trust: ssl.SSLContext | None = None,
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        self.url = normalise_address(url)
        self._is_pinned = trust is not None
        self._access_token = access_token
        self._renewed_token = renewed_token
        reads_environment = not is_loopback(urlsplit(self.url).hostname or "")
        self._http = httpx2.Client(
            base_url=self.url,
            timeout=httpx2.Timeout(ANSWER_TIMEOUT_S, connect=CONNECT_TIMEOUT_S),
            headers={"Accept-Encoding": "zstd, gzip"},
            trust_env=reads_environment,
            verify=trust if trust is not None else system_context(reads_environment=reads_environment),
            transport=transport,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections and release the session, which refers to this client as the client to it."""
        self._http.close()
        self._access_token = self._renewed_token = None

    def health(self) -> protocol.Health:
        """Return the server's version, protocol and head."""
        return self.call("GET", "/health", protocol.Health, with_token=False)

    def wanted_blobs(self) -> protocol.WantedBlobs:
        """Return the attachments that the server lacks."""
        return self.call("GET", "/v1/wanted-blobs", protocol.WantedBlobs)

    def missing_blobs(self, blobs: Sequence[str]) -> protocol.MissingBlobs:
        """Return which of these attachments, at most `MAX_BLOBS_ASKED`, the server does not have."""
        question = protocol.BlobsQuestion(blobs=tuple(blobs))
        return self.call("POST", "/v1/missing-blobs", protocol.MissingBlobs, body=question)

    def log_in(self, request: protocol.SessionRequest) -> protocol.Session:
        return self.call("POST", "/v1/session", protocol.Session, body=request, with_token=False)

    def log_in_challenge(self, user: str) -> protocol.EnrolmentChallenge:
        """Return a nonce for the proof of a log-in."""
        body = LogInChallenge(user=user)
        return self.call("POST", "/v1/session/challenge", protocol.EnrolmentChallenge, body=body, with_token=False)

    def refresh(self, request: protocol.RefreshRequest) -> protocol.Session:
        """Renew a session by its refresh token."""
        return self.call("POST", "/v1/session/refresh", protocol.Session, body=request, with_token=False)

    def challenge(self) -> protocol.EnrolmentChallenge:
        """Return a nonce for an enrolment."""
        return self.call("POST", "/v1/devices/challenge", protocol.EnrolmentChallenge)

    def wipe_order(self, request: WipeOrderRequest) -> SignedWipeOrder:
        """Return the order to wipe this device; refused where there is none."""
        return self.call("POST", "/v1/devices/wipe-order", SignedWipeOrder, body=request, with_token=False)

    def enrol(self, request: protocol.EnrolRequest) -> protocol.Enrolment:
        """Enrol this device, or query its enrolment."""
        return self.call("POST", "/v1/devices", protocol.Enrolment, body=request)

    def profile(self) -> RegencyProfile:
        """Return the profile of the server's regency."""
        return self.call("GET", "/v1/profile", RegencyProfile)

    def profile_map(self) -> bytes:
        """Return the map file of the server's regency."""
        content: bytes = self.send("GET", "/v1/profile/map").content
        return content

    def checkpoint(self, seq: int) -> SignedCheckpoint:
        """Return the server's checkpoint for a seq; an older server returns that of its head."""
        return self.call("GET", "/v1/checkpoint", SignedCheckpoint, params={"seq": seq})

    def offer_history(self, offer: HistoryOffer) -> HistoryAnswer:
        """Compare a position and a checkpoint with the server's journal; no session is needed."""
        return self.call("POST", "/v1/checkpoint", HistoryAnswer, body=offer, with_token=False)

    def hand_back(self, page: SignedHandback) -> HandbackReply:
        """Hand back a page of records, compressed; no session is needed."""
        return self.call("POST", "/v1/handback", HandbackReply, body=page, with_token=False, compressed=True)

    def push(self, request: PushRequest) -> PushReply:
        """Push entries, compressed; the server answers after commit."""
        return self.call("POST", "/v1/journal", PushReply, body=request, compressed=True)

    def pull(self, *, after: int, limit: int, subject: str = "", device: str = "") -> PullReply:
        """Return one page of the journal, optionally only of a subject or a device."""
        only = {"subject": subject} if subject else {"device": device} if device else {}
        return self.call("GET", "/v1/journal", PullReply, params={"after": after, "limit": limit, **only})

    def announce_presence(self, request: PresenceRequest) -> PresenceReply:
        """Say which incident this console edits, and which message it answers; return who does so just now."""
        return self.call("POST", "/v1/presence", PresenceReply, body=request)

    def call(
        self,
        method: str,
        path: str,
        shape: type[T],
        *,
        body: msgspec.Struct | None = None,
        params: Mapping[str, Any] | None = None,
        with_token: bool = True,
        compressed: bool = False,
    ) -> T:
        """Call an endpoint and decode its JSON answer.

        Raises:
            Offline: no server answers, or something in between does (`Intercepted`).
            RequestRefused: the server refuses.
            UnexpectedAnswer: the answer violates the protocol.
            NotLoggedIn: there is no session.
        """
        headers = {"Content-Type": "application/json"} if body is not None else {}
        content = msgspec.json.encode(body) if body is not None else None
        if compressed and content is not None and len(content) >= WORTH_COMPRESSING_BYTES:
            content = zstandard.ZstdCompressor(level=COMPRESSION_LEVEL).compress(content)
            headers["Content-Encoding"] = "zstd"
        response = self.send(method, path, content=content, params=params, headers=headers, with_token=with_token)
        answer = self._content_of(response)
        try:
            return msgspec.json.decode(answer, type=shape)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            if answer.lstrip().startswith(b"<"):
                raise Intercepted(self.url, f"HTTP {response.status_code}, <…>") from error
            raise UnexpectedAnswer(self.url, str(error)) from error

    def send(
        self,
        method: str,
        path: str,
        *,
        content: bytes | None = None,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        with_token: bool = True,
    ) -> httpx2.Response:
        """Send a request and return its successful response; raises like `call`."""
        response = self.ask(method, path, content=content, params=params, headers=headers, with_token=with_token)
        self.check(response)
        return response

    def check_not_intercepted(self, response: httpx2.Response) -> None:
        """Raise if the response is a web page or a redirection: our server sends neither.

        Raises:
            Intercepted: something in between has answered.
        """
        status, kind = (
            response.status_code,
            response.headers.get("Content-Type", "").partition(";")[0].strip().lower(),
        )
        if status in _GATEWAY_ERRORS:
            return  # a reverse proxy answers with a page of its own while the server behind it is down
        if response.has_redirect_location or status in _NETWORK_LOGIN_CODES or kind in _HTML_TYPES:
            raise Intercepted(self.url, f"HTTP {status}, {kind}" if kind else f"HTTP {status}")

    def check(self, response: httpx2.Response) -> None:
        """Raise the error of a response that was read, if it is no success; raises like `call`."""
        if response.status_code >= httpx2.codes.BAD_REQUEST:
            raise self._error_of(response)

    def ask(
        self,
        method: str,
        path: str,
        *,
        content: bytes | None = None,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        with_token: bool = True,
    ) -> httpx2.Response:
        """Send a request and return its response, whatever the status; an expired token is renewed once."""
        given = dict(headers or {})
        bearer = self._bearer() if with_token else {}
        response = self._send_once(method, path, content, params, {**given, **bearer})
        if response.status_code == httpx2.codes.UNAUTHORIZED and with_token and self._renewed_token is not None:
            renewed = {"Authorization": f"Bearer {self._renewed_token()}"}
            response = self._send_once(method, path, content, params, {**given, **renewed})
        return response

    @contextmanager
    def fetch(self, path: str, *, first: int, end: int) -> Iterator[httpx2.Response]:
        """Stream bytes `first` to before `end` of a response.

        Raises:
            Offline: the connection is lost, also during the read.
        """
        headers = {**self._bearer(), "Accept-Encoding": "identity", "Range": f"bytes={first}-{end - 1}"}
        try:
            with self._http.stream("GET", path, headers=headers) as response:
                self.check_not_intercepted(response)
                if response.status_code != httpx2.codes.UNAUTHORIZED or self._renewed_token is None:
                    yield response
                    return
            headers["Authorization"] = f"Bearer {self._renewed_token()}"
            with self._http.stream("GET", path, headers=headers) as response:
                yield response
        except httpx2.TransportError as error:
            raise error_from_transport(self.url, error, is_pinned=self._is_pinned) from error

    @contextmanager
    def stream_lines(self, path: str, body: msgspec.Struct) -> Iterator[Iterator[str]]:
        """Stream the lines of an answer while the server produces it; leaving the block cancels it.

        Raises:
            Offline: the connection is lost or silent for too long, also during the read.
            RequestRefused: the server refuses.
        """
        content = msgspec.json.encode(body)
        headers = {**self._bearer(), "Accept-Encoding": "identity", "Content-Type": "application/json"}
        try:
            with self._http.stream("POST", path, content=content, headers=headers) as response:
                if response.status_code != httpx2.codes.UNAUTHORIZED or self._renewed_token is None:
                    yield self._lines_of(response)
                    return
            headers["Authorization"] = f"Bearer {self._renewed_token()}"
            with self._http.stream("POST", path, content=content, headers=headers) as response:
                yield self._lines_of(response)
        except httpx2.TransportError as error:
            raise error_from_transport(self.url, error, is_pinned=self._is_pinned) from error

    def _lines_of(self, response: httpx2.Response) -> Iterator[str]:
        self.check_not_intercepted(response)
        if response.status_code >= httpx2.codes.BAD_REQUEST:
            response.read()
            self.check(response)
        return response.iter_lines()

    def open_stream(
        self, *, after: int, stations: Collection[str] | None = None
    ) -> AbstractContextManager[httpx2.Response]:
        """Open the live stream: seqs of new entries after `after`, and readings of these stations or of all.

        Reading it raises if nothing arrives for too long, not even a heartbeat.
        """
        only = {} if stations is None else {"stations": ",".join(sorted(stations))}
        return self._http.stream(
            "GET",
            "/v1/stream",
            params={"brief": "true", **only},
            headers={**self._bearer(), "Last-Event-ID": str(after), "Accept": "text/event-stream"},
            timeout=httpx2.Timeout(STREAM_SILENCE_S, connect=CONNECT_TIMEOUT_S),
        )

    def _bearer(self) -> dict[str, str]:
        if self._access_token is None:
            raise NotLoggedIn
        return {"Authorization": f"Bearer {self._access_token()}"}

    def _send_once(
        self,
        method: str,
        path: str,
        content: bytes | None,
        params: Mapping[str, Any] | None,
        headers: Mapping[str, str],
    ) -> httpx2.Response:
        try:
            response = self._http.request(method, path, content=content, params=params, headers=headers)
        except httpx2.TransportError as error:
            raise error_from_transport(self.url, error, is_pinned=self._is_pinned) from error
        self.check_not_intercepted(response)
        return response

    def _content_of(self, response: httpx2.Response) -> bytes:
        content: bytes = response.content
        if not content.startswith(_ZSTD_MAGIC):
            return content
        try:
            reader = zstandard.ZstdDecompressor().stream_reader(content)
            plain: bytes = reader.read(MAX_ANSWER_BYTES + 1)
        except zstandard.ZstdError as error:
            raise UnexpectedAnswer(self.url, str(error)) from error
        if len(plain) > MAX_ANSWER_BYTES:
            raise UnexpectedAnswer(self.url, "answer too large")
        return plain

    def _error_of(self, response: httpx2.Response) -> SyncError:
        """Return the error of a response.

        A proxy without a server behind it, or a server that is stopping, counts as offline.
        """
        try:
            problem = msgspec.json.decode(self._content_of(response), type=protocol.Problem)
        except (msgspec.DecodeError, UnicodeDecodeError, UnexpectedAnswer):
            problem = None
        if response.status_code in _GATEWAY_ERRORS and (problem is None or problem.code in _TEMPORARY_CODES):
            return Offline(self.url, f"HTTP {response.status_code}")
        if problem is None:
            return UnexpectedAnswer(self.url, f"HTTP {response.status_code}")
        return error_from_problem(problem, retry_after_s=_retry_after_s(response))


def _retry_after_s(response: httpx2.Response) -> float | None:
    """Return the seconds of `Retry-After`, bounded: a wrong header must not silence this console."""
    text = response.headers.get("Retry-After", "")
    return min(float(text), MAX_RETRY_AFTER_S) if text.isascii() and text.isdigit() else None
