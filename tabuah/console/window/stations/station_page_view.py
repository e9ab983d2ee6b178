"""The content of a station page: identity, notices, parameters, and limits."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from tabuah.console.window.shared.levels import LEVEL_OF_ALARM
from tabuah.console.window.state.console_snapshot import ConsoleSnapshot
from tabuah.console.window.state.latest_readings import LatestReadings, newest_by_parameter
from tabuah.console.window.stations.series_rows import series_rows
from tabuah.console.window.stations.station_history import StationHistory
from tabuah.console.window.stations.station_markers import station_severities
from tabuah.console.window.stations.station_sections import QuarantinedCounts, station_sections
from tabuah.operations.maintenance.window import MaintenanceState, running_windows
from tabuah.operations.rules.rule import Rule
from tabuah.operations.stations.station import Station
from tabuah.resources.localisation import _, format_moment, format_time, ngettext
from tabuah.text.alarms.titles import alarm_title, severity_label
from tabuah.text.maintenance.maintenance_status import describe_maintenance, describe_maintenance_state
from tabuah.text.rules.rule_text import station_kind_label
from tabuah.widgets.stations.values import StationNotice, StationView
from tabuah.widgets.values import Level

_MOST_ALARMS: Final = 3


def station_view(
    station: Station,
    snapshot: ConsoleSnapshot,
    latest: LatestReadings,
    *,
    past: StationHistory | None,
    rules: Sequence[Rule],
    quarantined: QuarantinedCounts | None,
    now: datetime,
) -> StationView:
    """Return the content of the page.

    Args:
        station: the station.
        snapshot: the console state.
        latest: the newest readings of all stations.
        past: its last days; None until they are read.
        rules: the rules that apply to it.
        quarantined: readings that the server quarantined; None if unknown.
        now: UTC.
    """
    works = running_windows(snapshot.maintenance.values(), now)
    (severity,) = station_severities((station,), alarms=snapshot.alarms, latest=latest, now=now, worked_on=works)
    about = (
        station.code,
        station_kind_label(station.kind),
        station.nagari,
        station.river.name if station.river else "",
    )
    return StationView(
        code=station.code,
        name=station.name,
        about=" · ".join(part for part in (*about, station.owner) if part),
        level=LEVEL_OF_ALARM[severity],
        word=severity_label(severity),
        exercise=_("EXERCISE") if station.exercise else "",
        notices=tuple(_notices(station, snapshot, latest, now)),
        rows=series_rows(station, latest, past, now),
        sections=tuple(
            station_sections(station, snapshot, latest, past=past, rules=rules, quarantined=quarantined, now=now)
        ),
    )


def _notices(
    station: Station, snapshot: ConsoleSnapshot, latest: LatestReadings, now: datetime
) -> Iterator[StationNotice]:
    yield from _maintenance_notices(station, snapshot, latest, now)
    alarms = [alarm for alarm in snapshot.alarms.values() if alarm.is_active and alarm.station == station.code]
    alarms.sort(key=lambda alarm: (alarm.severity.rank, alarm.onset_at))
    for alarm in alarms[:_MOST_ALARMS]:
        told = alarm_title(alarm, station, snapshot.rules.get(alarm.rule))
        since = _("since {time}").format(time=format_time(alarm.onset_at))
        yield StationNotice(level=LEVEL_OF_ALARM[alarm.severity], text=f"{told} · {since}")
    more = len(alarms) - _MOST_ALARMS
    if more > 0:
        told = ngettext("{n} more alarm", "{n} more alarms", more).format(n=more)
        yield StationNotice(level=LEVEL_OF_ALARM[alarms[_MOST_ALARMS].severity], text=told)


def _maintenance_notices(
    station: Station, snapshot: ConsoleSnapshot, latest: LatestReadings, now: datetime
) -> Iterator[StationNotice]:
    """Yield maintenance that runs, is planned, or is overdue while the station is silent."""
    heard = newest_by_parameter(station, latest).values()
    heard_at = {station.code: max(reading.at for reading in heard)} if heard else {}
    for window in snapshot.maintenance.values():
        if station.code not in window.stations:
            continue
        standing = window.state_at(now, heard_at)
        if standing is MaintenanceState.RUNNING:
            yield StationNotice(level=Level.INFORMATION, text=describe_maintenance(window))
        elif standing is not MaintenanceState.OVER:
            level = Level.ATTENTION if standing is MaintenanceState.OVERDUE else Level.INFORMATION
            parts = (describe_maintenance_state(standing), format_moment(window.since), window.reason)
            yield StationNotice(level=level, text=" · ".join(parts))
