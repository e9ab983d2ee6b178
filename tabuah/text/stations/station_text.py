"""Text about stations: freshness, completeness of series, quarantined readings, river neighbours and files."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from tabuah.operations.readings.reading import Reading
from tabuah.operations.stations.files import FileRemoval, StationFile
from tabuah.operations.stations.freshness import Freshness
from tabuah.operations.stations.health import Gap, SeriesHealth
from tabuah.operations.stations.river_course import GaugeOnRiver
from tabuah.resources.localisation import N_, _, format_moment, format_number, ngettext
from tabuah.text.readings.measurements import data_age_text, describe_refusal_code, format_value
from tabuah.text.rules.rule_text import format_duration

_WEEK: Final = timedelta(days=7)
_HOUR_S: Final = 3600


def retired_label() -> str:
    return _("Station out of service")


def describe_week(health: SeriesHealth, now: datetime) -> str:
    """Describe the completeness of the last days."""
    if health.share is None:
        return _("no stored readings yet")
    share = format_number(health.share * 100, digits=0 if health.share >= 1 else 1)
    message = [_("{share}% in 7 days").format(share=share)]
    if health.since > now - _WEEK + timedelta(seconds=_HOUR_S):
        message = [_("{share}% since {time}").format(share=share, time=format_moment(health.since))]
    if not health.gaps:
        return " · ".join([*message, _("no gaps")])
    n = len(health.gaps)
    message.append(ngettext("{n} gap", "{n} gaps", n).format(n=n))
    longest = health.longest_gap
    if longest is not None:
        message.append(_describe_gaps(longest, now))
    return ", ".join(message)


def _describe_gaps(gap: Gap, now: datetime) -> str:
    length_s = gap.length.total_seconds()
    unit_s = _HOUR_S if length_s >= 2 * _HOUR_S else 60
    duration = format_duration(round(length_s / unit_s) * unit_s)
    if gap.until >= now:
        return _("silent for {duration} now").format(duration=duration)
    return _("the longest {duration} from {time}").format(duration=duration, time=format_moment(gap.since))


QuarantinedCounts = Mapping[str, int]  # number of quarantined readings, by reason code


def describe_quarantined(quarantined: QuarantinedCounts | None) -> str:
    if quarantined is None:
        return _("not known without the server")
    message = [
        f"{format_number(n)} × {describe_refusal_code(code)}"
        for code, n in sorted(quarantined.items(), key=lambda e: -e[1])
    ]
    return " ".join(message) or _("none")


def describe_gauge_on_river(gauge: GaugeOnRiver) -> str:
    if gauge.lag_s <= 0:
        return gauge.station.name
    minutes = round(gauge.lag_s / 60) * 60.0
    return f"{gauge.station.name} ({format_duration(minutes)})"


def no_data_yet_text() -> str:
    return _("No data yet")


_FRESHNESS: Final = {
    Freshness.FRESH: N_("up to date"),
    Freshness.LATE: N_("late"),
    Freshness.SILENT: N_("silent"),
}


def describe_freshness(freshness: Freshness) -> str:
    return _(_FRESHNESS[freshness])


def describe_expected_interval(interval_s: float) -> str:
    return _("expected every {duration}").format(duration=format_duration(interval_s))


def describe_silent_count(silent: int) -> str:
    return ngettext("{n} station without data", "{n} stations without data", silent).format(n=silent)


def describe_station_count(count: int, newest: datetime | None, now: datetime) -> str:
    """Return the number of stations and the age of their newest value."""
    text = ngettext("{n} station", "{n} stations", count).format(n=format_number(count))
    return f"{text} · {data_age_text(newest, now) if newest is not None else _('no data yet')}"


def no_stations_texts() -> tuple[str, str]:
    """Return the text of a console without stations, and when they arrive."""
    return _("No stations yet"), _("Stations arrive with the first sync.")


def describe_newest_data(newest: datetime | None, silent: int, now: datetime) -> str:
    """Return the age of the newest value and the number of silent stations."""
    if newest is None:
        return _("no station data yet")
    age = data_age_text(newest, now)
    return f"{age} · {describe_silent_count(silent)}" if silent else age


def describe_newest_reading(reading: Reading | None, unit: str) -> str:
    """Return the newest measurement, which makes typing errors obvious."""
    if reading is None:
        return no_data_yet_text()
    value = format_value(reading.parameter, reading.value, unit=unit)
    return _("Newest: {value}, {moment}").format(value=value, moment=format_moment(reading.at))


def describe_file_origin(file: StationFile) -> str:
    """Return who added a file, and when."""
    return _("{name}, {time}").format(name=file.by, time=format_moment(file.at))


def describe_file_removal(name: str, removal: FileRemoval) -> str:
    """Return a removed file with the reason, the person and the time."""
    message = _("{file}: {reason} ({name}, {time})")
    return message.format(file=name, reason=removal.reason, name=removal.by, time=format_moment(removal.at))


def no_station_reason() -> str:
    return _("Choose a station on the map first.")
