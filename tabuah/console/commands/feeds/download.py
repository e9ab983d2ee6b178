"""Download of a small public file over HTTP, with limits of size and time.

DownloadError
├── DownloadFailed      no answer, or an error status
├── DownloadTooLarge    larger than allowed; nothing is used
└── InvalidDownloadUrl  not an HTTP address of a file
"""

import time
from typing import Final
from urllib.parse import urlsplit

import httpx2

from tabuah.resources.localisation import _, format_number

CONNECT_TIMEOUT_S: Final = 5.0
READ_TIMEOUT_S: Final = 10.0
TOTAL_TIMEOUT_S: Final = 30.0
MAX_REDIRECTS: Final = 3
_NETWORK_LOGIN_STATUSES: Final = (407, 511)  # proxy (RFC 9110) and captive portal (RFC 6585)
_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")


class DownloadError(Exception):
    """An expected failure; the message is shown to the user."""


class DownloadFailed(DownloadError):
    """No answer, or an error status."""

    def __init__(self, url: str, reason: str) -> None:
        message = _("{url} cannot be fetched: {reason}. Check the address and the network, or give a saved file.")
        super().__init__(message.format(url=url, reason=reason))


class DownloadTooLarge(DownloadError):
    """The file is larger than allowed."""

    def __init__(self, url: str, limit: int) -> None:
        message = _("{url} is larger than {limit} MB, too large for a feed. Nothing was read.")
        super().__init__(message.format(url=url, limit=format_number(limit / 1_000_000)))


class InvalidDownloadUrl(DownloadError):
    """The text is not an HTTP address of a file."""


def is_url(text: str) -> bool:
    """Return whether a text looks like an address rather than a file name."""
    return "://" in text


def download(url: str, *, limit_bytes: int, transport: httpx2.BaseTransport | None = None) -> bytes:
    """Return the content of an http or https address.

    Args:
        url: the address; user names in it are rejected.
        limit_bytes: the download stops beyond this size.
        transport: for tests.

    Raises:
        DownloadError: the download failed; the message gives the next step.
    """
    host = _parse_host(url)
    timeout = httpx2.Timeout(READ_TIMEOUT_S, connect=CONNECT_TIMEOUT_S)
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
                raise DownloadFailed(url, _describe_status(response.status_code))
            return _read_body(response, url, limit_bytes)
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise DownloadFailed(url, str(error).strip() or type(error).__name__) from error


def _describe_status(status: int) -> str:
    if status in _NETWORK_LOGIN_STATUSES:
        return _("the network requires a log-in in a web browser first")
    return f"HTTP {status}"


def _read_body(response: httpx2.Response, url: str, limit_bytes: int) -> bytes:
    deadline = time.monotonic() + TOTAL_TIMEOUT_S
    received = bytearray()
    for piece in response.iter_bytes():
        received += piece
        if len(received) > limit_bytes:
            raise DownloadTooLarge(url, limit_bytes)
        if time.monotonic() > deadline:
            raise DownloadFailed(url, _("the download takes too long"))
    return bytes(received)


def _parse_host(url: str) -> str:
    try:
        parts = urlsplit(url)
        _port = parts.port
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise InvalidDownloadUrl(_("{url} is not a file address; it must begin with https://.").format(url=url))
    return parts.hostname
