"""Server with the history of one river, fed by a gateway over a real broker, for the storm journey."""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from support.mosquitto_broker import Broker
from support.river_season import STORM_AT, measured
from support.wait import wait_until_true

from tabuah.operations.forecast.gauge_model import RAIN, STAGE
from tabuah.operations.readings.reading import Reading
from tabuah.operations.simulation.scenario import Scenario
from tabuah.operations.simulation.scenarios import storm
from tabuah.operations.simulation.season import season
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore

DAYS_LEARNT = 20
CALM = timedelta(days=1)


def write_river_past(directory: Path) -> None:
    """Write three weeks of changing stages, with a calm day at the end, before the server starts."""
    calm = storm(measured(), STORM_AT)
    with ReadingsStore(directory / FILE_NAME) as store:
        for day in season(measured(), STORM_AT - CALM - timedelta(days=DAYS_LEARNT), days=DAYS_LEARNT, seed=1):
            store.store(_readings_of(day, day.start_at, day.end_at))
        store.store(_readings_of(calm, STORM_AT - CALM, STORM_AT))


def _readings_of(scenario: Scenario, since: datetime, until: datetime) -> list[Reading]:
    return [
        Reading(code, parameter, datetime.fromtimestamp(time_s, UTC), value)
        for parameter in (STAGE, RAIN)
        for code, columns in scenario.series_between(since, until, parameter).items()
        for time_s, value in zip(*(column.tolist() for column in columns), strict=True)
    ]


class Gateway:
    """Publishes readings with QoS 1: unconfirmed messages are sent again, also after a reconnect."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.published = 0
        self._confirmed = 0
        client.on_publish = self._on_published

    def publish(self, readings: Iterable[Reading]) -> None:
        for reading in readings:
            payload = json.dumps({"t": reading.at.isoformat(), "v": reading.value})
            self._client.publish(f"tabuah/v1/{reading.station}/{reading.parameter}", payload, qos=1)
            self.published += 1

    def wait_until_confirmed(self) -> None:
        """Wait until the broker has confirmed everything."""
        wait_until_true(lambda: self._confirmed >= self.published, timeout_s=60)

    def _on_published(self, *_about: object) -> None:
        self._confirmed += 1


@contextmanager
def gateway(broker: Broker) -> Iterator[Gateway]:
    client = Client(CallbackAPIVersion.VERSION2, "gateway", protocol=MQTTProtocolVersion.MQTTv5)
    client.max_inflight_messages_set(500)
    client.connect("127.0.0.1", broker.port)
    client.loop_start()
    try:
        yield Gateway(client)
    finally:
        client.disconnect()
        client.loop_stop()


def stored_values(directory: Path, sent: Sequence[Reading]) -> dict[tuple[str, str, datetime], float]:
    """Return the stored values of all series in the period of `sent`."""
    first, last = min(reading.at for reading in sent), max(reading.at for reading in sent)
    with ReadingsStore(directory / FILE_NAME) as store:
        found = (
            store.between(station, parameter, first, last)
            for station, parameter in {(reading.station, reading.parameter) for reading in sent}
        )
        return {
            (reading.station, reading.parameter, reading.at): reading.value for series in found for reading in series
        }
