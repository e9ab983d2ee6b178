"""`tabuah simulate`: send the readings of a scenario to a server, marked as an exercise."""

import dataclasses
import os
import threading
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
import msgspec

from tabuah.console.commands.command_classes import TabuahCommand
from tabuah.console.commands.invocation import Invocation, default_directory, print_error, print_text
from tabuah.console.commands.stop_signals import stop_on_signals
from tabuah.resources.localisation import N_, _, format_number, format_time, ngettext

if TYPE_CHECKING:
    from tabuah.console.simulator.playback import CombinedSource, PlaybackProgress, ReadingSource
    from tabuah.console.simulator.timeline import ScenarioTimeline, TimelineSettings
    from tabuah.console.simulator.transport import SimulatorTransport
    from tabuah.operations.stations.station import Station
    from tabuah.server.mqtt.address import BrokerAddress
    from tabuah.storage.cache.store import ConsoleStore
    from tabuah.storage.journal.protocol import ExerciseSummary
    from tabuah.storage.sync.session import ConsoleSession

FOLDER: Final = "simulator"  # apart from the console's own data: another device and user
_CLIENT: Final = "tabuah-simulator"  # the device is appended, so two simulators at a broker differ
_PROGRESS_INTERVAL_S: Final = 30.0


class SimulationRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Record of `simulate --json`."""

    scenario: str
    exercise: str
    stations: int
    registered: int
    sent: int
    set_aside: dict[str, int]
    minute: float


class SimulationOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Options of the command."""

    url: str
    scenario: str
    stations: int | None
    speed: float
    minute: float | None
    behind_min: float | None
    history_h: float
    seconds: float | None
    exercise: str
    user: str
    mqtt: str


@click.command(
    "simulate",
    cls=TabuahCommand,
    help=N_("Run a scenario: simulated stations send readings to a server, marked as an exercise."),
)
@click.option("--server", "url", required=True, metavar="URL", help=N_("The server's address."))
@click.option(
    "--scenario", type=click.Choice(["storm", "earthquake", "calm"]), default="storm", help=N_("The scenario.")
)
@click.option(
    "--stations", type=click.IntRange(1, 20_000), metavar="N", help=N_("Number of stations; default: all registered.")
)
@click.option(
    "--speed",
    type=click.FloatRange(1, 10_000),
    default=1.0,
    metavar="X",
    help=N_("Time factor until the scenario reaches the present."),
)
@click.option(
    "--minute",
    type=click.FloatRange(-1440, 1440),
    metavar="N",
    help=N_("Minute of the scenario at the present time."),
)
@click.option(
    "--behind",
    "behind_min",
    type=click.FloatRange(0, 1440),
    metavar="MINUTES",
    help=N_("How far in the past an accelerated scenario begins."),
)
@click.option(
    "--history",
    "history_h",
    type=click.FloatRange(0, 168),
    default=6.0,
    metavar="HOURS",
    help=N_("Hours of history to send first."),
)
@click.option("--seconds", type=click.FloatRange(0), metavar="N", help=N_("Stop after N seconds."))
@click.option(
    "--exercise", default="", metavar="NAME", help=N_("The exercise to write into; default: the only one that runs.")
)
@click.option("--user", default="", metavar="NAME", help=N_("A user with the role gateway or admin."))
@click.option(
    "--mqtt", default="", metavar="URL", help=N_("Publish to a broker, mqtt://USER@HOST:PORT; loggers use HTTP.")
)
@click.pass_obj
def simulate(call: Invocation, /, **options: Any) -> None:
    """Run a scenario until it is stopped."""
    from tabuah.storage.cache.store import ConsoleStore

    settings = SimulationOptions(**options)
    broker = _parse_broker(settings.mqtt) if settings.mqtt else None
    store = ConsoleStore(_data_directory(call))
    try:
        ended = _play(call, store, settings, broker)
    finally:
        store.close()
    call.show(ended, lambda: _print_end(ended))


def _data_directory(call: Invocation) -> Path:
    """Return the simulator's data directory, a subfolder of the console's default directory."""
    return call.data / FOLDER if call.data == default_directory(os.environ) else call.data


def _parse_broker(url: str) -> "BrokerAddress":
    """Parse the broker address; a missing password is asked for as for a log-in."""
    from tabuah.console.commands.people.login import read_password
    from tabuah.server.errors import UnusableBroker
    from tabuah.server.mqtt.address import parse_broker_url

    try:
        broker = parse_broker_url(url)
    except UnusableBroker as error:
        wrong = _("{url} is not a broker address: write mqtt://USER@HOST:PORT, or mqtts:// for TLS")
        raise click.UsageError(wrong.format(url=url.rpartition("@")[2])) from error
    return dataclasses.replace(broker, password=read_password()) if broker.user and not broker.password else broker  # noqa: TID251 - not a struct


