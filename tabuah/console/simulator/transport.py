"""Transport of simulated readings: gateways publish by MQTT; data loggers and history use HTTP."""

import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Protocol

from tabuah.console.simulator.http_sender import HttpSender, SentReadings
from tabuah.operations.readings.reading import Reading
from tabuah.operations.stations.station import Station, StationKind
from tabuah.storage.sync.client import ServerClient

if TYPE_CHECKING:
    from tabuah.server.mqtt.address import BrokerAddress

# A data logger collects slowly changing values and uploads them every few minutes.
_LOGGER_KINDS: Final = frozenset({StationKind.SOIL, StationKind.AIR})


class ReadingsSender(Protocol):
    """Something that sends readings to a server."""

    @property
    def sent(self) -> SentReadings:
        """Counts of the readings sent so far."""

    def send(self, readings: Sequence[Reading]) -> bool:
        """Send readings, oldest first; return False when stopped before all were taken."""


class TransportObserver(Protocol):
    """Reports transport trouble to the user."""

    def trouble(self, reason: str) -> None:
        """Report that readings are no longer taken."""

    def recovery(self) -> None:
        """Report that they are taken again."""


class SimulatorTransport:
    """Uploads history in bulk over HTTP; publishes live readings by MQTT, except those of data loggers."""

    def __init__(
        self, uploading: ReadingsSender, publishing: ReadingsSender | None = None, loggers: Collection[str] = ()
    ) -> None:
        self.archive, self._publishing, self._loggers = uploading, publishing, loggers

    @property
    def sent(self) -> SentReadings:
        """Counts over all transports."""
        total = SentReadings()
        for way in (self.archive, self._publishing):
            if way is not None:
                total.readings += way.sent.readings
                total.set_aside.update(way.sent.set_aside)
        return total

    def send(self, readings: Sequence[Reading]) -> bool:
        """Send each reading by the transport of its station."""
        if self._publishing is None:
            return self.archive.send(readings)
        published = [reading for reading in readings if reading.station not in self._loggers]
        uploaded = [reading for reading in readings if reading.station in self._loggers]
        return self._publishing.send(published) and self.archive.send(uploaded)


@contextmanager
def open_transport(
    client: ServerClient,
    broker: "BrokerAddress | None",
    *,
    name: str,
    stations: Iterable[Station],
    stopping: threading.Event,
    observer: TransportObserver,
) -> Iterator[SimulatorTransport]:
    """Open the transport to a server until the block ends.

    Args:
        client: the server.
        broker: where gateways publish; None to send everything over HTTP.
        name: client identifier at the broker.
        stations: the simulated stations.
        stopping: set it to end a wait.
        observer: informed when readings are no longer taken, and when they are again.
    """
    uploading = HttpSender(client, stopping=stopping, on_trouble=observer.trouble, on_recovery=observer.recovery)
    if broker is None:
        yield SimulatorTransport(uploading)
        return
    from tabuah.console.simulator.mqtt_publisher import MqttPublisher  # noqa: PLC0415 - loads the MQTT client

    publisher = MqttPublisher(
        broker, name=name, stopping=stopping, on_trouble=observer.trouble, on_recovery=observer.recovery
    )
    with publisher as publishing:
        yield SimulatorTransport(uploading, publishing, logger_stations(stations))


def logger_stations(stations: Iterable[Station]) -> frozenset[str]:
    """Return the codes of the stations whose readings a data logger uploads."""
    return frozenset(station.code for station in stations if station.kind in _LOGGER_KINDS)
