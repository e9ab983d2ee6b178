"""What the alarm of an earthquake, a warning or a volcano is called, made from its fields when it is shown."""

from typing import Final

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.bodies import AlarmRaised
from tabuah.operations.bulletins.telling import tell_volcano_level
from tabuah.operations.entries import subject_kind
from tabuah.operations.levels import VolcanoLevel
from tabuah.resources.catalogue import _
from tabuah.resources.formats import format_number, format_time

KINDS: Final = ("earthquake", "warning", "volcano")


def tells_of_bulletin(alarm: Alarm) -> bool:
    """Whether an alarm is about what an agency told, not about what a station measured."""
    return subject_kind(alarm.parameter) in KINDS and "/" in alarm.parameter


def bulletin_title(alarm: Alarm | AlarmRaised) -> str:
    """One line: "Gempa M 5,1 · Pusat gempa di darat 12 km barat laut Solok"."""
    match subject_kind(alarm.parameter):
        case "earthquake":
            magnitude = "?" if alarm.value is None else format_number(alarm.value, digits=1)
            told = _("Earthquake M {magnitude} at {time}")
            return _joined(told.format(magnitude=magnitude, time=format_time(alarm.onset_at)), alarm.title)
        case "volcano":
            told = _("{volcano} raised to {level}")
            return told.format(volcano=alarm.title, level=tell_volcano_level(_level_of(alarm)))
        case _:
            return _joined(_("Weather warning"), alarm.title)


def _level_of(alarm: Alarm | AlarmRaised) -> VolcanoLevel:
    rank = round(alarm.value) if alarm.value is not None else 1
    return list(VolcanoLevel)[min(max(rank, 1), len(VolcanoLevel)) - 1]


def _joined(what: str, more: str) -> str:
    return f"{what} · {more}" if more else what
