"""River forecast models for the demonstration, fitted on a simulated wet month. Its readings are not kept."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np

from tabuah.console.simulator.scenario_places import placed_code
from tabuah.console.simulator.stations import load_simulated_stations
from tabuah.operations.exercises.scope import code_in_exercise
from tabuah.operations.forecast.features import STEP_S, Records, steps_of
from tabuah.operations.forecast.gauge_model import RAIN, STAGE, GaugeAbove, GaugeInputs, GaugeModel
from tabuah.operations.forecast.input_selection import select_inputs
from tabuah.operations.forecast.model_fit import fit_gauge
from tabuah.operations.readings.time_series import TimeSeries
from tabuah.operations.simulation.season import season
from tabuah.operations.stations.station import Station
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore

_DAYS: Final = 30


def fit_river_models(folder: Path, now: datetime, *, exercise_id: str = "") -> tuple[str, ...]:
    """Fit a model for every gauge on a simulated month and save them for the server, before it starts.

    Returns:
        Codes of the gauges with enough data for a model.
    """
    stations = {station.code: station for station in load_simulated_stations(None)}
    gauges = [inputs for station in stations.values() if (inputs := select_inputs(station, stations)) is not None]
    month = _simulate_month(stations, gauges, now - timedelta(days=_DAYS))
    records = {(_placed(code, exercise_id), name): series for (code, name), series in month.items()}
    gauges = [_placed_inputs(inputs, exercise_id) for inputs in gauges]
    count = round(_DAYS * 86_400 / STEP_S)
    fits = (
        fit_gauge(inputs, steps_of(inputs, records, end_s=now.timestamp(), count=count), fitted_at=now)
        for inputs in gauges
    )
    models = [fit for fit in fits if isinstance(fit, GaugeModel)]
    with ReadingsStore(folder / FILE_NAME) as store, store.transaction():
        for model in models:
            store.forecasts.keep_model(model)
    return tuple(model.inputs.station for model in models)


def _placed(code: str, exercise_id: str) -> str:
    """Return the code that a simulated station has in the regency in use and in an exercise."""
    return code_in_exercise(placed_code(code), exercise_id)


def _placed_inputs(inputs: GaugeInputs, exercise_id: str) -> GaugeInputs:
    """Return the inputs with the codes under which the stations are registered; the weights of a model name them."""
    above = (GaugeAbove(_placed(gauge.station, exercise_id), gauge.lag_s) for gauge in inputs.above)
    return GaugeInputs(
        station=_placed(inputs.station, exercise_id),
        above=tuple(above),
        rain=tuple(_placed(code, exercise_id) for code in inputs.rain),
    )


def _simulate_month(stations: dict[str, Station], gauges: Iterable[GaugeInputs], begin_at: datetime) -> Records:
    codes = {code for inputs in gauges for code, _parameter in inputs.series}
    measured = tuple(stations[code] for code in sorted(codes))
    parts: dict[tuple[str, str], list[TimeSeries]] = defaultdict(list)
    for day in season(measured, begin_at, days=_DAYS, seed=4):
        for parameter in (STAGE, RAIN):
            for code, (times_s, values) in day.series_between(day.start_at, day.end_at, parameter).items():
                parts[code, parameter].append(TimeSeries(times_s=times_s, values=values))
    return {
        series: TimeSeries(
            times_s=np.concatenate([part.times_s for part in days]),
            values=np.concatenate([part.values for part in days]),
        )
        for series, days in parts.items()
    }
