"""Text about readings: names, values with a unit, trend, age and quality."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from tabuah.operations.readings.measurements import measurement_of
from tabuah.operations.readings.reading import Doubt, Quality, Reading
from tabuah.resources.localisation import (
    N_,
    _,
    current_language,
    format_age,
    format_moment,
    format_number,
    format_time,
)
from tabuah.resources.time_zone import in_home_zone


def parameter_name(parameter: str) -> str:
    """Return the name of a parameter in the current language; an unknown one is named by its code."""
    return measurement_of(parameter).name.get(current_language(), parameter)


def format_value(parameter: str, value: float, *, unit: str = "") -> str:
    """Return a value with its unit: "3,42 m", "85%"; `unit` overrides the native unit."""
    facts = measurement_of(parameter)
    shown = unit or facts.unit
    gap = "" if shown in ("%", "°", "") else " "
    return f"{format_number(value, digits=facts.digits)}{gap}{shown}"


def data_age_text(at: datetime, now: datetime) -> str:
    """Return the age of data: "data 40 dtk lalu"."""
    return _("data {age} old").format(age=format_age(now - at))


def time_or_date(moment: datetime, now: datetime) -> str:
    """Return the time if it is today, otherwise date and time."""
    same_day = in_home_zone(moment).date() == in_home_zone(now).date()
    return format_time(moment) if same_day else format_moment(moment)


_MEANINGS: Final[dict[str, str]] = {
    Doubt.MALFORMED: "It is not a reading.",
    Doubt.UNKNOWN_STATION: "The station is not registered; the reading is accepted once it is.",
    Doubt.UNKNOWN_PARAMETER: (
        "The station does not measure this; the reading is accepted once the parameter is registered."
    ),
    Doubt.NOT_A_NUMBER: "The value is not a number.",
    Doubt.WRONG_UNIT: "The unit does not fit this parameter.",
    Doubt.OUT_OF_RANGE: "The value is outside what the sensor can measure.",
    Doubt.TOO_OLD: "The time is before the year 2000.",
    Doubt.IN_THE_FUTURE: "The time is more than 10 minutes ahead: check the sensor's clock.",
    Doubt.NOT_YOUR_STATION: "This account is not its gateway: tabuah station assign, tabuah unit assign.",
    Doubt.TOO_LATE: "It is older than the server accepts; a supervisor may send it with a reason.",
    Doubt.RETIRED_STATION: "The station is retired; the reading is accepted if it is restored.",
    Doubt.SIMULATED_AT_REAL_STATION: "A simulated value was sent for a real station.",
}

_MARKS: Final = {
    Quality.OUT_OF_RANGE: N_("out of range"),
    Quality.TIME_DOUBTFUL: N_("time in doubt"),
    Quality.SIMULATED: N_("simulated"),
    Quality.TYPED_IN: N_("typed in"),
    Quality.MAINTENANCE: N_("during maintenance"),
}


def describe_doubt(doubt: Doubt) -> str:
    """Return the text of a doubt in the current language."""
    return _(_MEANINGS[doubt])


def describe_refusal_code(code: str) -> str:
    """Return the meaning of a reason code, or the code itself where it comes from a newer server."""
    return describe_doubt(Doubt(code)) if code in set(Doubt) else code


def describe_quality_mark(mark: Quality) -> str:
    return _(_MARKS[mark])


TREND_OVER: Final = timedelta(minutes=30)


_LEAST_SPAN: Final = timedelta(minutes=9)


def describe_trend(parameter: str, unit: str, recent: Sequence[Reading], now: datetime) -> str:
    """Describe the trend of a level: "naik 0,38 m/jam"; empty with too few readings or for sums."""
    facts = measurement_of(parameter)
    within = [r for r in recent if now - r.at <= TREND_OVER]
    if facts.adds_up or len(within) < 2 or within[-1].at - within[0].at < _LEAST_SPAN:
        return ""
    hours = (within[-1].at - within[0].at).total_seconds() / 3600
    rate = (within[-1].value - within[0].value) / hours
    message = format_number(abs(rate), digits=facts.digits)
    if not any(digit in message for digit in "123456789"):
        return _("steady")
    words = _("rising {rate} {unit}/h") if rate > 0 else _("falling {rate} {unit}/h")
    return words.format(rate=message, unit=unit or facts.unit)


def time_with_age(moment: datetime, now: datetime) -> str:
    is_today = in_home_zone(moment).date() == in_home_zone(now).date()
    when = format_time(moment) if is_today else format_moment(moment)
    return _("{time} ({age} ago)").format(time=when, age=format_age(now - moment))
