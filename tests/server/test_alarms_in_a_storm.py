"""A flood of alarms becomes a handful of groups, and what has nothing to do with the storm stands beside it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from alarm_storm import OTHER_RIVER, SMOKE, START, STUCK, AlarmStorm, OverThreshold, rules
from readings_room import Clock, open_room

from tabuah.console.window.presenting.alarm_items import groups_in_strip
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.grouping import AlarmGroup

MOST_GROUPS = 10
MINUTES = 75


@dataclass
class Played:
    """What the operator saw, minute by minute."""

    groups: list[tuple[AlarmGroup, ...]] = field(default_factory=list)
    over: list[int] = field(default_factory=list)
    alarms: tuple[Alarm, ...] = ()
    now: datetime = START


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """The storm sent to a real server, and what the strip is given after each minute."""
    storm, clock, found = AlarmStorm(), Clock(START), Played()
    over = OverThreshold(storm.stations.values())
    with open_room(tmp_path_factory.mktemp("storm"), clock, rules=False) as room:
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


def group_of(played: Played, station: str, family: str) -> AlarmGroup:
    (group,) = [
        g
        for g in played.groups[-1]
        if any(a.station == station and a.cause == f"{family}/{station}" for a in g.alarms)
    ]
    return group


def test_a_thousand_readings_over_threshold_are_at_most_ten_groups_at_every_minute(played: Played):
    assert played.over[-1] >= 1_000
    assert len(played.alarms) > 100
    first = next(minute for minute, groups in enumerate(played.groups) if groups)
    assert first + 10 < MINUTES
    assert max(len(groups) for groups in played.groups[first : first + 10]) <= MOST_GROUPS
    assert max(len(groups) for groups in played.groups) <= MOST_GROUPS


@pytest.mark.parametrize(("station", "family"), [(SMOKE, "air"), (STUCK, "sensor"), (OTHER_RIVER, "stage")])
def test_what_has_nothing_to_do_with_the_storm_leads_a_group_of_its_own(played: Played, station: str, family: str):
    group = group_of(played, station, family)
    assert {alarm.station for alarm in group.alarms} == {station}
    assert group.family == family


def test_the_earthquake_in_the_storm_is_one_group_of_nothing_else(played: Played):
    (quake,) = [group for group in played.groups[-1] if group.family == "shaking"]
    assert {alarm.parameter for alarm in quake.alarms} == {"pga_g"}
    assert quake.stations > 10


def test_the_stations_without_power_are_one_group_and_hide_nothing_that_was_measured(played: Played):
    (silent,) = [group for group in played.groups[-1] if group.family == "silence"]
    assert silent.stations == 40
    assert all(alarm.value is None for alarm in silent.alarms)


def test_the_storm_is_rain_slopes_and_the_rivers_below_led_by_the_worst(played: Played):
    (storm,) = [group for group in played.groups[-1] if group.family == "storm"]
    assert {"rain", "slope", "stage"} == set(storm.families)
    assert storm.lead.severity is min((a.severity for a in storm.alarms), key=lambda severity: severity.rank)
    assert sum(storm.families.values()) >= 45


def test_every_alarm_is_in_exactly_one_group(played: Played):
    shown = [alarm.id for group in played.groups[-1] for alarm in group.alarms]
    assert sorted(shown) == sorted(a.id for a in played.alarms if a.demands_attention(played.now))
    assert len(set(shown)) == len(shown)


def test_groups_do_not_depend_on_the_order_in_which_alarms_come(played: Played):
    stations = AlarmStorm().stations
    there = groups_in_strip(played.alarms, stations, played.now + timedelta(seconds=1))
    back = groups_in_strip(reversed(played.alarms), stations, played.now + timedelta(seconds=1))
    assert [sorted(a.id for a in g.alarms) for g in there] == [sorted(a.id for a in g.alarms) for g in back]
