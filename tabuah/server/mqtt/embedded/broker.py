"""The embedded MQTT broker: listens on its own thread, and acknowledges readings that are on disk.

It receives readings and delivers nothing, so it needs no sessions, no retained messages and no
store: acknowledged readings are in `readings.db`, and a gateway sends unacknowledged ones again.
"""

import asyncio
import logging
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final
from weakref import WeakValueDictionary

import msgspec
from msgspec.structs import replace

from tabuah.operations.gateways.mapping import GatewayMapping
from tabuah.resources.localisation import _
from tabuah.server.errors import AddressInUse, UnusableBroker
from tabuah.server.gateways.message_recorder import MessageRecorder
from tabuah.server.limits.connections import ConnectionTable, client_key
from tabuah.server.limits.tls_listener import TlsListener
from tabuah.server.listen_address import ListenAddress
from tabuah.server.mqtt.address import EmbeddedAddress
from tabuah.server.mqtt.embedded.connection import GatewayConnection, GatewayMessage
from tabuah.server.mqtt.embedded.gateway_access import GatewayAccess
from tabuah.server.mqtt.embedded.packets import Connect, Publish
from tabuah.server.mqtt.ingest import MqttIngest
from tabuah.server.mqtt.status import health_of, initial_status
from tabuah.server.readings.service import ReadingsService
from tabuah.server.tls.server_tls import ServerTls
from tabuah.storage.journal.protocol import GatewaysReply

log = logging.getLogger(__name__)

MAX_CONNECTIONS: Final = 1_000
MAX_CONNECTIONS_OF_ADDRESS: Final = 250  # or of one /64 network of IPv6
MAX_PASSWORD_CHECKS_OF_ADDRESS: Final = 4  # at once; the further log-ins of the address wait
MAX_WAITING: Final = 8_000  # messages received before their readings are on disk
MAX_WAITING_BYTES: Final = 64 * 1024 * 1024
REFUSAL_SHOWN: Final = timedelta(hours=1)
_HANDSHAKE_S: Final = 10.0
_FAREWELL_S: Final = 2.0


class _Connections:
    """The open connections, limited in total and for each address."""

    def __init__(self) -> None:
        self.is_empty = asyncio.Event()
        self.is_empty.set()
        self._open: set[GatewayConnection] = set()
        self._counted = 0
        self._addresses = ConnectionTable(limit=MAX_CONNECTIONS_OF_ADDRESS, proxies=())

    def __len__(self) -> int:
        return len(self._open)

    def __iter__(self) -> Iterator[GatewayConnection]:
        return iter(tuple(self._open))  # a copy: closing a connection removes it

    def add(self, connection: GatewayConnection) -> bool:
        """Add a connection; return False when there are too many, in total or of its address."""
        if not connection.counted_as:  # with TLS it counts since the begin of its handshake
            if not self.count(connection.address):
                return False
            connection.counted_as = connection.address
        self._open.add(connection)
        self.is_empty.clear()
        return True

    def remove(self, connection: GatewayConnection) -> None:
        if connection in self._open:
            self._open.remove(connection)
            self.release(connection.counted_as)
        if not self._open:
            self.is_empty.set()

    def count(self, address: str) -> bool:
        """Count a connection of an address; return False when there are too many, in total or of the address."""
        if self._counted >= MAX_CONNECTIONS or not self._addresses.open(address):
            return False
        self._counted += 1
        return True

    def release(self, address: str) -> None:
        """Count the end of a connection."""
        self._counted -= 1
        self._addresses.close(address)


class _Backlog:
    """The number and size of messages that wait for the disk; reading is paused while it is full."""

    def __init__(self) -> None:
        self.messages = self.size_bytes = 0
        self.is_full = False

    def add(self, payload: bytes) -> None:
        self.messages += 1
        self.size_bytes += len(payload)
        self.is_full = self.messages >= MAX_WAITING or self.size_bytes >= MAX_WAITING_BYTES

    def remove(self, payload: bytes) -> None:
        self.messages -= 1
        self.size_bytes -= len(payload)

    def end_pause(self) -> bool:
        """End the pause once less than half of the limits is left; return whether it has just ended."""
        if self.is_full and self.messages < MAX_WAITING // 2 and self.size_bytes < MAX_WAITING_BYTES // 2:
            self.is_full = False
            return True
        return False


