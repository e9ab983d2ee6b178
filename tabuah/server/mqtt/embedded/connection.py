"""One gateway's connection to the embedded broker: log-in, messages and acknowledgements."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol

from tabuah.operations.gateways.payloads import MAX_PAYLOAD_BYTES
from tabuah.server.errors import Refusal, ServerError
from tabuah.server.limits.tls_listener import CountedProtocol, serial_of_peer
from tabuah.server.mqtt.embedded import packets
from tabuah.server.mqtt.embedded import packets as answers
from tabuah.server.mqtt.embedded.packets import (
    BadPacket,
    Connect,
    ConnectReturnCode,
    Packet,
    PacketType,
    Publish,
    UnknownVersion,
)

log = logging.getLogger(__name__)

LOG_IN_WITHIN_S: Final = 15.0
MAX_LOG_IN_BYTES: Final = 16 * 1024  # packet size before the log-in
MAX_PACKET_BYTES: Final = MAX_PAYLOAD_BYTES + 66 * 1024  # a topic has at most 64 KiB
_KEEP_ALIVE_FACTOR: Final = 1.5  # keep-alive intervals that may pass without a packet (3.1.2.10)


class GatewayMessage(NamedTuple):
    """A message, and the connection on which it is acknowledged."""

    message: Publish
    connection: "GatewayConnection"

    @property
    def topic(self) -> str:
        """The topic of the message."""
        return self.message.topic

    @property
    def payload(self) -> bytes:
        """The payload of the message."""
        return self.message.payload

    @property
    def account(self) -> str:
        """The account that published it; empty for an anonymous gateway."""
        return self.connection.user


class BrokerInterface(Protocol):
    """The operations of the broker that a connection uses, all on the event loop."""

    @property
    def is_full(self) -> bool:
        """Whether so many messages wait for the disk that reading is paused."""

    def register(self, connection: "GatewayConnection") -> bool:
        """Register a connection; return False when there are too many."""

    def unregister(self, connection: "GatewayConnection") -> None:
        """Unregister a connection."""

    async def admit(self, connect: Connect, address: str, certificate: str) -> bool:
        """Return whether a gateway may connect; raises the refusals of the server's accounts."""

    def account_of(self, certificate: str) -> str:
        """Return the account of a client certificate that counts now; empty for any other."""

    def may_publish(self, user: str, topic: str, certificate: str) -> bool:
        """Return whether an account may publish a topic; refusals are recorded."""

    def receive(self, arrived: GatewayMessage) -> None:
        """Queue a message for saving."""

    def close_older(self, connection: "GatewayConnection") -> None:
        """Close an older connection of the same gateway."""


