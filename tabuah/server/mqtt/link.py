"""The link to a broker: messages become readings, and are acknowledged once these are on disk."""

import logging
import queue
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from tabuah.operations.gateways.mapping import GatewayMapping, TopicPlaces, read_topic
from tabuah.operations.gateways.payloads import MAX_PAYLOAD_BYTES, read_payload
from tabuah.operations.stations.posted import PostedReading
from tabuah.operations.stations.quality import Doubt
from tabuah.server.errors import ServerError
from tabuah.server.mqtt.address import BrokerAddress
from tabuah.server.mqtt.property_tables import share_property_tables
from tabuah.server.readings.service import ReadingsService
from tabuah.storage.journal.protocol import GatewayHealth, GatewaysReply, ReadingsReply

log = logging.getLogger(__name__)

GROUP: Final = "ingest"  # servers that share one group take turns
MAX_IN_FLIGHT: Final = 8_000  # messages that the broker sends before it waits for acknowledgements
MAX_MESSAGES: Final = 1_000  # of one transaction
MAX_GROUP_BYTES: Final = 4 * 1024 * 1024
COLLECT_S: Final = 0.02
SESSION_KEPT_S: Final = 7 * 86_400  # what a broker keeps for a server that is down
KEEP_ALIVE_S: Final = 30
LONGEST_PAUSE_S: Final = 30.0


class _Arrived(NamedTuple):
    """A message, and the connection on which it must be acknowledged."""

    connection: int
    message: MQTTMessage


@dataclass(slots=True)
class GatewayCount:
    """What has come by one mapping since the start."""

    messages: int = 0
    readings: int = 0
    set_aside: int = 0
    last_message_at: datetime | None = None


