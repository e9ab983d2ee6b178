"""The part of what is known that a forecast can need, so that years of readings cost it nothing."""

from datetime import datetime

import numpy as np

from tabuah.operations.forecast.features import LOOK_BACK_STEPS
from tabuah.operations.forecast.steps import STEP_S, Records
from tabuah.operations.stations.time_series import TimeSeries

LOOK_BACK_S = LOOK_BACK_STEPS * STEP_S


def recent_of(records: Records, moment: datetime) -> Records:
    """The readings up to a moment, as far back as a forecast looks."""
    return {series: _cut(each, moment.timestamp()) for series, each in records.items()}


def _cut(series: TimeSeries, end_s: float) -> TimeSeries:
    first = int(np.searchsorted(series.times_s, end_s - LOOK_BACK_S))
    end = int(np.searchsorted(series.times_s, end_s, "right"))
    return TimeSeries(times_s=series.times_s[first:end], values=series.values[first:end])
