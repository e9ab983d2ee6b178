"""The server's own broker: listens on a thread of its own, and acknowledges what is on disk.

It takes readings and hands out nothing, so it needs no sessions, no retained messages and no store of its own: what a
gateway has been told is safe stands in `readings.db`, and what it has not been told it sends again.
"""

import asyncio
import logging
import socket
import ssl
import threading
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import msgspec

from tabuah.operations.gateways.mapping import GatewayMapping
from tabuah.resources.catalogue import _
from tabuah.server.errors import AddressInUse, InsecureAddress, UnusableBroker
from tabuah.server.listening import Address
from tabuah.server.mqtt.address import EmbeddedAddress
from tabuah.server.mqtt.embedded.connection import Arrived, GatewayConnection
from tabuah.server.mqtt.embedded.doorkeeper import Doorkeeper
from tabuah.server.mqtt.embedded.packets import Connect, Publish
from tabuah.server.mqtt.intake import Intake
from tabuah.server.mqtt.state import begin_state, health_of
from tabuah.server.readings.service import ReadingsService
from tabuah.storage.journal.protocol import GatewaysReply

log = logging.getLogger(__name__)

MAX_CONNECTIONS: Final = 1_000
MAX_WAITING: Final = 8_000  # messages that are read before their readings are on disk
MAX_WAITING_BYTES: Final = 64 * 1024 * 1024
REFUSAL_SHOWN: Final = timedelta(hours=1)
_HANDSHAKE_S: Final = 10.0
_FAREWELL_S: Final = 2.0


