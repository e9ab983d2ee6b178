"""The server as typed calls over HTTP: one method an endpoint, errors as ours, pages compressed with zstd."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Final, Self, TypeVar
from urllib.parse import urlsplit

import httpx2
import msgspec
import zstandard

from tabuah.storage.journal.protocol import (
    HEARTBEAT_S,
    Enrolment,
    EnrolRequest,
    Health,
    Problem,
    RefreshRequest,
    Session,
    SessionRequest,
)
from tabuah.storage.journal.wire import PullReply, PushReply, PushRequest
from tabuah.storage.sync.addresses import checked_address, is_loopback
from tabuah.storage.sync.errors import Intercepted, NotLoggedIn, Offline, StrangeAnswer, SyncError, refusal_of
from tabuah.storage.sync.unreachable_words import unreachable_words

CONNECT_TIMEOUT_S: Final = 5.0
ANSWER_TIMEOUT_S: Final = 30.0
STREAM_SILENCE_S: Final = 3 * HEARTBEAT_S
MAX_ANSWER_BYTES: Final = 256 * 1024 * 1024  # of a decompressed answer: more than any page can be
WORTH_COMPRESSING_BYTES: Final = 512
COMPRESSION_LEVEL: Final = 9  # a request is small, and a slow line waits longer for bytes than for the processor
_NOBODY_THERE: Final = (502, 503, 504)
_NETWORK_FIRST: Final = (407, 511)  # RFC 9110 and RFC 6585: a proxy or the network wants a log-in
_PAGES: Final = ("text/html", "application/xhtml+xml")
_COMES_BACK: Final = ("stopping", "busy")
_ZSTD_MAGIC: Final = b"\x28\xb5\x2f\xfd"

T = TypeVar("T")
Fetch = Callable[[], str]


class ServerClient:
    """Calls one server. `access_token` gives a token that is good now, `renewed_token` one after a refusal.

    It belongs to one thread.
    """

    def __init__(
        self,
        url: str,
        *,
        access_token: Fetch | None = None,
        renewed_token: Fetch | None = None,
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        self.url = checked_address(url)
        self._access_token = access_token
        self._renewed_token = renewed_token
        self._http = httpx2.Client(
            base_url=self.url,
            timeout=httpx2.Timeout(ANSWER_TIMEOUT_S, connect=CONNECT_TIMEOUT_S),
            headers={"Accept-Encoding": "zstd, gzip"},
            trust_env=not is_loopback(urlsplit(self.url).hostname or ""),
            transport=transport,
        )

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Close the connections."""
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def health(self) -> Health:
        """What the server is."""
        return self.call("GET", "/health", Health, with_token=False)

    def log_in(self, request: SessionRequest) -> Session:
        """Open a session."""
        return self.call("POST", "/v1/session", Session, body=request, with_token=False)

    def refresh(self, request: RefreshRequest) -> Session:
        """Go on with a session."""
        return self.call("POST", "/v1/session/refresh", Session, body=request, with_token=False)

    def enrol(self, request: EnrolRequest) -> Enrolment:
        """Enrol this device, or ask how it stands."""
        return self.call("POST", "/v1/devices", Enrolment, body=request)

    def push(self, request: PushRequest) -> PushReply:
        """Send entries, compressed; the answer comes after the server has committed them."""
        return self.call("POST", "/v1/journal", PushReply, body=request, compressed=True)

    def pull(self, *, after: int, limit: int, subject: str = "", device: str = "") -> PullReply:
        """One page of the journal, or of what stands in it about a subject or by a device."""
        only = {"subject": subject} if subject else {"device": device} if device else {}
        return self.call("GET", "/v1/journal", PullReply, params={"after": after, "limit": limit, **only})

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
        """Call an endpoint and read its JSON answer.

        Raises:
            Offline: no server answers, or something between does (`Intercepted`).
            Refused: it says no.
            StrangeAnswer: the answer is not what the protocol says.
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
            raise StrangeAnswer(self.url, str(error)) from error

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
        """Send a request and give back its successful response; raises like `call`."""
        response = self.ask(method, path, content=content, params=params, headers=headers, with_token=with_token)
        self.check(response)
        return response

    def refuse_page(self, response: httpx2.Response) -> None:
        """Raise if a web page or a redirection has come: our server sends neither.

        Raises:
            Intercepted: something between has answered.
        """
        status, kind = (
            response.status_code,
            response.headers.get("Content-Type", "").partition(";")[0].strip().lower(),
        )
        if status in _NOBODY_THERE:
            return  # a gateway tells by its page that the server behind it is away
        if response.has_redirect_location or status in _NETWORK_FIRST or kind in _PAGES:
            raise Intercepted(self.url, f"HTTP {status}, {kind}" if kind else f"HTTP {status}")

    def check(self, response: httpx2.Response) -> None:
        """Raise what a response that was read says, if it is no success; raises like `call`."""
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
        """Send a request and give back its response, whatever it says; a token that has run out is renewed once."""
        given = dict(headers or {})
        bearer = self._bearer() if with_token else {}
        response = self._send_once(method, path, content, params, {**given, **bearer})
        if response.status_code == httpx2.codes.UNAUTHORIZED and with_token and self._renewed_token is not None:
            renewed = {"Authorization": f"Bearer {self._renewed_token()}"}
            response = self._send_once(method, path, content, params, {**given, **renewed})
        return response

    @contextmanager
    def fetch(self, path: str, *, first: int, end: int) -> Iterator[httpx2.Response]:
        """A response whose content is read as it comes, from byte `first` to before byte `end`.

        Raises:
            Offline: the line is gone, also while it is read.
        """
        headers = {**self._bearer(), "Accept-Encoding": "identity", "Range": f"bytes={first}-{end - 1}"}
        try:
            with self._http.stream("GET", path, headers=headers) as response:
                self.refuse_page(response)
                if response.status_code != httpx2.codes.UNAUTHORIZED or self._renewed_token is None:
                    yield response
                    return
            headers["Authorization"] = f"Bearer {self._renewed_token()}"
            with self._http.stream("GET", path, headers=headers) as response:
                yield response
        except httpx2.TransportError as error:
            raise Offline(self.url, unreachable_words(error)) from error

    @contextmanager
    def converse(self, path: str, body: msgspec.Struct) -> Iterator[Iterator[str]]:
        """The lines of an answer that is still being made, as they come; leaving the block ends the question.

        Raises:
            Offline: the line is gone, or silent for too long, also while it is read.
            Refused: the server says no.
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
            raise Offline(self.url, unreachable_words(error)) from error

    def _lines_of(self, response: httpx2.Response) -> Iterator[str]:
        self.refuse_page(response)
        if response.status_code >= httpx2.codes.BAD_REQUEST:
            response.read()
            self.check(response)
        return response.iter_lines()

    def open_stream(
        self, *, after: int, stations: Collection[str] | None = None
    ) -> AbstractContextManager[httpx2.Response]:
        """The live stream from a seq on: the seqs of new entries, and readings of these stations, or of all.

        Reading raises when nothing, not even a heartbeat, comes for too long.
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
            raise Offline(self.url, unreachable_words(error)) from error
        self.refuse_page(response)
        return response

    def _content_of(self, response: httpx2.Response) -> bytes:
        content: bytes = response.content
        if not content.startswith(_ZSTD_MAGIC):
            return content
        try:
            reader = zstandard.ZstdDecompressor().stream_reader(content)
            plain: bytes = reader.read(MAX_ANSWER_BYTES + 1)
        except zstandard.ZstdError as error:
            raise StrangeAnswer(self.url, str(error)) from error
        if len(plain) > MAX_ANSWER_BYTES:
            raise StrangeAnswer(self.url, "answer too large")
        return plain

    def _error_of(self, response: httpx2.Response) -> SyncError:
        """A refusal by our server; a proxy without a server behind it, or one that is stopping, is offline."""
        try:
            problem = msgspec.json.decode(self._content_of(response), type=Problem)
        except (msgspec.DecodeError, UnicodeDecodeError, StrangeAnswer):
            problem = None
        if response.status_code in _NOBODY_THERE and (problem is None or problem.code in _COMES_BACK):
            return Offline(self.url, f"HTTP {response.status_code}")
        if problem is None:
            return StrangeAnswer(self.url, f"HTTP {response.status_code}")
        return refusal_of(problem)
