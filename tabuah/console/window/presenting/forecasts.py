"""A river's forecast on the chart: the fan, and how old and how exact it is in words."""

from datetime import datetime, timedelta
from typing import Final

import numpy as np

from tabuah.console.forecast_words import tell_method
from tabuah.operations.forecast.forecast import StageForecast
from tabuah.operations.stations.units import format_value
from tabuah.resources.catalogue import _, ngettext
from tabuah.resources.formats import format_age, format_number, format_time
from tabuah.widgets.charts.series import Forecast

SHOWN_FOR: Final = timedelta(hours=2)  # an older one says nothing about what has happened since
_TOLD_LEADS_S: Final = (3600, 10_800)


def fan_of(forecast: StageForecast | None, now: datetime) -> Forecast | None:
    """The fan, None where there is no forecast that still speaks for the present."""
    if forecast is None or not _is_shown(forecast, now):
        return None
    issued_s = forecast.issued_at.timestamp()
    return Forecast(
        times_s=np.array([issued_s + point.lead_s for point in forecast.points], dtype=np.float64),
        middle=np.array([point.middle_m for point in forecast.points], dtype=np.float64),
        low=np.array([point.low_m for point in forecast.points], dtype=np.float64),
        high=np.array([point.high_m for point in forecast.points], dtype=np.float64),
    )


def forecast_note(forecast: StageForecast | None, now: datetime) -> str:
    """When it was issued, how, and by how much such forecasts have erred; empty without a forecast."""
    if forecast is None:
        return ""
    told = _("forecast of {time}").format(time=format_time(forecast.issued_at))
    age = now - forecast.issued_at
    if not _is_shown(forecast, now):
        return _("{forecast} is too old to show").format(forecast=told)
    if age >= timedelta(minutes=2):
        told = _("{forecast} ({age} old)").format(forecast=told, age=format_age(age))
    parts = [told, tell_method(forecast.method), *_tell_errors(forecast), *_tell_doubts(forecast)]
    return " · ".join(parts)


def _is_shown(forecast: StageForecast, now: datetime) -> bool:
    return now - forecast.issued_at <= SHOWN_FOR


def _tell_errors(forecast: StageForecast) -> list[str]:
    errors = [
        _("{error} at {n} h").format(error=format_value("stage_m", skill.rmse_m), n=skill.lead_s // 3600)
        for skill in forecast.skills
        if skill.lead_s in _TOLD_LEADS_S
    ]
    return [_("usual error {errors}").format(errors=", ".join(errors))] if errors else []


def _tell_doubts(forecast: StageForecast) -> list[str]:
    doubts = []
    if forecast.missing:
        n = len(forecast.missing)
        words = ngettext("{n} station that it needs is silent", "{n} stations that it needs are silent", n)
        doubts.append(words.format(n=format_number(n)))
    if forecast.beyond_history:
        doubts.append(_("higher than ever measured: less certain"))
    return doubts
