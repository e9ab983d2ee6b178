"""The client of an external broker: messages become readings, and are acknowledged once these are on disk."""

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
from tabuah.server.gateways.message_recorder import MessageRecorder
from tabuah.server.mqtt.address import BrokerAddress
from tabuah.server.mqtt.ingest import LONGEST_PAUSE_S, MqttIngest
from tabuah.server.mqtt.status import health_of, initial_status
from tabuah.server.readings.service import ReadingsService
from tabuah.storage.journal.protocol import GatewaysReply

log = logging.getLogger(__name__)

SHARED_GROUP: Final = "ingest"  # servers in one shared-subscription group take turns
MAX_IN_FLIGHT: Final = 8_000  # messages that the broker sends before the first must be acknowledged
SESSION_KEPT_S: Final = 7 * 86_400  # how long the broker keeps messages for a server that is down
KEEP_ALIVE_S: Final = 30


class BrokerMessage(NamedTuple):
    """A message, and the connection on which it must be acknowledged."""

    topic: str
    payload: bytes
    connection: int
    message_id: int
    qos: int

    @property
    def account(self) -> str:
        """Always empty: another broker does not say who published a message."""
        return ""


class BrokerClient:
    """Receives messages from a broker. Call `start` after the readings service starts, and `stop` before it stops."""

    def __init__(
        self,
        address: BrokerAddress,
        mappings: Sequence[GatewayMapping],
        readings: ReadingsService,
        *,
        name: str,
        clock: Callable[[], datetime],
        unread: MessageRecorder | None = None,
    ) -> None:
        """Prepare the client.

        Args:
            address: the broker.
            mappings: how messages are read; the first matching topic applies.
            readings: destination of the readings.
            name: client identifier, the same at every start: the broker keeps messages for it.
            clock: the server's clock.
            unread: keeps the messages that yield no reading; default: in memory.
        """
        self.address = address
        self.state = initial_status(mappings, clock(), unread or MessageRecorder(clock=clock))
        self._mappings = tuple(mappings)
        self._clock = clock
        self._connection = 0
        self._client = self._make_client(name)
        self._ingest: MqttIngest[BrokerMessage] = MqttIngest(
            mappings, readings, self.state, clock=clock, acknowledge=self._acknowledge
        )

    def start(self) -> None:
        """Connect, now or as soon as the broker is available, and start to receive messages."""
        host, port = self.address.host, self.address.port
        if self.address.is_mqtt5:
            self._client.connect_async(host, port, KEEP_ALIVE_S, clean_start=False, properties=_session_properties())
        else:
            self._client.connect_async(host, port, KEEP_ALIVE_S)
        self._ingest.start()
        self._client.loop_start()

    def stop(self) -> None:
        """Finish the received messages; the broker sends unacknowledged ones again."""
        self._ingest.stop()
        self._client.disconnect()
        self._client.loop_stop()

    @property
    def is_running(self) -> bool:
        """Whether messages are received; callable from any thread."""
        return self._ingest.is_running

    def health(self) -> GatewaysReply:
        """Return the health of the connection; callable from any thread."""
        return health_of(self.state, str(self.address), self._mappings)

    @property
    def unread(self) -> MessageRecorder:
        """The last messages that yielded no reading."""
        return self.state.unread

    def use_mappings(self, mappings: Sequence[GatewayMapping]) -> None:
        """Read messages by other mappings from now on, and change the subscriptions; callable from any thread."""
        before = self._filters()
        self._mappings = tuple(mappings)
        self._ingest.use_mappings(mappings)
        after = self._filters()
        if self.state.connected:  # otherwise the connection begins with the subscriptions
            if added := [topic for topic in after if topic not in before]:
                self._client.subscribe([(topic, 1) for topic in added])
            if removed := [topic for topic in before if topic not in after]:
                self._client.unsubscribe(removed)

    def _filters(self) -> tuple[str, ...]:
        """Return the topic filters to subscribe to, each once."""
        topics = dict.fromkeys(mapping.filter for mapping in self._mappings)
        return tuple(f"$share/{SHARED_GROUP}/{topic}" if self.address.shared else topic for topic in topics)

    def _make_client(self, name: str) -> Client:
        share_property_tables()
        client = _mqtt5_client(name) if self.address.is_mqtt5 else _mqtt3_client(name)
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
            self._set_state(connected=False, error=f"{self.address}: {reason}")
            return
        self._connection += 1
        client.subscribe([(topic, 1) for topic in self._filters()])

    def _on_subscribed(
        self, _client: Client, _userdata: Any, _mid: int, reasons: Sequence[Any], _properties: Any
    ) -> None:
        """Report the connection only now: a broker may accept the log-in and still refuse a topic."""
        refused = next((reason for reason in reasons if reason.is_failure), None)
        error = f"{self.address}: {refused}" if refused else ""
        self._set_state(connected=refused is None, error=error)

    def _on_connecting_failed(self, _client: Client, _userdata: Any) -> None:
        self._set_state(connected=False, error=f"{self.address} cannot be reached")

    def _on_disconnected(self, _client: Client, _userdata: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        if self.state.connected:  # otherwise the reason is recorded already
            self._set_state(connected=False, error=f"{self.address}: {reason}" if reason.is_failure else "")

    def _set_state(self, *, connected: bool, error: str) -> None:
        if (connected, error) == (self.state.connected, self.state.error):
            return
        if error:
            log.warning("connection to the broker lost: %s", error)
        elif connected:
            log.info("receiving readings from %s", self.address)
        self.state.connected, self.state.error, self.state.since = connected, error, self._clock()

    def _on_message_arrived(self, _client: Client, _userdata: Any, message: MQTTMessage) -> None:
        self._ingest.put(
            BrokerMessage(_topic_of(message), bytes(message.payload), self._connection, message.mid, message.qos)
        )

    # On the ingest thread

    def _acknowledge(self, kept: Sequence[BrokerMessage]) -> None:
        for arrived in kept:
            # After a reconnect the identifier may belong to another message.
            if arrived.connection == self._connection:
                self._client.ack(arrived.message_id, arrived.qos)


def _topic_of(message: MQTTMessage) -> str:
    try:
        return message.topic
    except UnicodeDecodeError:
        return ""


def _mqtt5_client(name: str) -> Client:
    return Client(CallbackAPIVersion.VERSION2, name, protocol=MQTTProtocolVersion.MQTTv5, manual_ack=True)


def _mqtt3_client(name: str) -> Client:
    """Create a client for MQTT 3.1.1, where the broker limits the number of messages in flight."""
    protocol = MQTTProtocolVersion.MQTTv311
    return Client(CallbackAPIVersion.VERSION2, name, clean_session=False, protocol=protocol, manual_ack=True)


def _session_properties() -> Properties:
    """Return the CONNECT properties of MQTT 5."""
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
    properties.SessionExpiryInterval = SESSION_KEPT_S
    properties.ReceiveMaximum = MAX_IN_FLIGHT
    properties.MaximumPacketSize = MAX_PAYLOAD_BYTES + 64 * 1024
    return properties


def share_property_tables() -> None:
    """Let all `Properties` objects of this process share their tables; repeated calls are harmless.

    paho-mqtt 2.2 builds three tables of up to 27 rows in each `Properties`, and every MQTT 5 message
    has one: this was more than half of the server's cost of a message. The tables never change. Remove
    this when paho caches them itself.
    """
    if hasattr(Properties.__init__, "shared"):
        return
    tables = {k: v for k, v in vars(Properties(PacketTypes.PUBLISH)).items() if k != "packetType"}  # type: ignore[no-untyped-call]

    def initialise(self: Any, packet_type: int) -> None:
        self.__dict__.update(tables, packetType=packet_type)

    def clear(self: Any) -> None:
        kept = {name: self.__dict__[name] for name in (*tables, "packetType")}
        self.__dict__.clear()
        self.__dict__.update(kept)

    initialise.shared = True  # type: ignore[attr-defined]
    Properties.__init__ = initialise  # type: ignore[method-assign]
    Properties.clear = clear  # type: ignore[method-assign]
