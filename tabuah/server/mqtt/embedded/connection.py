"""One gateway's connection to the server's own broker: it logs in, publishes, and is answered."""

import asyncio
import logging
from collections.abc import Awaitable, Sequence
from typing import Final, NamedTuple, Protocol

from tabuah.operations.gateways.payloads import MAX_PAYLOAD_BYTES
from tabuah.server.errors import Refusal, ServerError
from tabuah.server.mqtt.embedded import answers, packets
from tabuah.server.mqtt.embedded.answers import Admission
from tabuah.server.mqtt.embedded.packets import BadPacket, Connect, Kind, Packet, Publish, UnknownVersion

log = logging.getLogger(__name__)

LOG_IN_WITHIN_S: Final = 15.0
MAX_LOG_IN_BYTES: Final = 16 * 1024  # of a packet before the log-in
MAX_PACKET_BYTES: Final = MAX_PAYLOAD_BYTES + 66 * 1024  # a topic has at most 64 KiB
_PATIENCE: Final = 1.5  # keep-alive intervals that may pass in silence (3.1.2.10)


class Arrived(NamedTuple):
    """A message, and the connection on which it is answered."""

    message: Publish
    connection: "GatewayConnection"

    @property
    def topic(self) -> str:
        """Where it was published."""
        return self.message.topic

    @property
    def payload(self) -> bytes:
        """What was published."""
        return self.message.payload


class House(Protocol):
    """What a connection asks of the broker; all of it on the event loop."""

    @property
    def is_full(self) -> bool:
        """Whether so much waits for the disk that nothing more is read."""

    def enter(self, connection: "GatewayConnection") -> bool:
        """Know a connection; False where there are too many."""

    def leave(self, connection: "GatewayConnection") -> None:
        """Forget a connection."""

    def admit(self, connect: Connect, address: str) -> Awaitable[bool]:
        """Whether a gateway gets in; raises what the server's accounts refuse."""

    def may_publish(self, user: str, topic: str) -> bool:
        """Whether a topic is open to an account; what is refused is remembered for people to see."""

    def arrive(self, arrived: Arrived) -> None:
        """Take a message."""

    def take_over(self, connection: "GatewayConnection") -> None:
        """Close an older connection of the same gateway."""


