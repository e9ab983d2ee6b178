"""The demonstration: server, simulator, field office and console window, from start to report."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from tabuah.console.demo.accounts import EXERCISE_ID, DemoAccounts, DemoFolders, create_accounts, prepare_server
from tabuah.console.demo.errors import DemoFolderInUse, DemoTimeout
from tabuah.console.demo.interruption import catch_interruption
from tabuah.console.demo.processes import DemoProcess, DemoProcesses
from tabuah.console.demo.sample_feeds import serve_sample_feeds
from tabuah.resources.localisation import _, current_language
from tabuah.resources.regency import set_regency
from tabuah.storage.cache.store import ConsoleStore

if TYPE_CHECKING:
    from tabuah.storage.regency.profile_file import ProfileFolder

MIN_RUN_S: Final = 30.0  # minimum run time without a user to close the window
TIMEOUT_S: Final = 110.0  # then an awaited alarm or incident counts as missing
# The last minutes before the flood passes siaga 1 run four times as fast; everything before is sent as history.
# The values must stay recent: values older than three minutes are shown grey.
SPEED: Final = "4"
BEHIND_MIN: Final = "2.5"
HISTORY_H: Final = "21.5"  # about a day with the first hours of the scenario: the range of the chart
_BEGIN_WITHIN_S: Final = 180.0  # on a slow or busy machine; a process that ends is noticed at once
_HISTORY_WITHIN_S: Final = 300.0
_HISTORY_LINE: Final = 2  # the simulator prints "History sent" after the line about its stations


class DemoOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Options of `tabuah demo`; `folder` None means a temporary folder."""

    folder: Path | None
    is_headless: bool
    seconds: float | None
    shot: Path | None
    report: Path | None
    size: tuple[int, int]
    boundaries: Path | None
    profile: Path | None = None


class ServerAddresses(msgspec.Struct, frozen=True, kw_only=True):
    """The addresses that the server prints when it listens, for consoles and for gateways."""

    url: str
    broker: str


class DemoResult(msgspec.Struct, frozen=True, kw_only=True):
    """The output of `demo --json`."""

    folder: str
    incident: str = ""
    incidents: int = 0
    alarms: int = 0
    screenshot: str = ""
    report: str = ""


MessageSink = Callable[[str], None]


def run_demo(options: DemoOptions, show: MessageSink) -> DemoResult:
    """Run the demonstration.

    Raises:
        DemoError: a step failed; all processes have ended.
        KeyboardInterrupt: the user interrupted; all processes have ended.
    """
    profile = _use_profile(options.profile)
    with (
        catch_interruption() as interrupt,
        _demo_folders(options.folder) as folders,
        serve_sample_feeds(folders.server, exercise_id=EXERCISE_ID),
        DemoProcesses() as processes,
    ):
        accounts = create_accounts()
        url, incidents = _set_up(options, folders, accounts, processes, show, profile)
        from tabuah.console.demo.demo_window import WindowRun, run_attended, run_unattended  # noqa: PLC0415 - loads Qt

        seconds = options.seconds if options.seconds is not None or not options.is_headless else MIN_RUN_S
        run = WindowRun(
            directory=folders.console, size=options.size, shot=options.shot, run_s=seconds, check=processes.check
        )
        if not options.is_headless:
            _show_logins(accounts, url, show)
            run_attended(run, interrupt)
            return DemoResult(folder=_kept_folder(options))
        show(_("The storm is running; a script operates the window …"))
        timeout_s = max(TIMEOUT_S, (seconds or 0.0) + TIMEOUT_S / 2)
        incident = run_unattended(run, interrupt, incidents=incidents, timeout_s=timeout_s)
        return _finish(options, folders, incident)


def _use_profile(path: Path | None) -> "ProfileFolder | None":
    """Read a profile and use it in this process.

    Raises:
        UnusableProfile: it has problems.
    """
    if path is None:
        return None
    from tabuah.storage.regency.profile_file import read_profile  # noqa: PLC0415 - loads geometry

    found = read_profile(path)
    set_regency(found.profile, path if path.is_dir() else path.parent)
    return found


def _give_profile(folder: Path, profile: "ProfileFolder | None") -> None:
    """Give a console that writes before its first log-in the profile of its regency."""
    from tabuah.storage.regency.kept_profile import keep_profile  # noqa: PLC0415 - only with a profile

    if profile is not None:
        folder.mkdir(parents=True, exist_ok=True)
        keep_profile(folder, profile.profile, profile.map_content)


