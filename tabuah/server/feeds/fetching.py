"""Fetches one small file within limits: of size, of time, of where a redirect may lead, and of how often.

FeedUnreachable     nothing came that is an answer; the message is made to be shown
└── FeedMoved       there is nothing at the address any more: it has moved, or the feed was ended
"""

import socket
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import httpx2
import msgspec

from tabuah.resources.catalogue import _
from tabuah.server.feeds.pace import RequestPace

CONNECT_TIMEOUT_S: Final = 10.0
SILENCE_TIMEOUT_S: Final = 20.0
WHOLE_TIMEOUT_S: Final = 45.0
MAX_BYTES: Final = 10_000_000
MAX_REDIRECTS: Final = 3
LONGEST_RETRY_AFTER_S: Final = 3600.0
_GONE: Final = (404, 410)
_LOG_IN_FIRST: Final = (407, 511)  # RFC 9110 and RFC 6585: a proxy or a hotspot
_PERMANENT: Final = (301, 308)
_REDIRECTS: Final = (301, 302, 303, 307, 308)
_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")


class FeedUnreachable(Exception):
    """Nothing came that is an answer; `retry_after_s` is how long the other side asked to be left alone."""

    def __init__(self, message: str, *, retry_after_s: float = 0.0) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(message)


class FeedMoved(FeedUnreachable):
    """There is nothing at the address any more."""


class Validators(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the other side needs to say that nothing is new (RFC 9110, 13)."""

    etag: str = ""
    last_modified: str = ""

    def headers(self) -> dict[str, str]:
        """As they are sent."""
        asked = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in asked.items() if value}


NOTHING_KNOWN: Final = Validators()


class Fetched(msgspec.Struct, frozen=True, kw_only=True):
    """An answer; `body` is None where nothing is new, `moved_to` is where it was sent to for good."""

    body: bytes | None
    validators: Validators
    moved_to: str = ""


class Fetcher:
    """One HTTP client for all feeds; belongs to the thread that asks. `pause` waits, and says whether to give up."""

    def __init__(self, pace: RequestPace, *, agent: str, pause: Callable[[float], bool]) -> None:
        self._pace, self._pause = pace, pause
        self._receiving: httpx2.Response | None = None
        timeout = httpx2.Timeout(SILENCE_TIMEOUT_S, connect=CONNECT_TIMEOUT_S)
        # nothing is unpacked here, so that a small answer cannot become a large one
        headers = {"User-Agent": agent, "Accept-Encoding": "identity"}
        self._outside = httpx2.Client(timeout=timeout, headers=headers, follow_redirects=False)
        self._here = httpx2.Client(timeout=timeout, headers=headers, follow_redirects=False, trust_env=False)

    def abort(self) -> None:
        """Break off what is being received; from another thread."""
        response = self._receiving
        stream: Any = response.extensions.get("network_stream") if response is not None else None
        connection = stream.get_extra_info("socket") if stream is not None else None
        if connection is not None:
            with suppress(OSError):  # the other side was faster
                connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close the connections."""
        self._outside.close()
        self._here.close()

    def fetch(self, url: str, known: Validators = NOTHING_KNOWN) -> Fetched:
        """What stands at an address.

        Raises:
            FeedUnreachable: nothing came that is an answer.
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
        raise FeedUnreachable(_("it is sent from one address to the next without end"))

    def _ask(self, url: str, known: Validators) -> tuple[int, httpx2.Headers, bytes]:
        while (wait_s := self._pace.wait_s()) > 0:
            if self._pause(wait_s):
                raise FeedUnreachable(_("the server is stopping"))
        self._pace.note()
        client = self._here if urlsplit(url).hostname in _LOOPBACK else self._outside
        with client.stream("GET", url, headers=known.headers()) as response:
            self._receiving = response
            try:
                wanted = response.status_code == 200
                return response.status_code, response.headers, _received(response) if wanted else b""
            finally:
                self._receiving = None

    def _read(
        self, status: int, headers: httpx2.Headers, body: bytes, *, known: Validators, moved_to: str
    ) -> Fetched:
        if status == 304 and known.headers():
            return Fetched(body=None, validators=known, moved_to=moved_to)
        if status == 200:
            validators = Validators(etag=headers.get("etag", ""), last_modified=headers.get("last-modified", ""))
            return Fetched(body=body, validators=validators, moved_to=moved_to)
        if status in _GONE:
            raise FeedMoved(_("there is nothing at this address any more (HTTP {status}): it has moved").format(
                status=status
            ))  # fmt: skip
        if status in _LOG_IN_FIRST:
            raise FeedUnreachable(_("the network wants a log-in first, in a web browser"))
        if status == 429:
            raise FeedUnreachable(_("it was asked too often (HTTP 429)"), retry_after_s=_retry_after_s(headers))
        raise FeedUnreachable(f"HTTP {status}", retry_after_s=_retry_after_s(headers))


def _received(response: httpx2.Response) -> bytes:
    deadline_s = time.monotonic() + WHOLE_TIMEOUT_S
    received = bytearray()
    for piece in response.iter_raw():
        received += piece
        if len(received) > MAX_BYTES:
            raise FeedUnreachable(_("it sends more than {limit} MB, which no feed is").format(
                limit=MAX_BYTES // 1_000_000
            ))  # fmt: skip
        if time.monotonic() > deadline_s:
            raise FeedUnreachable(_("it takes too long"))
    return bytes(received)


def _checked_target(url: str, location: str) -> str:
    """Where a redirect leads, if it may be followed: over https, or to where it came from."""
    try:
        target = urljoin(url, location)
        parts, own = urlsplit(target), urlsplit(url)
        same = (parts.scheme, parts.netloc) == (own.scheme, own.netloc)
        allowed = bool(location) and not parts.username and (same or parts.scheme == "https")
    except ValueError:
        allowed = False
    if not allowed:
        raise FeedUnreachable(_("it is sent to an address that is not protected, and was not followed"))
    return target


def _retry_after_s(headers: httpx2.Headers) -> float:
    """How long the other side wants to be left alone, in seconds or as a date; 0 where it says nothing."""
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
        return _("it does not answer in time")
    return str(error).strip() or type(error).__name__
