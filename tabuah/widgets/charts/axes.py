"""The ticks of a chart: time on round hours and days of WIB, numbers on round steps with the decimal comma."""

import math
from datetime import datetime
from functools import lru_cache

from babel.dates import format_date

from tabuah.resources.catalogue import current_language
from tabuah.resources.formats import WIB, format_number

_WIB_S = 7 * 3600
_STEPS_S = (300, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800)
_MONTH_S = 365.25 * 86_400 / 12
_STEPS_MONTHS = (1, 2, 3, 6, 12)
_APART_PX = 90.0


def moments_to_name(first_s: float, last_s: float, width_px: float) -> list[float]:
    """Round moments of WIB, Unix seconds, whose labels have room beside each other: up to a week apart, or months."""
    span_s = last_s - first_s
    step_s = time_step_s(span_s, width_px)
    if step_s is not None:
        return time_ticks(first_s, last_s, step_s)
    wanted = _wanted_s(span_s, width_px) / _MONTH_S
    months = next((each for each in _STEPS_MONTHS if each >= wanted), _STEPS_MONTHS[-1])
    return month_ticks(first_s, last_s, months)


def time_step_s(span_s: float, width_px: float) -> int | None:
    """The smallest round step that keeps its labels 90 px apart; None where weeks are too close."""
    wanted_s = _wanted_s(span_s, width_px)
    return next((step for step in _STEPS_S if step >= wanted_s), None)


def _wanted_s(span_s: float, width_px: float) -> float:
    return span_s / max(1.0, width_px / _APART_PX)


def time_ticks(low_s: float, high_s: float, step_s: int) -> list[float]:
    """Unix times that are round in WIB."""
    first = -(-(low_s + _WIB_S) // step_s) * step_s - _WIB_S
    count = max(0, int((high_s - first) // step_s) + 1)
    return [first + i * step_s for i in range(min(count, 200))]


def month_ticks(low_s: float, high_s: float, months: int) -> list[float]:
    """Unix times at which every so many months begin in WIB."""
    first, last = (datetime.fromtimestamp(edge_s, WIB) for edge_s in (low_s, high_s))
    begin, end = first.year * 12 + first.month - 1, last.year * 12 + last.month - 1
    counts = range(begin - begin % months, end + 1, months)
    ticks = (datetime(count // 12, count % 12 + 1, 1, tzinfo=WIB).timestamp() for count in counts)
    return [tick_s for tick_s in ticks if low_s <= tick_s <= high_s]


def time_label(time_s: float) -> str:
    """The time of day, such as 14.30; the day at midnight, with its year where that begins."""
    return _time_label(time_s, current_language())


@lru_cache(maxsize=1024)  # the same few ticks stand in every frame while a person moves a chart
def _time_label(time_s: float, language: str) -> str:
    local = datetime.fromtimestamp(time_s, WIB)
    if local.hour == 0 and local.minute == 0:
        is_new_year = (local.day, local.month) == (1, 1)
        return str(format_date(local.date(), format="d MMM y" if is_new_year else "d MMM", locale=language))
    return local.strftime("%H.%M")


def number_step(span: float, size_px: float, apart_px: float = 26) -> float:
    """The smallest of 1, 2, 5 × 10ⁿ that keeps labels `apart_px` apart."""
    wanted = max(span, 1e-9) / max(1.0, size_px / apart_px)
    power = 10.0 ** math.floor(math.log10(wanted))
    return float(next(step * power for step in (1, 2, 5, 10) if step * power >= wanted * 0.999))


def number_ticks(low: float, high: float, step: float) -> list[float]:
    """The multiples of a step from `low` to `high`."""
    return [i * step for i in range(math.ceil(low / step), math.floor(high / step) + 1)]


def number_label(value: float, step: float) -> str:
    """A tick with as many digits as its step needs."""
    return _number_label(value, max(0, -math.floor(math.log10(step) + 1e-9)), current_language())


@lru_cache(maxsize=1024)
def _number_label(value: float, digits: int, _language: str) -> str:
    return format_number(value, digits=digits)
