"""Hindcasts for rule trials: fit on earlier readings, forecast later ones."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

import numpy as np

from tabuah.operations.forecast.features import STEP_S, Records, recent_records, steps_of
from tabuah.operations.forecast.forecast_rules import evaluate_forecast_rule
from tabuah.operations.forecast.gauge_model import STAGE, GaugeModel, TooLittleHistory
from tabuah.operations.forecast.input_selection import select_inputs
from tabuah.operations.forecast.model_fit import fit_gauge
from tabuah.operations.forecast.prediction import issue_forecast
from tabuah.operations.readings.time_series import TimeSeries
from tabuah.operations.rules.crossings import Crossing
from tabuah.operations.rules.engine import INITIAL_STATE
from tabuah.operations.rules.watches import ForecastWatch
from tabuah.operations.stations.station import Station

History = Mapping[tuple[str, str], Sequence[tuple[datetime, float]]]


def fit_from_history(
    station: str, stations: Iterable[Station], records: Records, *, until: datetime
) -> GaugeModel | None:
    """Fit the model of a gauge on all readings before a time; None where that is too little."""
    known = {each.code: each for each in stations}
    inputs = select_inputs(known[station], known)
    stage = records.get((station, STAGE))
    if inputs is None or stage is None or not len(stage) or stage.times_s[0] >= until.timestamp():
        return None
    count = int((until.timestamp() - float(stage.times_s[0])) // STEP_S) + 1
    model = fit_gauge(inputs, steps_of(inputs, records, end_s=until.timestamp(), count=count), fitted_at=until)
    return None if isinstance(model, TooLittleHistory) else model


def hindcast_crossings(
    watch: ForecastWatch, model: GaugeModel, records: Records, *, since: datetime
) -> Iterator[Crossing]:
    """Yield a rule's crossings in the forecasts that would have been issued from `since`, every ten minutes."""
    state = INITIAL_STATE
    for issued_at in _issues(records[watch.station, STAGE], since):
        forecast = issue_forecast(model, recent_records(records, issued_at), issued_at=issued_at)
        if forecast is not None:
            state, crossings = evaluate_forecast_rule(watch, state, forecast)
            yield from crossings


def records_from_history(history: History) -> Records:
    """Return a history as arrays."""
    return {
        series: TimeSeries(
            times_s=np.array([at.timestamp() for at, _value in values], dtype=np.float64),
            values=np.array([value for _at, value in values], dtype=np.float64),
        )
        for series, values in history.items()
    }


def _issues(stage: TimeSeries, since: datetime) -> Iterator[datetime]:
    """Yield the first reading of the gauge in each step."""
    times_s = stage.times_s[stage.times_s >= since.timestamp()]
    _steps, first = np.unique(times_s // STEP_S, return_index=True)
    return (datetime.fromtimestamp(float(time_s), UTC) for time_s in times_s[first])
