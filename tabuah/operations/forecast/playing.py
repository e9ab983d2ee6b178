"""Playing the past to a rule about forecasts: learning from what came before, and forecasting what came after."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

import numpy as np

from tabuah.operations.forecast.fitting import fit_gauge
from tabuah.operations.forecast.inputs import STAGE
from tabuah.operations.forecast.issuing import issue_forecast
from tabuah.operations.forecast.judging import judge_forecast
from tabuah.operations.forecast.model import GaugeModel, TooLittleHistory
from tabuah.operations.forecast.recent import recent_of
from tabuah.operations.forecast.rivers import inputs_of
from tabuah.operations.forecast.steps import STEP_S, Records, steps_of
from tabuah.operations.rules.crossings import Crossing
from tabuah.operations.rules.engine import UNKNOWN
from tabuah.operations.rules.watches import ForecastWatch
from tabuah.operations.stations.station import Station
from tabuah.operations.stations.time_series import TimeSeries

History = Mapping[tuple[str, str], Sequence[tuple[datetime, float]]]


def learn(station: str, stations: Iterable[Station], records: Records, *, until: datetime) -> GaugeModel | None:
    """The model of a gauge from all that is known before a moment; None where that is too little."""
    known = {each.code: each for each in stations}
    inputs = inputs_of(known[station], known)
    stage = records.get((station, STAGE))
    if inputs is None or stage is None or not len(stage) or stage.times_s[0] >= until.timestamp():
        return None
    count = int((until.timestamp() - float(stage.times_s[0])) // STEP_S) + 1
    model = fit_gauge(inputs, steps_of(inputs, records, end_s=until.timestamp(), count=count), fitted_at=until)
    return None if isinstance(model, TooLittleHistory) else model


def play_forecasts(
    watch: ForecastWatch, model: GaugeModel, records: Records, *, since: datetime
) -> Iterator[Crossing]:
    """What a rule sees in the forecasts that would have been issued from a moment on, one every ten minutes."""
    state = UNKNOWN
    for issued_at in _issues(records[watch.station, STAGE], since):
        forecast = issue_forecast(model, recent_of(records, issued_at), issued_at=issued_at)
        if forecast is not None:
            state, crossings = judge_forecast(watch, state, forecast)
            yield from crossings


def records_of(history: History) -> Records:
    """A history as arrays."""
    return {
        series: TimeSeries(
            times_s=np.array([at.timestamp() for at, _value in values], dtype=np.float64),
            values=np.array([value for _at, value in values], dtype=np.float64),
        )
        for series, values in history.items()
    }


def _issues(stage: TimeSeries, since: datetime) -> Iterator[datetime]:
    """The first reading of the gauge in each step."""
    times_s = stage.times_s[stage.times_s >= since.timestamp()]
    _steps, first = np.unique(times_s // STEP_S, return_index=True)
    return (datetime.fromtimestamp(float(time_s), UTC) for time_s in times_s[first])
