"""Combination rules: parts that hold together, and dead sensors."""

import itertools
from datetime import datetime, timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from support.multi_series_fixture import MultiSeriesRule
from support.sensor_samples import gauge, minutes, of_kind, rain_gauge

from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.rules.crossings import CrossingKind
from tabuah.operations.rules.missing_inputs import find_missing_inputs
from tabuah.operations.rules.rule import (
    Accumulation,
    Combination,
    CombinationPart,
    PartPlace,
    RateOfChange,
    Rule,
    Threshold,
)
from tabuah.operations.stations.station import Parameter, Station, StationKind

RAISED, CLEARED = CrossingKind.RAISED, CrossingKind.CLEARED
SOIL, RAIN, FAR_RAIN = "SLK-LTN-01", "SLK-ARR-01", "SLK-ARR-02"


def soil(code: str = SOIL, lon_deg: float = 100.7, **fields: object) -> Station:
    known: dict[str, object] = {
        "code": code,
        "name": "Lengas Tanah",
        "kind": StationKind.SOIL,
        "lon_deg": lon_deg,
        "lat_deg": -1.08,
        "parameters": (
            Parameter(code="soil_moisture_pct", unit="%", expected_interval_s=300, valid_min=0, valid_max=100),
        ),
    }
    return Station(**(known | fields))


WET_SLOPE = CombinationPart(parameter="soil_moisture_pct", condition=Threshold(limit=90, hysteresis=5))
HEAVY_RAIN = CombinationPart(
    parameter="rain_mm",
    condition=Accumulation(limit=20, window_s=3600, hysteresis=10),
    where=PartPlace.NEAR,
    radius_m=5_000,
)


def rule(
    *parts: CombinationPart, at_least: int = 0, within_s: float = 1800, parameter: str = "soil_moisture_pct"
) -> Rule:
    return Rule(
        id="lereng-jenuh",
        name="Hujan di lereng jenuh",
        parameter=parameter,
        condition=Combination(parts=parts or (WET_SLOPE, HEAVY_RAIN), at_least=at_least, within_s=within_s),
        severity=AlarmSeverity.HIGH,
    )


STATIONS = (soil(), rain_gauge(RAIN), rain_gauge(FAR_RAIN, lon_deg=101.2))


def wet(at_min: float, value: float = 92) -> tuple[str, str, datetime, float]:
    return SOIL, "soil_moisture_pct", minutes(at_min), value


def rain(at_min: float, value: float, code: str = RAIN) -> tuple[str, str, datetime, float]:
    return code, "rain_mm", minutes(at_min), value


def test_combination_raises_with_last_part_and_evidence():
    crossings = MultiSeriesRule(rule(), STATIONS).play(rain(0, 12), wet(1), rain(10, 12), wet(11))
    (raised,) = of_kind(crossings, RAISED)
    assert (raised.rule, raised.station, raised.at, raised.onset_at) == (
        "lereng-jenuh",
        SOIL,
        minutes(10),
        minutes(10),
    )
    assert [(f.part, f.station, f.holds, f.value, f.limit, f.at) for f in raised.evidence] == [
        (1, SOIL, True, 92, 90, minutes(1)),
        (2, RAIN, True, 24, 20, minutes(10)),
    ]


def test_combination_ignores_single_part_and_distant_rain():
    room = MultiSeriesRule(rule(), STATIONS)
    assert of_kind(room.play(wet(0), wet(5), rain(6, 60, FAR_RAIN), wet(10)), RAISED) == []


def test_combination_parts_keep_their_own_hysteresis():
    room = MultiSeriesRule(rule(within_s=600), STATIONS)
    room.play(wet(0), rain(1, 25))
    assert room.play(wet(5, 86), rain(30, 0.2)) == ()
    assert of_kind(room.play(rain(61, 0.0), wet(65, 86)), CLEARED) == []
    (cleared,) = of_kind(room.play(rain(71, 0.0), wet(72, 86)), CLEARED)
    assert (cleared.at, cleared.onset_at) == (minutes(72), minutes(1))