class GatewayConnection(asyncio.Protocol):
    """Reads while there is room. Whatever is against the standard ends it, as the standard wants."""

    def __init__(self, house: House) -> None:
        self.user = self.client = ""
        self._house = house
        self._reader = packets.PacketReader(MAX_LOG_IN_BYTES)
        self._transport: asyncio.Transport | None = None
        self._loop = asyncio.get_running_loop()
        self._silence: asyncio.TimerHandle | None = None
        self._patience_s = LOG_IN_WITHIN_S
        self._log_in: asyncio.Task[None] | None = None
        self._is_in = False

    # What the event loop calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Somebody is there, and has a moment to say who."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        if not self._house.enter(self):
            log.warning("a gateway at %s is turned away: there are too many connections", self._address())
            self.abort()
            return
        self._wait_for_more()

    def data_received(self, data: bytes) -> None:
        """Something has come."""
        self._reader.feed(data)
        if self._is_in:
            self._wait_for_more()
        self.read_on()

    def connection_lost(self, _error: Exception | None) -> None:
        """The gateway is gone; what it has brought is kept all the same."""
        self._transport = None
        if self._silence is not None:
            self._silence.cancel()
        if self._log_in is not None:
            self._log_in.cancel()
        self._house.leave(self)

    # What the broker calls

    def read_on(self) -> None:
        """Take what has come for as long as there is room."""
        try:
            while self._can_read() and (packet := self._reader.next()) is not None:
                self._take(packet)
        except UnknownVersion:
            self._turn_away(Admission.UNKNOWN_VERSION)
        except BadPacket as error:
            log.info("a connection from %s is closed: %s", self._address(), error)
            self.close()
        if self._transport is not None and not self._transport.is_closing():
            (self._transport.resume_reading if self._can_read() else self._transport.pause_reading)()

    def acknowledge(self, messages: Sequence[Publish]) -> None:
        """Tell the gateway that the readings of messages are on disk, in the order in which they came (4.6)."""
        if thanks := b"".join(answers.to_publish(message) for message in messages if message.qos):
            self._send(thanks)

    def close(self) -> None:
        """Send what is to be sent, and close."""
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """Close without waiting for anything."""
        if self._transport is not None:
            self._transport.abort()

    # What becomes of packets

    def _take(self, packet: Packet) -> None:
        if not self._is_in:
            if packet.kind is not Kind.CONNECT:
                raise BadPacket(f"a {packet.kind.name} before the CONNECT")
            self._begin_log_in(packets.read_connect(packet.body))
        elif packet.kind is Kind.PUBLISH:
            self._take_message(packets.read_publish(packet))
        else:
            self._take_other(packet)

    def _take_message(self, message: Publish) -> None:
        if not self._house.may_publish(self.user, message.topic):
            self.close()  # MQTT 3.1.1 has no way to say no: the alternative is to swallow it (3.3.5)
            return
        self._house.arrive(Arrived(message, self))

    def _take_other(self, packet: Packet) -> None:
        match packet.kind:
            case Kind.PUBREL:
                self._send(answers.to_release(packets.read_packet_id(packet.body)))
            case Kind.SUBSCRIBE:
                count = packets.count_filters(packet.body)
                self._send(answers.to_subscribe(packets.read_packet_id(packet.body), count))
            case Kind.UNSUBSCRIBE:
                self._send(answers.to_unsubscribe(packets.read_packet_id(packet.body)))
            case Kind.PINGREQ:
                self._send(answers.TO_PING)
            case Kind.DISCONNECT:
                self.close()
            case _:
                raise BadPacket(f"a second {packet.kind.name}")

    # The log-in

    def _begin_log_in(self, connect: Connect) -> None:
        if not connect.client and not connect.clean:
            self._turn_away(Admission.BAD_NAME)
            return
        self._log_in = self._loop.create_task(self._finish_log_in(connect))

    async def _finish_log_in(self, connect: Connect) -> None:
        answer = await self._answer_to(connect)
        self._log_in = None
        if answer is not Admission.WELCOME:
            self._turn_away(answer)
            return
        self.user, self.client, self._is_in = connect.user, connect.client, True
        self._reader.limit_bytes = MAX_PACKET_BYTES
        self._patience_s = connect.keep_alive_s * _PATIENCE
        self._house.take_over(self)
        self._send(answers.to_connect(Admission.WELCOME))
        self._wait_for_more()
        self.read_on()

    async def _answer_to(self, connect: Connect) -> Admission:
        if self._house.is_full:
            return Admission.UNAVAILABLE
        try:
            is_let_in = await self._house.admit(connect, self._address())
        except Refusal as refusal:
            log.warning("gateway %r at %s is turned away: %s", connect.user, self._address(), refusal)
            return Admission.WRONG_PASSWORD
        except ServerError as error:
            log.warning("gateway %r cannot be let in: %s", connect.user, error)
            return Admission.UNAVAILABLE
        return Admission.WELCOME if is_let_in else Admission.NOT_ALLOWED

    def _turn_away(self, answer: Admission) -> None:
        self._send(answers.to_connect(answer))
        self.close()

    # The rest

    def _can_read(self) -> bool:
        is_open = self._transport is not None and not self._transport.is_closing()
        return is_open and self._log_in is None and not (self._is_in and self._house.is_full)

    def _wait_for_more(self) -> None:
        if self._silence is not None:
            self._silence.cancel()
        self._silence = self._loop.call_later(self._patience_s, self._on_silence) if self._patience_s else None

    def _on_silence(self) -> None:
        """Close, unless it is we who do not listen."""
        if self._is_in and self._house.is_full:
            self._wait_for_more()
        else:
            self.close()

    def _send(self, data: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def _address(self) -> str:
        peer = self._transport.get_extra_info("peername") if self._transport is not None else None
        return str(peer[0]) if peer else ""