def _set_up(
    options: DemoOptions,
    folders: DemoFolders,
    accounts: DemoAccounts,
    processes: DemoProcesses,
    show: MessageSink,
    profile: "ProfileFolder | None",
) -> tuple[str, int]:
    """Start server, simulator, field office and control room; return the server's URL and the number of incidents."""
    from tabuah.console.demo.duty_roster import write_duty_roster  # noqa: PLC0415 - loads the HTTP client
    from tabuah.console.demo.field_office import write_sample_incidents  # noqa: PLC0415 - as above
    from tabuah.console.demo.river_models import fit_river_models  # noqa: PLC0415 - loads numpy

    show(_("Preparing a server with four users in {folder} …").format(folder=folders.folder))
    prepare_server(folders.server, accounts.all, profile)
    show(_("Fitting river forecast models on a simulated month …"))
    fit_river_models(folders.server, datetime.now(UTC), exercise_id=EXERCISE_ID)
    server = _begin_server(folders, processes)
    url = server.url
    show(_("The server answers at {url}.").format(url=url))
    simulator = _begin_simulator(folders, accounts, server, processes)
    if options.boundaries is not None:
        _import_boundaries(folders, options.boundaries, show)
    _give_profile(folders.supervisor, profile)
    write_duty_roster(folders.supervisor, url=url, accounts=accounts)
    _give_profile(folders.field, profile)
    incidents = write_sample_incidents(folders.field, url=url, account=accounts.field, exercise_id=EXERCISE_ID)
    show(_("The field office has sent {n} reports.").format(n=incidents))
    simulator.line(_HISTORY_LINE, within_s=_HISTORY_WITHIN_S)  # a window opened earlier would show gaps
    _open_control_room(folders, accounts, url)
    processes.check()
    return url, incidents


def _begin_server(folders: DemoFolders, processes: DemoProcesses) -> ServerAddresses:
    """Start the server with its embedded broker, both on free ports, so that two demonstrations can run at once."""
    arguments = ["server", "--port", "0", "--mqtt", "embedded:0", "--feeds", "--json", "--data", str(folders.server)]
    server = processes.begin("server", arguments)
    line = server.line(1, within_s=_BEGIN_WITHIN_S)
    try:
        return msgspec.json.decode(line, type=ServerAddresses)
    except msgspec.DecodeError:
        server.end()
        server.check()
        raise


def _begin_simulator(
    folders: DemoFolders, accounts: DemoAccounts, server: ServerAddresses, processes: DemoProcesses
) -> DemoProcess:
    name = accounts.gateway.name
    arguments = ["simulate", "--server", server.url, "--mqtt", server.broker.replace("://", f"://{name}@")]
    arguments += ["--scenario", "storm", "--speed", SPEED, "--behind", BEHIND_MIN, "--history", HISTORY_H]
    arguments += [
        "--exercise",
        EXERCISE_ID,
        "--user",
        name,
        "--data",
        str(folders.simulator),
        "--language",
        current_language(),
    ]
    return processes.begin("simulator", arguments, password=accounts.gateway.password)


def _import_boundaries(folders: DemoFolders, file: Path, show: MessageSink) -> None:
    from tabuah.console.map.map_import import import_layer  # noqa: PLC0415 - loads GDAL

    imported = import_layer(folders.console, file)
    if not imported.official:
        raise DemoTimeout(_("{file} does not contain the complete boundaries of the regency.").format(file=file))
    show(_("Official boundaries imported from {file}.").format(file=file.name))


def _open_control_room(folders: DemoFolders, accounts: DemoAccounts, url: str) -> None:
    from tabuah.storage.sync.session import ConsoleSession, log_in  # noqa: PLC0415 - loads the HTTP client
    from tabuah.storage.sync.sync_pass import run_sync_pass  # noqa: PLC0415 - loads the HTTP client

    store = ConsoleStore(folders.console)
    try:
        log_in(store, url=url, user=accounts.operator.name, password=accounts.operator.password)
        session = ConsoleSession(store)
        with session.client:
            run_sync_pass(store, session)
    finally:
        store.close()


def _finish(options: DemoOptions, folders: DemoFolders, incident_id: str) -> DemoResult:
    """Write the report and return the result."""
    from tabuah.console.reports.atomic_write import write_file  # noqa: PLC0415 - as below
    from tabuah.console.reports.incident_report import ReportKind  # noqa: PLC0415 - loads the typesetter
    from tabuah.console.reports.report_export import FileFormat, export_incident  # noqa: PLC0415 - as above

    store = ConsoleStore(folders.console)
    try:
        number = store.incident(incident_id).number
        if options.report is not None:
            issued = export_incident(store, incident_id, kind=ReportKind.INITIAL, file_format=FileFormat.PDF)
            options.report.parent.mkdir(parents=True, exist_ok=True)
            write_file(options.report, issued.content)
        return DemoResult(
            folder=_kept_folder(options),
            incident=number,
            incidents=len(store.incidents()),
            alarms=sum(alarm.is_active for alarm in store.alarms()),
            screenshot=str(options.shot or ""),
            report=str(options.report or ""),
        )
    finally:
        store.close()


def _show_logins(accounts: DemoAccounts, url: str, show: MessageSink) -> None:
    show(_("Log-ins of this demonstration at {url}:").format(url=url))
    for each in accounts.all:
        show(f"  {each.name:<10} {each.password}   {each.role.value}")
    show(
        _(
            "The window opens. A flood is coming: press I to create an incident from the alarm. Closing the "
            "window ends the demonstration."
        )
    )


def _kept_folder(options: DemoOptions) -> str:
    return str(options.folder.absolute()) if options.folder is not None else ""


@contextmanager
def _demo_folders(folder: Path | None) -> Iterator[DemoFolders]:
    if folder is not None:
        if folder.exists() and any(folder.iterdir()):
            raise DemoFolderInUse(folder)
        yield DemoFolders(folder)
        return
    # Windows locks the files of a process that has just ended; they may stay in the temporary folder.
    with tempfile.TemporaryDirectory(prefix="tabuah-demo-", ignore_cleanup_errors=True) as temporary:
        yield DemoFolders(Path(temporary))
