"""Fetching of small files with limits on size, time, redirects and request rate.

FeedUnreachable     no usable response; the message can be shown
└── FeedMoved       the address no longer exists: the feed has moved or ended

BMKG allows 60 requests a minute from one address, over all feeds.
"""

from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final
from urllib.parse import urljoin, urlsplit

import httpx2
import msgspec

from tabuah.resources.localisation import _
from tabuah.server.transfer_deadline import TransferDeadline

MAX_REQUESTS: Final = 60
REQUEST_WINDOW_S: Final = 60.0


class RateLimiter:
    """Counts the requests of the last minute; belongs to the feeds thread."""

    def __init__(
        self, clock_s: Callable[[], float], *, most: int = MAX_REQUESTS, within_s: float = REQUEST_WINDOW_S
    ) -> None:
        self._clock_s, self._most, self._within_s = clock_s, most, within_s
        self._asked_s: deque[float] = deque(maxlen=most)

    def wait_s(self) -> float:
        """Return the wait until the next request is allowed; 0 when it is allowed now."""
        if len(self._asked_s) < self._most:
            return 0.0
        return max(0.0, self._asked_s[0] + self._within_s - self._clock_s())

    def note(self) -> None:
        """Count a request made now."""
        self._asked_s.append(self._clock_s())


CONNECT_TIMEOUT_S: Final = 10.0
READ_TIMEOUT_S: Final = 20.0
TOTAL_TIMEOUT_S: Final = 45.0
MAX_BYTES: Final = 10_000_000
MAX_REDIRECTS: Final = 3
LONGEST_RETRY_AFTER_S: Final = 3600.0
_GONE: Final = (404, 410)
_LOG_IN_REQUIRED: Final = (407, 511)  # a proxy (RFC 9110) or a captive portal (RFC 6585)
_PERMANENT: Final = (301, 308)
_REDIRECTS: Final = (301, 302, 303, 307, 308)
_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")


class FeedUnreachable(Exception):
    """No usable response; `retry_after_s` is the pause that the other side asked for."""

    def __init__(self, message: str, *, retry_after_s: float = 0.0) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(message)


class FeedMoved(FeedUnreachable):
    """The address no longer exists."""


