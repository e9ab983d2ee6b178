"""Names and notes on the charts of a station."""

from collections.abc import Sequence

from tabuah.operations.readings.measurements import measurement_of
from tabuah.resources.localisation import _, format_number, ngettext
from tabuah.text.readings.measurements import parameter_name


def charted_value_name(parameter: str) -> str:
    """Return the name of the charted values: of amounts such as rain the chart shows the running total."""
    return _("Rain since the start") if measurement_of(parameter).adds_up else parameter_name(parameter)


def rain_name() -> str:
    return _("rain")


def extreme_names() -> tuple[str, str]:
    """Return the names of the highest and the lowest value of each bucket."""
    return _("highest"), _("lowest")


def maintenance_name() -> str:
    return _("maintenance")


def describe_next_threshold(value: float, ladder: Sequence[tuple[float, str]], *, unit: str, digits: int) -> str:
    """Return how far a value is from the next threshold: "2,10 m di bawah Siaga 3".

    Args:
        value: in the unit.
        ladder: thresholds and their names, the lowest first; above the last one that one counts.
        unit: of the value.
        digits: of the value.
    """
    limit, name = next(((limit, name) for limit, name in ladder if value < limit), ladder[-1])
    text = _("{distance} {unit} below {name}") if value < limit else _("{distance} {unit} above {name}")
    return text.format(distance=format_number(abs(limit - value), digits=digits), unit=unit, name=name)


def describe_day_chart(rain_gauges: int, within_m: float) -> str:
    """Return the note of the day's chart, with the number of rain gauges whose mean it shows."""
    text = _("24 hours")
    if not rain_gauges:
        return text
    words = ngettext(
        "{sum} · rain: mean of {n} station within {km} km",
        "{sum} · rain: mean of {n} stations within {km} km",
        rain_gauges,
    )
    return words.format(sum=text, n=rain_gauges, km=format_number(within_m / 1000))
