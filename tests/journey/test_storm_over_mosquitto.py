"""The journey of a storm: from gauges over a real Mosquitto to what an operator sees, early and when the river comes.

Three hours pass in seconds: readings keep the moments at which they were measured, and the clock of the server and of
the console is turned with them. In the middle the broker falls over and comes back.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from broker import MOSQUITTO, Broker, running_broker
from readings_room import Clock
from river_season import KOTO_BARU, STORM_AT, stations
from running_server import PASSWORD, RunningServer, start_server
from storm_by_mqtt import gateway, keep_past, stored_values, until

from tabuah.console.window.presenting.alarm_items import groups_in_strip
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.grouping import AlarmGroup
from tabuah.operations.bodies import encode_body
from tabuah.operations.entries import Draft, subject_of
from tabuah.operations.forecast.inputs import STAGE
from tabuah.operations.levels import RiverLevel
from tabuah.operations.rules.crossings import Crossing, CrossingKind
from tabuah.operations.simulation.storm import storm
from tabuah.operations.stations.bodies import StationRegistered
from tabuah.operations.stations.readings import Reading
from tabuah.server.administration import write_first_rules
from tabuah.server.mqtt.address import read_address
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore
from tabuah.storage.sync.once import sync_once
from tabuah.storage.sync.session import ConsoleSession, log_in

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
    """What the operator's console had at a moment."""

    at: datetime
    alarms: tuple[Alarm, ...]
    groups: tuple[AlarmGroup, ...]


@dataclass
class Journey:
    """Everything that was sent, what the server kept of it, and what the operator saw of it."""

    sent: list[Reading] = field(default_factory=list)
    published: int = 0
    kept: dict[tuple[str, str, datetime], float] = field(default_factory=dict)
    set_aside: int = -1
    crossings: list[Crossing] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)

    def first_seen_at(self, rule: str) -> datetime:
        """When an alarm of Koto Baru by a rule was first on the console."""
        return next(seen.at for seen in self.seen if any(is_of(alarm, rule) for alarm in seen.alarms))

    def reached_at(self, level: RiverLevel) -> datetime:
        """When the gauge of Koto Baru first measured a level."""
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
    keep_past(folder / "server")
    clock = Clock(STORM_AT)
    with (
        running_broker(folder / "broker") as broker,
        start_server(folder / "server", clock=clock, broker=read_address(broker.url)) as server,
    ):
        prepare(server)
        yield play(server, broker, folder / "console", clock)


def prepare(server: RunningServer) -> None:
    """An operator, the default rules, every station of the regency, and what the river's past teaches."""
    server.add_user("ani")
    write_first_rules(server.journal)
    server.journal.append_own(
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
    server.service.forecasts.learn()


def play(server: RunningServer, broker: Broker, directory: Path, clock: Clock) -> Journey:
    journey = Journey()
    store = ConsoleStore(directory, clock=clock)
    try:
        log_in(store, url=server.url, user="ani", password=PASSWORD)
        session = ConsoleSession(store)
        with session.client:
            play_steps(journey, server, broker, clock, lambda: look(journey, store, session, clock))
    finally:
        store.close()
    note_what_was_kept(journey, server)
    return journey


def play_steps(journey: Journey, server: RunningServer, broker: Broker, clock: Clock, look) -> None:
    scenario = storm(tuple(stations().values()), STORM_AT)
    link = server.service.link
    assert link is not None
    until(lambda: link.state.connected)
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
            until(lambda: link.state.counts["tabuah"].readings >= sensors.published)
            server.service.readings.look()
            look()
        journey.published = sensors.published
        journey.set_aside = link.state.counts["tabuah"].set_aside


def look(journey: Journey, store: ConsoleStore, session: ConsoleSession, clock: Clock) -> None:
    """Let the console sync, and keep what its alarm strip is given."""
    sync_once(store, session)
    alarms = tuple(store.alarms())
    known = {station.code: station for station in store.stations()}
    journey.seen.append(Seen(clock.now, alarms, groups_in_strip(alarms, known, clock.now)))


def note_what_was_kept(journey: Journey, server: RunningServer) -> None:
    directory = server.journal.directory.path
    journey.kept = stored_values(directory, journey.sent)
    with ReadingsStore(directory / FILE_NAME) as store:
        journey.crossings = store.crossings(KOTO_BARU, STAGE, STORM_AT, STORM_AT + STEPS * STEP)


@pytest.mark.parametrize("level", [RiverLevel.SIAGA_2, RiverLevel.SIAGA_1])
def test_the_operator_is_told_of_a_level_before_the_river_reaches_it(journey: Journey, level: RiverLevel):
    warned_at = journey.first_seen_at(f"prakiraan-siaga-{level.value[-1]}")
    assert warned_at + AHEAD <= journey.reached_at(level)


def test_the_crossing_of_each_level_raises_its_alarm_within_minutes(journey: Journey):
    for level in LEVELS:
        reached_at, seen_at = journey.reached_at(level), journey.first_seen_at(f"tma-siaga-{level.value[-1]}")
        assert reached_at <= seen_at <= reached_at + 3 * STEP
    siaga_1 = next(alarm for alarm in journey.seen[-1].alarms if is_of(alarm, "tma-siaga-1"))
    assert (siaga_1.is_active, siaga_1.exercise, siaga_1.limit) == (True, True, limit_of(RiverLevel.SIAGA_1))


def test_an_alarm_about_the_future_is_over_when_the_river_is_there(journey: Journey):
    (expected,) = [alarm for alarm in journey.seen[-1].alarms if is_of(alarm, "prakiraan-siaga-1")]
    assert not expected.is_active
    assert expected.cleared_at is not None
    assert expected.cleared_at >= journey.reached_at(RiverLevel.SIAGA_1)


def test_the_strip_never_has_more_than_a_handful_of_groups_and_the_river_leads_at_last(journey: Journey):
    assert len(journey.seen[-1].alarms) > 2 * MOST_GROUPS
    assert max(len(seen.groups) for seen in journey.seen) <= MOST_GROUPS
    leading = journey.seen[-1].groups[0]
    assert (leading.family, leading.lead.station, leading.lead.rule) == ("storm", KOTO_BARU, "tma-siaga-1")
    assert leading.stations > 5


def test_every_published_reading_is_stored_once_though_the_broker_fell(journey: Journey):
    assert journey.published == len(journey.sent) > 10_000
    assert journey.set_aside == 0
    assert journey.kept == {(r.station, r.parameter, r.at): r.value for r in journey.sent}


def test_every_crossing_of_the_river_is_kept_with_its_value(journey: Journey):
    for level in LEVELS:
        rule = f"tma-siaga-{level.value[-1]}"
        raised = [c for c in journey.crossings if c.rule == rule and c.kind is CrossingKind.RAISED]
        assert [(c.onset_at, c.limit) for c in raised] == [(journey.reached_at(level), limit_of(level))]
        assert raised[0].value >= limit_of(level)
