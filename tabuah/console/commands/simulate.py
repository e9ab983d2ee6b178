"""`tabuah simulate`: send the readings of a scenario to a server, marked as an exercise."""

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, Final

import click
import msgspec

from tabuah.console.commands.invocation import Invocation, default_directory
from tabuah.console.commands.output import print_error, say
from tabuah.console.commands.speaking import TabuahCommand
from tabuah.resources.catalogue import N_, _, ngettext
from tabuah.resources.formats import format_number, format_time

if TYPE_CHECKING:
    from tabuah.console.simulator.playing import Progress
    from tabuah.server.mqtt.address import BrokerAddress
    from tabuah.storage.cache.store import ConsoleStore
    from tabuah.storage.sync.session import ConsoleSession

FOLDER: Final = "simulator"  # beside the console's own data: another device, another user
_CLIENT: Final = "tabuah-simulator"  # with the device behind it: two simulators at one broker are two clients
_TOLD_EVERY_S: Final = 30.0


class SimulationEnded(msgspec.Struct, frozen=True, kw_only=True):
    """What `simulate --json` prints at its end."""

    scenario: str
    stations: int
    registered: int
    sent: int
    set_aside: dict[str, int]
    minute: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the options ask for."""

    url: str
    scenario: str
    stations: int | None
    speed: float
    minute: float | None
    behind_min: float | None
    history_h: float
    seconds: float | None
    user: str
    mqtt: str


@click.command(
    "simulate",
    cls=TabuahCommand,
    help=N_("Play a scenario: simulated stations send their readings to a server, marked as an exercise."),
)
@click.option("--server", "url", required=True, metavar="URL", help=N_("The server's address."))
@click.option(
    "--scenario", type=click.Choice(["storm", "earthquake", "calm"]), default="storm", help=N_("What happens.")
)
@click.option(
    "--stations", type=click.IntRange(1, 20_000), metavar="N", help=N_("How many stations; else all of the registry.")
)
@click.option(
    "--speed",
    type=click.FloatRange(1, 10_000),
    default=1.0,
    metavar="X",
    help=N_("How many times faster, until now."),
)
@click.option(
    "--minute", type=click.FloatRange(-1440, 1440), metavar="N", help=N_("The minute of the story that is now.")
)
@click.option(
    "--behind",
    "behind_min",
    type=click.FloatRange(0, 1440),
    metavar="MINUTES",
    help=N_("How far behind now a faster story begins."),
)
@click.option(
    "--history",
    "history_h",
    type=click.FloatRange(0, 168),
    default=6.0,
    metavar="HOURS",
    help=N_("How much to send of the time before."),
)
@click.option("--seconds", type=click.FloatRange(0), metavar="N", help=N_("Stop after so many seconds."))
@click.option("--user", default="", metavar="NAME", help=N_("A user with the role gateway or admin."))
@click.option(
    "--mqtt", default="", metavar="URL", help=N_("Publish to a broker, mqtt://USER@HOST:PORT; loggers keep to HTTP.")
)
@click.pass_obj
def simulate(call: Invocation, /, **options: Any) -> None:
    """Play a scenario into a server until it is stopped."""
    from tabuah.storage.cache.store import ConsoleStore

    wish = Wish(**options)
    broker = _broker_of(wish.mqtt) if wish.mqtt else None
    store = ConsoleStore(_directory(call))
    try:
        ended = _play(call, store, wish, broker)
    finally:
        store.close()
    call.show(ended, lambda: _tell_end(ended))


def _directory(call: Invocation) -> Path:
    """The simulator's own data; in the usual directory of a console it has a folder to itself."""
    return call.data / FOLDER if call.data == default_directory(os.environ) else call.data


def _broker_of(url: str) -> "BrokerAddress":
    """The broker; a password that the address does not tell is asked for like that of a log-in."""
    from tabuah.console.commands.login import read_password
    from tabuah.server.errors import UnusableBroker
    from tabuah.server.mqtt.address import read_address

    try:
        broker = read_address(url)
    except UnusableBroker as error:
        wrong = _("{url} is no address of a broker: write mqtt://USER@HOST:PORT, or mqtts:// for TLS")
        raise click.UsageError(wrong.format(url=url.rpartition("@")[2])) from error
    return replace(broker, password=read_password()) if broker.user and not broker.password else broker


