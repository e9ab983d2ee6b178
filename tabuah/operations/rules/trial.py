"""A trial: what a rule would have done with readings of the past, before it is put into force."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import pairwise

import msgspec

from tabuah.operations.rules.crossings import CrossingKind
from tabuah.operations.rules.engine import UNKNOWN, evaluate
from tabuah.operations.rules.rule import Rule
from tabuah.operations.rules.watches import SilenceWatch, Watch, watch_of
from tabuah.operations.stations.station import Station


class Episode(msgspec.Struct, frozen=True, kw_only=True):
    """One alarm that would have been: from onset until cleared, None where it would still be up; `peak` the worst."""

    station: str
    parameter: str
    onset_at: datetime
    raised_at: datetime
    cleared_at: datetime | None
    peak: float | None
    limit: float | None


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """How often the rule would have raised, and over how many series and readings that was tried."""

    rule: str
    series: int
    readings: int
    episodes: tuple[Episode, ...]


def try_rule(
    rule: Rule, stations: Iterable[Station], history: Mapping[str, Iterable[tuple[datetime, float]]]
) -> Trial:
    """Play the past to a rule.

    Args:
        rule: whether in force or not.
        stations: those that it may mean.
        history: by station code, time (UTC) and value of the rule's parameter, oldest first.
    """
    rule = msgspec.structs.replace(rule, active=True)
    series = readings = 0
    episodes: list[Episode] = []
    for station in stations:
        watch = watch_of(rule, station)
        values = tuple(history.get(station.code, ()))
        if watch is None or not values:
            continue
        series += 1
        readings += len(values)
        episodes += _silences(watch, values) if isinstance(watch, SilenceWatch) else _episodes(watch, values)
    episodes.sort(key=lambda episode: (episode.onset_at, episode.station))
    return Trial(rule=rule.id, series=series, readings=readings, episodes=tuple(episodes))


def _episodes(watch: Watch, values: Iterable[tuple[datetime, float]]) -> list[Episode]:
    state = UNKNOWN
    found: list[Episode] = []
    is_worse = min if watch.falling else max
    for at, value in values:
        state, crossings = evaluate(watch, state, at, value)
        judged = value if watch.window is None else watch.measured(state.window)
        if judged is None:
            continue
        for crossing in crossings:
            if crossing.kind is CrossingKind.RAISED:
                found.append(_episode(watch, crossing.onset_at, at, judged))
            elif crossing.kind is CrossingKind.CLEARED:
                found[-1] = msgspec.structs.replace(found[-1], cleared_at=at)
        if state.is_raised and found:
            peak = is_worse(judged, judged if found[-1].peak is None else found[-1].peak)
            found[-1] = msgspec.structs.replace(found[-1], peak=peak)
    return found


def _episode(watch: Watch, onset_at: datetime, raised_at: datetime, value: float) -> Episode:
    return Episode(
        station=watch.station,
        parameter=watch.parameter,
        onset_at=onset_at,
        raised_at=raised_at,
        cleared_at=None,
        peak=value,
        limit=watch.limit,
    )


def _silences(watch: SilenceWatch, values: Iterable[tuple[datetime, float]]) -> list[Episode]:
    times = [at for at, _value in values]
    return [
        Episode(
            station=watch.station,
            parameter=watch.parameter,
            onset_at=before,
            raised_at=before + watch.allowed,
            cleared_at=after,
            peak=None,
            limit=None,
        )
        for before, after in pairwise(times)
        if after - before >= watch.allowed
    ]