def _play(
    call: Invocation, store: "ConsoleStore", settings: SimulationOptions, broker: "BrokerAddress | None"
) -> SimulationRecord:
    session = _open_session(store, settings)
    with session.client:
        return _play_in_session(call, store, session, settings, broker)


def _play_in_session(
    call: Invocation,
    store: "ConsoleStore",
    session: "ConsoleSession",
    settings: SimulationOptions,
    broker: "BrokerAddress | None",
) -> SimulationRecord:
    """Choose the exercise, open the transport and play the scenario until stopped."""
    from tabuah.console.simulator.exercises import choose_exercise
    from tabuah.console.simulator.stations import load_placed_stations, load_simulated_stations
    from tabuah.console.simulator.timeline import TimelineSettings
    from tabuah.console.simulator.transport import open_transport
    from tabuah.operations.stations.drafts import station_in_exercise

    plain = load_simulated_stations(settings.stations)
    timeline_settings = TimelineSettings.of(
        settings.scenario, speed=settings.speed, minute=settings.minute, behind_min=settings.behind_min
    )
    printer = _ProgressPrinter(call)
    exercise = choose_exercise(session.client, settings.exercise)
    placed = load_placed_stations(settings.stations)
    stations = tuple(station_in_exercise(station, exercise.id) for station in placed)
    name = f"{_CLIENT}-{store.device}"
    with (
        stop_on_signals() as stopping,
        open_transport(
            session.client, broker, name=name, stations=stations, stopping=stopping, observer=printer
        ) as transport,
    ):
        run = _ScenarioRun(
            store=store,
            session=session,
            settings=settings,
            exercise=exercise,
            transport=transport,
            printer=printer,
            stopping=stopping,
        )
        return run.play(plain, stations, timeline_settings)


class _ScenarioRun(msgspec.Struct, frozen=True, kw_only=True):
    """One run of a scenario in an exercise, from the registration of its stations until it is stopped."""

    store: "ConsoleStore"
    session: "ConsoleSession"
    settings: SimulationOptions
    exercise: "ExerciseSummary"
    transport: "SimulatorTransport"
    printer: "_ProgressPrinter"
    stopping: threading.Event

    def play(
        self,
        plain: "tuple[Station, ...]",
        stations: "tuple[Station, ...]",
        timeline_settings: "TimelineSettings",
    ) -> SimulationRecord:
        """Register the stations and units, then send the history and the readings until stopped.

        Args:
            plain: the stations with their real codes, from which the readings are computed.
            stations: the same stations with their codes in the exercise.
            timeline_settings: the speed and the start of the scenario.
        """
        from tabuah.console.simulator.exercises import ExerciseSource
        from tabuah.console.simulator.stations import register_stations
        from tabuah.console.simulator.units import register_units

        scenario = self.settings.scenario
        registered = register_stations(self.store, self.session, stations)
        self.printer.stations(len(stations), registered)
        timeline = timeline_settings.begin(self.store.now())
        register_units(self.store, self.session, scenario, exercise_id=self.exercise.id)
        source = ExerciseSource(_scenario_source(scenario, plain, timeline), self.exercise.id)
        if self._send_history(source, timeline, stations):
            self._play_live(source, timeline)
        sent = self.transport.sent
        return SimulationRecord(
            scenario=scenario,
            exercise=self.exercise.name,
            stations=len(stations),
            registered=registered,
            sent=sent.readings,
            set_aside=dict(sent.set_aside),
            minute=round(timeline.minute_at(timeline.played_until(self.store.now())), 1),
        )

    def _send_history(
        self, source: "ReadingSource", timeline: "ScenarioTimeline", stations: "tuple[Station, ...]"
    ) -> bool:
        """Send the readings from before the live part; return False when stopped."""
        from tabuah.console.simulator.playback import send_history
        from tabuah.console.simulator.stations import newest_reading_time
        from tabuah.console.simulator.units import scenario_trackers
        from tabuah.operations.exercises.scope import code_in_exercise

        trackers = (code_in_exercise(code, self.exercise.id) for code in scenario_trackers(self.settings.scenario))
        after = newest_reading_time(self.session.client, {*(station.code for station in stations), *trackers})
        return send_history(source, self.transport.archive, timeline, hours=self.settings.history_h, after=after)

    def _play_live(self, source: "ReadingSource", timeline: "ScenarioTimeline") -> None:
        """Send each reading at its time, until stopped or until the exercise ends."""
        from tabuah.console.simulator.exercises import ExerciseMonitor
        from tabuah.console.simulator.playback import play_readings

        self.printer.history(self.transport.sent.readings)
        monitor = ExerciseMonitor(self.session.client, self.exercise.id)

        def show_progress(progress: "PlaybackProgress") -> None:
            self.printer.progress(progress)
            if monitor.has_ended():
                self.printer.exercise_ended(self.exercise.name)
                self.stopping.set()

        seconds = self.settings.seconds
        play_readings(
            source,
            self.transport,
            timeline,
            now=self.store.now,
            stopping=self.stopping,
            on_progress=show_progress,
            until=self.store.now() + timedelta(seconds=seconds) if seconds is not None else None,
        )


