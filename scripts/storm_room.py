"""A room in the middle of a storm: a real server in this process, simulated sensors and units, a console's data."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from unittest.mock import patch

from tabuah.console.demo.cast import Cast, cast, prepare_server
from tabuah.console.demo.field_office import write_board
from tabuah.console.demo.river_past import learn_rivers
from tabuah.console.simulator.playing import Together
from tabuah.console.simulator.registering import stations_to_play
from tabuah.console.simulator.units import fleet_of, known_places
from tabuah.operations.bodies import encode_body
from tabuah.operations.entries import Draft, subject_of
from tabuah.operations.simulation.fleet import STORM_DRIVERS, cards_of
from tabuah.operations.simulation.storm import storm
from tabuah.operations.stations.bodies import StationRegistered
from tabuah.operations.stations.posted import PostedReading
from tabuah.operations.stations.station import Station
from tabuah.operations.units.gestures import register_unit
from tabuah.server.listening import Address
from tabuah.server.service import ServerService, ServerSettings
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.sync.once import sync_once
from tabuah.storage.sync.session import ConsoleSession, log_in

MINUTES_OF_STORM: Final = 156  # Siaga 1 at Koto Baru was passed ten minutes ago and the water still rises
HISTORY: Final = timedelta(hours=24)
_BATCH: Final = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class StormRoom:
    """A running server with everything on it, and the data directory of an operator who is logged in."""

    service: ServerService
    console: Path
    players: Cast


@contextmanager
def storm_room(folder: Path) -> Iterator[StormRoom]:
    """Fill a room, and end its server at last."""
    players = cast()
    prepare_server(folder / "server", players.all)
    learn_rivers(folder / "server", datetime.now(UTC))
    service = ServerService(ServerSettings(directory=folder / "server", address=Address(port=0)))
    thread = threading.Thread(target=service.run, name="storm-server")
    thread.start()
    try:
        _fill(service)
        with patch("platform.node", return_value="Posko Lembang Jaya"):
            write_board(folder / "posko", url=service.url, player=players.field)
        console = folder / "console"
        _log_in(console, service.url, players)
        yield StormRoom(service=service, console=console, players=players)
    finally:
        service.stop()
        thread.join()


def _fill(service: ServerService) -> None:
    stations = stations_to_play(None)
    service.journal.append_own([_registered(station) for station in stations])
    cards = cards_of(STORM_DRIVERS, known_places())
    service.journal.append_own([register_unit(card, exercise=True) for card in cards])
    now = datetime.now(UTC)
    start_at = now - timedelta(minutes=MINUTES_OF_STORM)
    measuring = Together(storm(stations, start_at, seed=3), fleet_of("storm", start_at=start_at))
    readings = [PostedReading(reading) for reading in measuring.readings_between(now - HISTORY, now)]
    for first in range(0, len(readings), _BATCH):
        service.readings.submit("simulator", readings[first : first + _BATCH]).result()


def _registered(station: Station) -> Draft:
    return Draft(
        subject=subject_of("station", station.code),
        kind="station.registered",
        body=encode_body(StationRegistered(station=station)),
        exercise=True,
    )


def _log_in(folder: Path, url: str, players: Cast) -> None:
    store = ConsoleStore(folder)
    try:
        log_in(store, url=url, user=players.operator.name, password=players.operator.password)
        session = ConsoleSession(store)
        with session.client:
            sync_once(store, session)
    finally:
        store.close()
