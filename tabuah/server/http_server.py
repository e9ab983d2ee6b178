"""The HTTP server: uvicorn with limited connections, which stops at once even with open streams."""

import asyncio
import socket
from collections.abc import Sequence
from types import FrameType
from typing import Any, Final

import uvicorn

from tabuah.server.limits.connections import ConnectionTable
from tabuah.server.limits.http_protocol import LimitedHttpProtocol
from tabuah.server.limits.load_limits import LoadLimits
from tabuah.server.limits.tls_listener import TlsListener
from tabuah.server.request_log import RequestLog
from tabuah.server.rules.trial_service import TrialService
from tabuah.server.security_headers import SecurityHeaders
from tabuah.server.stream import Broadcaster
from tabuah.server.tls.server_tls import ServerTls

GRACE_S: Final = 5
KEEP_ALIVE_S: Final = 75


class HttpServer(uvicorn.Server):
    """Limits connections, and ends the streams before it waits for connections, which would otherwise never close."""

    def __init__(
        self,
        config: uvicorn.Config,
        broadcaster: Broadcaster,
        trials: TrialService,
        limits: LoadLimits,
        connections: ConnectionTable,
        tls: ServerTls | None = None,
    ) -> None:
        super().__init__(config)
        self._tls = tls
        self._broadcaster, self._trials = broadcaster, trials
        self._limits, self._connections = limits, connections
        self._tls_listeners: list[TlsListener] = []

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen with limited connections; uvicorn's own start does not limit TLS handshakes."""
        await super().startup(sockets=[])
        loop, tls = asyncio.get_running_loop(), self._tls
        for each in sockets or ():
            if tls is None:
                listening = await loop.create_server(self._new_connection, sock=each, backlog=self.config.backlog)
                self.servers.append(listening)
            else:
                self._tls_listeners.append(self._listen_for_tls(each, tls))

    def _listen_for_tls(self, listening: socket.socket, tls: ServerTls) -> TlsListener:
        return TlsListener(
            listening,
            tls=lambda: tls.context,
            handshake_s=self._limits.head_s,
            count=self._connections.open,
            release=self._connections.close,
            new_connection=self._new_connection,
        )

    def _new_connection(self, counted_as: str = "") -> LimitedHttpProtocol:
        return LimitedHttpProtocol(
            config=self.config,
            server_state=self.server_state,
            app_state=self.lifespan.state,
            limits=self._limits,
            table=self._connections,
            counted_as=counted_as,
        )

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - uvicorn's signature
        """Handle a signal to end. Unlike uvicorn, do not raise it again after a clean exit."""
        self.force_exit = self.should_exit
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams, then the connections."""
        self._broadcaster.close()
        self._trials.stop()
        for listener in self._tls_listeners:
            listener.close()
            await listener.wait_closed()
        await super().shutdown(sockets)


def http_configuration(app: Any, proxies: Sequence[str]) -> uvicorn.Config:
    """Return the configuration of the HTTP server; TLS is that of the listeners."""
    configuration = uvicorn.Config(
        SecurityHeaders(RequestLog(app)),
        log_config=None,
        access_log=False,
        http="httptools",
        ws="none",
        lifespan="on",
        proxy_headers=True,
        forwarded_allow_ips=list(proxies),
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=GRACE_S,
    )
    configuration.load()
    return configuration
