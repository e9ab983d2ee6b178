"""Plays the demonstration from its first process to its last file."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from tabuah.console.demo.cast import Cast, Stage, cast, prepare_server
from tabuah.console.demo.children import Child, Children
from tabuah.console.demo.errors import FolderInUse, NothingCame
from tabuah.console.demo.interrupting import interruption
from tabuah.console.demo.made_up_feeds import made_up_feeds
from tabuah.resources.catalogue import _, current_language
from tabuah.storage.cache.store import ConsoleStore

PLAY_S: Final = 30.0  # at least, when nobody is there to close the window
PATIENCE_S: Final = 110.0  # before it is said that something did not come
# The last minutes before the flood passes siaga 1, played four times as fast; all before is history. Values stay
# young enough to speak for the present: what is older than three minutes would be grey.
SPEED: Final = "4"
BEHIND_MIN: Final = "2.5"
HISTORY_H: Final = "21.5"  # with the story's first hours a day: what the chart shows
_BEGIN_WITHIN_S: Final = 30.0
_HISTORY_WITHIN_S: Final = 60.0
_HISTORY_LINE: Final = 2  # after the line about its stations the simulator says that the history is there


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the options ask for; `folder` None is a folder that is thrown away."""

    folder: Path | None
    is_headless: bool
    seconds: float | None
    shot: Path | None
    report: Path | None
    size: tuple[int, int]
    boundaries: Path | None


class Ready(msgspec.Struct, frozen=True, kw_only=True):
    """Where the server says that it listens, for consoles and for gateways."""

    url: str
    broker: str


class DemoPlayed(msgspec.Struct, frozen=True, kw_only=True):
    """What `demo --json` prints."""

    folder: str
    incident: str = ""
    incidents: int = 0
    alarms: int = 0
    screenshot: str = ""
    report: str = ""


Tell = Callable[[str], None]


def play_demo(wish: Wish, tell: Tell) -> DemoPlayed:
    """Play it.

    Raises:
        DemoError: something did not come; every process has been ended.
        KeyboardInterrupt: somebody wanted the end; likewise.
    """
    with interruption() as wanted, _stage(wish.folder) as stage, made_up_feeds(stage.server), Children() as children:
        players = cast()
        url, incidents = _set_up(wish, stage, players, children, tell)
        from tabuah.console.demo.room import Play, play_alone, play_with_person  # noqa: PLC0415 - loads Qt

        seconds = wish.seconds if wish.seconds is not None or not wish.is_headless else PLAY_S
        play = Play(directory=stage.console, size=wish.size, shot=wish.shot, play_s=seconds, check=children.check)
        if not wish.is_headless:
            _tell_logins(players, url, tell)
            play_with_person(play, wanted)
            return DemoPlayed(folder=_kept(wish))
        tell(_("The storm is played; the window is worked by itself …"))
        patience_s = max(PATIENCE_S, (seconds or 0.0) + PATIENCE_S / 2)
        incident = play_alone(play, wanted, incidents=incidents, patience_s=patience_s)
        return _finish(wish, stage, incident)


def _set_up(wish: Wish, stage: Stage, players: Cast, children: Children, tell: Tell) -> tuple[str, int]:
    """Server, sensors, field office and control room; the server's address and how many incidents there are."""
    from tabuah.console.demo.field_office import write_board  # noqa: PLC0415 - loads the HTTP client
    from tabuah.console.demo.river_past import learn_rivers  # noqa: PLC0415 - loads numpy

    tell(_("Preparing a server with four users in {folder} …").format(folder=stage.folder))
    prepare_server(stage.server, players.all)
    tell(_("Learning the rivers from a simulated month …"))
    learn_rivers(stage.server, datetime.now(UTC))
    server = _begin_server(stage, children)
    url = server.url
    tell(_("The server answers at {url}.").format(url=url))
    simulator = _begin_simulator(stage, players, server, children)
    if wish.boundaries is not None:
        _import_boundaries(stage, wish.boundaries, tell)
    incidents = write_board(stage.field, url=url, player=players.field)
    tell(_("The field office has sent {n} reports.").format(n=incidents))
    simulator.line(_HISTORY_LINE, within_s=_HISTORY_WITHIN_S)  # a window opened before would see it with gaps
    _open_control_room(stage, players, url)
    children.check()
    return url, incidents


