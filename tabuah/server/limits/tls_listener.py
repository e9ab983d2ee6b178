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

from tabuah.server.limits.connections import ConnectionTable
from tabuah.server.limits.http_protocol import LimitedHttpProtocol
from tabuah.server.limits.load_limits import LoadLimits

log = logging.getLogger(__name__)

_RETRY_S: Final = 1.0  # after an accept that failed, as with too many open files


class TlsListener:
    """Accepts the connections of one socket; `close` and `wait_closed` are those of `asyncio.Server`.

    Args of the constructor:
        listening: the socket.
        tls: the certificate.
        limits: the limits; `head_s` is the deadline of a handshake.
        table: counts the connections.
        new_connection: creates the protocol of a connection that is counted for this address.
    """

    def __init__(
        self,
        listening: socket.socket,
        *,
        tls: ssl.SSLContext,
        limits: LoadLimits,
        table: ConnectionTable,
        new_connection: Callable[[str], LimitedHttpProtocol],
    ) -> None:
        self._listening, self._tls, self._limits, self._table = listening, tls, limits, table
        self._new_connection = new_connection
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
            if self._table.open(host):
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
                    ssl=self._tls,
                    ssl_handshake_timeout=self._limits.head_s,
                    ssl_shutdown_timeout=self._limits.head_s,
                )
        finally:
            if not protocol.has_begun:
                self._table.close(host)
