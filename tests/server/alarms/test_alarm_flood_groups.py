"""A flood of alarms becomes a few groups, and unrelated alarms stay in groups of their own."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from support.alarm_storm import OTHER_RIVER, SMOKE, START, STUCK, AlarmStorm, OverThreshold, rules
from support.readings_fixture import Clock, open_readings_fixture

from tabuah.console.window.alarms.alarm_items import groups_in_strip
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.alarm_groups import AlarmGroup

MOST_GROUPS = 10
MINUTES = 75


@dataclass
class StormGroups:
    """The alarms of a storm, minute by minute."""

    groups: list[tuple[AlarmGroup, ...]] = field(default_factory=list)
    over: list[int] = field(default_factory=list)
    alarms: tuple[Alarm, ...] = ()
    now: datetime = START


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> StormGroups:
    """The storm sent to a real server, with the alarm groups after each minute."""
    storm, clock, found = AlarmStorm(), Clock(START), StormGroups()
    over = OverThreshold(storm.stations.values())
    with open_readings_fixture(tmp_path_factory.mktemp("storm"), clock, rules=False) as room:
        room.write_rules(*rules())
        room.register(*storm.stations.values())
        for now, readings in storm.minutes(MINUTES):
            clock.now = found.now = now
            over.hear(readings)
            room.send(*readings)
            found.alarms = tuple(room.alarms())
            found.groups.append(groups_in_strip(found.alarms, storm.stations, now))
            found.over.append(over.count)
    return found


def group_of(played: StormGroups, station: str, family: str) -> AlarmGroup:
    (group,) = [
        g
        for g in played.groups[-1]
        if any(a.station == station and a.cause == f"{family}/{station}" for a in g.alarms)
    ]
    return group


def test_alarm_flood_has_at_most_ten_groups(played: StormGroups):
    assert played.over[-1] >= 1_000
    assert len(played.alarms) > 100
    first = next(minute for minute, groups in enumerate(played.groups) if groups)
    assert first + 10 < MINUTES
    assert max(len(groups) for groups in played.groups[first : first + 10]) <= MOST_GROUPS
    assert max(len(groups) for groups in played.groups) <= MOST_GROUPS


@pytest.mark.parametrize(("station", "family"), [(SMOKE, "air"), (STUCK, "sensor"), (OTHER_RIVER, "stage")])
def test_alarm_groups_separate_unrelated_alarms(played: StormGroups, station: str, family: str):
    group = group_of(played, station, family)
    assert {alarm.station for alarm in group.alarms} == {station}
    assert group.family == family


def test_alarm_groups_separate_the_earthquake(played: StormGroups):
    (quake,) = [group for group in played.groups[-1] if group.family == "shaking"]
    assert {alarm.parameter for alarm in quake.alarms} == {"pga_g"}
    assert quake.stations > 10


def test_alarm_groups_keep_measured_alarms_beside_silence(played: StormGroups):
    (silent,) = [group for group in played.groups[-1] if group.family == "silence"]
    assert silent.stations == 40
    assert all(alarm.value is None for alarm in silent.alarms)


def test_storm_group_is_led_by_worst_alarm(played: StormGroups):
    (storm,) = [group for group in played.groups[-1] if group.family == "storm"]
    assert {"rain", "slope", "stage"} == set(storm.families)
    assert storm.lead.severity is min((a.severity for a in storm.alarms), key=lambda severity: severity.rank)
    assert sum(storm.families.values()) >= 45


def test_alarm_groups_contain_every_alarm_once(played: StormGroups):
    shown = [alarm.id for group in played.groups[-1] for alarm in group.alarms]
    assert sorted(shown) == sorted(a.id for a in played.alarms if a.demands_attention(played.now))
    assert len(set(shown)) == len(shown)


def test_alarm_groups_are_independent_of_order(played: StormGroups):
    stations = AlarmStorm().stations
    there = groups_in_strip(played.alarms, stations, played.now + timedelta(seconds=1))
    back = groups_in_strip(reversed(played.alarms), stations, played.now + timedelta(seconds=1))
    assert [sorted(a.id for a in g.alarms) for g in there] == [sorted(a.id for a in g.alarms) for g in back]
