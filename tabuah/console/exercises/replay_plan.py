"""The plan of a replay: the stations, readings and reports of a past period, and where an earlier run stopped."""

from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayPlan:
    """What a replay plays.

    Attributes:
        session: the session at the server.
        progress: its times, and how far it is.
        stations: the copies of the stations, in the exercise.
        readings: the readings of the period.
        count: their number, without the history.
        reports: the incidents of the period that are reported again.
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
) -> ReplayPlan:
    """Plan a replay, or the rest of one that was stopped.

    Args:
        store: the console's store.
        session: the session at the server.
        exercise_id: a running exercise.
        schedule: the period and its times.
        incidents: whether incidents are reported again.
        is_new: whether the times are given, so that an earlier replay is not continued.

    Raises:
        NoPastReadings: there is nothing to replay.
        ReplayOverlap: another replay or a simulation has written to these stations.
        SyncError: the server cannot be read.
    """
    known = None if is_new else ReplayFile(store.directory).find(exercise_id)
    continued = known is not None and known.continues(schedule, incidents=incidents)
    progress = known if known is not None and continued else new_progress(schedule, incidents=incidents)
    schedule = progress.schedule
    source = ServerSeries(session.client)
    series = find_past_series(source, REAL_WORLD.select(store.stations()), schedule)
    stations = {each.station.code: copy_of_station(each.station, exercise_id) for each in series}
    plan = ReplayPlan(
        session=session,
        progress=progress,
        stations=tuple(stations.values()),
        readings=PastReadings(
            source,
            series,
            REAL_WORLD.select(store.maintenance()),
            exercise_id=exercise_id,
            schedule=schedule,
        ),
        count=sum(each.readings for each in series),
        reports=reports_between(store.incidents(), schedule) if incidents else (),
    )
    if not continued:
        _refuse_mixing(plan)
    return plan


def _refuse_mixing(plan: ReplayPlan) -> None:
    """Refuse a new replay over readings of an earlier one or of a simulation, which would mix in one series."""
    codes = {station.code for station in plan.stations}
    newest_at, schedule = newest_reading_time(plan.session.client, codes), plan.progress.schedule
    begins_at = schedule.first_at + schedule.shift
    if newest_at is not None and newest_at >= begins_at:
        message = _(
            "The stations of this exercise have readings until {newest}, and this replay would begin with readings of"
            " {begin}. Use another exercise, or begin later with --at."
        )
        raise ReplayOverlap(message.format(newest=format_moment(newest_at), begin=format_moment(begins_at)))