class Validators(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Validators of a conditional request (RFC 9110, 13)."""

    etag: str = ""
    last_modified: str = ""

    def headers(self) -> dict[str, str]:
        """Return them as request headers."""
        asked = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in asked.items() if value}


NO_VALIDATORS: Final = Validators()


class Fetched(msgspec.Struct, frozen=True, kw_only=True):
    """A response; `body` is None when nothing has changed, `moved_to` is the target of a permanent redirect."""

    body: bytes | None
    validators: Validators
    moved_to: str = ""


class Fetcher:
    """The HTTP client for all feeds; belongs to the feeds thread. `pause` waits and returns whether to give up."""

    def __init__(
        self,
        rate_limiter: RateLimiter,
        *,
        agent: str,
        pause: Callable[[float], bool],
        total_s: float = TOTAL_TIMEOUT_S,
    ) -> None:
        self._rate_limiter, self._pause, self._total_s = rate_limiter, pause, total_s
        self._deadline = TransferDeadline()
        timeout = httpx2.Timeout(READ_TIMEOUT_S, connect=CONNECT_TIMEOUT_S)
        # Compression is declined, so that a small response cannot unpack to a large one.
        headers = {"User-Agent": agent, "Accept-Encoding": "identity"}
        self._external = httpx2.Client(timeout=timeout, headers=headers, follow_redirects=False)
        self._loopback = httpx2.Client(timeout=timeout, headers=headers, follow_redirects=False, trust_env=False)

    def abort(self) -> None:
        """Abort the request that runs; call it from another thread."""
        self._deadline.abort()

    def close(self) -> None:
        """Close the connections."""
        self._external.close()
        self._loopback.close()

    def fetch(self, url: str, known: Validators = NO_VALIDATORS) -> Fetched:
        """Fetch a URL.

        Raises:
            FeedUnreachable: no usable response.
        """
        moved_to, at = "", url
        for _turn in range(MAX_REDIRECTS + 1):
            try:
                status, headers, body = self._ask(at, known)
            except (httpx2.HTTPError, httpx2.InvalidURL) as error:
                raise FeedUnreachable(_reason(error)) from error
            if status not in _REDIRECTS:
                return self._read(status, headers, body, known=known, moved_to=moved_to)
            target = _checked_target(at, headers.get("location", ""))
            moved_to = target if status in _PERMANENT and (moved_to or at == url) else moved_to
            at = target
        raise FeedUnreachable(_("the redirects form a loop"))

    def _ask(self, url: str, known: Validators) -> tuple[int, httpx2.Headers, bytes]:
        while (wait_s := self._rate_limiter.wait_s()) > 0:
            if self._pause(wait_s):
                raise FeedUnreachable(_("the server is stopping"))
        self._rate_limiter.note()
        client = self._loopback if urlsplit(url).hostname in _LOOPBACK else self._external
        with self._deadline.limit(self._total_s) as is_late:
            try:
                extensions = self._deadline.extensions
                with client.stream("GET", url, headers=known.headers(), extensions=extensions) as response:
                    body = _received(response) if response.status_code == HTTPStatus.OK else b""
            except httpx2.HTTPError as error:
                raise FeedUnreachable(_("the download takes too long") if is_late() else _reason(error)) from error
            if is_late():
                raise FeedUnreachable(_("the download takes too long"))
            return response.status_code, response.headers, body

    def _read(
        self, status: int, headers: httpx2.Headers, body: bytes, *, known: Validators, moved_to: str
    ) -> Fetched:
        if status == 304 and known.headers():
            return Fetched(body=None, validators=known, moved_to=moved_to)
        if status == 200:
            validators = Validators(etag=headers.get("etag", ""), last_modified=headers.get("last-modified", ""))
            return Fetched(body=body, validators=validators, moved_to=moved_to)
        if status in _GONE:
            raise FeedMoved(_("the address no longer exists (HTTP {status}): the feed has moved").format(
                status=status
            ))  # fmt: skip
        if status in _LOG_IN_REQUIRED:
            raise FeedUnreachable(_("the network requires a log-in in a web browser first"))
        if status == 429:
            raise FeedUnreachable(_("too many requests (HTTP 429)"), retry_after_s=retry_after_s(headers))
        raise FeedUnreachable(f"HTTP {status}", retry_after_s=retry_after_s(headers))


def _received(response: httpx2.Response) -> bytes:
    received = bytearray()
    for piece in response.iter_raw():
        received += piece
        if len(received) > MAX_BYTES:
            raise FeedUnreachable(_("the response is larger than {limit} MB").format(
                limit=MAX_BYTES // 1_000_000
            ))  # fmt: skip
    return bytes(received)


def _checked_target(url: str, location: str) -> str:
    """Return the target of a redirect, if it uses https or stays on the same site."""
    try:
        target = urljoin(url, location)
        parts, own = urlsplit(target), urlsplit(url)
        same = (parts.scheme, parts.netloc) == (own.scheme, own.netloc)
        allowed = bool(location) and not parts.username and (same or parts.scheme == "https")
    except ValueError:
        allowed = False
    if not allowed:
        raise FeedUnreachable(_("it redirects to an address without TLS, which was not followed"))
    return target


def retry_after_s(headers: httpx2.Headers) -> float:
    """Return the requested pause from seconds or a date; 0 without one."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), LONGEST_RETRY_AFTER_S)
    try:
        waits_s = (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError, IndexError, OverflowError):
        return 0.0
    return min(max(waits_s, 0.0), LONGEST_RETRY_AFTER_S)


def _reason(error: Exception) -> str:
    if isinstance(error, httpx2.TimeoutException):
        return _("no response in time")
    return str(error).strip() or type(error).__name__
