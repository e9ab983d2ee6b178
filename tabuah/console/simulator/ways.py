"""By which way simulated readings get to a server: gateways publish by MQTT, loggers and archives go over HTTP."""

import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Protocol

from tabuah.console.simulator.sending import Sender, Sent
from tabuah.operations.stations.readings import Reading
from tabuah.operations.stations.station import Station, StationKind
from tabuah.storage.sync.client import ServerClient

if TYPE_CHECKING:
    from tabuah.server.mqtt.address import BrokerAddress

# What changes slowly is collected by a logger, which uploads what it has every few minutes.
_OF_LOGGERS: Final = frozenset({StationKind.SOIL, StationKind.AIR})


class Sending(Protocol):
    """A way to a server."""

    @property
    def sent(self) -> Sent:
        """What became of everything that was sent so far."""

    def send(self, readings: Sequence[Reading]) -> bool:
        """Send readings, oldest first; False when it was told to stop before all were taken."""


class Notice(Protocol):
    """Who tells people how it goes."""

    def trouble(self, reason: str) -> None:
        """Nothing is taken any more."""

    def recovery(self) -> None:
        """It is again."""


class Ways:
    """An archive is uploaded in bulk; what is measured now is published, except by loggers, or uploaded, too."""

    def __init__(self, uploading: Sending, publishing: Sending | None = None, loggers: Collection[str] = ()) -> None:
        self.archive, self._publishing, self._loggers = uploading, publishing, loggers

    @property
    def sent(self) -> Sent:
        """What was sent by all ways."""
        every = Sent()
        for way in (self.archive, self._publishing):
            if way is not None:
                every.readings += way.sent.readings
                every.set_aside.update(way.sent.set_aside)
        return every

    def send(self, readings: Sequence[Reading]) -> bool:
        """Send each reading by the way of its station."""
        if self._publishing is None:
            return self.archive.send(readings)
        published = [reading for reading in readings if reading.station not in self._loggers]
        uploaded = [reading for reading in readings if reading.station in self._loggers]
        return self._publishing.send(published) and self.archive.send(uploaded)


@contextmanager
def opened_ways(
    client: ServerClient,
    broker: "BrokerAddress | None",
    *,
    name: str,
    stations: Iterable[Station],
    stopping: threading.Event,
    notice: Notice,
) -> Iterator[Ways]:
    """The ways to a server until the block ends.

    Args:
        client: the server.
        broker: where gateways publish; None where all readings go over HTTP.
        name: our client identifier at the broker.
        stations: those that are played.
        stopping: set to end a wait.
        notice: told when nothing is taken any more, and when it is again.
    """
    uploading = Sender(client, stopping=stopping, on_trouble=notice.trouble, on_recovery=notice.recovery)
    if broker is None:
        yield Ways(uploading)
        return
    from tabuah.console.simulator.publishing import Publisher  # noqa: PLC0415 - loads the MQTT client

    publisher = Publisher(
        broker, name=name, stopping=stopping, on_trouble=notice.trouble, on_recovery=notice.recovery
    )
    with publisher as publishing:
        yield Ways(uploading, publishing, loggers_among(stations))


def loggers_among(stations: Iterable[Station]) -> frozenset[str]:
    """The codes of the stations whose readings a logger uploads."""
    return frozenset(station.code for station in stations if station.kind in _OF_LOGGERS)
