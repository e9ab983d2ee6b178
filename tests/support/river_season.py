"""Simulated weeks of one river and a storm outside the fitting period, for tests of forecasts."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files

import numpy as np

from tabuah.operations.forecast.features import STEP_S, RiverSteps, steps_of
from tabuah.operations.forecast.gauge_model import RAIN, STAGE, GaugeInputs, GaugeModel
from tabuah.operations.forecast.input_selection import select_inputs
from tabuah.operations.forecast.model_fit import fit_gauge
from tabuah.operations.readings.time_series import TimeSeries
from tabuah.operations.simulation.scenario import Scenario
from tabuah.operations.simulation.scenarios import storm
from tabuah.operations.simulation.season import season
from tabuah.operations.simulation.station_registry import read_places, simulated_stations
from tabuah.operations.stations.station import Station

KOTO_BARU = "SLK-AWLR-03"
SEASON_AT = datetime(2026, 1, 1, tzinfo=UTC)
SEASON_DAYS = 60
STORM_AT = datetime(2026, 6, 1, 3, 0, tzinfo=UTC)
CALM_BEFORE = timedelta(hours=36)

Records = dict[tuple[str, str], TimeSeries]


@cache
def stations() -> dict[str, Station]:
    text = files("tabuah.resources").joinpath("sources", "nagari_points.csv").read_text(encoding="utf-8")
    return {station.code: station for station in simulated_stations(read_places(text))}


@cache
def inputs() -> GaugeInputs:
    found = select_inputs(stations()[KOTO_BARU], stations())
    assert found is not None
    return found


def records_of(scenarios: Iterable[Scenario], *, before: timedelta = timedelta()) -> Records:
    parts: dict[tuple[str, str], list[tuple[np.ndarray, np.ndarray]]] = defaultdict(list)
    for scenario in scenarios:
        for parameter in (STAGE, RAIN):
            columns = scenario.series_between(scenario.start_at - before, scenario.end_at, parameter)
            for code, part in columns.items():
                parts[code, parameter].append(part)
    return {
        series: TimeSeries(
            times_s=np.concatenate([times_s for times_s, _ in found]),
            values=np.concatenate([values for _, values in found]),
        )
        for series, found in parts.items()
    }


def measured() -> tuple[Station, ...]:
    """Return the stations used by the gauge's forecasts."""
    return tuple(stations()[code] for code in sorted({code for code, _parameter in inputs().series}))


@cache
def past(seed: int = 1, days: int = SEASON_DAYS) -> Records:
    return records_of(season(measured(), SEASON_AT, days=days, seed=seed))


def steps_of_past(records: Records, days: int = SEASON_DAYS) -> RiverSteps:
    end_s = (SEASON_AT + timedelta(days=days)).timestamp()
    return steps_of(inputs(), records, end_s=end_s, count=round(days * 86_400 / STEP_S))


@cache
def model() -> GaugeModel:
    fitted = fit_gauge(inputs(), steps_of_past(past()), fitted_at=SEASON_AT + timedelta(days=SEASON_DAYS))
    assert isinstance(fitted, GaugeModel)
    return fitted


@cache
def flood() -> Records:
    """Return a day and a half without rain, then the storm that takes the river past Siaga 1."""
    return records_of([storm(measured(), STORM_AT)], before=CALM_BEFORE)


def until(records: Records, moment: datetime) -> Records:
    """Return the records known at a time."""

    def cut(series: TimeSeries) -> TimeSeries:
        end = int(np.searchsorted(series.times_s, moment.timestamp(), "right"))
        return TimeSeries(times_s=series.times_s[:end], values=series.values[:end])

    return {name: cut(series) for name, series in records.items()}


def without(records: Records, *codes: str) -> Records:
    return {series: each for series, each in records.items() if series[0] not in codes}


def first_at(records: Records, limit_m: float) -> datetime:
    """Return when the gauge first measured a stage."""
    stage = records[KOTO_BARU, STAGE]
    return datetime.fromtimestamp(float(stage.times_s[np.argmax(stage.values >= limit_m)]), UTC)
