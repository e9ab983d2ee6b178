"""Neighbour comparison finds a faulty sensor, and never with too little evidence."""

from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.multi_series_fixture import MultiSeriesRule
from support.sensor_samples import minutes, of_kind

from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.rules.crossings import CrossingKind, neighbour_median
from tabuah.operations.rules.missing_inputs import find_missing_inputs
from tabuah.operations.rules.rule import Neighbours, Rule
from tabuah.operations.stations.station import Parameter, Station, StationKind

RAISED, CLEARED = CrossingKind.RAISED, CrossingKind.CLEARED


def thermometer(number: int, *, interval_s: float = 600, lat_deg: float = -0.9) -> Station:
    """Return a station in a row from west to east, 1.1 km apart."""
    parameter = Parameter(
        code="temperature_c", unit="°C", expected_interval_s=interval_s, valid_min=-10, valid_max=60
    )
    return Station(
        code=f"AWS-{number}",
        name=f"AWS {number}",
        kind=StationKind.WEATHER,
        lon_deg=100.6 + number / 100,
        lat_deg=lat_deg,
        parameters=(parameter,),
    )


ROW = tuple(thermometer(n) for n in range(6))


def rule(**fields: object) -> Rule:
    condition = Neighbours(**({"limit": 5.0, "radius_m": 20_000, "nearest": 5, "hysteresis": 1.0} | fields))
    return Rule(
        id="suhu-janggal", name="", parameter="temperature_c", condition=condition, severity=AlarmSeverity.ATTENTION
    )


def round_of(at_min: float, *values: float):
    return [(f"AWS-{n}", "temperature_c", minutes(at_min), value) for n, value in enumerate(values)]


def test_departing_station_is_raised_with_median():
    room = MultiSeriesRule(rule(), ROW)
    crossings = room.play(*round_of(0, 31, 24, 25, 23, 24, 24), *round_of(10, 31, 24, 25, 23, 24, 24))
    (raised,) = of_kind(crossings, RAISED)
    assert (raised.station, raised.at, raised.value, raised.limit) == ("AWS-0", minutes(10), 31, None)
    assert [f.value for f in raised.evidence] == [31, 24, 25, 23, 24, 24]
    assert neighbour_median(raised.evidence) == 24


def test_departure_clears_by_the_hysteresis():
    room = MultiSeriesRule(rule(), ROW)
    for step, (value, up) in enumerate(((31, True), (28.5, True), (27.9, False)), 1):
        room.play(*reversed(round_of(step * 10, value, 24, 24, 24, 24, 24)))
        assert room.is_raised("AWS-0") is up


def test_departure_must_hold_for_the_duration():
    room = MultiSeriesRule(rule(for_s=1800), ROW)
    onsets = []
    for step in range(6):
        room.play(*reversed(round_of(step * 10, 31, 24, 24, 24, 24, 24)))
        onsets.append(room.onset_of("AWS-0"))
    assert onsets == [None, None, None, minutes(0), minutes(0), minutes(0)]


def test_fewer_than_three_neighbours_raise_nothing():
    room = MultiSeriesRule(rule(), ROW)
    room.play(*round_of(0, 24, 24, 24, 24, 24, 24))
    later = [r for r in round_of(120, 35, 24, 24, 24, 24, 24) if r[0] not in ("AWS-3", "AWS-4", "AWS-5")]
    assert of_kind(room.play(*reversed(later)), RAISED) == []
    assert len(of_kind(room.play(*reversed(round_of(130, 35, 24, 24, 24, 24, 24))), RAISED)) == 1
    assert [f.value for f in room.findings("AWS-1") if f.value is None] == []


def test_alarm_stays_while_neighbours_are_silent():
    room = MultiSeriesRule(rule(), ROW)
    room.play(*reversed(round_of(0, 35, 24, 24, 24, 24, 24)))
    assert room.play(*round_of(240, 24)) == ()
    assert room.is_raised("AWS-0")


def test_values_at_other_times_are_not_compared():
    room = MultiSeriesRule(rule(), ROW)
    room.play(*round_of(0, *[24] * 6), *[r for r in round_of(600, *[35] * 6) if r[0] != "AWS-0"])
    assert of_kind(room.play(("AWS-0", "temperature_c", minutes(300), 24.0)), RAISED) == []


