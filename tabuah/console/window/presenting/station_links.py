"""The links by which stations send, as sources among others: how many are heard, and what is lost."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from tabuah.console.window.presenting.station_marks import Latest, readings_of
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.causes import LINK, family_of
from tabuah.operations.alarms.titles import alarm_title
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.stations.freshness import severity_of_station
from tabuah.operations.stations.station import Station
from tabuah.resources.catalogue import _
from tabuah.resources.formats import format_age
from tabuah.widgets.sources.source_item import SourceItem
from tabuah.widgets.values import Level


def link_items(
    stations: Mapping[str, Station], latest: Latest, alarms: Iterable[Alarm], now: datetime
) -> tuple[SourceItem, ...]:
    """One row for all stations, and one for each link that is lost; nothing where there are no stations."""
    lost = [alarm for alarm in alarms if alarm.is_active and family_of(alarm) == LINK and "/" not in alarm.parameter]
    rows = [
        SourceItem(
            id=f"link/{a.parameter}", level=Level.HIGH, text=alarm_title(a, None), word=_("lost"), author=a.title
        )
        for a in lost
    ]
    if not stations:
        return tuple(rows)
    silent = [s for s in stations.values() if _is_silent(s, latest, now)]
    newest = max((reading.at for reading in latest.values()), default=None)
    heard = _("{heard} of {all} stations are heard").format(heard=len(stations) - len(silent), all=len(stations))
    age = _("newest value {age} ago").format(age=format_age(now - newest)) if newest else _("no station data yet")
    facts = ((_("Without data"), ", ".join(sorted(s.name for s in silent)[:20])),) if silent else ()
    level = Level.NO_DATA if len(silent) == len(stations) else Level.ATTENTION if silent else Level.NORMAL
    word = _("works") if level is Level.NORMAL else _("not all are heard")
    rows.append(SourceItem(id="stations", level=level, text=heard, word=word, about=age, facts=facts))
    return tuple(rows)


def _is_silent(station: Station, latest: Latest, now: datetime) -> bool:
    severity = severity_of_station(station, alarms=(), latest=readings_of(station, latest), now=now)
    return severity is AlarmSeverity.NO_DATA
