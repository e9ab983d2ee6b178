"""Text of a station page: section headings, and the facts under them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final

from tabuah.operations.readings.reading import Quality, Reading
from tabuah.operations.stations.river_course import GaugeOnRiver, RiverCourse
from tabuah.operations.stations.station import Retirement
from tabuah.resources.localisation import N_, _, format_moment, format_number, format_time, ngettext
from tabuah.text.facts import Fact, Facts, known_facts
from tabuah.text.readings.measurements import (
    describe_quality_mark,
    describe_refusal_code,
    format_value,
    time_with_age,
)
from tabuah.text.stations.station_text import QuarantinedCounts, describe_gauge_on_river, describe_quarantined


class StationSection(StrEnum):
    """Section of the page, in reading order."""

    HEALTH = "health"
    FORECAST = "forecast"
    RIVER = "river"
    LIMITS = "limits"
    CHANGES = "changes"
    CORRECTIONS = "corrections"
    MANUAL_READINGS = "manual_readings"


_TITLES: Final = {
    StationSection.HEALTH: N_("State of the station"),
    StationSection.FORECAST: N_("Forecast"),
    StationSection.RIVER: N_("Along the river, with travel times"),
    StationSection.LIMITS: N_("Limits and rules"),
    StationSection.CHANGES: N_("History of the station"),
    StationSection.MANUAL_READINGS: N_("Typed in"),
    StationSection.CORRECTIONS: N_("Corrected values, 7 days"),
}
_EMPTY: Final = {
    StationSection.FORECAST: N_("No forecast of the last 2 hours is stored here."),
    StationSection.RIVER: N_("No upstream or downstream gauge is registered."),
    StationSection.LIMITS: N_("No rule applies to this station."),
    StationSection.CHANGES: N_("The history is being read."),
    StationSection.MANUAL_READINGS: N_("No manual readings."),
    StationSection.CORRECTIONS: N_("No value was corrected."),
}


def describe_retirement(retired: Retirement) -> str:
    """Return who took a station out of service, when and why."""
    return _("Out of service since {time}, by {name}: {reason}").format(
        time=format_moment(retired.at), name=retired.by, reason=retired.reason
    )


def restore_label() -> str:
    """Return the label of the button that puts a retired station into service again."""
    return _("Put back into service")


def section_title(section: StationSection) -> str:
    return _(_TITLES[section])


def empty_section_text(section: StationSection) -> str:
    """Return the text of a section without facts; empty for one that always has some."""
    return _(_EMPTY[section]) if section in _EMPTY else ""


def last_contact_fact(newest: datetime | None, now: datetime) -> Fact:
    return _("Last contact"), _("never heard") if newest is None else time_with_age(newest, now)


def battery_fact(reading: Reading | None, now: datetime, *, measured: bool) -> Fact:
    """Return the battery voltage, or why it is not known; `measured` if the station has the sensor."""
    if reading is not None:
        return _("Battery"), f"{format_value(reading.parameter, reading.value)} · {time_with_age(reading.at, now)}"
    return _("Battery"), _("no value yet") if measured else _("not measured")


def quality_marks_fact(counts: Mapping[Quality, int] | None) -> Fact:
    """Return how many values of the last 7 days carry each mark; None until they are counted."""
    if counts is None:
        return _("Marked values"), "…"
    marks = [
        f"{format_number(n)} {describe_quality_mark(mark)}"
        for mark, n in sorted(counts.items(), key=lambda each: -each[1])
    ]
    return _("Marked values"), ", ".join(marks) or _("none in 7 days")


def quarantined_fact(quarantined: QuarantinedCounts | None) -> Fact:
    return _("Quarantined by the server"), describe_quarantined(quarantined)


def list_forecast_facts(issued_at: datetime, highest_m: float, hours: int, now: datetime) -> Facts:
    """Return when a forecast was issued, and the highest stage within some hours."""
    return (
        (_("Issued"), time_with_age(issued_at, now)),
        (_("Highest, {n} h").format(n=hours), format_value("stage_m", highest_m)),
    )


def describe_expected_level(at: datetime) -> str:
    return _("expected at {time}").format(time=format_time(at))


def list_river_facts(course: RiverCourse) -> Facts:
    """Return the gauges above and below with their travel times."""
    return known_facts(((_("Above"), _list_gauges(course.above)), (_("Below"), _list_gauges(course.below))))


def _list_gauges(gauges: Sequence[GaugeOnRiver]) -> str:
    return "\n".join(map(describe_gauge_on_river, gauges))


def describe_stored_readings(station: str, values: str, at: datetime) -> str:
    """Return the confirmation of manual readings."""
    text = _("{station}: {values} at {time} is stored here and will be sent with the next sync.")
    return text.format(station=station, values=values, time=format_time(at))


def describe_manual_outcome(*, waits: bool, refused: str) -> str:
    """Return whether a manual reading waits for the server or was quarantined; empty once accepted."""
    if waits:
        return _("waits for the server")
    return describe_refusal_code(refused) if refused else ""


def describe_active_alarm(title: str, onset_at: datetime) -> str:
    return f"{title} · " + _("since {time}").format(time=format_time(onset_at))


def describe_more_alarms(n: int) -> str:
    return ngettext("{n} more alarm", "{n} more alarms", n).format(n=n)


def older_events_fact(n: int, code: str) -> Fact:
    """Return that `n` older events are not shown, and the command that lists them."""
    older = ngettext("{n} older entry", "{n} older entries", n).format(n=format_number(n))
    return older, f"tabuah station history {code}"


def missing_history_fact() -> Fact:
    return _("Older entries"), _("They are at the server, and are fetched with the next sync.")
