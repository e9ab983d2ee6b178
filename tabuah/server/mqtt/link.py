"""The link to a broker: messages become readings, and are acknowledged once these are on disk."""

import logging
import ssl
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from tabuah.operations.gateways.mapping import GatewayMapping
from tabuah.operations.gateways.payloads import MAX_PAYLOAD_BYTES
from tabuah.server.mqtt.address import BrokerAddress
from tabuah.server.mqtt.intake import LONGEST_PAUSE_S, Intake
from tabuah.server.mqtt.property_tables import share_property_tables
from tabuah.server.mqtt.state import begin_state, health_of
from tabuah.server.readings.service import ReadingsService
from tabuah.storage.journal.protocol import GatewaysReply

log = logging.getLogger(__name__)

GROUP: Final = "ingest"  # servers that share one group take turns
MAX_IN_FLIGHT: Final = 8_000  # messages that the broker sends before it waits for acknowledgements
SESSION_KEPT_S: Final = 7 * 86_400  # what a broker keeps for a server that is down
KEEP_ALIVE_S: Final = 30


class Arrived(NamedTuple):
    """A message, and the connection on which it must be acknowledged."""

    topic: str
    payload: bytes
    connection: int
    message_id: int
    qos: int


class MqttLink:
    """Takes what the broker has. `start` after the readings service, `stop` before it."""

    def __init__(
        self,
        address: BrokerAddress,
        mappings: Sequence[GatewayMapping],
        readings: ReadingsService,
        *,
        name: str,
        clock: Callable[[], datetime],
    ) -> None:
        """Prepare a link.

        Args:
            address: the broker.
            mappings: how messages are read; the first whose topic fits counts.
            readings: where they go.
            name: our client identifier, the same at every start: the broker keeps messages for it.
            clock: the server's.
        """
        self.address = address
        self.state = begin_state(mappings, clock())
        self._mappings = tuple(mappings)
        self._clock = clock
        self._connection = 0
        self._client = self._make_client(name)
        self._intake: Intake[Arrived] = Intake(
            mappings, readings, self.state, clock=clock, acknowledge=self._acknowledge
        )

    def start(self) -> None:
        """Connect, now or as soon as the broker is there, and begin to take messages."""
        host, port = self.address.host, self.address.port
        if self.address.speaks_5:
            self._client.connect_async(host, port, KEEP_ALIVE_S, clean_start=False, properties=_what_is_kept())
        else:
            self._client.connect_async(host, port, KEEP_ALIVE_S)
        self._intake.start()
        self._client.loop_start()

    def stop(self) -> None:
        """Finish what has come; what is not on disk then, the broker sends again."""
        self._intake.stop()
        self._client.disconnect()
        self._client.loop_stop()

    def health(self) -> GatewaysReply:
        """How it is, for people; from any thread."""
        return health_of(self.state, str(self.address), self._mappings)

    def _make_client(self, name: str) -> Client:
        share_property_tables()
        client = _client_of_5(name) if self.address.speaks_5 else _client_of_3(name)
        client.reconnect_delay_set(1, int(LONGEST_PAUSE_S))
        if self.address.user:
            client.username_pw_set(self.address.user, self.address.password)
        if self.address.tls:
            client.tls_set_context(ssl.create_default_context())
        client.on_connect = self._on_connected
        client.on_connect_fail = self._on_connecting_failed
        client.on_subscribe = self._on_subscribed
        client.on_disconnect = self._on_disconnected
        client.on_message = self._on_message_arrived
        return client

    # On the client's thread

    def _on_connected(self, client: Client, _userdata: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        if reason.is_failure:
            self._be(connected=False, error=f"{self.address}: {reason}")
            return
        self._connection += 1
        filters = dict.fromkeys(mapping.filter for mapping in self._mappings)
        client.subscribe([(f"$share/{GROUP}/{topic}" if self.address.shared else topic, 1) for topic in filters])

    def _on_subscribed(
        self, _client: Client, _userdata: Any, _mid: int, reasons: Sequence[Any], _properties: Any
    ) -> None:
        """Only now will messages come: a broker may let us in and still keep a topic from us."""
        refused = next((reason for reason in reasons if reason.is_failure), None)
        error = f"{self.address}: {refused}" if refused else ""
        self._be(connected=refused is None, error=error)

    def _on_connecting_failed(self, _client: Client, _userdata: Any) -> None:
        self._be(connected=False, error=f"{self.address} cannot be reached")

    def _on_disconnected(self, _client: Client, _userdata: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        if self.state.connected:  # else the reason is told already
            self._be(connected=False, error=f"{self.address}: {reason}" if reason.is_failure else "")

    def _be(self, *, connected: bool, error: str) -> None:
        if (connected, error) == (self.state.connected, self.state.error):
            return
        if error:
            log.warning("the broker is lost: %s", error)
        elif connected:
            log.info("readings come from %s", self.address)
        self.state.connected, self.state.error, self.state.since = connected, error, self._clock()

    def _on_message_arrived(self, _client: Client, _userdata: Any, message: MQTTMessage) -> None:
        self._intake.put(
            Arrived(_topic_of(message), bytes(message.payload), self._connection, message.mid, message.qos)
        )

    # On the intake's thread

    def _acknowledge(self, kept: Sequence[Arrived]) -> None:
        for arrived in kept:
            # after a loss of the connection the number may mean another message
            if arrived.connection == self._connection:
                self._client.ack(arrived.message_id, arrived.qos)


def _topic_of(message: MQTTMessage) -> str:
    try:
        return message.topic
    except UnicodeDecodeError:
        return ""


def _client_of_5(name: str) -> Client:
    return Client(CallbackAPIVersion.VERSION2, name, protocol=MQTTProtocolVersion.MQTTv5, manual_ack=True)


def _client_of_3(name: str) -> Client:
    """A client of MQTT 3.1.1; how many messages are under way is then the broker's choice."""
    protocol = MQTTProtocolVersion.MQTTv311
    return Client(CallbackAPIVersion.VERSION2, name, clean_session=False, protocol=protocol, manual_ack=True)


def _what_is_kept() -> Properties:
    """What MQTT 5 lets us ask of a broker."""
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
    properties.SessionExpiryInterval = SESSION_KEPT_S
    properties.ReceiveMaximum = MAX_IN_FLIGHT
    properties.MaximumPacketSize = MAX_PAYLOAD_BYTES + 64 * 1024
    return properties
