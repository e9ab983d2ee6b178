"""Storm session for screenshots: a server in this process, simulated sensors and units in an exercise."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from unittest.mock import patch

from tabuah.console.demo.accounts import EXERCISE_ID, DemoAccounts, create_accounts, prepare_server
from tabuah.console.demo.field_office import write_sample_incidents
from tabuah.console.demo.river_models import fit_river_models
from tabuah.console.simulator.exercises import ExerciseSource
from tabuah.console.simulator.playback import CombinedSource
from tabuah.console.simulator.stations import load_simulated_stations
from tabuah.console.simulator.units import load_nagari_places, scenario_fleet
from tabuah.operations.people.roles import Role
from tabuah.operations.readings.authorship import ReadingAuthor
from tabuah.operations.readings.reading import PostedReading
from tabuah.operations.simulation.fleet import STORM_DRIVERS, unit_cards
from tabuah.operations.simulation.scenarios import storm
from tabuah.operations.stations.drafts import register_station, station_in_exercise
from tabuah.operations.units.drafts import register_unit, unit_in_exercise
from tabuah.server.listen_address import ListenAddress
from tabuah.server.service import ServerService, ServerSettings
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.sync.session import ConsoleSession, log_in
from tabuah.storage.sync.sync_pass import run_sync_pass

MINUTES_OF_STORM: Final = 156  # ten minutes after Siaga 1 at Koto Baru, with rising water
HISTORY: Final = timedelta(hours=24)
_BATCH: Final = 4_000
_SIMULATOR: Final = ReadingAuthor(account="mqtt/simulator", role=Role.GATEWAY)


@dataclass(frozen=True, slots=True, kw_only=True)
class StormSession:
    """A running server with all data, and the data directory of a logged-in operator."""

    service: ServerService
    console: Path
    players: DemoAccounts


@contextmanager
def storm_session(folder: Path) -> Iterator[StormSession]:
    """Run a storm session; stop its server at the end."""
    players = create_accounts()
    prepare_server(folder / "server", players.all)
    fit_river_models(folder / "server", datetime.now(UTC), exercise_id=EXERCISE_ID)
    service = ServerService(ServerSettings(directory=folder / "server", address=ListenAddress(port=0)))
    thread = threading.Thread(target=service.run, name="storm-server")
    thread.start()
    try:
        _fill(service)
        with patch("platform.node", return_value="Posko Lembang Jaya"):
            write_sample_incidents(folder / "posko", url=service.url, account=players.field, exercise_id=EXERCISE_ID)
        console = folder / "console"
        _log_in(console, service.url, players)
        yield StormSession(service=service, console=console, players=players)
    finally:
        service.stop()
        thread.join()


def _fill(service: ServerService) -> None:
    stations = load_simulated_stations(None)
    service.journal.append_drafts([register_station(station_in_exercise(each, EXERCISE_ID)) for each in stations])
    cards = [unit_in_exercise(card, EXERCISE_ID) for card in unit_cards(STORM_DRIVERS, load_nagari_places())]
    service.journal.append_drafts([register_unit(card, exercise=True, exercise_id=EXERCISE_ID) for card in cards])
    now = datetime.now(UTC)
    start_at = now - timedelta(minutes=MINUTES_OF_STORM)
    plain = CombinedSource(storm(stations, start_at, seed=3), scenario_fleet("storm", start_at=start_at))
    measuring = ExerciseSource(plain, EXERCISE_ID)
    readings = [PostedReading(reading) for reading in measuring.readings_between(now - HISTORY, now)]
    for first in range(0, len(readings), _BATCH):
        service.readings.submit(_SIMULATOR, readings[first : first + _BATCH]).result()


def _log_in(folder: Path, url: str, players: DemoAccounts) -> None:
    store = ConsoleStore(folder)
    try:
        log_in(store, url=url, user=players.operator.name, password=players.operator.password)
        session = ConsoleSession(store)
        with session.client:
            run_sync_pass(store, session)
    finally:
        store.close()
