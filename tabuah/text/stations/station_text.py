"""Text about a station: completeness of its series, quarantined readings and river neighbours."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from tabuah.operations.stations.health import Gap, SeriesHealth
from tabuah.operations.stations.river_course import GaugeOnRiver
from tabuah.resources.localisation import _, format_moment, format_number, ngettext
from tabuah.text.readings.measurements import describe_refusal_code
from tabuah.text.rules.rule_text import format_duration

_WEEK: Final = timedelta(days=7)
_HOUR_S: Final = 3600


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