def _play(call: Invocation, store: "ConsoleStore", wish: Wish, broker: "BrokerAddress | None") -> SimulationEnded:
    from tabuah.console.simulator.playing import Together, play, send_history
    from tabuah.console.simulator.registering import newest_reading_at, register_stations, stations_to_play
    from tabuah.console.simulator.story import SCENARIOS, Telling
    from tabuah.console.simulator.units import fleet_of, register_units, trackers_of
    from tabuah.console.simulator.ways import opened_ways

    stations = stations_to_play(wish.stations)
    telling = Telling.of(wish.scenario, speed=wish.speed, minute=wish.minute, behind_min=wish.behind_min)
    teller = _Teller(call)
    session = _session(store, wish)
    with (
        session.client,
        _stopped_by_signals() as stopping,
        opened_ways(
            session.client,
            broker,
            name=f"{_CLIENT}-{store.device}",
            stations=stations,
            stopping=stopping,
            notice=teller,
        ) as ways,
    ):
        registered = register_stations(store, session, stations)
        teller.stations(len(stations), registered)
        course = telling.begin(store.now())
        scenario = SCENARIOS[wish.scenario](stations, course.story_start_at)
        register_units(store, session, wish.scenario)
        measuring = Together(scenario, fleet_of(wish.scenario, start_at=course.story_start_at))
        senders = {*(station.code for station in stations), *trackers_of(wish.scenario)}
        after = newest_reading_at(session.client, senders)
        if send_history(measuring, ways.archive, course, hours=wish.history_h, after=after):
            teller.history(ways.sent.readings)
            until = store.now() + timedelta(seconds=wish.seconds) if wish.seconds is not None else None
            play(measuring, ways, course, now=store.now, stopping=stopping, on_progress=teller.progress, until=until)
    return SimulationEnded(
        scenario=wish.scenario,
        stations=len(stations),
        registered=registered,
        sent=ways.sent.readings,
        set_aside=dict(ways.sent.set_aside),
        minute=round(course.minute_at(course.told_until(store.now())), 1),
    )


def _session(store: "ConsoleStore", wish: Wish) -> "ConsoleSession":
    """The log-in that is kept here, or a new one."""
    from tabuah.console.commands.login import read_password
    from tabuah.operations.authority.roles import Role
    from tabuah.storage.sync.addresses import checked_address
    from tabuah.storage.sync.session import ConsoleSession, has_session, log_in

    known = store.identity
    is_kept = (
        known is not None
        and has_session(store.directory)
        and known.server_url == checked_address(wish.url)
        and wish.user in ("", known.user)
    )
    if not is_kept:
        if not wish.user:
            raise click.UsageError(_("nobody is logged in here: name a user with --user"))
        known = log_in(store, url=wish.url, user=wish.user, password=read_password())
    if known is None or known.role not in (Role.GATEWAY, Role.ADMIN):
        message = _("{user} may not register stations; the simulator needs a user with the role gateway or admin.")
        raise click.UsageError(message.format(user=wish.user or (known.user if known else "?")))
    return ConsoleSession(store)


@contextmanager
def _stopped_by_signals() -> Iterator[threading.Event]:
    """An event that Ctrl+C and a polite end set."""
    stopping = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()

    before = {name: signal.signal(name, stop) for name in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopping
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


class _Teller:
    """Says how it goes, a line now and then; with --json nothing but the end."""

    def __init__(self, call: Invocation) -> None:
        self._is_quiet = call.as_json
        self._told_at_s = float("-inf")
        self._caught_up = False

    def stations(self, count: int, registered: int) -> None:
        words = ngettext("{n} simulated station", "{n} simulated stations", count).format(n=format_number(count))
        self._say(_("{stations}, {new} newly registered.").format(stations=words, new=format_number(registered)))

    def history(self, readings: int) -> None:
        self._say(_("History sent: {n} readings. Ctrl+C ends.").format(n=format_number(readings)))

    def progress(self, progress: "Progress") -> None:
        if progress.caught_up and not self._caught_up:
            self._caught_up = True
        elif time.monotonic() - self._told_at_s < _TOLD_EVERY_S:
            return
        self._told_at_s = time.monotonic()
        told = _("{time}: minute {minute} of the story").format(
            time=format_time(progress.at, seconds=True), minute=format_number(progress.minute)
        )
        self._say(told)

    def trouble(self, reason: str) -> None:
        print_error(_("{reason} The simulator waits and sends everything later.").format(reason=reason))

    def recovery(self) -> None:
        print_error(_("The server answers again; what was missed is being sent."))

    def _say(self, words: str) -> None:
        if not self._is_quiet:
            say(words)


def _tell_end(ended: SimulationEnded) -> None:
    message = _("Ended at minute {minute}; {sent} readings were taken.")
    say(message.format(minute=format_number(ended.minute), sent=format_number(ended.sent)))
    for reason, count in Counter(ended.set_aside).most_common():
        say(_("Set aside: {count} ({reason})").format(count=format_number(count), reason=reason))
