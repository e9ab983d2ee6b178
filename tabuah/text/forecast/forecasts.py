"""Text about a river forecast: its method, age, past error and doubts."""

from datetime import datetime, timedelta
from typing import Final

from tabuah.operations.forecast.methods import Method
from tabuah.operations.forecast.stage_forecast import StageForecast
from tabuah.resources.localisation import N_, _, format_age, format_number, format_time, ngettext
from tabuah.text.readings.measurements import format_value

_METHODS: Final = {
    Method.RAIN_AND_ABOVE: N_("from rain and the gauges above"),
    Method.ABOVE: N_("from the gauges above"),
    Method.RAIN: N_("from rain"),
    Method.OWN: N_("from the gauge alone"),
    Method.PERSISTENCE: N_("as if it stayed as it is"),
}


def describe_forecast_method(method: Method) -> str:
    """Describe the inputs of a forecast method."""
    return _(_METHODS[method])


SHOWN_FOR: Final = timedelta(hours=2)  # an older one ignores what has happened since


_TOLD_LEADS_S: Final = (3600, 10_800)


def forecast_note(forecast: StageForecast | None, now: datetime) -> str:
    """Return the issue time, the method and the past error of such forecasts; empty without a forecast."""
    if forecast is None:
        return ""
    message = _("forecast of {time}").format(time=format_time(forecast.issued_at))
    age = now - forecast.issued_at
    if not is_current_forecast(forecast, now):
        return _("{forecast} is too old to show").format(forecast=message)
    if age >= timedelta(minutes=2):
        message = _("{forecast} ({age} old)").format(forecast=message, age=format_age(age))
    parts = [message, describe_forecast_method(forecast.method), *_error_lines(forecast), *_doubt_lines(forecast)]
    return " · ".join(parts)


def is_current_forecast(forecast: StageForecast, now: datetime) -> bool:
    return now - forecast.issued_at <= SHOWN_FOR


def _error_lines(forecast: StageForecast) -> list[str]:
    errors = [
        _("{error} at {n} h").format(error=format_value("stage_m", skill.rmse_m), n=skill.lead_s // 3600)
        for skill in forecast.skills
        if skill.lead_s in _TOLD_LEADS_S
    ]
    return [_("typical error {errors}").format(errors=", ".join(errors))] if errors else []


def _doubt_lines(forecast: StageForecast) -> list[str]:
    doubts = []
    if forecast.missing:
        n = len(forecast.missing)
        words = ngettext("{n} station that it needs is silent", "{n} stations that it needs are silent", n)
        doubts.append(words.format(n=format_number(n)))
    if forecast.beyond_history:
        doubts.append(_("above the highest measured level: less certain"))
    return doubts