def test_combination_parts_hold_together_within_the_time():
    for gap_min, expected in ((20, 1), (40, 0)):
        room = MultiSeriesRule(rule(within_s=1800), STATIONS)
        room.play(wet(0), wet(5, 70))
        assert len(of_kind(room.play(rain(5 + gap_min, 30)), RAISED)) == expected


def test_combination_honours_at_least():
    rising = CombinationPart(
        parameter="stage_m",
        condition=RateOfChange(limit=0.5, window_s=1800),
        where=PartPlace.NAMED,
        stations=("SLK-AWLR-03",),
    )
    stations = (*STATIONS, gauge())
    for needed, raised in ((1, 1), (2, 0)):
        room = MultiSeriesRule(rule(WET_SLOPE, HEAVY_RAIN, rising, at_least=needed), stations)
        assert len(of_kind(room.play(wet(0)), RAISED)) == raised
    room.play(("SLK-AWLR-03", "stage_m", minutes(1), 1.0))
    (found,) = of_kind(room.play(("SLK-AWLR-03", "stage_m", minutes(9), 1.6)), RAISED)
    assert [f.holds for f in found.evidence] == [True, None, True]


def test_combination_finds_rising_upstream_gauge():
    def on_river(code: str, downstream: str) -> Station:
        river = msgspec.structs.replace(gauge().river, downstream=downstream)
        return msgspec.structs.replace(gauge(code), river=river)

    upstream = CombinationPart(
        parameter="stage_m", condition=RateOfChange(limit=0.5, window_s=1800), where=PartPlace.UPSTREAM
    )
    here = CombinationPart(parameter="stage_m", condition=Threshold(limit=1.0))
    chain = [on_river("G-3", ""), on_river("G-2", "G-3"), on_river("G-1", "G-2"), on_river("X-1", "")]
    room = MultiSeriesRule(rule(here, upstream, parameter="stage_m"), chain)
    readings = [("G-3", "stage_m", minutes(0), 1.2), ("X-1", "stage_m", minutes(0), 0.2)]
    readings += [("X-1", "stage_m", minutes(5), 2.0), ("G-1", "stage_m", minutes(5), 0.2)]
    assert of_kind(room.play(*readings), RAISED) == []
    found = of_kind(room.play(("G-1", "stage_m", minutes(9), 0.9)), RAISED)
    assert [c.station for c in found] == ["G-3"]


def test_dead_sensor_never_satisfies_a_part():
    room = MultiSeriesRule(rule(), STATIONS)
    room.play(wet(0))
    assert of_kind(room.play(rain(400, 30)), RAISED) == []
    (soil_part, rain_part) = room.findings(SOIL)
    assert (soil_part.holds, soil_part.value, rain_part.holds) == (None, 92, True)


def test_sensor_silenced_while_holding_keeps_the_alarm():
    room = MultiSeriesRule(rule(), STATIONS)
    room.play(wet(0), rain(1, 30))
    assert room.play(rain(50, 3)) == ()
    (cleared,) = of_kind(room.play(rain(200, 0.0), rain(240, 0.0)), CLEARED)
    assert cleared.at == minutes(240)


def test_dead_gauge_among_several_changes_nothing():
    near = [rain_gauge(RAIN), rain_gauge("SLK-ARR-03", lon_deg=100.71)]
    room = MultiSeriesRule(rule(), (soil(), *near))
    room.play(rain(0, 0.2, "SLK-ARR-03"))
    assert len(of_kind(room.play(wet(500), rain(501, 30)), RAISED)) == 1
    room.play(rain(560, 0), rain(570, 0), wet(571), rain(580, 0))
    assert len(of_kind(room.play(wet(650), rain(651, 0)), CLEARED)) <= 1
    assert not room.is_raised(SOIL)


def test_slow_station_counts_until_next_is_overdue():
    hourly = msgspec.structs.replace(
        soil(), parameters=(msgspec.structs.replace(soil().parameters[0], expected_interval_s=3600),)
    )
    room = MultiSeriesRule(rule(within_s=600), (hourly, rain_gauge(RAIN)))
    room.play(wet(0))
    assert len(of_kind(room.play(rain(55, 30)), RAISED)) == 1


