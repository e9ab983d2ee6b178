"""Trial run of a rule on past readings, before it is activated."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from heapq import merge
from itertools import pairwise
from operator import itemgetter
from typing import Final

import msgspec

from tabuah.operations.rules.crossings import Crossing, CrossingKind, EvidenceItem
from tabuah.operations.rules.dispatch import SeriesKey, dispatch_reading, dispatch_table
from tabuah.operations.rules.engine import INITIAL_STATE, SeriesState, evaluate
from tabuah.operations.rules.multi_series import MultiSeriesWatch
from tabuah.operations.rules.multi_series_watches import multi_series_watches
from tabuah.operations.rules.nearby_stations import NearbyStations
from tabuah.operations.rules.rule import ForecastLevel, MultiSeriesCondition, Rule
from tabuah.operations.rules.watches import ForecastWatch, SilenceWatch, Watch, WatchKey, watch_for_rule, watch_key
from tabuah.operations.stations.station import Station

TimedValue = tuple[datetime, float]
History = Mapping[SeriesKey, Sequence[TimedValue]]  # by station and parameter: time (UTC) and value, oldest first


class RuleEpisode(msgspec.Struct, frozen=True, kw_only=True):
    """One alarm that the rule would have raised; `cleared_at` is None if it would still be active.

    `peak` is the worst value; `evidence` has the inputs of a rule over several series.
    """

    station: str
    parameter: str
    onset_at: datetime
    raised_at: datetime
    cleared_at: datetime | None
    peak: float | None
    limit: float | None
    evidence: tuple[EvidenceItem, ...] = ()


class RuleTrial(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a trial run: episodes, and the number of series and readings used."""

    rule: str
    series: int
    readings: int
    episodes: tuple[RuleEpisode, ...]
    too_little_history: tuple[str, ...] = ()  # gauges with too little data for a forecast
    oldest_at: datetime | None = None  # oldest reading that counts; those that only fill windows are left out


class _TrialWatches(msgspec.Struct, frozen=True):
    """The watches of a rule."""

    alone: tuple[Watch | SilenceWatch, ...]
    forecasts: tuple[ForecastWatch, ...]
    multi_watches: tuple[MultiSeriesWatch, ...]


def trial_series(rule: Rule, stations: Iterable[Station]) -> tuple[SeriesKey, ...]:
    """Return the series that a rule uses, active or not: a trial run needs their history."""
    stations = tuple(stations)
    tried = _watches_of(rule, stations)
    wanted = {
        (member.station, member.parameter) for multi_watch in tried.multi_watches for member in multi_watch.members
    }
    wanted |= forecast_series(tried.forecasts, stations)
    parameters = {station.code: [p.code for p in station.parameters] for station in stations}
    for watch in tried.alone:
        wanted |= {(watch.station, p) for p in ([watch.parameter] if watch.parameter else parameters[watch.station])}
    return tuple(sorted(wanted))


def warm_up_span(rule: Rule, stations: Iterable[Station]) -> timedelta:
    """Return how much earlier data a trial run needs, so that windows are full at its start."""
    tried = _watches_of(rule, tuple(stations))
    watches = [watch for watch in tried.alone if isinstance(watch, Watch)]
    watches += [member for multi_watch in tried.multi_watches for member in multi_watch.members]
    if tried.forecasts:
        return LEARNING_SPAN
    spans = [watch.window or 2 * watch.hold for watch in watches] + [
        multi_watch.look_back for multi_watch in tried.multi_watches
    ]
    return max(spans, default=timedelta())


def try_rule(
    rule: Rule, stations: Iterable[Station], history: History, *, since: datetime | None = None
) -> RuleTrial:
    """Run a rule on past readings.

    Args:
        rule: active or not.
        stations: all stations the rule may mean or use.
        history: the readings of each series.
        since: alarms raised before this time (UTC) are left out; earlier readings only fill windows.
    """
    stations = tuple(stations)
    tried = _watches_of(rule, stations)
    found: list[RuleEpisode] = []
    for watch in tried.alone:
        values = _values_of(watch, history)
        found += _silences(watch, values) if isinstance(watch, SilenceWatch) else _episodes(watch, values)
    found += _together(tried.multi_watches, history)
    forecast, unknown = try_forecasts(tried.forecasts, stations, history, since=since)
    for crossings in forecast:
        episodes: list[RuleEpisode] = []
        _note(episodes, crossings)
        found += episodes
    wanted_episodes = [episode for episode in found if since is None or episode.raised_at >= since]
    read = [values for series in trial_series(rule, stations) if (values := history.get(series, ()))]
    counted = [values[_first_since(values, since) :] for values in read]
    return RuleTrial(
        rule=rule.id,
        series=len(read),
        readings=sum(map(len, counted)),
        episodes=tuple(sorted(wanted_episodes, key=lambda episode: (episode.onset_at, episode.station))),
        too_little_history=unknown,
        oldest_at=min((values[0][0] for values in counted if values), default=None),
    )


def _first_since(values: Sequence[TimedValue], since: datetime | None) -> int:
    return 0 if since is None else bisect_left(values, since, key=itemgetter(0))


def _watches_of(rule: Rule, stations: Sequence[Station]) -> _TrialWatches:
    rule = msgspec.structs.replace(rule, active=True)
    lone = [watch for station in stations if (watch := watch_for_rule(rule, station)) is not None]
    forecasts = tuple(watch for watch in lone if isinstance(watch, ForecastWatch))
    alone = tuple(watch for watch in lone if not isinstance(watch, ForecastWatch))
    multi_watches = multi_series_watches(rule, NearbyStations(stations))
    return _TrialWatches(alone, forecasts, multi_watches)


