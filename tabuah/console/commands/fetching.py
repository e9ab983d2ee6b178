"""Fetches a small public file over HTTP within limits of size and time.

FetchError
├── Unreachable       nothing answers there, or the answer is an error
├── TooLarge          more than was allowed; nothing of it is used
└── BadAddress        no address of a file on the web
"""

import time
from typing import Final
from urllib.parse import urlsplit

import httpx2

from tabuah.resources.catalogue import _
from tabuah.resources.formats import format_number

CONNECT_TIMEOUT_S: Final = 5.0
SILENCE_TIMEOUT_S: Final = 10.0
WHOLE_TIMEOUT_S: Final = 30.0
MAX_REDIRECTS: Final = 3
_NETWORK_FIRST: Final = (407, 511)  # RFC 9110 and RFC 6585: of a proxy, of a hotspot
_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")


class FetchError(Exception):
    """A file that could not be fetched; the message is made to be shown."""


class Unreachable(FetchError):
    """Nothing answers, or the answer is an error."""

    def __init__(self, url: str, reason: str) -> None:
        message = _("{url} cannot be fetched: {reason}. Check the address and the network, or give a saved file.")
        super().__init__(message.format(url=url, reason=reason))


class TooLarge(FetchError):
    """More than was allowed."""

    def __init__(self, url: str, limit: int) -> None:
        message = _("{url} is larger than {limit} MB, which no feed is. Nothing of it was read.")
        super().__init__(message.format(url=url, limit=format_number(limit / 1_000_000)))


class BadAddress(FetchError):
    """No address of a file on the web."""


def is_address(text: str) -> bool:
    """Whether a text is meant as an address rather than as the name of a file."""
    return "://" in text


def fetch(url: str, *, limit_bytes: int, transport: httpx2.BaseTransport | None = None) -> bytes:
    """The bytes at an address, by http or https.

    Args:
        url: where; user names in it are refused.
        limit_bytes: what comes beyond is not even received.
        transport: for tests.

    Raises:
        FetchError: with what to do next.
    """
    host = _host_of(url)
    timeout = httpx2.Timeout(SILENCE_TIMEOUT_S, connect=CONNECT_TIMEOUT_S)
    client = httpx2.Client(
        timeout=timeout,
        follow_redirects=True,
        max_redirects=MAX_REDIRECTS,
        trust_env=host not in _LOOPBACK,
        transport=transport,
    )
    try:
        with client, client.stream("GET", url) as response:
            if not response.is_success:
                raise Unreachable(url, _refusal(response.status_code))
            return _received(response, url, limit_bytes)
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise Unreachable(url, str(error).strip() or type(error).__name__) from error


def _refusal(status: int) -> str:
    if status in _NETWORK_FIRST:
        return _("the network wants a log-in first, in a web browser")
    return f"HTTP {status}"


def _received(response: httpx2.Response, url: str, limit_bytes: int) -> bytes:
    deadline = time.monotonic() + WHOLE_TIMEOUT_S
    received = bytearray()
    for piece in response.iter_bytes():
        received += piece
        if len(received) > limit_bytes:
            raise TooLarge(url, limit_bytes)
        if time.monotonic() > deadline:
            raise Unreachable(url, _("it takes too long"))
    return bytes(received)


def _host_of(url: str) -> str:
    try:
        parts = urlsplit(url)
        _port = parts.port
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise BadAddress(_("{url} is no address of a file; it begins with https://.").format(url=url))
    return parts.hostname
