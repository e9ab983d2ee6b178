"""`tabuah exercise replay`: play the readings and reports of a past real day into an exercise."""

import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import click
import msgspec

from tabuah.console.commands.command_classes import Moment
from tabuah.console.commands.exercises.exercises import exercise_group
from tabuah.console.commands.invocation import Invocation, print_error, print_facts, print_text
from tabuah.console.commands.stop_signals import stop_on_signals
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.exercises.past_day import DEFAULT_HISTORY_H, ReplaySchedule
from tabuah.operations.exercises.scope import find_exercise
from tabuah.operations.people.roles import Role
from tabuah.resources.localisation import N_, _, format_moment, format_number
from tabuah.resources.moment_parser import parse_moment
from tabuah.resources.time_zone import home_zone
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.exercises.exercise_text import describe_wipe

if TYPE_CHECKING:
    from tabuah.console.exercises.replay_file import ReplayProgress
    from tabuah.console.exercises.replay_plan import ReplayPlan

_PROGRESS_INTERVAL_S: Final = 10.0
_DAY: Final = timedelta(days=1)


class ReplayRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Record of `exercise replay --json`; `since`, `until` and `played_until` are times of the past day."""

    exercise: str
    exercise_id: str
    since: datetime
    until: datetime
    begins_at: datetime
    ends_at: datetime
    speed: float
    stations: int
    readings: int  # in the period, without the history before it
    incidents: int
    played_until: datetime | None
    finished: bool
    registered: int = 0
    sent: int = 0
    set_aside: dict[str, int] = {}
    reported: int = 0
    dry_run: bool = False


@exercise_group.command(
    "replay",
    help=N_("Play the readings of a past real day into an exercise, without personal values; for supervisors."),
)
@click.option("--exercise", "name", required=True, metavar="NAME", help=N_("The exercise, which must be running."))
@click.option(
    "--date", "day", required=True, type=click.DateTime(formats=["%Y-%m-%d"]), metavar="D",
    help=N_("The past local day, such as 2026-11-24."),
)  # fmt: skip
@click.option("--from", "since", metavar="T", help=N_("Only from this time of the day on (local time)."))
@click.option("--to", "until", metavar="T", help=N_("Only until this time of the day (local time)."))
@click.option("--at", "begins_at", type=Moment(), metavar="T", help=N_("When it begins (local time); default: now."))
@click.option(
    "--speed", type=click.FloatRange(1, 10_000), default=1.0, metavar="X", help=N_("How many times as fast.")
)
@click.option(
    "--history", "history_h", type=click.FloatRange(0, 24), default=DEFAULT_HISTORY_H, metavar="HOURS",
    help=N_("Hours of earlier readings to send first, for the windows of rules."),
)  # fmt: skip
@click.option("--incidents", is_flag=True, help=N_("Also report the incidents of the day: hazard and nagari only."))
@click.option("--dry-run", is_flag=True, help=N_("Only show what would be played."))
@click.pass_obj
def replay(call: Invocation, /, *, name: str, incidents: bool, dry_run: bool, **options: Any) -> None:
    """Replay the period until its end; after a stop, the same command continues."""
    from tabuah.console.exercises.replay_plan import plan_replay
    from tabuah.storage.sync.session import ConsoleSession

    with call.open_store() as store:
        exercise = _running_exercise(store, name)
        schedule = _read_schedule(**options, now=store.now())
        session = ConsoleSession(store)
        with session.client:
            plan = plan_replay(
                store,
                session,
                exercise.id,
                schedule,
                incidents=incidents,
                is_new=options["begins_at"] is not None,
            )
            record = _make_record(exercise, plan, plan.progress)
            if dry_run:
                record = msgspec.structs.replace(record, dry_run=True)
            elif not plan.progress.is_finished:
                record = _play(call, store, exercise, plan)
    call.show(record, lambda: _print_record(record))


def _running_exercise(store: ConsoleStore, name: str) -> Exercise:
    """Return the running exercise with this name or id.

    Raises:
        click.UsageError: the exercise has ended, or the user is not a supervisor.
    """
    exercise, identity = find_exercise(name, store.exercises()), store.identity
    if identity is None or identity.role is not Role.SUPERVISOR:
        raise click.UsageError(_("Only a supervisor who is logged in can replay a past day."))
    if exercise.wiped_at is not None:
        raise click.UsageError(describe_wipe(exercise.name, exercise.wiped_at))
    if not exercise.is_running:
        raise click.UsageError(_("Exercise {name} has ended.").format(name=exercise.name))
    return exercise


def _read_schedule(
    *,
    day: datetime,
    since: str | None,
    until: str | None,
    begins_at: datetime | None,
    speed: float,
    history_h: float,
    now: datetime,
) -> ReplaySchedule:
    """Return the schedule that the options describe.

    Raises:
        click.UsageError: a time is malformed, or the period is empty or has not ended.
    """
    midnight = day.replace(tzinfo=home_zone())
    try:
        begins = parse_moment(since, now=midnight) if since else midnight
        ends = parse_moment(until, now=midnight) if until else midnight + _DAY
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    if not midnight <= begins < ends <= midnight + _DAY:
        raise click.UsageError(_("--from and --to must be times of this day, in order"))
    if ends > now:
        raise click.UsageError(_("This period is not over yet: only the past can be replayed."))
    return ReplaySchedule(
        since=begins, until=ends, begins_at=begins_at or now, speed=speed, history=timedelta(hours=history_h)
    )


def _play(call: Invocation, store: ConsoleStore, exercise: Exercise, plan: "ReplayPlan") -> ReplayRecord:
    from tabuah.console.exercises.replay_run import ReplayListener, run_replay

    printer = _ProgressPrinter(is_quiet=call.as_json)
    listener = ReplayListener(on_progress=printer.progress, on_trouble=printer.trouble, on_recovery=printer.recovery)
    with stop_on_signals() as stopping:
        printer.begin(plan.progress.begins_at)
        result = run_replay(store, plan, exercise.id, listener, stopping=stopping)
    if result.exercise_ended:
        print_error(_("Exercise {name} has ended.").format(name=exercise.name))
    return msgspec.structs.replace(
        _make_record(exercise, plan, result.progress),
        registered=result.registered,
        sent=result.sent.readings,
        set_aside=dict(result.sent.set_aside),
        reported=result.reported,
    )


def _make_record(exercise: Exercise, plan: "ReplayPlan", progress: "ReplayProgress") -> ReplayRecord:
    schedule = progress.schedule
    return ReplayRecord(
        exercise=exercise.name,
        exercise_id=exercise.id,
        since=schedule.since,
        until=schedule.until,
        begins_at=schedule.begins_at,
        ends_at=schedule.ends_at,
        speed=schedule.speed,
        stations=len(plan.stations),
        readings=plan.count,
        incidents=len(plan.reports),
        played_until=progress.played if progress.played > schedule.first_at else None,
        finished=progress.is_finished,
    )


class _ProgressPrinter:
    """Prints a progress line every ten seconds; nothing with --json."""

    def __init__(self, *, is_quiet: bool) -> None:
        self._is_quiet = is_quiet
        self._printed_at_s = float("-inf")

    def begin(self, begins_at: datetime) -> None:
        if not self._is_quiet:
            print_text(_("The replay begins {time}. Stop with Ctrl+C.").format(time=format_moment(begins_at)))

    def progress(self, progress: "ReplayProgress") -> None:
        if self._is_quiet or time.monotonic() - self._printed_at_s < _PROGRESS_INTERVAL_S:
            return
        self._printed_at_s = time.monotonic()
        print_text(_("Played until {time}.").format(time=format_moment(progress.played)))

    def trouble(self, reason: str) -> None:
        print_error(_("{reason} The replay waits and goes on later.").format(reason=reason))

    def recovery(self) -> None:
        print_error(_("The server answers again; the replay goes on."))


def _print_record(record: ReplayRecord) -> None:
    print_facts(
        [
            (_("Exercise"), record.exercise),
            (_("Past period"), f"{format_moment(record.since)} – {format_moment(record.until)}"),
            (_("Replay"), f"{format_moment(record.begins_at)} – {format_moment(record.ends_at)}"),
            (_("Stations"), format_number(record.stations)),
            (_("Readings"), format_number(record.readings)),
            (_("Incidents"), format_number(record.incidents) if record.incidents else ""),
            (_("Played until"), format_moment(record.played_until) if record.played_until else ""),
        ]
    )
    for reason, count in record.set_aside.items():
        print_text(_("Rejected: {count} ({reason})").format(count=format_number(count), reason=reason))
    print_text(_describe_end(record))


def _describe_end(record: ReplayRecord) -> str:
    if record.dry_run:
        return _(
            "Nothing was sent. Left out are callers, names, telephone numbers, titles, descriptions, notes, photos,"
            " figures and exact positions."
        )
    if record.finished:
        return _("The replay is complete. To play it again, give its beginning with --at.")
    return _("The replay was stopped. The same command goes on.")