def _scenario_source(name: str, stations: "tuple[Station, ...]", timeline: "ScenarioTimeline") -> "CombinedSource":
    """Return the readings of the stations and the positions of the units of a scenario."""
    from tabuah.console.simulator.playback import CombinedSource
    from tabuah.console.simulator.timeline import SCENARIOS
    from tabuah.console.simulator.units import scenario_fleet

    start_at = timeline.scenario_start_at
    return CombinedSource(SCENARIOS[name](stations, start_at), scenario_fleet(name, start_at=start_at))


def _open_session(store: "ConsoleStore", settings: SimulationOptions) -> "ConsoleSession":
    """Return the stored session, or log in."""
    from tabuah.console.commands.people.login import read_password
    from tabuah.operations.people.roles import Role
    from tabuah.storage.sync.server_address import normalise_address
    from tabuah.storage.sync.session import ConsoleSession, has_session, log_in

    known = store.identity
    is_kept = (
        known is not None
        and has_session(store.directory)
        and known.server_url == normalise_address(settings.url)
        and settings.user in ("", known.user)
    )
    if not is_kept:
        if not settings.user:
            raise click.UsageError(_("nobody is logged in here: name a user with --user"))
        known = log_in(store, url=settings.url, user=settings.user, password=read_password())
    if known is None or known.role not in (Role.GATEWAY, Role.ADMIN):
        message = _("{user} may not register stations; the simulator needs a user with the role gateway or admin.")
        raise click.UsageError(message.format(user=settings.user or (known.user if known else "?")))
    return ConsoleSession(store)


class _ProgressPrinter:
    """Prints a progress line every 30 seconds; nothing with --json."""

    def __init__(self, call: Invocation) -> None:
        self._is_quiet = call.as_json
        self._printed_at_s = float("-inf")
        self._caught_up = False

    def stations(self, count: int, registered: int) -> None:
        words = ngettext("{n} simulated station", "{n} simulated stations", count).format(n=format_number(count))
        self._say(_("{stations}, {new} newly registered.").format(stations=words, new=format_number(registered)))

    def history(self, readings: int) -> None:
        self._say(_("History sent: {n} readings. Stop with Ctrl+C.").format(n=format_number(readings)))

    def progress(self, progress: "PlaybackProgress") -> None:
        if progress.caught_up and not self._caught_up:
            self._caught_up = True
        elif time.monotonic() - self._printed_at_s < _PROGRESS_INTERVAL_S:
            return
        self._printed_at_s = time.monotonic()
        message = _("{time}: minute {minute} of the scenario").format(
            time=format_time(progress.at, seconds=True), minute=format_number(progress.minute)
        )
        self._say(message)

    def trouble(self, reason: str) -> None:
        print_error(_("{reason} The simulator waits and sends the readings later.").format(reason=reason))

    def exercise_ended(self, name: str) -> None:
        print_error(_("The exercise {name} has ended, and the simulation with it.").format(name=name))

    def recovery(self) -> None:
        print_error(_("The server answers again; missed readings are being sent."))

    def _say(self, words: str) -> None:
        if not self._is_quiet:
            print_text(words)


def _print_end(ended: SimulationRecord) -> None:
    message = _("Ended at minute {minute}; {sent} readings were accepted.")
    print_text(message.format(minute=format_number(ended.minute), sent=format_number(ended.sent)))
    for reason, count in Counter(ended.set_aside).most_common():
        print_text(_("Rejected: {count} ({reason})").format(count=format_number(count), reason=reason))
