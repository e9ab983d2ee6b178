"""HTTP/1.1 connections with deadlines: for the head and the body of a request, and for a client that stops reading.

Uvicorn has no such limits (https://github.com/encode/uvicorn/issues/157), and an application sees a request only
once its head is complete. The minimum rate of a body follows Apache's mod_reqtimeout.
"""

import asyncio
import contextlib
import socket
from asyncio import TimerHandle
from collections.abc import Mapping
from typing import Any, Final

import uvicorn
from litestar.types import Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from tabuah.server.limits.connections import ConnectionTable
from tabuah.server.limits.load_limits import LoadLimits
from tabuah.server.limits.tls_listener import CountedProtocol, serial_of_peer

EXTENSION: Final = "tabuah.connection"
_KEY: Final = "connection"
_TOO_SLOW_BODY: Final = (
    b'{"title":"Request Timeout","status":408,"detail":"the request arrived too slowly","code":"too_slow"}'
)
_TOO_SLOW: Final = (
    b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-type: application/problem+json\r\n"
    b"content-length: %d\r\n\r\n%s" % (len(_TOO_SLOW_BODY), _TOO_SLOW_BODY)
)
# Linux: end a connection whose peer acknowledges nothing for so long, as after a lost network.
_UNACKNOWLEDGED_MS: Final = 60_000


class LimitedHttpProtocol(HttpToolsProtocol, CountedProtocol):
    """One connection. `scope["extensions"]` gives it to the application.

    Attributes:
        has_begun: whether the connection was made; from then on it counts its end itself.
    """

    def __init__(
        self,
        *,
        config: uvicorn.Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        limits: LoadLimits,
        table: ConnectionTable,
        counted_as: str = "",
    ) -> None:
        super().__init__(config, server_state, app_state)
        self._limits = limits
        self._table = table
        self._counted_as = counted_as
        self._user = ""
        self._receiving: TimerHandle | None = None  # the deadline of a head or a body
        self._reading: TimerHandle | None = None  # the next look at a client that does not read
        self._body_since_s = 0.0
        self._body_bytes = 0

    # Connection

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Refuse the connection if its address has too many; otherwise expect a head."""
        super().connection_made(transport)
        self.has_begun = True
        if not self._counted_as:
            host = self.client[0] if self.client else "?"
            if not self._table.open(host):
                transport.abort()
                return
            self._counted_as = host
        _detect_lost_peer(transport.get_extra_info("socket"))
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._stop_receiving()
        self._stop_watching()
        if self._counted_as:
            self._table.close(self._counted_as)
            self._counted_as = ""
        self.belong_to("")
        # Uvicorn leaves this timer: it would keep the closed connection in memory until the end of its keep-alive.
        self._unset_keepalive_if_required()
        super().connection_lost(exc)

    def abort(self) -> None:
        """Drop the connection without flushing it."""
        self.transport.abort()

    @property
    def user(self) -> str:
        """The user of the last request; empty if none was logged in."""
        return self._user

    def belong_to(self, user: str) -> None:
        """Count unread bytes of the client against this user; against no user if it is empty."""
        if user != self._user:
            if self._user:
                self._table.leave(self._user, self)
            if user:
                self._table.use(user, self)
            self._user = user

    @property
    def client_certificate(self) -> str:
        """The serial number of the verified certificate of the client; empty without one."""
        return serial_of_peer(self.transport)

    def unread_bytes(self) -> int:
        """Return the bytes that wait for the client to read them."""
        return 0 if self.transport.is_closing() else self.transport.get_write_buffer_size()

    # Receiving

    def data_received(self, data: bytes) -> None:
        """Feed the parser. An incomplete head must be complete in time, whatever else arrives."""
        self._body_bytes += len(data)
        super().data_received(data)
        is_idle = self.cycle is None or self.cycle.response_complete
        has_deadline = self._receiving is not None or self.timeout_keep_alive_task is not None
        if is_idle and not has_deadline and not self.transport.is_closing():
            self._expect_head()

    def on_message_begin(self) -> None:
        """Expect the head of a request, also while an earlier request runs."""
        self._stop_receiving()
        self._expect_head()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Start the request, and expect its body."""
        self.scope["extensions"] = {EXTENSION: {_KEY: self}}
        super().on_headers_complete()
        self._stop_receiving()
        self._body_since_s, self._body_bytes = self.loop.time(), 0
        self._receiving = self.loop.call_later(self._limits.body_s, self._check_body)

    def on_message_complete(self) -> None:
        """Expect nothing more of this request."""
        self._stop_receiving()
        super().on_message_complete()

    def _expect_head(self) -> None:
        self._receiving = self.loop.call_later(self._limits.head_s, self._give_up)

    def _check_body(self) -> None:
        """Give up a body that is slower than the minimum rate; one that the application reads late has time."""
        ends_s = self._body_since_s + self._limits.body_s + self._body_bytes / self._limits.body_bytes_a_s
        if self.flow.read_paused:
            ends_s = max(ends_s, self.loop.time() + self._limits.body_s)
        if ends_s <= self.loop.time():
            self._give_up()
        else:
            self._receiving = self.loop.call_at(ends_s, self._check_body)

    def _give_up(self) -> None:
        self._receiving = None
        if self.transport.is_closing():
            return
        is_idle = self.cycle is None or self.cycle.response_complete
        if is_idle or (self.cycle.more_body and not self.cycle.response_started):
            self.transport.write(_TOO_SLOW)
        self.transport.close()

    def _stop_receiving(self) -> None:
        if self._receiving is not None:
            self._receiving.cancel()
            self._receiving = None

    # Sending

    def pause_writing(self) -> None:
        """Watch whether the client reads."""
        super().pause_writing()
        if self._reading is None:
            self._watch(self.transport.get_write_buffer_size())

    def resume_writing(self) -> None:
        """The client has read enough."""
        self._stop_watching()
        super().resume_writing()

    def _watch(self, unread: int) -> None:
        self._reading = self.loop.call_later(self._limits.stalled_s, self._check_reading, unread)

    def _check_reading(self, before: int) -> None:
        unread = self.transport.get_write_buffer_size()
        if unread >= before:
            self.transport.abort()
        else:
            self._watch(unread)

    def _stop_watching(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None


def connection_of(scope: Scope) -> LimitedHttpProtocol | None:
    """Return the connection of a request; None if it came by another way, as in a test."""
    extensions: Mapping[str, Any] = scope.get("extensions") or {}
    found = extensions.get(EXTENSION, {}).get(_KEY)
    return found if isinstance(found, LimitedHttpProtocol) else None


def _detect_lost_peer(connection: socket.socket | None) -> None:
    if connection is not None and hasattr(socket, "TCP_USER_TIMEOUT"):
        with contextlib.suppress(OSError):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _UNACKNOWLEDGED_MS)