def test_station_without_enough_parts_has_no_watch():
    assert MultiSeriesRule(rule(), (soil(),)).multi_watches == ()
    assert len(MultiSeriesRule(rule(at_least=1), (soil(),)).multi_watches) == 1


def test_part_without_station_does_not_keep_alarm():
    room = MultiSeriesRule(rule(at_least=1), (soil(),))
    room.play(wet(0), wet(5, 60))
    assert len(of_kind(room.play(wet(60, 60)), CLEARED)) == 1


def test_exercise_and_real_stations_stay_separate():
    drill = msgspec.structs.replace(rain_gauge(RAIN), exercise=True)
    assert MultiSeriesRule(rule(), (soil(), drill)).multi_watches == ()


def test_missing_inputs_are_listed_by_station():
    newest = {(SOIL, "soil_moisture_pct"): minutes(0), (FAR_RAIN, "rain_mm"): minutes(60)}
    (gap,) = find_missing_inputs(rule(), STATIONS, newest, now=minutes(20))
    assert (gap.station, gap.part, gap.parameter, gap.asked, gap.heard_at) == (SOIL, 2, "rain_mm", (RAIN,), None)
    both = find_missing_inputs(rule(), STATIONS, newest | {(RAIN, "rain_mm"): minutes(0)}, now=minutes(60))
    assert [(gap.part, gap.heard_at) for gap in both] == [(1, minutes(0)), (2, minutes(0))]
    assert find_missing_inputs(rule(), STATIONS, newest | {(RAIN, "rain_mm"): minutes(10)}, now=minutes(20)) == ()


amounts = st.integers(0, 30).map(float)
moistures = st.integers(60, 100).map(float)
heard = st.one_of(
    st.builds(wet, st.integers(0, 300), moistures),
    st.builds(rain, st.integers(0, 300), amounts, st.sampled_from([RAIN, "SLK-ARR-03"])),
)
AROUND = (soil(), rain_gauge(RAIN), rain_gauge("SLK-ARR-03", lon_deg=100.71))


@given(st.lists(heard, max_size=40))
def test_same_readings_give_the_same_episodes(readings):
    first, again = MultiSeriesRule(rule(), AROUND).play(*readings), MultiSeriesRule(rule(), AROUND).play(*readings)
    assert first == again
    kinds = [c.kind for c in of_kind(first, RAISED, CLEARED)]
    assert kinds == ([RAISED, CLEARED] * len(kinds))[: len(kinds)]
    assert all(c.onset_at <= c.at for c in first)


@given(st.lists(heard, max_size=30), st.data())
def test_late_readings_change_no_onset_or_end(readings, data: st.DataObject):
    room = MultiSeriesRule(rule(), AROUND)
    onset: datetime | None = None
    newest: dict[tuple[str, str], datetime] = {}
    for station, parameter, at, value in sorted(readings, key=lambda r: r[2]):
        crossings = room.play((station, parameter, at, value))
        newest[station, parameter] = at
        for late_min, late_value in data.draw(st.lists(st.tuples(st.integers(1, 90), amounts), max_size=2)):
            up_before = room.onset_of(SOIL)
            late = room.play(
                (station, parameter, newest[station, parameter] - timedelta(minutes=late_min), late_value)
            )
            assert of_kind(late, CLEARED) == []
            assert up_before is None or room.onset_of(SOIL) == up_before
        for crossing in of_kind(crossings, CLEARED):
            assert onset is None or crossing.onset_at == onset
        onset = room.onset_of(SOIL)


@given(st.lists(heard, max_size=30))
def test_alarm_is_active_only_with_all_parts(readings):
    """Check the engine against the definition: at a raise, each part held within the allowed time."""
    for crossing in of_kind(MultiSeriesRule(rule(), AROUND).play(*readings), RAISED):
        for _part, findings in itertools.groupby(crossing.evidence, key=lambda f: f.part):
            assert any(f.holds for f in findings)
        assert all(f.at is None or f.at <= crossing.at for f in crossing.evidence)