class EmbeddedBroker:
    """Receives messages of gateways. Call `start` after the readings service starts, and `stop` before it stops."""

    def __init__(
        self,
        address: ListenAddress,
        mappings: Sequence[GatewayMapping],
        readings: ReadingsService,
        gateway_access: GatewayAccess,
        *,
        clock: Callable[[], datetime],
        tls: ServerTls | None = None,
        unread: MessageRecorder | None = None,
    ) -> None:
        """Open the port, so that errors are reported before anything runs.

        Args:
            address: where to listen, and the TLS certificate.
            mappings: how messages are read; the first matching topic applies.
            readings: destination of the readings.
            gateway_access: which accounts may publish.
            clock: the server's clock.
            tls: the certificate in use; default: that of the address.
            unread: keeps the messages that yield no reading; default: in memory.

        Raises:
            UnusableBroker: the port cannot be opened.
            InsecureAddress: the certificate cannot be used.
        """
        self.state = initial_status(mappings, clock(), unread or MessageRecorder(clock=clock))
        self._tls = tls or ServerTls.of(address)
        self._socket = _listen(address)
        self.port: int = self._socket.getsockname()[1]
        self.url = _url_of(address, self.port)
        self._mappings = tuple(mappings)
        self._gateway_access = gateway_access
        self._clock = clock
        self._ingest: MqttIngest[GatewayMessage] = MqttIngest(
            mappings, readings, self.state, clock=clock, acknowledge=self._on_messages_kept
        )
        self._access_thread = ThreadPoolExecutor(1, thread_name_prefix="tabuah-mqtt-doors")
        self._loop = asyncio.new_event_loop()
        self._is_ending = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="tabuah-mqtt-broker", daemon=True)
        self._connections = _Connections()
        self._password_checks: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()
        self._backlog = _Backlog()
        self._refused = ""
        self._refused_at: datetime | None = None

    def start(self) -> None:
        """Start listening."""
        self._ingest.start()
        self.state.connected = True
        self._thread.start()

    def stop(self) -> None:
        """Finish the received messages. Unsaved ones are not acknowledged, and their gateways send them again."""
        self.state.connected = False
        self._ingest.stop()
        self._loop.call_soon_threadsafe(self._is_ending.set)
        self._thread.join()
        self._access_thread.shutdown(wait=True, cancel_futures=True)

    @property
    def is_running(self) -> bool:
        """Whether messages are received; callable from any thread."""
        return self._ingest.is_running and self._thread.is_alive()

    def health(self) -> GatewaysReply:
        """Return the health of the broker; callable from any thread."""
        found = health_of(self.state, self.url, self._mappings)
        is_recent = self._refused_at is not None and self._clock() - self._refused_at < REFUSAL_SHOWN
        if found.error or not is_recent:
            return found
        return msgspec.structs.replace(found, error=self._refused)

    @property
    def unread(self) -> MessageRecorder:
        """The last messages that yielded no reading."""
        return self.state.unread

    def use_mappings(self, mappings: Sequence[GatewayMapping]) -> None:
        """Read messages by other mappings from now on; callable from any thread."""
        self._ingest.use_mappings(mappings)
        self._mappings = tuple(mappings)

    # Called by connections, on the event loop

    @property
    def is_full(self) -> bool:
        """Whether so many messages wait for the disk that reading is paused."""
        return self._backlog.is_full

    def register(self, connection: GatewayConnection) -> bool:
        """Register a connection; return False when there are too many, in total or of its address."""
        return self._connections.add(connection)

    def unregister(self, connection: GatewayConnection) -> None:
        self._connections.remove(connection)

    async def admit(self, connect: Connect, address: str, certificate: str) -> bool:
        """Check a gateway's account outside the event loop; one address does not fill the queue of slow checks."""
        ask, key = self._gateway_access.may_connect, client_key(address)
        checks = self._password_checks.setdefault(key, asyncio.Semaphore(MAX_PASSWORD_CHECKS_OF_ADDRESS))
        async with checks:
            return await self._loop.run_in_executor(
                self._access_thread, ask, connect.user, connect.password, address, certificate
            )

    def account_of(self, certificate: str) -> str:
        """Return the account of a client certificate that counts now; empty for any other."""
        return self._gateway_access.account_of(certificate)

    def close_older(self, connection: GatewayConnection) -> None:
        """Close an older connection of the same gateway: the new one takes its place (3.1.4)."""
        for other in self._connections:
            is_same = (other.client, other.user) == (connection.client, connection.user)
            if connection.client and is_same and other is not connection:
                other.close()

    def may_publish(self, user: str, topic: str, certificate: str) -> bool:
        """Return whether an account may publish now; a refusal is shown in the health for `REFUSAL_SHOWN`."""
        access = self._gateway_access
        is_valid = not certificate or (access.account_of(certificate) == user and access.is_certified(user))
        if is_valid and access.is_active_account(user):
            return True
        refused = f"{user or 'a gateway without a name'} may not publish {topic[:200]}"
        if refused != self._refused:
            log.warning("%s", refused)
        self._refused, self._refused_at = refused, self._clock()
        return False

    def receive(self, arrived: GatewayMessage) -> None:
        """Queue a message for saving."""
        self._backlog.add(arrived.payload)
        self._ingest.put(arrived)

    def _acknowledge(self, kept: Sequence[GatewayMessage]) -> None:
        by_connection: dict[GatewayConnection, list[Publish]] = {}
        for message, connection in kept:
            by_connection.setdefault(connection, []).append(message)
            self._backlog.remove(message.payload)
        for connection, messages in by_connection.items():
            connection.acknowledge(messages)
        if self._backlog.end_pause():
            for connection in self._connections:
                connection.continue_reading()

    # On the ingest thread

    def _on_messages_kept(self, kept: Sequence[GatewayMessage]) -> None:
        self._loop.call_soon_threadsafe(self._acknowledge, kept)

    # On the broker's thread

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        listening = await self._listen_for_gateways()
        await self._is_ending.wait()
        listening.close()
        if isinstance(listening, TlsListener):
            await listening.wait_closed()
            self._socket.close()
        self._backlog.is_full = True  # stop reading
        for connection in self._connections:
            connection.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(_FAREWELL_S):
                await self._connections.is_empty.wait()
        for connection in self._connections:  # these do not read our replies
            connection.abort()

    async def _listen_for_gateways(self) -> asyncio.Server | TlsListener:
        tls = self._tls
        if tls is None:
            return await self._loop.create_server(lambda: GatewayConnection(self), sock=self._socket)
        return TlsListener(
            self._socket,
            tls=lambda: tls.context,
            handshake_s=_HANDSHAKE_S,
            count=self._connections.count,
            release=self._connections.release,
            new_connection=lambda host: GatewayConnection(self, counted_as=host),
        )


def broker_address(address: ListenAddress, embedded: EmbeddedAddress) -> ListenAddress:
    """Return the broker's address: the HTTP server's host and certificate, with its own port."""
    return replace(address, port=embedded.port_with(tls=address.certificate is not None))


def _listen(address: ListenAddress) -> socket.socket:
    try:
        return address.listen()
    except AddressInUse as error:
        reason = getattr(error.__cause__, "strerror", None) or error.__cause__
        message = _(
            "Cannot listen for gateways on {host} port {port}: {reason}. Choose another: --mqtt embedded:PORT."
        )
        raise UnusableBroker(message.format(host=address.host, port=address.port, reason=reason)) from error


def _url_of(address: ListenAddress, port: int) -> str:
    host = f"[{address.host}]" if ":" in address.host else address.host
    return f"{'mqtts' if address.certificate else 'mqtt'}://{host}:{port}"
