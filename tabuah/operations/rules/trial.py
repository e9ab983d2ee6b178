"""A trial: what a rule would have done with readings of the past, before it is put into force."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from heapq import merge
from itertools import pairwise
from operator import itemgetter

import msgspec

from tabuah.operations.rules.crossings import Crossing, CrossingKind
from tabuah.operations.rules.engine import UNKNOWN, evaluate
from tabuah.operations.rules.evidence import Finding
from tabuah.operations.rules.forecast_trial import LEARN_FROM, forecast_series_of, try_forecasts
from tabuah.operations.rules.hearing import Series
from tabuah.operations.rules.joining import joint_watches_of
from tabuah.operations.rules.joint import JointWatch
from tabuah.operations.rules.joint_trial import play_together
from tabuah.operations.rules.rule import Rule
from tabuah.operations.rules.surroundings import Surroundings
from tabuah.operations.rules.watches import ForecastWatch, SilenceWatch, Watch, watch_of
from tabuah.operations.stations.station import Station

Value = tuple[datetime, float]
History = Mapping[Series, Sequence[Value]]  # by station and parameter: time (UTC) and value, oldest first


class Episode(msgspec.Struct, frozen=True, kw_only=True):
    """One alarm that would have been: from onset until cleared, None where it would still be up; `peak` the worst.

    `evidence` is what a rule over several series looked at when it raised.
    """

    station: str
    parameter: str
    onset_at: datetime
    raised_at: datetime
    cleared_at: datetime | None
    peak: float | None
    limit: float | None
    evidence: tuple[Finding, ...] = ()


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """How often the rule would have raised, and over how many series and readings that was tried, and since when."""

    rule: str
    series: int
    readings: int
    episodes: tuple[Episode, ...]
    too_little_history: tuple[str, ...] = ()  # gauges of which too little is known to forecast them
    oldest_at: datetime | None = None  # of the readings that count, those that only fill windows left out


class _Tried(msgspec.Struct, frozen=True):
    """The watches that a rule would keep."""

    alone: tuple[Watch | SilenceWatch, ...]
    forecasts: tuple[ForecastWatch, ...]
    joint: tuple[JointWatch, ...]


def series_of(rule: Rule, stations: Iterable[Station]) -> tuple[Series, ...]:
    """The series that a rule would look at, whether in force or not: what a trial needs the history of."""
    stations = tuple(stations)
    tried = _watches_of(rule, stations)
    wanted = {(member.station, member.parameter) for joint in tried.joint for member in joint.members}
    wanted |= forecast_series_of(tried.forecasts, stations)
    parameters = {station.code: [p.code for p in station.parameters] for station in stations}
    for watch in tried.alone:
        wanted |= {(watch.station, p) for p in ([watch.parameter] if watch.parameter else parameters[watch.station])}
    return tuple(sorted(wanted))


def warm_up_of(rule: Rule, stations: Iterable[Station]) -> timedelta:
    """How much of the past before the first moment a trial needs, so that sums and windows are full by then."""
    tried = _watches_of(rule, tuple(stations))
    watches = [watch for watch in tried.alone if isinstance(watch, Watch)]
    watches += [member for joint in tried.joint for member in joint.members]
    if tried.forecasts:
        return LEARN_FROM
    spans = [watch.window or 2 * watch.hold for watch in watches] + [joint.look_back for joint in tried.joint]
    return max(spans, default=timedelta())


def try_rule(rule: Rule, stations: Iterable[Station], history: History, *, since: datetime | None = None) -> Trial:
    """Play the past to a rule.

    Args:
        rule: whether in force or not.
        stations: all that it may mean or look at.
        history: the readings of each series.
        since: what was over or up before this moment (UTC) is not told; readings from before only fill windows.
    """
    stations = tuple(stations)
    tried = _watches_of(rule, stations)
    found: list[Episode] = []
    for watch in tried.alone:
        values = _values_of(watch, history)
        found += _silences(watch, values) if isinstance(watch, SilenceWatch) else _episodes(watch, values)
    found += _together(tried.joint, history)
    forecast, unknown = try_forecasts(tried.forecasts, stations, history, since=since)
    for crossings in forecast:
        episodes: list[Episode] = []
        _note(episodes, crossings)
        found += episodes
    told = [episode for episode in found if since is None or episode.raised_at >= since]
    read = [values for series in series_of(rule, stations) if (values := history.get(series, ()))]
    counted = [values[_first_since(values, since) :] for values in read]
    return Trial(
        rule=rule.id,
        series=len(read),
        readings=sum(map(len, counted)),
        episodes=tuple(sorted(told, key=lambda episode: (episode.onset_at, episode.station))),
        too_little_history=unknown,
        oldest_at=min((values[0][0] for values in counted if values), default=None),
    )


def _first_since(values: Sequence[Value], since: datetime | None) -> int:
    return 0 if since is None else bisect_left(values, since, key=itemgetter(0))


def _watches_of(rule: Rule, stations: Sequence[Station]) -> _Tried:
    rule = msgspec.structs.replace(rule, active=True)
    lone = [watch for station in stations if (watch := watch_of(rule, station)) is not None]
    forecasts = tuple(watch for watch in lone if isinstance(watch, ForecastWatch))
    alone = tuple(watch for watch in lone if not isinstance(watch, ForecastWatch))
    joint = joint_watches_of(rule, Surroundings(stations))
    return _Tried(alone, forecasts, joint)


def _values_of(watch: Watch | SilenceWatch, history: History) -> Sequence[Value]:
    """The readings of its series; of the whole station, where it is about that."""
    if watch.parameter:
        return history.get((watch.station, watch.parameter), ())
    return list(merge(*(values for (station, _), values in history.items() if station == watch.station)))


def _episodes(watch: Watch, values: Iterable[Value]) -> list[Episode]:
    state = UNKNOWN
    found: list[Episode] = []
    is_worse = min if watch.falling else max
    for at, value in values:
        state, crossings = evaluate(watch, state, at, value)
        judged = state.value
        if judged is None:
            continue
        _note(found, crossings)
        if state.is_raised and found:
            peak = is_worse(judged, judged if found[-1].peak is None else found[-1].peak)
            found[-1] = msgspec.structs.replace(found[-1], peak=peak)
    return found


def _note(found: list[Episode], crossings: Iterable[Crossing]) -> None:
    """Begin and end episodes of one watch."""
    for crossing in crossings:
        if crossing.kind is CrossingKind.RAISED:
            found.append(_episode(crossing))
        elif crossing.kind is CrossingKind.CLEARED:
            found[-1] = msgspec.structs.replace(found[-1], cleared_at=crossing.at)


def _episode(raised: Crossing) -> Episode:
    return Episode(
        station=raised.station,
        parameter=raised.parameter,
        onset_at=raised.onset_at,
        raised_at=raised.at,
        cleared_at=None,
        peak=raised.value,
        limit=raised.limit,
        evidence=raised.evidence,
    )


def _together(joints: Sequence[JointWatch], history: History) -> list[Episode]:
    found: dict[str, list[Episode]] = {}
    for crossing in play_together(joints, history):
        _note(found.setdefault(crossing.station, []), [crossing])
    return [episode for episodes in found.values() for episode in episodes]


def _silences(watch: SilenceWatch, values: Iterable[Value]) -> list[Episode]:
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
