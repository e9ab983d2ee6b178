"""Titles of alarms about earthquakes, weather warnings and volcanoes."""

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.entry_bodies import AlarmRaised
from tabuah.operations.entries import subject_kind
from tabuah.operations.levels import VolcanoLevel
from tabuah.resources.localisation import _, format_number, format_time
from tabuah.text.bulletins.bulletin_text import volcano_level_label


def bulletin_title(alarm: Alarm | AlarmRaised) -> str:
    """Return a one-line title: "Gempa M 5,1 · Pusat gempa di darat 12 km barat laut Solok"."""
    match subject_kind(alarm.parameter):
        case "earthquake":
            magnitude = "?" if alarm.value is None else format_number(alarm.value, digits=1)
            told = _("Earthquake M {magnitude} at {time}")
            return _joined(told.format(magnitude=magnitude, time=format_time(alarm.onset_at)), alarm.title)
        case "volcano":
            told = _("{volcano} raised to {level}")
            return told.format(volcano=alarm.title, level=volcano_level_label(_level_of(alarm)))
        case _:
            return _joined(_("Weather warning"), alarm.title)


def _level_of(alarm: Alarm | AlarmRaised) -> VolcanoLevel:
    rank = round(alarm.value) if alarm.value is not None else 1
    return list(VolcanoLevel)[min(max(rank, 1), len(VolcanoLevel)) - 1]


def _joined(what: str, more: str) -> str:
    return f"{what} · {more}" if more else what
