"""Tests of the storm, the earthquakes and the calm day in station readings."""

import math
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from itertools import pairwise

import numpy as np
import pytest

from tabuah.operations.levels import RiverLevel
from tabuah.operations.readings.reading import Quality, Reading
from tabuah.operations.simulation.errors import SimulationError
from tabuah.operations.simulation.ground_motion import S_KM_S, peak_acceleration_g
from tabuah.operations.simulation.noise import keys_of, normal, uniform
from tabuah.operations.simulation.scenario import Scenario
from tabuah.operations.simulation.scenarios import FIRST_AT, SECOND_AT, SHOCKS, calm, earthquake, storm
from tabuah.operations.simulation.station_registry import SensorPlace, read_places, simulated_stations
from tabuah.operations.simulation.world import UNSTABLE_SLOPE
from tabuah.operations.stations.station import Parameter, River, Station, StationKind

START = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
KOTO_BARU = "SLK-AWLR-03"


@cache
def places() -> tuple[SensorPlace, ...]:
    return read_places(files("tabuah.resources").joinpath("sources", "nagari_points.csv").read_text(encoding="utf-8"))


@cache
def stations() -> tuple[Station, ...]:
    return simulated_stations(places())


@cache
def whole(name: str) -> list[Reading]:
    """Return all readings of a scenario from an hour before it to its end."""
    scenario = {"storm": storm, "calm": calm}[name](stations(), START)
    return scenario.readings_between(START - timedelta(hours=1), scenario.end_at)


def series(readings: list[Reading], station: str, parameter: str) -> tuple[list[datetime], list[float]]:
    chosen = [(r.at, r.value) for r in readings if (r.station, r.parameter) == (station, parameter)]
    return [at for at, _ in chosen], [value for _, value in chosen]


def first_above(readings: list[Reading], station: str, threshold_m: float) -> datetime:
    times, values = series(readings, station, "stage_m")
    return next(at for at, value in zip(times, values, strict=True) if value >= threshold_m)


def test_storm_passes_siaga_levels_in_order() -> None:
    river = next(station.river for station in stations() if station.code == KOTO_BARU)
    assert river is not None
    levels = (RiverLevel.SIAGA_3, RiverLevel.SIAGA_2, RiverLevel.SIAGA_1)
    crossings = [first_above(whole("storm"), KOTO_BARU, river.thresholds_m[level]) for level in levels]
    assert START + timedelta(hours=2) < crossings[0] < crossings[1] < crossings[2] < START + timedelta(hours=3)


def test_storm_peak_passes_gauges_in_order() -> None:
    def peak_at(number: int) -> datetime:
        times, values = series(whole("storm"), f"SLK-AWLR-{number:02d}", "stage_m")
        return times[values.index(max(values))]

    peaks = [peak_at(number) for number in (1, 2, 3, 4, 5, 6)]
    assert peaks == sorted(peaks)
    assert peaks[-1] - peaks[0] > timedelta(hours=1)


def test_storm_is_quiet_before_start() -> None:
    before = [reading for reading in whole("storm") if reading.at < START]
    assert {reading.value for reading in before if reading.parameter == "rain_mm"} == {0.0}
    stages = [reading.value for reading in before if reading.station == KOTO_BARU and reading.parameter == "stage_m"]
    assert max(stages) < 1.0


def test_storm_rain_is_strongest_around_talang() -> None:
    total: dict[str, float] = defaultdict(float)
    for reading in whole("storm"):
        if reading.parameter == "rain_mm":
            total[reading.station] += reading.value
    names = {station.name: station.code for station in stations()}
    assert 60 < total[names["ARR Sungai Janiah"]] < 130
    assert total[names["ARR Garabak Data"]] < 5


def test_unstable_slope_tilts_most() -> None:
    tilts = {station.code: series(whole("storm"), station.code, "tilt_deg")[1] for station in stations()}
    moved = {code: values[-1] - values[0] for code, values in tilts.items() if values}
    assert 2.0 < moved.pop(UNSTABLE_SLOPE) < 8.0
    assert max(moved.values()) < 0.5


@pytest.mark.parametrize("name", ["storm", "calm"])
def test_readings_are_valid_and_marked_simulated(name: str) -> None:
    parameters = {p.code: p for station in stations() for p in station.parameters}
    for reading in whole(name):
        valid: Parameter = parameters[reading.parameter]
        assert math.isfinite(reading.value)
        assert valid.valid_min <= reading.value <= valid.valid_max
        assert reading.quality == Quality.SIMULATED


def test_reading_keys_are_unique_and_nearly_complete() -> None:
    readings = whole("storm")
    keys = Counter((reading.station, reading.parameter, reading.at) for reading in readings)
    assert max(keys.values()) == 1
    assert 530 < len(series(readings, KOTO_BARU, "stage_m")[0]) <= 540  # nine hours of minutes, a few lost


def test_storm_silences_some_stations_but_no_gauge() -> None:
    gaps: dict[str, timedelta] = {}
    for station in stations():
        times, _ = series(whole("storm"), station.code, station.parameters[0].code)
        gaps[station.code] = max(b - a for a, b in pairwise(times))
    silent = {code for code, gap in gaps.items() if gap >= timedelta(minutes=20)}
    assert 1 <= len(silent) <= 10
    assert not [code for code in silent if "AWLR" in code]


