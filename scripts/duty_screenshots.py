"""Take the screenshots of shifts, the roster, the list of incidents and incident performance for docs/screenshots.

`make people-screenshots` takes them, too; it needs no display. The size is that of an office laptop; `--size`,
`--text` and `--folder` take them in another one to look at.
"""

import os
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import click

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["TABUAH_KEYRING"] = "file"
sys.path.insert(0, str(Path(__file__).resolve().parent))

from incident_month import write_month
from picture_compression import save_small
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget
from screenshots import FOLDER, rest, wait_until

from tabuah.console.demo.accounts import DemoAccount, prepare_server
from tabuah.console.demo.field_office import SettableClock
from tabuah.console.shifts.handover_sources import read_handover_sources, reread_shift
from tabuah.console.window.shell.application import ConsoleWindow, qt_application
from tabuah.operations.codes import Status
from tabuah.operations.exercises.scope import SubjectWorld
from tabuah.operations.incidents.drafts import move_incident
from tabuah.operations.people.roles import Role
from tabuah.operations.roster.drafts import ShiftRef, plan_shift
from tabuah.operations.roster.duty import shift_at
from tabuah.operations.roster.entry_bodies import Crew
from tabuah.operations.roster.iso_week import DAYS
from tabuah.operations.roster.shift_pattern import usual_crews, usual_shifts
from tabuah.operations.roster.week_roster import PlannedCrew
from tabuah.operations.roster.week_shifts import this_week
from tabuah.operations.shifts import drafts
from tabuah.operations.shifts.handover_summary import summarise_handover
from tabuah.resources.localisation import set_language
from tabuah.server.listen_address import ListenAddress
from tabuah.server.service import ServerService, ServerSettings
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.protocol import SessionRequest
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.session import ConsoleSession, log_in, remember_session
from tabuah.storage.sync.sync_pass import run_sync_pass
from tabuah.widgets.incidents.incident_list_values import ListRequest

_DIALOG_PX: Final = (1280, 680)
_PASSWORD: Final = "kuda hujan meja sawah"  # noqa: S105 - of a server that exists for a minute
_PEOPLE: Final = (
    ("hendri", Role.SUPERVISOR, "Hendri Saputra"),
    ("rina", Role.SUPERVISOR, "Rina Marlina"),
    ("ani", Role.OPERATOR, "Ani Suryani"),
    ("budi", Role.OPERATOR, "Budi Santoso"),
    ("sari", Role.OPERATOR, "Sari Dewi"),
)
_LINES: Final = (
    (95, "Radio, sirene, dan genset diperiksa; semua berfungsi."),
    (70, "Wali Nagari Koto Baru melapor hujan deras dan air keruh di hulu."),
    (44, "Damkar Arosuka berangkat membantu evakuasi."),
)
Scene = Callable[[ConsoleWindow], QWidget]


@click.command()
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), default=FOLDER, show_default=True)
@click.option("--size", default="1366x768", show_default=True, help="Width and height in logical px.")
@click.option("--text", type=click.FloatRange(1.0, 1.5), default=1.0, show_default=True, help="Size of all text.")
def main(folder: Path, size: str, text: float) -> None:
    """Take the screenshots."""
    width, _x, height = size.partition("x")
    wanted = QSize(int(width), int(height))
    with tempfile.TemporaryDirectory() as data, _server(Path(data)) as service:
        _fill(Path(data) / "console", service.url)
        _close_old(Path(data) / "second", service.url)
        _sync(Path(data) / "console")
        for language, scenes in SCENES.items():
            _take(Path(data) / "console", folder, wanted, text, language=language, scenes=scenes)


@contextmanager
def _server(folder: Path) -> Iterator[ServerService]:
    people = tuple(
        DemoAccount(name=name, role=role, opd="BPBD", full_name=full, password=_PASSWORD)
        for name, role, full in _PEOPLE
    )
    prepare_server(folder / "server", people)
    service = ServerService(ServerSettings(directory=folder / "server", address=ListenAddress(port=0)))
    thread = threading.Thread(target=service.run, name="duty-server")
    thread.start()
    try:
        yield service
    finally:
        service.stop()
        thread.join()


def _fill(folder: Path, url: str) -> None:
    """Write six weeks of incidents, the roster and the running shift as a supervisor, and sync."""
    clock = SettableClock()
    store = ConsoleStore(folder, clock=clock)
    user = _PEOPLE[0][0]
    try:
        with ServerClient(url) as client:  # not enrolled yet: work from before an enrolment may have any time
            reply = client.log_in(SessionRequest(user=user, password=_PASSWORD))
            remember_session(store, reply, client.url)
        write_month(store, clock, folder, datetime.now(UTC))
        clock.at = datetime.now(UTC)
        log_in(store, url=url, user=user, password=_PASSWORD)
        session = ConsoleSession(store)
        with session.client:
            run_sync_pass(store, session)
            _plan_weeks(store)
            _start_shift(store)
            run_sync_pass(store, session)
    finally:
        store.close()


def _close_old(folder: Path, url: str) -> None:
    """Close what was contained more than a day ago, as the second person that a closure needs."""
    store = ConsoleStore(folder)
    try:
        log_in(store, url=url, user=_PEOPLE[1][0], password=_PASSWORD)
        session = ConsoleSession(store)
        with session.client:
            run_sync_pass(store, session)
            old = store.now() - timedelta(days=1)
            contained = [each for each in store.incidents() if each.status is Status.CONTAINED]
            for incident in contained:
                if incident.reported_at < old:
                    store.save(move_incident(incident, Status.CLOSED))
            run_sync_pass(store, session)
    finally:
        store.close()


