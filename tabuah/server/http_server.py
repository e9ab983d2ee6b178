"""The HTTP server: uvicorn with limited connections, which stops at once even with open streams."""

import asyncio
import socket
import ssl
from collections.abc import Sequence
from types import FrameType
from typing import Any, Final

import uvicorn

from tabuah.resources.localisation import _
from tabuah.server.errors import InsecureAddress
from tabuah.server.limits.connections import ConnectionTable
from tabuah.server.limits.http_protocol import LimitedHttpProtocol
from tabuah.server.limits.load_limits import LoadLimits
from tabuah.server.limits.tls_listener import TlsListener
from tabuah.server.listen_address import ListenAddress
from tabuah.server.request_log import RequestLog
from tabuah.server.rules.trial_service import TrialService
from tabuah.server.security_headers import SecurityHeaders
from tabuah.server.stream import Broadcaster

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
    ) -> None:
        super().__init__(config)
        self._broadcaster, self._trials = broadcaster, trials
        self._limits, self._connections = limits, connections
        self._tls_listeners: list[TlsListener] = []

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen with limited connections; uvicorn's own start does not limit TLS handshakes."""
        await super().startup(sockets=[])
        loop, tls = asyncio.get_running_loop(), self.config.ssl
        for each in sockets or ():
            if tls is None:
                listening = await loop.create_server(self._new_connection, sock=each, backlog=self.config.backlog)
                self.servers.append(listening)
            else:
                self._tls_listeners.append(self._listen_for_tls(each, tls))

    def _listen_for_tls(self, listening: socket.socket, tls: ssl.SSLContext) -> TlsListener:
        return TlsListener(
            listening,
            tls=tls,
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


def http_configuration(app: Any, address: ListenAddress, proxies: Sequence[str]) -> uvicorn.Config:
    """Return the configuration of the HTTP server.

    Raises:
        InsecureAddress: the certificate cannot be used.
    """
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
        ssl_certfile=address.certificate,
        ssl_keyfile=address.key,
    )
    try:
        configuration.load()
    except ssl.SSLError as error:
        message = _("The certificate cannot be used: {reason}").format(reason=error.reason or error)
        raise InsecureAddress(message) from error
    return configuration
