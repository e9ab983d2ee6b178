"""Publishes readings to a broker by MQTT 3.1.1, as most gateways in the field do, and waits until they are taken.

Every message is of QoS 1. A server that is its own broker acknowledges one when its readings are on disk; whatever is
not acknowledged when the line breaks is published again when it is back.
"""

import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, NamedTuple, Self

import msgspec
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from tabuah.console.simulator.errors import NotLetIn
from tabuah.console.simulator.sending import Sent
from tabuah.operations.gateways.mapping import DEFAULT_MAPPING
from tabuah.operations.stations.readings import Reading
from tabuah.resources.catalogue import _
from tabuah.server.mqtt.address import BrokerAddress

MAX_UNDER_WAY: Final = 500  # messages that are published before the first of them must be acknowledged
MAX_A_MESSAGE: Final = 1_000  # readings: far below what a server takes of one message
LONGEST_PAUSE_S: Final = 10
QUIET_S: Final = 10.0  # without any acknowledgement: then people are told that it waits
_UNAVAILABLE: Final = "Server unavailable"  # paho's name of the answer that asks for another try (3.2.2.3, code 3)
_KEEP_ALIVE_S: Final = 30
_LOOK_S: Final = 0.2  # how soon a wait sees that it should end


class Sample(msgspec.Struct, frozen=True):
    """One value in a message: RFC 3339 time and value in the native unit."""

    t: str
    v: float


class Message(NamedTuple):
    """What is published at once: all new readings of one series."""

    topic: str
    payload: bytes
    readings: int


class Publisher:
    """Connected inside its block; publishes until it is told to stop.

    Args of the constructor:
        broker: where, and as whom.
        name: our client identifier, which no other client of that broker may have.
        stopping: set to end a wait.
        on_trouble: called with the reason when nothing is taken any more, once until it is again.
        on_recovery: called when it is.
    """

    def __init__(
        self,
        broker: BrokerAddress,
        *,
        name: str,
        stopping: threading.Event,
        on_trouble: Callable[[str], None],
        on_recovery: Callable[[], None],
    ) -> None:
        self.sent = Sent()
        self._broker, self._stopping = broker, stopping
        self._on_trouble, self._on_recovery = on_trouble, on_recovery
        self._under_way: dict[int, int] = {}  # readings of each message that is not acknowledged, by its identifier
        self._early: set[int] = set()  # acknowledged before we knew the identifier
        self._changed = threading.Condition()
        self._refused = self._broken = ""
        self._in_trouble = False
        self._client = self._make_client(name)

    def __enter__(self) -> Self:
        """Connect, now or as soon as the broker is there."""
        self._client.connect_async(self._broker.host, self._broker.port, _KEEP_ALIVE_S)
        self._client.loop_start()
        return self

    def __exit__(self, *_error: object) -> None:
        """Leave the broker; what is not acknowledged is not counted."""
        self._client.disconnect()
        self._client.loop_stop()

    def send(self, readings: Sequence[Reading]) -> bool:
        """Publish readings, oldest first, and wait until all are acknowledged, however long that takes.

        Returns:
            Whether all were; false when it was told to stop before.

        Raises:
            NotLetIn: the broker knows no such user, or not this password.
        """
        for message in messages_of(readings):
            if not self._wait_for(MAX_UNDER_WAY - 1):
                return False
            self._publish(message)
        return self._wait_for(0)

    def _publish(self, message: Message) -> None:
        mid = self._client.publish(message.topic, message.payload, qos=1).mid  # takes locks that callbacks hold
        with self._changed:
            self._under_way[mid] = message.readings
            if mid in self._early:
                self._early.discard(mid)
                self._count(mid)

    def _count(self, mid: int) -> None:
        self.sent.readings += self._under_way.pop(mid)

    def _wait_for(self, most: int) -> bool:
        """Wait until no more than `most` messages are under way; False when told to stop before."""
        with self._changed:
            count, since_s = len(self._under_way), time.monotonic()
            while (left := len(self._under_way)) > most and not self._stopping.is_set():
                if self._refused:
                    raise NotLetIn(str(self._broker), self._broker.user, self._refused)
                if left < count:
                    count, since_s = left, time.monotonic()
                self._tell(is_quiet=time.monotonic() - since_s > QUIET_S)
                self._changed.wait(_LOOK_S)
            self._tell(is_quiet=False)
            return len(self._under_way) <= most

    def _tell(self, *, is_quiet: bool) -> None:
        """Tell people once that nothing is taken, and once that it is again."""
        is_trouble = bool(self._broken) or (is_quiet and not self._stopping.is_set())
        if is_trouble and not self._in_trouble:
            self._on_trouble(self._broken or self._told(_("{broker} does not answer.")))
        elif self._in_trouble and not is_trouble and not self._under_way:
            self._on_recovery()
        else:
            return
        self._in_trouble = is_trouble

    def _make_client(self, name: str) -> Client:
        client = Client(CallbackAPIVersion.VERSION2, name, protocol=MQTTProtocolVersion.MQTTv311)
        client.max_inflight_messages_set(MAX_UNDER_WAY)
        client.reconnect_delay_set(1, LONGEST_PAUSE_S)
        if self._broker.user:
            client.username_pw_set(self._broker.user, self._broker.password)
        if self._broker.tls:
            client.tls_set_context(ssl.create_default_context())
        client.on_connect = self._on_connected
        client.on_connect_fail = self._on_connecting_failed
        client.on_disconnect = self._on_disconnected
        client.on_publish = self._on_acknowledged
        return client

    def _told(self, words: str) -> str:
        return words.format(broker=self._broker)

    # On the client's thread

    def _on_connected(self, _client: Client, _userdata: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        with self._changed:
            is_away = reason == _UNAVAILABLE
            self._broken = self._told(_("{broker} cannot take anything now.")) if is_away else ""
            self._refused = str(reason) if reason.is_failure and not is_away else ""
            self._changed.notify_all()

    def _on_connecting_failed(self, _client: Client, _userdata: Any) -> None:
        with self._changed:
            self._broken = self._told(_("{broker} cannot be reached."))

    def _on_disconnected(self, _client: Client, _userdata: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        if reason.is_failure:  # else it was we who left
            with self._changed:
                self._broken = self._broken or self._told(_("The line to {broker} is broken."))

    def _on_acknowledged(self, _client: Client, _userdata: Any, mid: int, _reason: Any, _properties: Any) -> None:
        with self._changed:
            if mid in self._under_way:
                self._count(mid)
            else:
                self._early.add(mid)
            self._changed.notify_all()


def messages_of(readings: Sequence[Reading]) -> Iterator[Message]:
    """The messages of readings: one for each series, under Tabuah's own topic, oldest first."""
    series: dict[tuple[str, str], list[Reading]] = {}
    for reading in readings:
        series.setdefault((reading.station, reading.parameter), []).append(reading)
    for (station, parameter), found in series.items():
        topic = DEFAULT_MAPPING.topic.format(station=station, parameter=parameter)
        for start in range(0, len(found), MAX_A_MESSAGE):
            piece = found[start : start + MAX_A_MESSAGE]
            samples = [Sample(reading.at.isoformat(), reading.value) for reading in piece]
            yield Message(topic, msgspec.json.encode(samples), len(samples))
