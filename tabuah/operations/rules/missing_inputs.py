"""Missing inputs: the parts of a multi-series rule without a fresh value, by station."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from tabuah.operations.rules.dispatch import SeriesKey
from tabuah.operations.rules.multi_series import MultiSeriesWatch
from tabuah.operations.rules.multi_series_watches import multi_series_watches
from tabuah.operations.rules.nearby_stations import NearbyStations
from tabuah.operations.rules.rule import Rule
from tabuah.operations.stations.station import Station


class MissingInput(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a rule without a valid value at one of its stations.

    `parameter` is the missing input; `asked` are the stations that could give it; `heard_at` is the
    time of their newest reading, None if there never was one.
    """

    station: str
    part: int
    parameter: str
    asked: tuple[str, ...]
    heard_at: datetime | None


def find_missing_inputs(
    rule: Rule, stations: Iterable[Station], newest: Mapping[SeriesKey, datetime], *, now: datetime
) -> tuple[MissingInput, ...]:
    """Return the missing inputs of a rule; empty for a single-series rule (silence rules cover those).

    Args:
        rule: active or not.
        stations: all stations it may use.
        newest: the time of the newest reading of each series (UTC).
        now: UTC.
    """
    meant = msgspec.structs.replace(rule, active=True)
    found: list[MissingInput] = []
    for multi_watch in multi_series_watches(meant, NearbyStations(stations)):
        ages = [
            now - at if (at := newest.get(_series(multi_watch, index))) else None
            for index in range(len(multi_watch.members))
        ]
        found += (_unanswered(multi_watch, part, newest) for part in multi_watch.missing_parts(ages))
    return tuple(found)


def _unanswered(
    multi_watch: MultiSeriesWatch, part: tuple[int, ...], newest: Mapping[SeriesKey, datetime]
) -> MissingInput:
    heard = (newest.get(_series(multi_watch, index)) for index in part)
    first = multi_watch.members[part[0]]
    return MissingInput(
        station=multi_watch.watch.station,
        part=int(first.rule.partition("/")[2]),
        parameter=first.parameter,
        asked=tuple(multi_watch.members[index].station for index in part),
        heard_at=max((at for at in heard if at is not None), default=None),
    )


def _series(multi_watch: MultiSeriesWatch, index: int) -> SeriesKey:
    member = multi_watch.members[index]
    return member.station, member.parameter
