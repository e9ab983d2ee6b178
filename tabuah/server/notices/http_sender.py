"""Messages to a gateway by HTTP, from a template; redirects are not followed, so that no other host is reached."""

import contextlib
import socket
import time
from typing import Any, Final
from urllib.parse import quote, urlsplit

import httpx2
import msgspec

from tabuah.operations.notices.settings import LOOPBACK, HttpChannel, fill
from tabuah.resources.localisation import _
from tabuah.server.feeds.fetcher import retry_after_s
from tabuah.server.notices.message_sender import DeliveryFailed, NoticeMessage

CONNECT_TIMEOUT_S: Final = 10.0
READ_TIMEOUT_S: Final = 15.0
TOTAL_TIMEOUT_S: Final = 30.0
MAX_ANSWER_BYTES: Final = 64 * 1024
LONGEST_RECEIPT: Final = 200
# A wrong key (401, 403) is corrected in the settings; the others pass by themselves (RFC 9110).
_TEMPORARY: Final = (401, 403, 407, 408, 425, 429, 511)


class HttpMessageSender:
    """The HTTP client of one channel."""

    def __init__(self, channel: HttpChannel, secret: str, agent: str) -> None:
        self._channel, self._secret = channel, secret
        self._receiving: httpx2.Response | None = None
        is_loopback = urlsplit(channel.url).hostname in LOOPBACK
        self._client = httpx2.Client(
            timeout=httpx2.Timeout(READ_TIMEOUT_S, connect=CONNECT_TIMEOUT_S),
            headers={"User-Agent": agent, "Accept-Encoding": "identity"},
            follow_redirects=False,
            trust_env=not is_loopback,
        )

    def send(self, message: NoticeMessage) -> str:
        """Send a message and return the receipt in the answer.

        Raises:
            DeliveryFailed: it was not accepted.
        """
        try:
            with self._client.stream(self._channel.method, self._url(), **self._parts(message)) as response:
                self._receiving = response
                try:
                    return self._receipt(response, _received(response))
                finally:
                    self._receiving = None
        except (httpx2.HTTPError, httpx2.InvalidURL, UnicodeEncodeError) as error:
            raise DeliveryFailed(self._reason(error)) from error

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

    def _url(self) -> str:
        return str(fill(self._channel.url, {"secret": quote(self._secret, safe=":")}))

    def _parts(self, message: NoticeMessage) -> dict[str, Any]:
        channel = self._channel
        values = {
            "recipient": message.address,
            "name": message.name,
            "title": message.title,
            "text": _shortened(message.text, channel.longest),
            "key": message.key,
            "secret": self._secret,
        }
        parts: dict[str, Any] = {"headers": {"Idempotency-Key": message.key, **fill(channel.headers, values)}}
        if channel.query:
            parts["params"] = fill(channel.query, values)
        if channel.form:
            parts["data"] = fill(channel.form, values)
        if channel.json:
            parts["json"] = fill(channel.json, values)
        return parts

    def _receipt(self, response: httpx2.Response, body: bytes) -> str:
        status = response.status_code
        if not 200 <= status < 300:
            is_permanent = 400 <= status < 500 and status not in _TEMPORARY
            raise DeliveryFailed(
                f"HTTP {status}", permanent=is_permanent, retry_after_s=retry_after_s(response.headers)
            )
        answer = _decoded(body)
        for path, expected in self._channel.expect.items():
            found = value_at(answer, path)
            if found != expected:
                raise DeliveryFailed(
                    _("the gateway answered {path} = {value}").format(path=path, value=str(found)[:80])
                )
        found = value_at(answer, self._channel.receipt) if self._channel.receipt else None
        return f"HTTP {status}" if found is None else str(found)[:LONGEST_RECEIPT]

    def _reason(self, error: Exception) -> str:
        if isinstance(error, httpx2.TimeoutException):
            return _("no response in time")
        text = str(error).strip() or type(error).__name__
        return text.replace(self._secret, "***") if self._secret else text


def value_at(answer: Any, path: str) -> Any:
    """Return the value at a path such as `messages.0.id`; None if there is none."""
    for part in path.split("."):
        if isinstance(answer, dict):
            answer = answer.get(part)
        elif isinstance(answer, list) and part.isascii() and part.isdigit() and int(part) < len(answer):
            answer = answer[int(part)]
        else:
            return None
    return answer


def _shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


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


def _decoded(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None
