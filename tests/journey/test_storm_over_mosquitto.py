"""End-to-end test of a storm: from gauges over a real Mosquitto to the operator, before and at the flood.

Three hours pass in seconds: readings keep their times, and the clocks of server and console follow
them. In the middle the broker crashes and restarts.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from support.mosquitto_broker import MOSQUITTO, Broker, running_broker
from support.mqtt_storm import gateway, stored_values, wait_until_true, write_river_past
from support.readings_fixture import Clock
from support.river_season import KOTO_BARU, STORM_AT, stations
from support.running_server import PASSWORD, RunningServer, start_server

from tabuah.console.window.alarms.alarm_items import groups_in_strip
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.alarm_groups import AlarmGroup
from tabuah.operations.entries import Draft, subject_of
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.forecast.gauge_model import STAGE
from tabuah.operations.levels import RiverLevel
from tabuah.operations.readings.reading import Reading
from tabuah.operations.rules.crossings import Crossing, CrossingKind
from tabuah.operations.simulation.scenarios import storm
from tabuah.operations.stations.entry_bodies import StationRegistered
from tabuah.server.administration import write_initial_rules
from tabuah.server.mqtt.address import parse_broker_url
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore
from tabuah.storage.sync.session import ConsoleSession, log_in
from tabuah.storage.sync.sync_pass import run_sync_pass

pytestmark = [
    pytest.mark.journey,
    pytest.mark.skipif(MOSQUITTO is None, reason="Mosquitto is not installed (Debian: mosquitto)"),
]

STEP = timedelta(minutes=5)
STEPS = 34
BROKER_FALLS_AT = 14
MOST_GROUPS = 10
AHEAD = timedelta(minutes=20)
LEVELS = (RiverLevel.SIAGA_3, RiverLevel.SIAGA_2, RiverLevel.SIAGA_1)


@dataclass
class Seen:
    """State of the operator's console at a time."""

    at: datetime
    alarms: tuple[Alarm, ...]
    groups: tuple[AlarmGroup, ...]


@dataclass
class Journey:
    """Everything sent, stored on the server, and seen by the operator."""

    sent: list[Reading] = field(default_factory=list)
    published: int = 0
    kept: dict[tuple[str, str, datetime], float] = field(default_factory=dict)
    set_aside: int = -1
    crossings: list[Crossing] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)

    def first_seen_at(self, rule: str) -> datetime:
        """Return when an alarm of Koto Baru by a rule first appeared on the console."""
        return next(seen.at for seen in self.seen if any(is_of(alarm, rule) for alarm in seen.alarms))

    def reached_at(self, level: RiverLevel) -> datetime:
        """Return when the gauge of Koto Baru first measured a level."""
        limit_m = limit_of(level)
        return next(r.at for r in self.sent if (r.station, r.parameter) == (KOTO_BARU, STAGE) and r.value >= limit_m)


def is_of(alarm: Alarm, rule: str) -> bool:
    return (alarm.station, alarm.rule) == (KOTO_BARU, rule)


def limit_of(level: RiverLevel) -> float:
    river = stations()[KOTO_BARU].river
    assert river is not None
    return river.thresholds_m[level]


@pytest.fixture(scope="module")
def journey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journey]:
    folder = tmp_path_factory.mktemp("storm")
    (folder / "server").mkdir()
    (folder / "broker").mkdir()
    write_river_past(folder / "server")
    clock = Clock(STORM_AT)
    with (
        running_broker(folder / "broker") as broker,
        start_server(folder / "server", clock=clock, broker=parse_broker_url(broker.url)) as server,
    ):
        prepare(server)
        yield play(server, broker, folder / "console", clock)


def prepare(server: RunningServer) -> None:
    """Create an operator, the default rules, every station of the regency, and the fitted river model."""
    server.add_user("ani")
    write_initial_rules(server.journal)
    server.journal.append_drafts(
        [
            Draft(
                subject=subject_of("station", station.code),
                kind="station.registered",
                body=encode_body(StationRegistered(station=station)),
                exercise=True,
            )
            for station in stations().values()
        ]
    )
    server.service.forecasts.fit_models()


