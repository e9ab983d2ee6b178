"""A sample week of raised, acknowledged and ended alarms for pictures of the performance page."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec
import numpy as np

from tabuah.console.demo.accounts import DemoAccount
from tabuah.console.demo.field_office import SettableClock
from tabuah.console.simulator.stations import load_simulated_stations
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.drafts import acknowledge_alarm, clear_alarm, raise_alarm
from tabuah.operations.alarms.entry_bodies import AlarmRaised
from tabuah.operations.entries import subject_of
from tabuah.operations.rules.default_rules import default_rules
from tabuah.operations.rules.rule import Rule
from tabuah.operations.stations.drafts import register_station
from tabuah.operations.stations.station import Station
from tabuah.server.service import ServerService
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.identifiers import new_uuid
from tabuah.storage.journal.protocol import SessionRequest
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.session import ConsoleSession, log_in, remember_session
from tabuah.storage.sync.sync_pass import run_sync_pass

QUIET: Final = 96  # alarms, spread over the week
STORM: Final = 31  # within half an hour, the day before yesterday
CHATTER: Final = 6  # of one gauge in 45 minutes
_RULES: Final = {  # with the share of each
    "hujan-24-jam-lebat": 0.34,
    "longsor-hujan-1-hari": 0.2,
    "tma-siaga-3": 0.26,
    "tma-siaga-2": 0.15,
    "tma-siaga-1": 0.05,
}
_WEEK: Final = timedelta(days=7)
_LIMITS: Final = {"rain_mm": (50.0, 61.4), "stage_m": (2.0, 2.31)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """One alarm: raised `at_min` before now, its duration, and the time to its acknowledgement."""

    at_min: float
    rule: Rule
    station: Station
    up_min: float
    answered_s: float


def write_week(folder: Path, service: ServerService, player: DemoAccount) -> None:
    """Write the week in a separate console as its user, then enrol the console and send the week.

    Work from before an enrolment may have any time; alarms belong to the world of their stations.

    Raises:
        SyncError: the server rejects it.
    """
    stations = [msgspec.structs.replace(each, exercise=False) for each in load_simulated_stations(None)]
    service.journal.append_drafts([register_station(station) for station in stations])
    clock, url = SettableClock(), service.url
    now = clock.at
    store = ConsoleStore(folder, clock=clock)
    try:
        with ServerClient(url) as client:  # not enrolled yet
            request = SessionRequest(user=player.name, password=player.password)
            remember_session(store, client.log_in(request), client.url)
        acts = [act for episode in episodes() for act in _acts(store, episode, now)]
        for at, act in sorted(acts, key=lambda pair: pair[0]):
            clock.at = at
            act()
        clock.at = now
        log_in(store, url=url, user=player.name, password=player.password)
        session = ConsoleSession(store)
        with session.client:
            run_sync_pass(store, session)
    finally:
        store.close()


def episodes() -> Iterator[Episode]:
    """Yield the same episodes on every run."""
    chance = np.random.default_rng(11)
    rules = {rule.id: rule for rule in default_rules()}
    stations = load_simulated_stations(None)
    week_min, storm_min = _WEEK.total_seconds() / 60, 2.4 * 24 * 60.0
    times = [*chance.uniform(60, week_min - 60, QUIET), *(storm_min - chance.uniform(0, 30, STORM))]
    for at_min in times:
        rule = rules[str(chance.choice(list(_RULES), p=list(_RULES.values())))]
        places = [station for station in stations if any(p.code == rule.parameter for p in station.parameters)]
        yield Episode(
            at_min=float(at_min),
            rule=rule,
            station=places[int(chance.integers(len(places)))],
            up_min=float(chance.uniform(12, 90)),
            answered_s=float(20 + chance.exponential(70)),
        )
    gauge = next(station for station in stations if station.code == "SLK-AWLR-07")
    for n in range(CHATTER):
        yield Episode(at_min=3_900.0 - 7 * n, rule=rules["tma-siaga-3"], station=gauge, up_min=4, answered_s=95)


def _acts(store: ConsoleStore, episode: Episode, now: datetime) -> Iterator[tuple[datetime, Callable[[], object]]]:
    """Yield the actions of an episode, each with its time."""
    raised_at = now - timedelta(minutes=episode.at_min)
    alarm_id = new_uuid(raised_at)
    cleared_at = raised_at + timedelta(minutes=episode.up_min)
    limit, value = _LIMITS[episode.rule.parameter]
    body = AlarmRaised(
        rule=episode.rule.id,
        station=episode.station.code,
        parameter=episode.rule.parameter,
        severity=episode.rule.severity,
        onset_at=raised_at,
        value=value,
        limit=limit,
        hazard=episode.rule.hazard,
        lon_deg=episode.station.lon_deg,
        lat_deg=episode.station.lat_deg,
        cause=f"{episode.rule.parameter}/{episode.station.code}",
    )

    def answer() -> None:
        alarm = store.state(subject_of("alarm", alarm_id)).value
        assert isinstance(alarm, Alarm)
        store.save(acknowledge_alarm(alarm))

    yield raised_at, lambda: store.save(raise_alarm(alarm_id, body, exercise=False))
    yield raised_at + timedelta(seconds=episode.answered_s), answer
    yield cleared_at, lambda: store.save(clear_alarm(alarm_id, cleared_at=cleared_at, value=limit, exercise=False))