def _begin_server(stage: Stage, children: Children) -> Ready:
    """The server, which is its own broker; both take free ports, so that two demonstrations may play at once."""
    arguments = ["server", "--port", "0", "--mqtt", "embedded:0", "--feeds", "--json", "--data", str(stage.server)]
    server = children.begin("server", arguments)
    line = server.line(1, within_s=_BEGIN_WITHIN_S)
    try:
        return msgspec.json.decode(line, type=Ready)
    except msgspec.DecodeError:
        server.end()
        server.check()
        raise


def _begin_simulator(stage: Stage, players: Cast, server: Ready, children: Children) -> Child:
    name = players.gateway.name
    arguments = ["simulate", "--server", server.url, "--mqtt", server.broker.replace("://", f"://{name}@")]
    arguments += ["--scenario", "storm", "--speed", SPEED, "--behind", BEHIND_MIN, "--history", HISTORY_H]
    arguments += ["--user", name, "--data", str(stage.simulator), "--language", current_language()]
    return children.begin("simulator", arguments, password=players.gateway.password)


def _import_boundaries(stage: Stage, file: Path, tell: Tell) -> None:
    from tabuah.console.importing import import_layer  # noqa: PLC0415 - loads GDAL

    imported = import_layer(stage.console, file)
    if not imported.official:
        raise NothingCame(_("{file} holds no complete boundaries of the regency.").format(file=file))
    tell(_("Official boundaries taken from {file}.").format(file=file.name))


def _open_control_room(stage: Stage, players: Cast, url: str) -> None:
    from tabuah.storage.sync.once import sync_once  # noqa: PLC0415 - loads the HTTP client
    from tabuah.storage.sync.session import ConsoleSession, log_in  # noqa: PLC0415

    store = ConsoleStore(stage.console)
    try:
        log_in(store, url=url, user=players.operator.name, password=players.operator.password)
        session = ConsoleSession(store)
        with session.client:
            sync_once(store, session)
    finally:
        store.close()


def _finish(wish: Wish, stage: Stage, incident_id: str) -> DemoPlayed:
    """The report, and what there is to say."""
    from tabuah.console.reports.incident_report import ReportKind  # noqa: PLC0415 - loads the typesetter
    from tabuah.console.reports.issuing import FileFormat, issue_incident  # noqa: PLC0415
    from tabuah.console.reports.whole_file import write_file  # noqa: PLC0415

    store = ConsoleStore(stage.console)
    try:
        number = store.incident(incident_id).number
        if wish.report is not None:
            issued = issue_incident(store, incident_id, kind=ReportKind.INITIAL, file_format=FileFormat.PDF)
            wish.report.parent.mkdir(parents=True, exist_ok=True)
            write_file(wish.report, issued.content)
        return DemoPlayed(
            folder=_kept(wish),
            incident=number,
            incidents=len(store.incidents()),
            alarms=sum(alarm.is_active for alarm in store.alarms()),
            screenshot=str(wish.shot or ""),
            report=str(wish.report or ""),
        )
    finally:
        store.close()


def _tell_logins(players: Cast, url: str, tell: Tell) -> None:
    tell(_("Log-ins of this demonstration at {url}:").format(url=url))
    for player in players.all:
        tell(f"  {player.name:<10} {player.password}   {player.role.value}")
    tell(_("The window opens. A flood is on its way: press I to make an incident of the alarm. Closing ends all."))


def _kept(wish: Wish) -> str:
    return str(wish.folder.absolute()) if wish.folder is not None else ""


@contextmanager
def _stage(folder: Path | None) -> Iterator[Stage]:
    if folder is not None:
        if folder.exists() and any(folder.iterdir()):
            raise FolderInUse(folder)
        yield Stage(folder)
        return
    # Windows keeps files of a process that has just ended for a moment; then they stay in the temporary folder
    with tempfile.TemporaryDirectory(prefix="tabuah-demo-", ignore_cleanup_errors=True) as temporary:
        yield Stage(Path(temporary))
