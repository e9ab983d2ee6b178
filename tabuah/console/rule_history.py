"""The past that a rule is tried on: every series that it looks at, from one source, with progress."""

from collections.abc import Callable, Iterable
from datetime import datetime

from tabuah.console.series_source import SeriesSource, all_readings
from tabuah.operations.rules.rule import Rule
from tabuah.operations.rules.trial import Trial, series_of, try_rule, warm_up_of
from tabuah.operations.stations.station import Station

OnSeries = Callable[[int, int], None]  # how many series are read, of how many


def tell_nobody(_done: int, _of: int) -> None:
    """Nobody waits for it."""


def try_on_history(
    rule: Rule,
    stations: Iterable[Station],
    source: SeriesSource,
    *,
    since: datetime,
    until: datetime,
    on_series: OnSeries = tell_nobody,
) -> Trial:
    """Play the readings between two moments to a rule, and those before that its windows need.

    Args:
        rule: whether in force or not.
        stations: all that it may mean or look at.
        source: where the readings come from.
        since: from when on what it raises is told (UTC).
        until: the last moment (UTC).
        on_series: told how far it is; what it raises ends the trial.

    Raises:
        SyncError, ReadingsError: the source cannot be read.
    """
    stations = tuple(stations)
    wanted = series_of(rule, stations)
    begin = since - warm_up_of(rule, stations)
    history: dict[tuple[str, str], list[tuple[datetime, float]]] = {}
    for number, (station, parameter) in enumerate(wanted):
        on_series(number, len(wanted))
        history[station, parameter] = list(all_readings(source, station, parameter, begin, until))
    on_series(len(wanted), len(wanted))
    return try_rule(rule, stations, history, since=since)
