"""The page of a station as values: who it is, what must be known first, what it measures, what it is held against."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from tabuah.console.maintenance_words import standing_word, work_line
from tabuah.console.window.presenting.levels import LEVEL_OF_ALARM
from tabuah.console.window.presenting.station_marks import Latest, readings_of, station_severities
from tabuah.console.window.presenting.station_rows import series_rows
from tabuah.console.window.presenting.station_sections import Asides, station_sections
from tabuah.console.window.snapshot import RoomSnapshot
from tabuah.console.window.station_past import StationPast
from tabuah.operations.alarms.titles import alarm_title, severity_word
from tabuah.operations.maintenance.window import Standing, running_on
from tabuah.operations.rules.rule import Rule
from tabuah.operations.rules.telling import tell_kind
from tabuah.operations.stations.station import Station
from tabuah.resources.catalogue import _, ngettext
from tabuah.resources.formats import format_moment, format_time
from tabuah.widgets.stations.values import Notice, StationView
from tabuah.widgets.values import Level

_MOST_ALARMS: Final = 3


def station_view(
    station: Station,
    snapshot: RoomSnapshot,
    latest: Latest,
    *,
    past: StationPast | None,
    rules: Sequence[Rule],
    asides: Asides | None,
    now: datetime,
) -> StationView:
    """Everything the page says.

    Args:
        station: whose page it is.
        snapshot: the room.
        latest: the newest readings of all.
        past: its last days, None while they are read.
        rules: those that watch it.
        asides: what the server has set aside of it, None where that is not known.
        now: UTC.
    """
    works = running_on(snapshot.maintenance.values(), now)
    (severity,) = station_severities((station,), alarms=snapshot.alarms, latest=latest, now=now, worked_on=works)
    about = (station.code, tell_kind(station.kind), station.nagari, station.river.name if station.river else "")
    return StationView(
        code=station.code,
        name=station.name,
        about=" · ".join(part for part in (*about, station.owner) if part),
        level=LEVEL_OF_ALARM[severity],
        word=severity_word(severity),
        exercise=_("EXERCISE") if station.exercise else "",
        notices=tuple(_notices(station, snapshot, latest, now)),
        rows=series_rows(station, latest, past, now),
        sections=tuple(station_sections(station, snapshot, latest, past=past, rules=rules, asides=asides, now=now)),
    )


def _notices(station: Station, snapshot: RoomSnapshot, latest: Latest, now: datetime) -> Iterator[Notice]:
    yield from _works(station, snapshot, latest, now)
    alarms = [alarm for alarm in snapshot.alarms.values() if alarm.is_active and alarm.station == station.code]
    alarms.sort(key=lambda alarm: (alarm.severity.rank, alarm.onset_at))
    for alarm in alarms[:_MOST_ALARMS]:
        told = alarm_title(alarm, station, snapshot.rules.get(alarm.rule))
        since = _("since {time}").format(time=format_time(alarm.onset_at))
        yield Notice(level=LEVEL_OF_ALARM[alarm.severity], text=f"{told} · {since}")
    more = len(alarms) - _MOST_ALARMS
    if more > 0:
        told = ngettext("{n} more alarm", "{n} more alarms", more).format(n=more)
        yield Notice(level=LEVEL_OF_ALARM[alarms[_MOST_ALARMS].severity], text=told)


def _works(station: Station, snapshot: RoomSnapshot, latest: Latest, now: datetime) -> Iterator[Notice]:
    """Work on the station that goes on, is planned, or should be over while nothing is heard."""
    heard = readings_of(station, latest).values()
    heard_at = {station.code: max(reading.at for reading in heard)} if heard else {}
    for window in snapshot.maintenance.values():
        if station.code not in window.stations:
            continue
        standing = window.standing(now, heard_at)
        if standing is Standing.RUNNING:
            yield Notice(level=Level.INFORMATION, text=work_line(window))
        elif standing is not Standing.OVER:
            level = Level.ATTENTION if standing is Standing.OVERDUE else Level.INFORMATION
            parts = (standing_word(standing), format_moment(window.since), window.reason)
            yield Notice(level=level, text=" · ".join(parts))