def test_only_nearest_within_radius_are_used():
    crowd = (*ROW, thermometer(9, lat_deg=-3.0))
    (watch,) = (j for j in MultiSeriesRule(rule(nearest=3), crowd).multi_watches if j.key[1] == "AWS-0")
    assert [member.station for member in watch.members] == ["AWS-0", "AWS-1", "AWS-2", "AWS-3"]
    assert MultiSeriesRule(rule(radius_m=2_000), ROW).multi_watches == ()


def test_departure_must_exceed_the_neighbours_spread():
    spread_out = round_of(0, 31, 18, 22, 24, 27, 31)
    assert len(of_kind(MultiSeriesRule(rule(), ROW).play(*reversed(spread_out)), RAISED)) >= 1
    assert of_kind(MultiSeriesRule(rule(spreads=3.0), ROW).play(*reversed(spread_out)), RAISED) == []
    close = round_of(0, 31, 24, 24.2, 24.1, 23.9, 24)
    assert len(of_kind(MultiSeriesRule(rule(spreads=3.0), ROW).play(*reversed(close)), RAISED)) == 1


@pytest.mark.parametrize("shift", [-40.0, 0.0, 1000.0])
def test_common_change_is_no_fault(shift: float):
    room = MultiSeriesRule(rule(), ROW)
    for step in range(5):
        assert of_kind(room.play(*round_of(step * 10, *[24 + shift + step] * 6)), RAISED) == []


def test_missing_neighbours_are_reported():
    newest = {(f"AWS-{n}", "temperature_c"): minutes(0) for n in range(3)}
    told = {gap.station: set(gap.asked) for gap in find_missing_inputs(rule(), ROW[:4], newest, now=minutes(5))}
    everyone = {f"AWS-{n}" for n in range(4)}
    assert told == {station: everyone - {station} for station in sorted(everyone)[:3]} | {"AWS-3": {"AWS-3"}}


temperatures = st.integers(15, 40).map(float)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 200), temperatures), max_size=60))
def test_same_readings_give_the_same_neighbour_episodes(heard):
    readings = [(f"AWS-{n}", "temperature_c", minutes(at), value) for n, at, value in heard]
    rooms = [MultiSeriesRule(rule(), ROW) for _ in range(2)]
    first, again = (room.play(*readings) for room in rooms)
    assert first == again
    for crossing in of_kind(first, RAISED):
        middle = neighbour_median(crossing.evidence)
        assert middle is not None
        assert abs(crossing.value - middle) >= 5.0
        assert sum(f.value is not None for f in crossing.evidence) >= 4


@given(st.lists(st.tuples(st.integers(0, 5), temperatures), max_size=40), st.data())
def test_late_values_change_no_alarm(heard, data: st.DataObject):
    """Repeated and late values of a station leave every episode unchanged."""
    readings = [(f"AWS-{n}", "temperature_c", minutes(i), value) for i, (n, value) in enumerate(heard)]
    plain = MultiSeriesRule(rule(), ROW).play(*readings)
    troubled = []
    for number, reading in enumerate(readings):
        troubled.append(reading)
        newest = {station: at for station, _parameter, at, _value in readings[: number + 1]}
        late = st.tuples(st.sampled_from(sorted(newest)), st.integers(0, 60), temperatures)
        for station, back_min, value in data.draw(st.lists(late, max_size=2)):
            troubled.append((station, "temperature_c", newest[station] - timedelta(minutes=back_min), value))
    assert MultiSeriesRule(rule(), ROW).play(*troubled) == plain


def test_neighbours_are_filtered_by_kind():
    air = [msgspec.structs.replace(s, kind=StationKind.AIR) for s in ROW[1:4]]
    narrowed = msgspec.structs.replace(rule(), kind=StationKind.WEATHER)
    assert MultiSeriesRule(narrowed, (ROW[0], *air)).multi_watches == ()
    assert len(MultiSeriesRule(rule(), (ROW[0], *air)).multi_watches) == 4