def test_readings_are_independent_of_start_and_steps() -> None:
    scenario = storm(stations(), START, seed=7)
    begin, end = START + timedelta(minutes=97, seconds=13), START + timedelta(minutes=104)
    at_once = scenario.readings_between(begin, end)
    in_steps = [
        reading
        for step in range(0, 407, 11)
        for reading in scenario.readings_between(
            begin + timedelta(seconds=step), min(end, begin + timedelta(seconds=step + 11))
        )
    ]
    assert at_once == in_steps
    assert at_once == storm(stations(), START, seed=7).readings_between(begin, end)


def test_readings_are_independent_of_other_stations() -> None:
    window = START + timedelta(minutes=90), START + timedelta(minutes=95)
    few = storm(stations()[:3], START).readings_between(*window)
    many = storm(stations(), START).readings_between(*window)
    assert few == [reading for reading in many if reading.station in {s.code for s in stations()[:3]}]


def test_seed_changes_noise_but_not_storm() -> None:
    window = START + timedelta(hours=2), START + timedelta(hours=4)
    one, two = (
        series(storm(stations(), START, seed=s).readings_between(*window), KOTO_BARU, "stage_m")[1] for s in (1, 2)
    )
    assert one != two
    assert max(one) == pytest.approx(max(two), abs=0.05)


def test_empty_span_or_stations_give_nothing() -> None:
    assert storm(stations(), START).readings_between(START, START) == []
    assert storm((), START).readings_between(START, START + timedelta(hours=1)) == []


def test_calm_day_crosses_no_threshold() -> None:
    highest: dict[str, float] = defaultdict(lambda: -math.inf)
    for reading in whole("calm"):
        highest[reading.parameter] = max(highest[reading.parameter], reading.value)
    for station in stations():
        if station.river:
            assert max(series(whole("calm"), station.code, "stage_m")[1]) < min(station.river.thresholds_m.values())
    assert highest["rain_mm"] <= 0.4
    assert highest["tilt_deg"] < 0.3
    assert highest["pga_g"] < 0.001  # the detection threshold is about 0.0017 g
    assert highest["wind_ms"] < 8
    assert highest["pm25_ugm3"] < 55  # Indonesia's daily limit, PP 22/2021


def quake() -> tuple[Scenario, list[Reading]]:
    scenario = earthquake(tuple(s for s in stations() if s.kind is StationKind.SEISMIC))
    return scenario, scenario.readings_between(scenario.start_at, scenario.end_at)


def test_doublet_occurs_at_historic_times() -> None:
    scenario, readings = quake()
    strong = [reading.at for reading in readings if reading.parameter == "pga_g" and reading.value > 0.02]
    assert min(strong) > FIRST_AT
    after_first = [at for at in strong if at < FIRST_AT + timedelta(minutes=2)]
    after_second = [at for at in strong if at > SECOND_AT]
    assert len(after_first) + len(after_second) == len(strong)
    assert after_first
    assert after_second
    assert scenario.start_at + timedelta(seconds=SHOCKS[0].after_s) == FIRST_AT


def test_s_wave_arrives_later_and_weaker() -> None:
    scenario, readings = quake()
    lons = np.array([station.lon_deg for station in scenario.stations])
    lats = np.array([station.lat_deg for station in scenario.stations])
    distances = SHOCKS[0].distances_km(lons, lats)
    near, far = scenario.stations[int(distances.argmin())], scenario.stations[int(distances.argmax())]
    peaks = []
    for station in (near, far):
        times, values = series([r for r in readings if r.at < SECOND_AT], station.code, "pga_g")
        peaks.append((times[values.index(max(values))], max(values)))
    assert peaks[0][0] < peaks[1][0]
    assert peaks[0][1] > 3 * peaks[1][1]
    arrival = FIRST_AT + timedelta(seconds=float(distances.max()) / S_KM_S)
    assert arrival <= peaks[1][0] <= arrival + timedelta(seconds=12)  # reported at the end of its ten seconds


def test_attenuation_matches_published_relation() -> None:
    # By hand: 0.41 * 6.4 = 2.624; 0.032 * 10^2.624 = 13.463; log10(33.463) = 1.5246; 2.624 - 1.5246 - 0.068 + 1.30.
    value = peak_acceleration_g(6.4, np.array([20.0]))[0]
    assert value == pytest.approx(10**2.3314 / 980.665, rel=1e-3)


def test_unknown_parameter_or_river_is_rejected() -> None:
    strange = Parameter(code="radon", unit="Bq", expected_interval_s=60, valid_min=0, valid_max=1)
    stage = Parameter(code="stage_m", unit="m", expected_interval_s=60, valid_min=0, valid_max=9)
    with pytest.raises(SimulationError, match="radon"):
        calm((station_with(strange),), START)
    with pytest.raises(SimulationError, match="SLK-X-01"):
        calm((station_with(stage),), START)


def station_with(parameter: Parameter) -> Station:
    return Station(
        code="SLK-X-01",
        name="X",
        kind=StationKind.RIVER,
        lon_deg=100.6,
        lat_deg=-0.8,
        parameters=(parameter,),
        river=River(name="X"),
    )


def test_noise_is_uniform_and_normal() -> None:
    keys = np.repeat(keys_of(["a", "b"], seed=3, purpose="test"), 20_000)
    samples = np.tile(np.arange(20_000), 2)
    assert uniform(keys, samples).mean() == pytest.approx(0.5, abs=0.01)
    numbers = normal(keys, samples)
    assert (numbers.mean(), numbers.std()) == (pytest.approx(0, abs=0.02), pytest.approx(1, abs=0.02))
    assert abs(np.corrcoef(numbers[:20_000], numbers[20_000:])[0, 1]) < 0.03
    assert abs(np.corrcoef(numbers[:-1], numbers[1:])[0, 1]) < 0.03
