"""zstd compression of HTTP bodies: responses at level 3 (Litestar's gzip costs 10 ms a page), and requests."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import msgspec
import zstandard
from litestar import MediaType, Response
from litestar.types import ASGIApp, HTTPReceiveMessage, Receive, Scope, Send

from tabuah.server.errors import Refusal

LEVEL: Final = 3
WORTH_BYTES: Final = 1024
# A frame can demand much memory before it yields a byte; our own frames never need a larger window.
MAX_WINDOW_BYTES: Final = 8 * 1024 * 1024


def json_response(value: object, accept_encoding: str) -> Response[bytes]:
    """Encode a value as JSON, compressed when it is large enough."""
    body = msgspec.json.encode(value)
    headers: Mapping[str, str] = {"Vary": "Accept-Encoding"}
    if len(body) >= WORTH_BYTES and _takes_zstd(accept_encoding):
        body = zstandard.ZstdCompressor(level=LEVEL).compress(body)
        headers = {**headers, "Content-Encoding": "zstd"}
    return Response(body, media_type=MediaType.JSON, headers=headers)


def accepts_zstd(max_bytes: int) -> Callable[[ASGIApp], ASGIApp]:
    """Return a middleware that also accepts zstd request bodies; `max_bytes` limits both packed and unpacked size."""

    def middleware(app: ASGIApp) -> ASGIApp:
        async def reading(scope: Scope, receive: Receive, send: Send) -> None:
            coding = _content_coding(scope)
            if coding == "zstd":
                await app(scope, _unpacking(receive, max_bytes), send)
            elif coding in ("", "identity"):
                await app(scope, receive, send)
            else:
                detail = "request bodies must be uncompressed or compressed with zstd"
                raise Refusal(415, "malformed_request", detail, headers={"Accept-Encoding": "zstd"})

        return reading

    return middleware


def _unpacking(receive: Receive, max_bytes: int) -> Callable[[], Awaitable[Any]]:
    """Receive the whole compressed body, then deliver it unpacked."""

    async def receive_unpacked() -> Any:
        packed = bytearray()
        while True:
            message = await receive()
            if message["type"] != "http.request":
                return message
            packed += message["body"]
            if len(packed) > max_bytes:
                raise _too_large(max_bytes)
            if not message["more_body"]:
                return _message(unpack(bytes(packed), max_bytes))

    return receive_unpacked


def unpack(packed: bytes, max_bytes: int) -> bytes:
    """Unpack a zstd frame.

    Raises:
        Refusal: it is no frame, is truncated, or is larger than `max_bytes`.
    """
    try:
        reader = zstandard.ZstdDecompressor(max_window_size=MAX_WINDOW_BYTES).stream_reader(packed)
        plain: bytes = reader.read(max_bytes + 1)
    except zstandard.ZstdError as error:
        raise Refusal(400, "malformed_request", f"the body is not compressed with zstd: {error}") from error
    if len(plain) > max_bytes:
        raise _too_large(max_bytes)
    return plain


def _message(body: bytes) -> HTTPReceiveMessage:
    return {"type": "http.request", "body": body, "more_body": False}


def _too_large(max_bytes: int) -> Refusal:
    return Refusal(413, "too_large", f"a body may have {max_bytes} bytes")


def _content_coding(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"content-encoding":
            return value.decode("latin-1").strip().lower()
    return ""


def _takes_zstd(accept_encoding: str) -> bool:
    for part in accept_encoding.lower().split(","):
        coding, _semicolon, quality = part.partition(";")
        if coding.strip() == "zstd":
            return quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