def _values_of(watch: Watch | SilenceWatch, history: History) -> Sequence[TimedValue]:
    """Return the readings of its series, or of the whole station if the watch has no parameter."""
    if watch.parameter:
        return history.get((watch.station, watch.parameter), ())
    return list(merge(*(values for (station, _), values in history.items() if station == watch.station)))


def _episodes(watch: Watch, values: Iterable[TimedValue]) -> list[RuleEpisode]:
    state = INITIAL_STATE
    found: list[RuleEpisode] = []
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


def _note(found: list[RuleEpisode], crossings: Iterable[Crossing]) -> None:
    """Begin and end episodes of one watch."""
    for crossing in crossings:
        if crossing.kind is CrossingKind.RAISED:
            found.append(_episode(crossing))
        elif crossing.kind is CrossingKind.CLEARED:
            found[-1] = msgspec.structs.replace(found[-1], cleared_at=crossing.at)


def _episode(raised: Crossing) -> RuleEpisode:
    return RuleEpisode(
        station=raised.station,
        parameter=raised.parameter,
        onset_at=raised.onset_at,
        raised_at=raised.at,
        cleared_at=None,
        peak=raised.value,
        limit=raised.limit,
        evidence=raised.evidence,
    )


def _together(multi_watches: Sequence[MultiSeriesWatch], history: History) -> list[RuleEpisode]:
    found: dict[str, list[RuleEpisode]] = {}
    for crossing in play_multi_series(multi_watches, history):
        _note(found.setdefault(crossing.station, []), [crossing])
    return [episode for episodes in found.values() for episode in episodes]


def _silences(watch: SilenceWatch, values: Iterable[TimedValue]) -> list[RuleEpisode]:
    times = [at for at, _value in values]
    return [
        RuleEpisode(
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


LEARNING_SPAN: Final = timedelta(days=30)  # before the first moment of a trial run


def forecast_series(watches: Iterable[ForecastWatch], stations: Sequence[Station]) -> set[SeriesKey]:
    """Return the input series of the forecasts at some gauges."""
    if not watches:
        return set()
    from tabuah.operations.forecast.input_selection import select_inputs  # noqa: PLC0415 - loads geodesy

    known = {station.code: station for station in stations}
    found = (select_inputs(known[watch.station], known) for watch in watches)
    return {series for inputs in found if inputs is not None for series in inputs.series}


def try_forecasts(
    watches: Sequence[ForecastWatch],
    stations: Sequence[Station],
    history: Mapping[SeriesKey, Sequence[tuple[datetime, float]]],
    *,
    since: datetime | None,
) -> tuple[list[list[Crossing]], tuple[str, ...]]:
    """Fit models to the readings before `since`, and forecast from then on.

    Returns:
        The crossings of each watch, and the gauges with too little data.
    """
    if not watches or since is None:
        return [], tuple(watch.station for watch in watches)
    from tabuah.operations.forecast.hindcast import fit_from_history, hindcast_crossings, records_from_history  # noqa: PLC0415 - loads numpy

    records = records_from_history(history)
    played: list[list[Crossing]] = []
    unknown: list[str] = []
    for watch in watches:
        model = fit_from_history(watch.station, stations, records, until=since)
        if model is None:
            unknown.append(watch.station)
        else:
            played.append(list(hindcast_crossings(watch, model, records, since=since)))
    return played, tuple(unknown)


class TrialWatchStates:
    """Watch states of a trial run."""

    def __init__(self) -> None:
        self._states: dict[WatchKey, SeriesState] = {}

    def state_of(self, key: WatchKey) -> SeriesState:
        return self._states.get(key, INITIAL_STATE)

    def put_state(self, key: WatchKey, state: SeriesState) -> None:
        self._states[key] = state


def play_multi_series(
    multi_watches: Sequence[MultiSeriesWatch], history: Mapping[SeriesKey, Sequence[tuple[datetime, float]]]
) -> Iterator[Crossing]:
    """Yield the crossings of the multi-series watches, without those of their parts."""
    members = {watch_key(member): member for multi_watch in multi_watches for member in multi_watch.members}
    targets = dispatch_table(members.values(), multi_watches)
    memory, own = TrialWatchStates(), {multi_watch.key for multi_watch in multi_watches}
    for at, series, value in merge(*(_line(series, history.get(series, ())) for series in targets)):
        for key, crossings in dispatch_reading(targets[series], memory, at, value):
            if key in own:
                yield from crossings


def _line(series: SeriesKey, values: Sequence[tuple[datetime, float]]) -> Iterator[tuple[datetime, SeriesKey, float]]:
    return ((at, series, value) for at, value in values)


def split_trial(rule: Rule, stations: Iterable[Station]) -> Sequence[tuple[Station, ...]]:
    """Return the groups of stations to run together: all for rules across stations, else one each."""
    stations = tuple(stations)
    if isinstance(rule.condition, MultiSeriesCondition | ForecastLevel):
        return [stations]
    return [(station,) for station in stations]


def merge_trials(rule: Rule, trials: Iterable[RuleTrial]) -> RuleTrial:
    """Merge the trial runs of the parts."""
    trials = tuple(trials)
    episodes = (episode for trial in trials for episode in trial.episodes)
    return RuleTrial(
        rule=rule.id,
        series=sum(trial.series for trial in trials),
        readings=sum(trial.readings for trial in trials),
        episodes=tuple(sorted(episodes, key=lambda episode: (episode.onset_at, episode.station))),
        too_little_history=tuple(code for trial in trials for code in trial.too_little_history),
        oldest_at=min((trial.oldest_at for trial in trials if trial.oldest_at is not None), default=None),
    )