class EmbeddedBroker:
    """Takes what gateways bring. `start` after the readings service, `stop` before it."""

    def __init__(
        self,
        address: Address,
        mappings: Sequence[GatewayMapping],
        readings: ReadingsService,
        doorkeeper: Doorkeeper,
        *,
        clock: Callable[[], datetime],
    ) -> None:
        """Take the port, so that what is wrong is told before anything runs.

        Args:
            address: where to listen, and the certificate of TLS.
            mappings: how messages are read; the first whose topic fits counts.
            readings: where they go.
            doorkeeper: who may bring them.
            clock: the server's.

        Raises:
            UnusableBroker: the port cannot be had.
            InsecureAddress: the certificate cannot be used.
        """
        self.state = begin_state(mappings, clock())
        self._tls = _tls_of(address)
        self._socket = _listen(address)
        self.port: int = self._socket.getsockname()[1]
        host = f"[{address.host}]" if ":" in address.host else address.host
        self.url = f"{'mqtts' if self._tls else 'mqtt'}://{host}:{self.port}"
        self._mappings = tuple(mappings)
        self._doorkeeper = doorkeeper
        self._clock = clock
        self._intake: Intake[Arrived] = Intake(
            mappings, readings, self.state, clock=clock, acknowledge=self._on_messages_kept
        )
        self._doors = ThreadPoolExecutor(1, thread_name_prefix="tabuah-mqtt-doors")
        self._loop = asyncio.new_event_loop()
        self._is_ending, self._is_empty = asyncio.Event(), asyncio.Event()
        self._is_empty.set()
        self._thread = threading.Thread(target=self._run, name="tabuah-mqtt-broker", daemon=True)
        self._connections: set[GatewayConnection] = set()
        self._waiting = self._waiting_bytes = 0
        self._is_full = False
        self._refused = ""
        self._refused_at: datetime | None = None

    def start(self) -> None:
        """Begin to listen."""
        self._intake.start()
        self.state.connected = True
        self._thread.start()

    def stop(self) -> None:
        """Finish what has come; what is not on disk then is not acknowledged, and its gateway sends it again."""
        self.state.connected = False
        self._intake.stop()
        self._loop.call_soon_threadsafe(self._is_ending.set)
        self._thread.join()
        self._doors.shutdown(wait=True, cancel_futures=True)

    def health(self) -> GatewaysReply:
        """How it is, for people; from any thread."""
        found = health_of(self.state, self.url, self._mappings)
        is_recent = self._refused_at is not None and self._clock() - self._refused_at < REFUSAL_SHOWN
        if found.error or not is_recent:
            return found
        return msgspec.structs.replace(found, error=self._refused)

    # What connections ask, on the event loop

    @property
    def is_full(self) -> bool:
        """Whether so much waits for the disk that nothing more is read."""
        return self._is_full

    def enter(self, connection: GatewayConnection) -> bool:
        """Know a connection; False where there are too many."""
        if len(self._connections) >= MAX_CONNECTIONS:
            return False
        self._connections.add(connection)
        self._is_empty.clear()
        return True

    def leave(self, connection: GatewayConnection) -> None:
        """Forget a connection."""
        self._connections.discard(connection)
        if not self._connections:
            self._is_empty.set()

    def admit(self, connect: Connect, address: str) -> Awaitable[bool]:
        """Whether a gateway gets in, asked beside the event loop."""
        ask = self._doorkeeper.is_let_in
        return self._loop.run_in_executor(self._doors, ask, connect.user, connect.password, address)

    def take_over(self, connection: GatewayConnection) -> None:
        """Close an older connection of the same gateway: its new one is the one that lives (3.1.4)."""
        for other in self._connections - {connection}:
            if connection.client and (other.client, other.user) == (connection.client, connection.user):
                other.close()

    def may_publish(self, user: str, topic: str) -> bool:
        """Whether a topic is open to an account now; what is refused is shown to people for a while."""
        if self._doorkeeper.knows(user) and self._doorkeeper.may_publish(user, topic):
            return True
        refused = f"{user or 'a gateway without a name'} may not publish {topic[:200]}"
        if refused != self._refused:
            log.warning("%s", refused)
        self._refused, self._refused_at = refused, self._clock()
        return False

    def arrive(self, arrived: Arrived) -> None:
        """Take a message."""
        self._waiting += 1
        self._waiting_bytes += len(arrived.payload)
        self._is_full = self._waiting >= MAX_WAITING or self._waiting_bytes >= MAX_WAITING_BYTES
        self._intake.put(arrived)

    def _acknowledge(self, kept: Sequence[Arrived]) -> None:
        by_connection: dict[GatewayConnection, list[Publish]] = {}
        for message, connection in kept:
            by_connection.setdefault(connection, []).append(message)
            self._waiting -= 1
            self._waiting_bytes -= len(message.payload)
        for connection, messages in by_connection.items():
            connection.acknowledge(messages)
        if self._is_full and self._waiting < MAX_WAITING // 2 and self._waiting_bytes < MAX_WAITING_BYTES // 2:
            self._is_full = False
            for connection in tuple(self._connections):
                connection.read_on()

    # On the intake's thread

    def _on_messages_kept(self, kept: Sequence[Arrived]) -> None:
        self._loop.call_soon_threadsafe(self._acknowledge, kept)

    # On the broker's thread

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        handshake_s = _HANDSHAKE_S if self._tls else None
        server = await self._loop.create_server(
            lambda: GatewayConnection(self), sock=self._socket, ssl=self._tls, ssl_handshake_timeout=handshake_s
        )
        await self._is_ending.wait()
        server.close()
        self._is_full = True  # what still comes is not read any more
        for connection in tuple(self._connections):
            connection.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(_FAREWELL_S):
                await self._is_empty.wait()
        for connection in tuple(self._connections):  # it does not even read our answers
            connection.abort()


def broker_at(address: Address, embedded: EmbeddedAddress) -> Address:
    """Where the broker listens when HTTP is served at an address: the same host and certificate, its own port."""
    return replace(address, port=embedded.port_with(tls=address.certificate is not None))


def _listen(address: Address) -> socket.socket:
    try:
        return address.listen()
    except AddressInUse as error:
        reason = getattr(error.__cause__, "strerror", None) or error.__cause__
        message = _(
            "Cannot listen for gateways on {host} port {port}: {reason}. Choose another: --mqtt embedded:PORT."
        )
        raise UnusableBroker(message.format(host=address.host, port=address.port, reason=reason)) from error


def _tls_of(address: Address) -> ssl.SSLContext | None:
    if address.certificate is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(address.certificate, address.key)
    except ssl.SSLError as error:
        message = _("The certificate cannot be used: {reason}").format(reason=error.reason or error)
        raise InsecureAddress(message) from error
    return context