def _sync(folder: Path) -> None:
    store = ConsoleStore(folder)
    try:
        session = ConsoleSession(store)
        with session.client:
            run_sync_pass(store, session)
    finally:
        store.close()


def _plan_weeks(store: ConsoleStore) -> None:
    names, week = usual_crews(), this_week(store.now())
    supervisors = [name for name, role, _full in _PEOPLE if role is Role.SUPERVISOR]
    members = [name for name, role, _full in _PEOPLE if role is Role.OPERATOR]
    days = [(week.plus(-1), DAYS), *((week, day) for day in range(1, DAYS + 1))]
    shifts = [(each, usual, day) for each, day in days for usual in usual_shifts()]
    for number, (each, usual, day) in enumerate(shifts):
        crew = Crew(
            name=names[number % len(names)],
            supervisor=supervisors[number % len(supervisors)],
            members=(members[number % len(members)], members[(number + 1) % len(members)]),
        )
        store.save(plan_shift({}, ShiftRef(each, usual.on(day)), PlannedCrew(crew=crew, label=usual.label)))


def _start_shift(store: ConsoleStore) -> None:
    now = store.now()
    planned = shift_at(store.rosters().values(), now)
    assert planned is not None
    store.save(drafts.start_roster_shift(planned, SubjectWorld(exercise=False, exercise_id="")))
    for ago_min, text in _LINES:
        at = max(now - timedelta(minutes=ago_min), planned.starts_at)
        store.save(drafts.log_line(store.shifts()[0], text, at=at))
    for what, to, minutes in (
        ("Kirim 20 terpal dan 50 selimut", "Wali Nagari Koto Baru", 90),
        ("Telepon balik soal pompa air", "Camat Kubung", 40),
    ):
        due = now + timedelta(minutes=minutes)
        store.save(drafts.make_promise(store.shifts()[0], what, to=to, due_at=due))


def _show_roster(console: ConsoleWindow) -> QWidget:
    console.objects.commands.roster.begin()
    rest(500)
    assert console.objects.commands.roster.dialog is not None
    return console.objects.commands.roster.dialog


def _show_shift(console: ConsoleWindow) -> QWidget:
    console.objects.commands.shifts.begin()
    rest(500)
    assert console.objects.commands.shifts.dialog is not None
    return console.objects.commands.shifts.dialog


def _show_handover(console: ConsoleWindow) -> QWidget:
    """Show a handover that the outgoing side has confirmed."""

    def prepare(store: ConsoleStore) -> None:
        shift = reread_shift(store, store.shifts()[0])
        facts = summarise_handover(read_handover_sources(store, shift), shift, store.now())
        note = "Pompa di Kubung kembali besok pagi."
        store.save(drafts.prepare_handover(shift, facts, as_of=store.now(), note=note))

    console.services.store.run(prepare)
    rest(1_500)
    console.services.state.refresh()
    console.objects.commands.shifts.begin_handover()
    rest(1_500)
    assert console.objects.commands.shifts.dialog is not None
    return console.objects.commands.shifts.dialog


def _show_list(console: ConsoleWindow) -> QWidget:
    return _list(console, ListRequest(stage="open", order="urgent"))


def _show_search(console: ConsoleWindow) -> QWidget:
    return _list(console, ListRequest(words="air surut", order="newest", channel="phone"))


def _list(console: ConsoleWindow, request: ListRequest) -> QWidget:
    actions = console.objects.commands.incidents.incident_list
    actions.begin()
    dialog = actions.dialog
    assert dialog is not None
    dialog.show_request(request)
    dialog.search_requested.emit()
    rest(1_500)
    wait_until(lambda: bool(dialog.model.ids))
    return dialog


def _show_performance(console: ConsoleWindow) -> QWidget:
    actions = console.objects.commands.incidents.performance
    actions.begin()
    dialog = actions.dialog
    assert dialog is not None
    wait_until(lambda: bool(dialog.grid.table.rows))
    rest(500)
    return dialog


SCENES: Final[dict[str, dict[tuple[str, str], Scene]]] = {
    "id": {
        ("roster", "dark"): _show_roster,
        ("shift", "dark"): _show_shift,
        ("incident-list", "dark"): _show_list,
        ("incident-performance", "dark"): _show_performance,
    },
    "en": {
        ("incident-list", "light"): _show_search,
        ("incident-performance", "light"): _show_performance,
        ("handover", "light"): _show_handover,
    },
}


def _take(
    data: Path, folder: Path, size: QSize, text: float, *, language: str, scenes: dict[tuple[str, str], Scene]
) -> None:
    set_language(language)
    console = ConsoleWindow(data, qt_application(), language=language)
    try:
        console.shell.resize(size)
        console.show()
        console.appearance.show_text_scale(text)
        wait_until(lambda: console.services.map is not None and console.objects.has_controls)
        for (name, theme), scene in scenes.items():
            console.appearance.show_theme(theme)
            shown = scene(console)
            width, height = (round(side * text) for side in _DIALOG_PX)
            shown.resize(QSize(width, height).boundedTo(size))  # the screen of the offscreen platform is smaller
            rest(800)
            file = folder / f"{name}-{theme}-{language}.png"
            save_small(shown.grab().toImage(), file)
            click.echo(file)
            shown.close()
            rest(200)
    finally:
        console.close()


if __name__ == "__main__":
    main()
