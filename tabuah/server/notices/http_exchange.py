"""One request by HTTP and its bounded answer; redirects are not followed, so that no other host is reached."""

import contextlib
import socket
import time
from typing import Any, Final, NamedTuple
from urllib.parse import quote, urlsplit

import httpx2
import msgspec

from tabuah.operations.notices.channels import LOOPBACK
from tabuah.resources.localisation import _
from tabuah.server.notices.message_sender import DeliveryFailed

CONNECT_TIMEOUT_S: Final = 10.0
READ_TIMEOUT_S: Final = 15.0
TOTAL_TIMEOUT_S: Final = 30.0
MAX_ANSWER_BYTES: Final = 64 * 1024


class HttpAnswer(NamedTuple):
    """The answer to a request; `body` is cut at 64 KiB."""

    status: int
    headers: httpx2.Headers
    body: bytes

    @property
    def document(self) -> Any:
        """The JSON in the body; None if it is none."""
        try:
            return msgspec.json.decode(self.body)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            return None


class HttpExchange:
    """The HTTP client of one address; belongs to one thread, except `abort`. No error contains its secrets."""

    def __init__(self, url: str, agent: str, *, secrets: tuple[str, ...] = ()) -> None:
        self._receiving: httpx2.Response | None = None
        self._hidden = sorted({form for each in secrets if each for form in (each, quote(each, safe=""))})
        is_loopback = urlsplit(url).hostname in LOOPBACK
        self._client = httpx2.Client(
            timeout=httpx2.Timeout(READ_TIMEOUT_S, connect=CONNECT_TIMEOUT_S),
            headers={"User-Agent": agent, "Accept-Encoding": "identity"},
            follow_redirects=False,
            trust_env=not is_loopback,
        )

    def ask(self, method: str, url: str, **parts: Any) -> HttpAnswer:
        """Send a request and return the answer, whatever its status is.

        Args:
            method: of HTTP.
            url: the whole address.
            parts: `headers`, `params`, `data`, `json`, `content` and `auth` as httpx takes them.

        Raises:
            DeliveryFailed: there was no answer.
        """
        try:
            with self._client.stream(method, url, **parts) as response:
                self._receiving = response
                try:
                    return HttpAnswer(response.status_code, response.headers, _received(response))
                finally:
                    self._receiving = None
        except (httpx2.HTTPError, httpx2.InvalidURL, UnicodeEncodeError) as error:
            raise DeliveryFailed(self._reason(error)) from None  # the cause may contain the secret

    def abort(self) -> None:
        """End a transfer that runs."""
        response = self._receiving
        stream: Any = response.extensions.get("network_stream") if response is not None else None
        connection = stream.get_extra_info("socket") if stream is not None else None
        if connection is not None:
            with contextlib.suppress(OSError):  # it may be closed already
                connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def hide(self, text: str) -> str:
        """Return a text without the secrets."""
        for secret in self._hidden:
            text = text.replace(secret, "***")
        return text

    def _reason(self, error: Exception) -> str:
        if isinstance(error, httpx2.TimeoutException):
            return _("no response in time")
        return self.hide(str(error).strip() or type(error).__name__)


def _received(response: httpx2.Response) -> bytes:
    deadline_s = time.monotonic() + TOTAL_TIMEOUT_S
    received = bytearray()
    for piece in response.iter_raw():
        received += piece
        if len(received) > MAX_ANSWER_BYTES:
            break  # no receipt is that long
        if time.monotonic() > deadline_s:
            raise DeliveryFailed(_("no response in time"))
    return bytes(received[:MAX_ANSWER_BYTES])