def play(server: RunningServer, broker: Broker, directory: Path, clock: Clock) -> Journey:
    journey = Journey()
    store = ConsoleStore(directory, clock=clock)
    try:
        log_in(store, url=server.url, user="ani", password=PASSWORD)
        session = ConsoleSession(store)
        with session.client:
            play_steps(journey, server, broker, clock, lambda: check_silence(journey, store, session, clock))
    finally:
        store.close()
    note_what_was_kept(journey, server)
    return journey


def play_steps(journey: Journey, server: RunningServer, broker: Broker, clock: Clock, check_silence) -> None:
    scenario = storm(tuple(stations().values()), STORM_AT)
    link = server.service.mqtt_source
    assert link is not None
    wait_until_true(lambda: link.state.connected)
    with gateway(broker) as sensors:
        for step in range(STEPS):
            if step == BROKER_FALLS_AT:
                broker.stop()
            readings = scenario.readings_between(clock.now, clock.now + STEP)
            clock.now += STEP
            journey.sent += readings
            sensors.publish(readings)
            if step == BROKER_FALLS_AT:
                broker.start()
            sensors.wait_until_confirmed()
            wait_until_true(lambda: link.state.counts["tabuah"].readings >= sensors.published)
            server.service.readings.check_silence()
            check_silence()
        journey.published = sensors.published
        journey.set_aside = link.state.counts["tabuah"].set_aside


def check_silence(journey: Journey, store: ConsoleStore, session: ConsoleSession, clock: Clock) -> None:
    """Sync the console, and record the contents of its alarm strip."""
    run_sync_pass(store, session)
    alarms = tuple(store.alarms())
    known = {station.code: station for station in store.stations()}
    journey.seen.append(Seen(clock.now, alarms, groups_in_strip(alarms, known, clock.now)))


def note_what_was_kept(journey: Journey, server: RunningServer) -> None:
    directory = server.journal.directory.path
    journey.kept = stored_values(directory, journey.sent)
    with ReadingsStore(directory / FILE_NAME) as store:
        journey.crossings = store.crossings(KOTO_BARU, STAGE, STORM_AT, STORM_AT + STEPS * STEP)


@pytest.mark.parametrize("level", [RiverLevel.SIAGA_2, RiverLevel.SIAGA_1])
def test_operator_is_warned_before_river_level(journey: Journey, level: RiverLevel):
    warned_at = journey.first_seen_at(f"prakiraan-siaga-{level.value[-1]}")
    assert warned_at + AHEAD <= journey.reached_at(level)


def test_level_crossings_raise_alarms_within_minutes(journey: Journey):
    for level in LEVELS:
        reached_at, seen_at = journey.reached_at(level), journey.first_seen_at(f"tma-siaga-{level.value[-1]}")
        assert reached_at <= seen_at <= reached_at + 3 * STEP
    siaga_1 = next(alarm for alarm in journey.seen[-1].alarms if is_of(alarm, "tma-siaga-1"))
    assert (siaga_1.is_active, siaga_1.exercise, siaga_1.limit) == (True, True, limit_of(RiverLevel.SIAGA_1))


def test_forecast_alarm_ends_at_the_level(journey: Journey):
    (expected,) = [alarm for alarm in journey.seen[-1].alarms if is_of(alarm, "prakiraan-siaga-1")]
    assert not expected.is_active
    assert expected.cleared_at is not None
    assert expected.cleared_at >= journey.reached_at(RiverLevel.SIAGA_1)


def test_alarm_strip_stays_short_and_river_leads(journey: Journey):
    assert len(journey.seen[-1].alarms) > 2 * MOST_GROUPS
    assert max(len(seen.groups) for seen in journey.seen) <= MOST_GROUPS
    leading = journey.seen[-1].groups[0]
    assert (leading.family, leading.lead.station, leading.lead.rule) == ("storm", KOTO_BARU, "tma-siaga-1")
    assert leading.stations > 5


def test_published_readings_are_stored_once_despite_crash(journey: Journey):
    assert journey.published == len(journey.sent) > 10_000
    assert journey.set_aside == 0
    assert journey.kept == {(r.station, r.parameter, r.at): r.value for r in journey.sent}


def test_river_crossings_are_stored_with_value(journey: Journey):
    for level in LEVELS:
        rule = f"tma-siaga-{level.value[-1]}"
        raised = [c for c in journey.crossings if c.rule == rule and c.kind is CrossingKind.RAISED]
        assert [(c.onset_at, c.limit) for c in raised] == [(journey.reached_at(level), limit_of(level))]
        assert raised[0].value >= limit_of(level)
