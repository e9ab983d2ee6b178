"""Limits of the requests that run at the same moment: of a user, and of a client behind a proxy."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from litestar.enums import ScopeType
from litestar.response.base import ASGIResponse
from litestar.types import ASGIApp, Receive, Scope, Send

from tabuah.server.errors import Refusal
from tabuah.server.limits.connections import ConnectionTable, client_key
from tabuah.server.limits.http_protocol import connection_of
from tabuah.server.limits.load_limits import LoadLimits
from tabuah.server.problem_documents import refusal_response
from tabuah.server.security_log import SecurityLog

STREAM_PATH: Final = "/v1/stream"
_BUSY: Final = {"Retry-After": "5"}
_MANY_STREAMS: Final = {"Retry-After": "30"}


class RequestLimits:
    """ASGI middleware that answers 429 before the application reads anything.

    Args of the constructor:
        app: the application.
        limits: the limits.
        table: the open connections.
        user_of: returns the user of an `Authorization` header; empty if it is not valid.
        security_log: records refusals.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        limits: LoadLimits,
        table: ConnectionTable,
        user_of: Callable[[str], str],
        security_log: SecurityLog,
    ) -> None:
        self._security_log = security_log
        self._app = app
        self._limits = limits
        self._table = table
        self._user_of = user_of
        self._running: Counter[tuple[str, str]] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run a request, or refuse it."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        user = self._user_of(headers.get(b"authorization", b"").decode("latin-1"))
        connection = connection_of(scope)
        if connection is not None:
            connection.belong_to(user)
        client = scope["client"]
        is_stream = scope["path"].rstrip("/") == STREAM_PATH
        try:
            with self._counted(user, client_key(client[0]) if client else "", _length(headers), is_stream=is_stream):
                await self._app(scope, receive, send)
        except Refusal as refusal:
            address = client[0] if client else ""
            self._security_log.record_refusal(refusal.status, refusal.code, user=user, address=address)
            response = refusal_response(refusal)
            answer = ASGIResponse(
                body=response.content,
                status_code=response.status_code,
                media_type=response.media_type,
                headers=response.headers,
            )
            await answer(scope, receive, send)

    @contextmanager
    def _counted(self, user: str, address: str, size: int, *, is_stream: bool) -> Iterator[None]:
        keys = {("address", address): 1, ("user", user): 1, ("bytes", user): size, ("streams", user): int(is_stream)}
        if is_stream:
            keys[("user", user)] = 0
        self._check(user, address, size, is_stream=is_stream)
        self._running.update(keys)
        try:
            yield
        finally:
            self._running.subtract(keys)
            for key in keys:
                if not self._running[key]:
                    del self._running[key]

    def _check(self, user: str, address: str, size: int, *, is_stream: bool) -> None:
        limits, running = self._limits, self._running
        if running["address", address] >= limits.connections:
            raise Refusal(429, "too_many_requests", "too many requests of this address at once", headers=_BUSY)
        if not user:
            return
        if is_stream and running["streams", user] >= limits.streams:
            raise Refusal(429, "too_many_streams", "too many live streams of this user", headers=_MANY_STREAMS)
        if running["user", user] >= limits.requests:
            raise Refusal(429, "too_many_requests", "too many requests of this user at once", headers=_BUSY)
        in_flight = running["bytes", user] + self._table.unread_bytes(user)
        if in_flight and in_flight + size > limits.bytes_in_flight:
            raise Refusal(429, "too_many_bytes", "too much of this user is in flight", headers=_BUSY)


def _length(headers: dict[bytes, bytes]) -> int:
    text = headers.get(b"content-length", b"")
    return int(text) if text.isdigit() else 0
