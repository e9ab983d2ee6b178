"""TLS connections: a handshake has a deadline, and counts against the limit of its address from its first moment.

With `create_server(ssl=…)` asyncio makes a connection known only once its handshake is complete, so that half-open
handshakes would count against no limit.
"""

import asyncio
import contextlib
import logging
import socket
import ssl
from collections.abc import Callable, Coroutine
from typing import Any, Final

log = logging.getLogger(__name__)

_RETRY_S: Final = 1.0  # after an accept that failed, as with too many open files


class CountedProtocol(asyncio.Protocol):
    """A connection that counts against limits; with `has_begun` it was made, and counts its end itself."""

    has_begun = False


def serial_of_peer(transport: asyncio.BaseTransport | None) -> str:
    """Return the serial number of the certificate that the other side has proven; empty without one."""
    found = transport.get_extra_info("peercert") if transport is not None else None
    return str(found.get("serialNumber", "")) if found else ""


class TlsListener:
    """Accepts the connections of one socket; `close` and `wait_closed` are those of `asyncio.Server`.

    Args of the constructor:
        listening: the socket.
        tls: returns the TLS context for a new connection.
        handshake_s: the deadline of a handshake.
        count: counts a new connection of an address; False if there are too many.
        release: counts the end of a connection that was never made.
        new_connection: creates the protocol of a connection that is counted for this address.
    """

    def __init__(
        self,
        listening: socket.socket,
        *,
        tls: Callable[[], ssl.SSLContext],
        handshake_s: float,
        count: Callable[[str], bool],
        release: Callable[[str], None],
        new_connection: Callable[[str], CountedProtocol],
    ) -> None:
        self._listening, self._tls, self._handshake_s = listening, tls, handshake_s
        self._count, self._release, self._new_connection = count, release, new_connection
        self._tasks: set[asyncio.Task[None]] = set()
        listening.setblocking(False)
        self._start(self._accept())

    def close(self) -> None:
        """Accept nothing more, and drop the connections whose handshake is not complete."""
        for task in self._tasks:
            task.cancel()

    async def wait_closed(self) -> None:
        """Wait until every handshake has ended."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                connection, address = await loop.sock_accept(self._listening)
            except OSError as error:
                log.warning("a connection was not accepted: %s", error)
                await asyncio.sleep(_RETRY_S)
                continue
            host = str(address[0])
            if self._count(host):
                self._start(self._shake_hands(connection, host))
            else:
                connection.close()

    async def _shake_hands(self, connection: socket.socket, host: str) -> None:
        protocol = self._new_connection(host)
        try:
            # uvloop reports a connection that ends meanwhile by a RuntimeError
            with contextlib.suppress(OSError, RuntimeError):
                await asyncio.get_running_loop().connect_accepted_socket(
                    lambda: protocol,
                    connection,
                    ssl=self._tls(),
                    ssl_handshake_timeout=self._handshake_s,
                    ssl_shutdown_timeout=self._handshake_s,
                )
        finally:
            if not protocol.has_begun:
                self._release(host)
