"""The weeks before the demonstration, of which only what they teach about one river is kept."""

from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np

from tabuah.console.simulator.registering import stations_to_play
from tabuah.operations.forecast.fitting import fit_gauge
from tabuah.operations.forecast.inputs import RAIN, STAGE, GaugeInputs
from tabuah.operations.forecast.model import GaugeModel
from tabuah.operations.forecast.rivers import inputs_of
from tabuah.operations.forecast.steps import STEP_S, Records, steps_of
from tabuah.operations.simulation.season import season
from tabuah.operations.stations.station import Station
from tabuah.operations.stations.time_series import TimeSeries
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore

RIVER: Final = "SLK-AWLR-03"  # Koto Baru, which the storm takes past Siaga 1
_DAYS: Final = 30


def learn_river(folder: Path, now: datetime) -> bool:
    """Give a server, before its start, what it would have learnt of one river in a wet month.

    Returns:
        Whether the month taught anything.
    """
    stations = {station.code: station for station in stations_to_play(None)}
    inputs = inputs_of(stations[RIVER], stations)
    assert inputs is not None
    records = _month(stations, inputs, now - timedelta(days=_DAYS))
    steps = steps_of(inputs, records, end_s=now.timestamp(), count=round(_DAYS * 86_400 / STEP_S))
    model = fit_gauge(inputs, steps, fitted_at=now)
    if isinstance(model, GaugeModel):
        with ReadingsStore(folder / FILE_NAME) as store:
            store.keep_forecast_model(model)
    return isinstance(model, GaugeModel)


def _month(stations: dict[str, Station], inputs: GaugeInputs, begin_at: datetime) -> Records:
    measured = tuple(stations[code] for code in sorted({code for code, _parameter in inputs.series}))
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
