"""Publish readings by MQTT 3.1.1, as most gateways do, and wait until the broker has acknowledged them.

Messages use QoS 1. A Tabuah server that is its own broker acknowledges a message when its readings
are on disk. Messages without an acknowledgement are published again after a reconnect.
"""

import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, NamedTuple, Self

import msgspec
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from tabuah.console.simulator.errors import BrokerLogInRefused
from tabuah.console.simulator.http_sender import SentReadings
from tabuah.operations.gateways.mapping import DEFAULT_MAPPING
from tabuah.operations.readings.reading import Reading
from tabuah.resources.localisation import _
from tabuah.server.mqtt.address import BrokerAddress

MAX_IN_FLIGHT: Final = 500  # messages in flight before the first must be acknowledged
MAX_READINGS_A_MESSAGE: Final = 1_000  # readings: far below the server's limit for one message
LONGEST_PAUSE_S: Final = 10
QUIET_S: Final = 10.0  # without any acknowledgement; then `on_trouble` is called
_UNAVAILABLE: Final = "Server unavailable"  # paho's name of return code 3 (3.2.2.3), which allows another attempt
_KEEP_ALIVE_S: Final = 30
_LOOK_S: Final = 0.2  # interval at which a wait checks whether to stop


class Sample(msgspec.Struct, frozen=True):
    """One value in a message: RFC 3339 time, and value in the parameter's unit."""

    t: str
    v: float


class OutgoingMessage(NamedTuple):
    """One MQTT message: the new readings of one series."""

    topic: str
    payload: bytes
    readings: int


class MqttPublisher:
    """An MQTT client, connected inside its `with` block.

    Args of the constructor:
        broker: address and account.
        name: client identifier, unique at the broker.
        stopping: set it to end a wait.
        on_trouble: called once with the reason when messages are no longer acknowledged.
        on_recovery: called once when they are again.
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
        self.sent = SentReadings()
        self._broker, self._stopping = broker, stopping
        self._on_trouble, self._on_recovery = on_trouble, on_recovery
        self._in_flight: dict[int, int] = {}  # message identifier → number of readings, until acknowledged
        self._early: set[int] = set()  # acknowledged before `publish` returned the identifier
        self._changed = threading.Condition()
        self._refused = self._broken = ""
        self._in_trouble = False
        self._client = self._make_client(name)

    def __enter__(self) -> Self:
        """Connect now, or as soon as the broker is available."""
        self._client.connect_async(self._broker.host, self._broker.port, _KEEP_ALIVE_S)
        self._client.loop_start()
        return self

    def __exit__(self, *_error: object) -> None:
        """Disconnect; unacknowledged readings are not counted as sent."""
        self._client.disconnect()
        self._client.loop_stop()

    def send(self, readings: Sequence[Reading]) -> bool:
        """Publish readings, oldest first, and wait until all are acknowledged, without a time limit.

        Returns:
            True when all are acknowledged; False when stopped before.

        Raises:
            BrokerLogInRefused: the broker does not know the user or refuses the password.
        """
        for message in group_into_messages(readings):
            if not self._wait_for(MAX_IN_FLIGHT - 1):
                return False
            self._publish(message)
        return self._wait_for(0)

    def _publish(self, message: OutgoingMessage) -> None:
        mid = self._client.publish(message.topic, message.payload, qos=1).mid  # takes locks that callbacks hold
        with self._changed:
            self._in_flight[mid] = message.readings
            if mid in self._early:
                self._early.discard(mid)
                self._count(mid)

    def _count(self, mid: int) -> None:
        self.sent.readings += self._in_flight.pop(mid)

    def _wait_for(self, most: int) -> bool:
        """Wait until at most `most` messages are in flight; return False when stopped before."""
        with self._changed:
            count, since_s = len(self._in_flight), time.monotonic()
            while (left := len(self._in_flight)) > most and not self._stopping.is_set():
                if self._refused:
                    raise BrokerLogInRefused(str(self._broker), self._broker.user, self._refused)
                if left < count:
                    count, since_s = left, time.monotonic()
                self._report_state(is_quiet=time.monotonic() - since_s > QUIET_S)
                self._changed.wait(_LOOK_S)
            self._report_state(is_quiet=False)
            return len(self._in_flight) <= most

    def _report_state(self, *, is_quiet: bool) -> None:
        """Report once that the broker takes nothing, and once that it does again."""
        is_trouble = bool(self._broken) or (is_quiet and not self._stopping.is_set())
        if is_trouble and not self._in_trouble:
            self._on_trouble(self._broken or self._with_broker(_("{broker} does not answer.")))
        elif self._in_trouble and not is_trouble and not self._in_flight:
            self._on_recovery()
        else:
            return
        self._in_trouble = is_trouble

    def _make_client(self, name: str) -> Client:
        client = Client(CallbackAPIVersion.VERSION2, name, protocol=MQTTProtocolVersion.MQTTv311)
        client.max_inflight_messages_set(MAX_IN_FLIGHT)
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

    def _with_broker(self, words: str) -> str:
        return words.format(broker=self._broker)

    # On the MQTT client's thread

    def _on_connected(self, _client: Client, _userdata: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        with self._changed:
            is_away = reason == _UNAVAILABLE
            self._broken = self._with_broker(_("{broker} accepts no messages at the moment.")) if is_away else ""
            self._refused = str(reason) if reason.is_failure and not is_away else ""
            self._changed.notify_all()

    def _on_connecting_failed(self, _client: Client, _userdata: Any) -> None:
        with self._changed:
            self._broken = self._with_broker(_("{broker} cannot be reached."))

    def _on_disconnected(self, _client: Client, _userdata: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        if reason.is_failure:  # otherwise we disconnected ourselves
            with self._changed:
                self._broken = self._broken or self._with_broker(_("The connection to {broker} is lost."))

    def _on_acknowledged(self, _client: Client, _userdata: Any, mid: int, _reason: Any, _properties: Any) -> None:
        with self._changed:
            if mid in self._in_flight:
                self._count(mid)
            else:
                self._early.add(mid)
            self._changed.notify_all()


def group_into_messages(readings: Sequence[Reading]) -> Iterator[OutgoingMessage]:
    """Group readings into messages: one for each series, on Tabuah's own topic, oldest first."""
    series: dict[tuple[str, str], list[Reading]] = {}
    for reading in readings:
        series.setdefault((reading.station, reading.parameter), []).append(reading)
    for (station, parameter), found in series.items():
        topic = DEFAULT_MAPPING.topic.format(station=station, parameter=parameter)
        for start in range(0, len(found), MAX_READINGS_A_MESSAGE):
            piece = found[start : start + MAX_READINGS_A_MESSAGE]
            samples = [Sample(reading.at.isoformat(), reading.value) for reading in piece]
            yield OutgoingMessage(topic, msgspec.json.encode(samples), len(samples))
