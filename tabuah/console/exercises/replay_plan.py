"""The plan of a replay: the stations, readings and reports of a past period, and the progress of an earlier run."""

from collections.abc import Callable

import msgspec

from tabuah.console.exercises.day_replay import reports_between
from tabuah.console.exercises.past_readings import PastReadings, find_past_series
from tabuah.console.exercises.replay_file import ReplayFile, ReplayProgress, new_progress
from tabuah.console.readings.series_source import ServerSeries
from tabuah.console.simulator.errors import ReplayOverlap
from tabuah.console.simulator.stations import newest_reading_time
from tabuah.operations.exercises.past_day import ReplaySchedule, copy_of_station
from tabuah.operations.exercises.scope import REAL_WORLD
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.stations.station import Station
from tabuah.resources.localisation import _, format_moment
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.sync.session import ConsoleSession


class ReplayPlan(msgspec.Struct, frozen=True, kw_only=True):
    """The data of a replay, and its progress.

    Attributes:
        session: the session at the server.
        progress: the times of the replay, and how far it has played.
        stations: copies of the stations in the exercise.
        readings: the readings of the period.
        count: the number of readings in the period, without the history before it.
        reports: incidents of the period to report again.
    """

    session: ConsoleSession
    progress: ReplayProgress
    stations: tuple[Station, ...]
    readings: PastReadings
    count: int
    reports: tuple[Incident, ...]


def plan_replay(
    store: ConsoleStore,
    session: ConsoleSession,
    exercise_id: str,
    schedule: ReplaySchedule,
    *,
    incidents: bool,
    is_new: bool,
    on_station: Callable[[int, int], None] = lambda _done, _of: None,
) -> ReplayPlan:
    """Plan a new replay, or the rest of a stopped one.

    Args:
        store: the console's store.
        session: the session at the server.
        exercise_id: a running exercise.
        schedule: the period and its times.
        incidents: report the incidents of the period again.
        is_new: begin a new replay instead of continuing a stopped one.
        on_station: called before each station, as in `find_past_series`.

    Raises:
        NoPastReadings: the period has no readings.
        ReplayOverlap: an earlier replay or a simulation has sent readings of these stations.
        SyncError: the server cannot be read.
    """
    known = None if is_new else ReplayFile(store.directory).find(exercise_id)
    if known is not None and known.continues(schedule, incidents=incidents):
        return _make_plan(store, session, exercise_id, known, on_station)
    plan = _make_plan(store, session, exercise_id, new_progress(schedule, incidents=incidents), on_station)
    _refuse_overlap(plan)
    return plan


def _make_plan(
    store: ConsoleStore,
    session: ConsoleSession,
    exercise_id: str,
    progress: ReplayProgress,
    on_station: Callable[[int, int], None],
) -> ReplayPlan:
    schedule, source = progress.schedule, ServerSeries(session.client)
    series = find_past_series(source, REAL_WORLD.select(store.stations()), schedule, on_station=on_station)
    stations = {each.station.code: copy_of_station(each.station, exercise_id) for each in series}
    works = REAL_WORLD.select(store.maintenance())
    return ReplayPlan(
        session=session,
        progress=progress,
        stations=tuple(stations.values()),
        readings=PastReadings(source, series, works, exercise_id=exercise_id, schedule=schedule),
        count=sum(each.readings for each in series),
        reports=reports_between(store.incidents(), schedule) if progress.incidents else (),
    )


def _refuse_overlap(plan: ReplayPlan) -> None:
    """Refuse a new replay if its readings would mix with those of an earlier replay or a simulation."""
    codes = {station.code for station in plan.stations}
    newest_at, schedule = newest_reading_time(plan.session.client, codes), plan.progress.schedule
    begins_at = schedule.first_at + schedule.shift
    if newest_at is not None and newest_at >= begins_at:
        message = _(
            "The stations of this exercise have readings until {newest}, and this replay would begin with readings of"
            " {begin}. Use another exercise, or begin later with --at."
        )
        raise ReplayOverlap(message.format(newest=format_moment(newest_at), begin=format_moment(begins_at)))