class GatewayConnection(CountedProtocol):
    """Reads packets while the broker has room. A protocol violation closes the connection, as the standard asks.

    Attributes:
        certificate: the serial number of the gateway's client certificate; empty without one.
        counted_as: the address under which the connection counts; empty before it counts.
        has_begun: whether the connection was made; from then on the broker counts its end.
    """

    def __init__(self, broker: BrokerInterface, *, counted_as: str = "") -> None:
        self.counted_as = counted_as
        self.user = self.client = self.address = self.certificate = ""
        self._broker = broker
        self._reader = packets.PacketReader(MAX_LOG_IN_BYTES)
        self._transport: asyncio.Transport | None = None
        self._loop = asyncio.get_running_loop()
        self._idle_timer: asyncio.TimerHandle | None = None
        self._idle_limit_s = LOG_IN_WITHIN_S
        self._log_in: asyncio.Task[None] | None = None
        self._is_logged_in = False

    # Called by the event loop

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Register the connection and start the log-in timer."""
        assert isinstance(transport, asyncio.Transport)
        self._transport, self.has_begun = transport, True
        peer = transport.get_extra_info("peername")
        self.address = str(peer[0]) if peer else ""
        self.certificate = serial_of_peer(transport)
        if not self._broker.register(self):
            log.warning("gateway at %s rejected: too many connections", self.address)
            self.abort()
            return
        self._restart_idle_timer()

    def data_received(self, data: bytes) -> None:
        """Buffer the data and process complete packets."""
        self._reader.feed(data)
        if self._is_logged_in:
            self._restart_idle_timer()
        self.continue_reading()

    def connection_lost(self, _error: Exception | None) -> None:
        """Unregister the connection; messages already received are still saved."""
        self._transport = None
        if self._idle_timer is not None:
            self._idle_timer.cancel()
        if self._log_in is not None:
            self._log_in.cancel()
        self._broker.unregister(self)

    # Called by the broker

    def continue_reading(self) -> None:
        """Process buffered packets while the broker has room."""
        try:
            while self._can_read() and (packet := self._reader.next()) is not None:
                self._take(packet)
        except UnknownVersion:
            self._reject(ConnectReturnCode.UNACCEPTABLE_VERSION)
        except BadPacket as error:
            log.info("a connection from %s is closed: %s", self.address, error)
            self.close()
        if self._transport is not None and not self._transport.is_closing():
            (self._transport.resume_reading if self._can_read() else self._transport.pause_reading)()

    def acknowledge(self, messages: Sequence[Publish]) -> None:
        """Acknowledge messages whose readings are on disk, in the order of arrival (4.6)."""
        if acknowledgements := b"".join(answers.encode_puback(message) for message in messages if message.qos):
            self._send(acknowledgements)

    def close(self) -> None:
        """Send pending data, then close."""
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """Close without sending pending data."""
        if self._transport is not None:
            self._transport.abort()

    # Packets

    def _take(self, packet: Packet) -> None:
        if not self._is_logged_in:
            if packet.kind is not PacketType.CONNECT:
                raise BadPacket(f"a {packet.kind.name} before the CONNECT")
            self._begin_log_in(packets.read_connect(packet.body))
        elif packet.kind is PacketType.PUBLISH:
            self._take_message(packets.read_publish(packet))
        else:
            self._take_other(packet)

    def _take_message(self, message: Publish) -> None:
        if not self._broker.may_publish(self.user, message.topic, self.certificate):
            self.close()  # MQTT 3.1.1 cannot refuse a PUBLISH: the alternative is to drop it silently (3.3.5)
            return
        self._broker.receive(GatewayMessage(message, self))

    def _take_other(self, packet: Packet) -> None:
        match packet.kind:
            case PacketType.PUBREL:
                self._send(answers.encode_pubcomp(packets.read_packet_id(packet.body)))
            case PacketType.SUBSCRIBE:
                count = packets.count_filters(packet.body)
                self._send(answers.encode_suback(packets.read_packet_id(packet.body), count))
            case PacketType.UNSUBSCRIBE:
                self._send(answers.encode_unsuback(packets.read_packet_id(packet.body)))
            case PacketType.PINGREQ:
                self._send(answers.PINGRESP)
            case PacketType.DISCONNECT:
                self.close()
            case _:
                raise BadPacket(f"a second {packet.kind.name}")

    # Log-in

    def _begin_log_in(self, connect: Connect) -> None:
        if not connect.client and not connect.clean:
            self._reject(ConnectReturnCode.IDENTIFIER_REJECTED)
            return
        self._log_in = self._loop.create_task(self._finish_log_in(connect))

    async def _finish_log_in(self, connect: Connect) -> None:
        answer = await self._authenticate(connect)
        self._log_in = None
        if answer is not ConnectReturnCode.ACCEPTED:
            self._reject(answer)
            return
        self.user = connect.user
        if self.certificate and not connect.user:
            self.user = self._broker.account_of(self.certificate)
        self.client, self._is_logged_in = connect.client, True
        self._reader.limit_bytes = MAX_PACKET_BYTES
        self._idle_limit_s = connect.keep_alive_s * _KEEP_ALIVE_FACTOR
        self._broker.close_older(self)
        self._send(answers.encode_connack(ConnectReturnCode.ACCEPTED))
        self._restart_idle_timer()
        self.continue_reading()

    async def _authenticate(self, connect: Connect) -> ConnectReturnCode:
        if self._broker.is_full:
            return ConnectReturnCode.UNAVAILABLE
        try:
            may_connect = await self._broker.admit(connect, self.address, self.certificate)
        except Refusal as refusal:
            log.warning("gateway %r at %s rejected: %s", connect.user, self.address, refusal)
            return ConnectReturnCode.BAD_CREDENTIALS
        except ServerError as error:
            log.warning("the account of gateway %r cannot be checked: %s", connect.user, error)
            return ConnectReturnCode.UNAVAILABLE
        return ConnectReturnCode.ACCEPTED if may_connect else ConnectReturnCode.NOT_AUTHORISED

    def _reject(self, answer: ConnectReturnCode) -> None:
        self._send(answers.encode_connack(answer))
        self.close()

    # Transport

    def _can_read(self) -> bool:
        is_open = self._transport is not None and not self._transport.is_closing()
        return is_open and self._log_in is None and not (self._is_logged_in and self._broker.is_full)

    def _restart_idle_timer(self) -> None:
        if self._idle_timer is not None:
            self._idle_timer.cancel()
        self._idle_timer = self._loop.call_later(self._idle_limit_s, self._on_idle) if self._idle_limit_s else None

    def _on_idle(self) -> None:
        """Close the connection, unless reading is paused by the broker itself."""
        if self._is_logged_in and self._broker.is_full:
            self._restart_idle_timer()
        else:
            self.close()

    def _send(self, data: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)
