"""Neighbour sums find clogged and running rain gauges, and accuse no sound one."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.multi_series_fixture import MultiSeriesRule
from support.sensor_samples import minutes, of_kind, rain_gauge

from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.rules.crossings import Crossing, CrossingKind
from tabuah.operations.rules.default_rules import default_rules
from tabuah.operations.rules.rule import NeighbourSums, Rule
from tabuah.operations.rules.rule_trial import try_rule, warm_up_span
from tabuah.operations.simulation.scenarios import storm
from tabuah.operations.simulation.station_registry import read_places, simulated_stations
from tabuah.operations.stations.station import Station

RAISED, CLEARED = CrossingKind.RAISED, CrossingKind.CLEARED
RULES = {rule.id: rule for rule in default_rules()}
CLOGGED, RUNNING = RULES["penakar-tersumbat"], RULES["penakar-berlebih"]
ROW = tuple(rain_gauge(f"ARR-{n}", lon_deg=100.6 + n / 100) for n in range(6))
STEP_MIN = 10


def rule(**fields: object) -> Rule:
    condition = NeighbourSums(**({"floor": 20.0, "window_s": 3600, "radius_m": 20_000} | fields))
    return Rule(id="x", name="", parameter="rain_mm", condition=condition, severity=AlarmSeverity.ATTENTION)


class Gauges(MultiSeriesRule):
    """Six gauges in a row after a dry hour; the first is evaluated."""

    def __init__(self, asked: Rule) -> None:
        stations = [seldom(gauge) for gauge in ROW]
        super().__init__(asked, stations)
        self.at_min = 0
        self.rain(0, 0, 0, 0, 0, 0)

    def rain(self, own: float | None, *others: float | None, steps: int = 6) -> tuple[Crossing, ...]:
        """Play equal amounts every ten minutes, None for silence; return the crossings of the first gauge."""
        found: list[Crossing] = []
        for _ in range(steps):
            self.at_min += STEP_MIN
            told = list(enumerate((own, *others)))
            heard = [(f"ARR-{n}", "rain_mm", minutes(self.at_min), v) for n, v in reversed(told) if v is not None]
            found += [c for c in self.play(*heard) if c.station == "ARR-0"]
        return tuple(found)


def seldom(station: Station) -> Station:
    parameters = tuple(msgspec.structs.replace(p, expected_interval_s=STEP_MIN * 60) for p in station.parameters)
    return msgspec.structs.replace(station, parameters=parameters)


def test_clogged_gauge_is_found_with_neighbour_sums():
    (raised,) = of_kind(Gauges(rule()).rain(0, 7, 7, 7, 6, 8), RAISED)
    assert (raised.at, raised.value, raised.limit) == (minutes(90), 0, None)
    assert [f.value for f in raised.evidence] == [0, 21, 21, 21, 18, 24]


def test_clogged_gauge_stays_raised_until_it_measures():
    gauges = Gauges(rule())
    gauges.rain(0, 7, 7, 7, 7, 7)
    assert of_kind(gauges.rain(0, 0, 0, 0, 0, 0, steps=30), CLEARED) == []
    assert gauges.is_raised("ARR-0")
    assert len(of_kind(gauges.rain(6, 7, 7, 7, 7, 7), CLEARED)) == 1


def test_rain_at_one_gauge_disproves_clogging():
    gauges = Gauges(rule())
    gauges.rain(0, 7, 7, 7, 7, 7)
    gauges.rain(0, 0, 0, 0, 0, 0)
    assert len(of_kind(gauges.rain(7, 0, 0, 0, 0, 0), CLEARED)) == 1


def test_running_gauge_is_found_until_it_stops():
    gauges = Gauges(rule(too_much=True))
    (raised,) = of_kind(gauges.rain(7, 0, 0.1, 0, 0, 0.1), RAISED)
    assert raised.value == 21
    assert len(of_kind(gauges.rain(0, 0, 0, 0, 0, 0), CLEARED)) == 1


@pytest.mark.parametrize(
    ("own", "others"),
    [
        (0.0, (2, 3, 3, 2, 3)),  # less than the floor
        (1.0, (7, 7, 7, 7, 7)),  # less, but not ten times
        (0.0, (0, 0, 7, 0, 0)),  # a cell over one of them
    ],
)
def test_normal_rain_raises_nothing(own: float, others: tuple[float, ...]):
    assert Gauges(rule()).rain(own, *others, steps=12) == ()


def test_uneven_rain_with_spreads_raises_nothing():
    uneven = (30, 12, 4, 1, 0.5)
    assert len(of_kind(Gauges(rule()).rain(0, *uneven), RAISED)) == 1
    assert of_kind(Gauges(rule(spreads=2.0)).rain(0, *uneven), RAISED) == []


def test_offline_gauge_is_not_dry():
    gauges = Gauges(rule())
    gauges.rain(7, 7, 7, 7, 7, 7)
    gauges.rain(None, 7, 7, 7, 7, 7, steps=5)
    assert gauges.rain(0, 7, 7, 7, 7, 7, steps=5) == ()
    assert len(of_kind(gauges.rain(0, 7, 7, 7, 7, 7, steps=2), RAISED)) == 1


def test_offline_neighbours_are_not_compared():
    gauges = Gauges(rule(too_much=True))
    gauges.rain(0, 0, 0, *[None] * 3, steps=5)
    assert gauges.rain(30, 0, 0, 0, 0, 0, steps=3) == ()


def test_sum_must_hold_and_restarts_after_break():
    gauges = Gauges(rule(for_s=3600))
    for _ in range(2):
        assert of_kind(gauges.rain(0, 7, 7, 7, 7, 7, steps=4), RAISED) == []
        assert of_kind(gauges.rain(0, 0, 0, 0, 0, 0, steps=6), RAISED) == []
    (raised,) = of_kind(gauges.rain(0, 7, 7, 7, 7, 7, steps=10), RAISED)
    assert raised.at - raised.onset_at == timedelta(hours=1)


def test_late_rain_counts_in_sums():
    gauges = Gauges(rule())
    gauges.rain(0, 3, 3, 3, 3, 3, steps=4)
    gauges.play(*(("ARR-0", "rain_mm", minutes(m), 3.0) for m in (70, 80, 90)))
    assert of_kind(gauges.rain(0, 7, 7, 7, 7, 7, steps=2), RAISED) == []


def test_trial_reads_window_before_the_hold_time():
    assert warm_up_span(CLOGGED, ROW) == timedelta(hours=4)


amounts = st.sampled_from([0.0, 0.0, 0.5, 4.0, 9.0])


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 300), amounts), max_size=80), st.booleans())
def test_same_readings_give_same_sum_episodes(heard, too_much: bool):
    readings = [(f"ARR-{n}", "rain_mm", minutes(at), value) for n, at, value in heard]
    rooms = [MultiSeriesRule(rule(too_much=too_much, floor=5.0), ROW) for _ in range(2)]
    first, again = (room.play(*readings) for room in rooms)
    assert first == again
    for crossing in of_kind(first, RAISED):
        assert sum(f.value is not None for f in crossing.evidence) >= 4


# In the simulated storm

START = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
History = dict[tuple[str, str], list[tuple[datetime, float]]]


@cache
def stations() -> tuple[Station, ...]:
    places = read_places(files("tabuah.resources").joinpath("sources", "nagari_points.csv").read_text("utf-8"))
    return tuple(s for s in simulated_stations(places) if s.parameter("rain_mm"))


@cache
def storm_history(hours_before: int) -> History:
    """Return the rain of some dry hours and five storm hours, as measured by all gauges."""
    told = storm(stations(), START)
    since, until = START - timedelta(hours=hours_before), START + timedelta(hours=5)
    columns = told.series_between(since, until, "rain_mm")
    return {
        (code, "rain_mm"): [
            (datetime.fromtimestamp(t, UTC), v) for t, v in zip(*(each.tolist() for each in pair), strict=True)
        ]
        for code, pair in columns.items()
    }


def amount(history: History, code: str) -> float:
    return sum(value for _at, value in history[code, "rain_mm"])


def with_fault(history: History, code: str, fault: Callable[[datetime, float], float]) -> History:
    return history | {(code, "rain_mm"): [(at, fault(at, value)) for at, value in history[code, "rain_mm"]]}


@pytest.mark.parametrize("code", ["SLK-ARR-02", "SLK-ARR-04", "SLK-ARR-09"])
def test_storm_shows_only_the_clogged_gauge(code: str):
    history = storm_history(4)
    assert amount(history, code) > 20
    clogged = with_fault(history, code, lambda at, value: value if at < START + timedelta(minutes=10) else 0.0)
    (episode,) = try_rule(CLOGGED, stations(), clogged).episodes
    assert episode.station == code
    assert episode.raised_at < START + timedelta(hours=3)
    assert len([f for f in episode.evidence if f.value is not None]) >= 4  # some simulated gauges are silent


def test_storm_shows_only_the_running_gauge():
    history = storm_history(24)
    code = "SLK-ARR-27"
    assert amount(history, code) < 5
    running = with_fault(history, code, lambda _at, value: value + 0.3)
    assert [e.station for e in try_rule(RUNNING, stations(), running).episodes] == [code]


@pytest.mark.parametrize("asked", [CLOGGED, RUNNING], ids=lambda r: r.id)
def test_storm_accuses_no_sound_gauge(asked: Rule):
    assert try_rule(asked, stations(), storm_history(24)).episodes == ()