@dataclass(slots=True)
class LinkState:
    """How the link is; `error` says why it is down, `waits` why what has come cannot be saved just now."""

    connected: bool = False
    since: datetime | None = None
    error: str = ""
    waits: str = ""
    unmatched: int = 0
    counts: dict[str, GatewayCount] = field(default_factory=dict)


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
        shared: bool = True,
    ) -> None:
        """Prepare a link.

        Args:
            address: the broker.
            mappings: how messages are read; the first whose topic fits counts.
            readings: where they go.
            name: our client identifier, the same at every start: the broker keeps messages for it.
            clock: the server's.
            shared: use a shared subscription, which a broker of MQTT 3.1.1 does not know.
        """
        self.address = address
        self.state = LinkState(since=clock(), counts={mapping.name: GatewayCount() for mapping in mappings})
        self._mappings = tuple(mappings)
        self._readings = readings
        self._clock = clock
        self._shared = shared
        self._connection = 0
        self._arrived: queue.SimpleQueue[_Arrived | None] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._client = self._make_client(name)
        self._thread = threading.Thread(target=self._run, name="tabuah-mqtt-intake", daemon=True)

    def start(self) -> None:
        """Connect, now or as soon as the broker is there, and begin to take messages."""
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        properties.SessionExpiryInterval = SESSION_KEPT_S
        properties.ReceiveMaximum = MAX_IN_FLIGHT
        properties.MaximumPacketSize = MAX_PAYLOAD_BYTES + 64 * 1024
        self._client.connect_async(
            self.address.host, self.address.port, KEEP_ALIVE_S, clean_start=False, properties=properties
        )
        self._thread.start()
        self._client.loop_start()

    def stop(self) -> None:
        """Finish what has come; what is not on disk then, the broker sends again."""
        self._stopping.set()
        self._arrived.put(None)
        self._thread.join()
        self._client.disconnect()
        self._client.loop_stop()

    def health(self) -> GatewaysReply:
        """How it is, for people; from any thread."""
        topics = {mapping.name: mapping.filter for mapping in self._mappings}
        return GatewaysReply(
            broker=str(self.address),
            connected=self.state.connected,
            since=self.state.since,
            error=self.state.error or self.state.waits,
            unmatched=self.state.unmatched,
            gateways=tuple(
                GatewayHealth(
                    name=name,
                    topic=topics[name],
                    messages=count.messages,
                    readings=count.readings,
                    set_aside=count.set_aside,
                    last_message_at=count.last_message_at,
                )
                for name, count in self.state.counts.items()
            ),
        )

    def _make_client(self, name: str) -> Client:
        share_property_tables()
        client = Client(CallbackAPIVersion.VERSION2, name, protocol=MQTTProtocolVersion.MQTTv5, manual_ack=True)
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
        client.subscribe([(f"$share/{GROUP}/{topic}" if self._shared else topic, 1) for topic in filters])

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
        self._arrived.put(_Arrived(self._connection, message))

    # On the intake's thread

    def _run(self) -> None:
        while (group := self._next_group()) is not None:
            if group and self._is_kept(group):
                for connection, message in group:
                    # after a loss of the connection the number may mean another message
                    if connection == self._connection:
                        self._client.ack(message.mid, message.qos)

    def _next_group(self) -> list[_Arrived] | None:
        """What comes within a moment; None at the end."""
        group: list[_Arrived] = []
        ends_s, size = 0.0, 0
        while len(group) < MAX_MESSAGES and size < MAX_GROUP_BYTES:
            try:
                arrived = self._arrived.get(timeout=max(ends_s - time.monotonic(), 0) if group else None)
            except queue.Empty:
                break
            if arrived is None:
                return group or None
            ends_s = ends_s or time.monotonic() + COLLECT_S
            group.append(arrived)
            size += len(arrived.message.payload)
        return group

    def _is_kept(self, group: Sequence[_Arrived]) -> bool:
        """Let the readings of these messages be saved, for as long as it takes; False when the server stops first."""
        batches = self._read(group)
        pause_s = 1.0
        while not self._is_saved(batches):
            if self._stopping.wait(pause_s):
                return False
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)
        self.state.waits = ""
        return True

    def _is_saved(self, batches: dict[str, list[PostedReading]]) -> bool:
        """Try once; what is saved leaves `batches`. Nothing may end this thread: the broker would look sound then."""
        waiting = [(name, self._readings.submit(f"mqtt/{name}", posted)) for name, posted in batches.items()]
        try:
            for name, future in waiting:
                self._count(name, future)
                del batches[name]
        except ServerError as error:
            log.warning("readings of the broker wait: %s", error)
            self.state.waits = str(error)
        except Exception as error:
            log.exception("readings of the broker wait for what may be a bug")
            self.state.waits = f"{type(error).__name__}: {error}"
        return not batches

    def _read(self, group: Sequence[_Arrived]) -> dict[str, list[PostedReading]]:
        """The readings of some messages by the name of their mapping."""
        batches: dict[str, list[PostedReading]] = {}
        now = self._clock()
        for _connection, message in group:
            mapping, places = self._mapping_of(message)
            if mapping is None:
                self.state.unmatched += 1
                continue
            count = self.state.counts[mapping.name]
            count.messages += 1
            count.last_message_at = now
            batches.setdefault(mapping.name, []).extend(_read_message(mapping, places, bytes(message.payload), now))
        return batches

    def _mapping_of(self, message: MQTTMessage) -> tuple[GatewayMapping | None, TopicPlaces]:
        try:
            topic = message.topic
        except UnicodeDecodeError:
            return None, TopicPlaces()
        for mapping in self._mappings:
            places = read_topic(mapping, topic)
            if places is not None:
                return mapping, places
        return None, TopicPlaces()

    def _count(self, name: str, future: "Future[ReadingsReply]") -> None:
        reply = future.result()
        count = self.state.counts[name]
        count.readings += reply.stored + reply.unchanged
        count.set_aside += len(reply.set_aside)


def _read_message(
    mapping: GatewayMapping, places: TopicPlaces, payload: bytes, now: datetime
) -> tuple[PostedReading, ...]:
    """One message must not keep the others from being read, whatever is in it."""
    try:
        return read_payload(mapping, places, payload, now)
    except Exception:
        log.exception("a message of gateway %s could not be read because of a bug", mapping.name)
        return (PostedReading(None, Doubt.MALFORMED, payload[:200].decode("utf-8", "replace")),)
