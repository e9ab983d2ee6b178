"""Take the screenshots of the lock screen and of the administration for docs/screenshots.

Run `make people-screenshots`; it needs no display. The size is that of an office laptop. `--language en` takes them
in English, `--only administration` leaves out the lock screen, which needs a simulated storm.
"""

import os
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import click

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["TABUAH_KEYRING"] = "file"
sys.path.insert(0, str(Path(__file__).resolve().parent))

from picture_compression import save_small
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QListView, QPushButton, QWidget
from screenshots import FOLDER, rest
from storm_session import StormSession, storm_session

from tabuah.console.demo.accounts import EXERCISE_ID
from tabuah.console.window.people.second_factor import qr_modules
from tabuah.console.window.shell.application import ConsoleWindow, qt_application
from tabuah.operations.codes import Channel, Hazard, Severity
from tabuah.operations.incidents.drafts import caller_value, report_incident
from tabuah.operations.incidents.entry_bodies import IncidentReported
from tabuah.operations.incidents.place import IncidentPlace
from tabuah.operations.people.entry_bodies import UserDeputised
from tabuah.operations.people.roles import Role
from tabuah.resources.localisation import set_language
from tabuah.server.backups.schedule import BackupConfiguration
from tabuah.server.listen_address import ListenAddress
from tabuah.server.people.user_changes import create_user, name_deputy
from tabuah.server.service import ServerService, ServerSettings
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.identifiers import new_salt, new_uuid
from tabuah.storage.sync.session import ConsoleSession, log_in
from tabuah.storage.sync.sync_pass import run_sync_pass
from tabuah.text.people import second_factor as factor_texts

_SETTLE_MS: Final = 3_000
_PATIENCE_S: Final = 300  # a loaded machine is ten times slower
_SIZE: Final = QSize(1366, 768)
_PASSWORD: Final = "kuda hujan meja sawah"  # noqa: S105 - of a server that exists for a minute
_SECRET: Final = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105 - an example
_CODES: Final = tuple(f"7K3M-Q0ZT-1B8R-WX{number}C" for number in range(10))
_DOCUMENTED: Final = (
    "administration",
    "administration-form",
    "deputies",
    "second-factor-secret",
    "backups",
    "personal-data",
)
_USERS: Final = (
    ("rina", Role.ADMIN, "Diskominfo", "Rina Marlina", ""),
    ("kalaksa", Role.SUPERVISOR, "BPBD", "Hendri Saputra", ""),
    ("ani", Role.OPERATOR, "BPBD", "Ani Suryani", ""),
    ("budi", Role.FIELD, "Satpol PP dan Damkar", "Budi Santoso", "13.02.10"),
    ("sari", Role.AUDITOR, "Inspektorat", "Sari Dewi", ""),
)


@click.command()
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), default=FOLDER, show_default=True)
@click.option("--language", type=click.Choice(("id", "en")), default="id", show_default=True)
@click.option("--all", "takes_all", is_flag=True, help="Take those of every step, which the documents do not show.")
@click.option("--only", type=click.Choice(("lock", "administration")), default=None)
def main(folder: Path, language: str, only: str | None, *, takes_all: bool) -> None:
    """Take the screenshots."""
    set_language(language)
    if only != "lock":
        with tempfile.TemporaryDirectory() as data, _small_server(Path(data)) as console:
            _take_administration(console, folder, language, takes_all=takes_all)
    if only != "administration":
        with tempfile.TemporaryDirectory() as data, storm_session(Path(data)) as session:
            _take_lock_screen(session, folder, language)


def _take_lock_screen(session: StormSession, folder: Path, language: str) -> None:
    console = ConsoleWindow(session.console, qt_application(), language=language, exercise=EXERCISE_ID)
    try:
        console.shell.resize(_SIZE)
        console.show()
        rest(_SETTLE_MS)
        lock = console.objects.commands.people.lock
        lock.lock()
        assert lock.cover is not None
        for theme in ("dark", "light"):
            console.appearance.show_theme(theme)
            rest(1_000)
            _save(lock.cover, folder / f"lock-screen-{theme}-{language}.png")
    finally:
        console.close()


# Administration


@contextmanager
def _small_server(folder: Path) -> Iterator[Path]:
    """Run a server with users, a deputy, a caller and backups; yield the data directory of its administrator."""
    (folder / "backups").mkdir()
    backup = BackupConfiguration(directory="../backups")
    settings = ServerSettings(directory=folder / "server", address=ListenAddress(port=0), backup=backup)
    service = ServerService(settings)
    thread = threading.Thread(target=service.run, name="administration-server")
    thread.start()
    try:
        for name, role, opd, full_name, kecamatan in _USERS:
            create_user(
                service.journal,
                name=name,
                role=role,
                opd=opd,
                full_name=full_name,
                kecamatan=kecamatan,
                password=_PASSWORD,
            )
        _report_call(folder / "of-ani", service.url)
        _name_deputy(service)
        _sync(folder / "console", service.url, "rina")
        yield folder / "console"
    finally:
        service.stop()
        thread.join()


def _report_call(folder: Path, url: str) -> None:
    _sync(folder, url, "ani")
    store = ConsoleStore(folder)
    try:
        body = IncidentReported(
            number=store.next_incident_number(),
            hazard=Hazard.FLOOD,
            title="Banjir di Koto Baru",
            severity=Severity.MODERATE,
            channel=Channel.PHONE,
            place=IncidentPlace(lon_deg=100.63, lat_deg=-0.8, nagari="Koto Baru"),
        )
        caller = caller_value("Pak Rusdi 0812-3456", salt=new_salt())
        store.save(report_incident(body, incident_id=new_uuid(datetime.now(UTC)), caller=caller))
        session = ConsoleSession(store)
        with session.client:
            run_sync_pass(store, session)
    finally:
        store.close()


def _name_deputy(service: ServerService) -> None:
    now = service.journal.clock()
    body = UserDeputised(
        deputyship=new_uuid(now),
        role=Role.SUPERVISOR,
        starts_at=now,
        ends_at=now + timedelta(hours=10),
        by="rina",
        reason="piket malam",
    )
    name_deputy(service.journal, "ani", body)


def _sync(folder: Path, url: str, user: str) -> None:
    store = ConsoleStore(folder)
    try:
        log_in(store, url=url, user=user, password=_PASSWORD)
        session = ConsoleSession(store)
        with session.client:
            run_sync_pass(store, session)
    finally:
        store.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Studio:
    """The window of the administrator, and where its pictures go."""

    console: ConsoleWindow
    folder: Path
    language: str
    takes_all: bool

    def take(self, name: str, window: QWidget) -> None:
        """Take a picture in both themes, unless only those of the documents are wanted."""
        if not self.takes_all and name not in _DOCUMENTED:
            return
        for theme in ("dark", "light"):
            self.console.appearance.show_theme(theme)
            rest(500)
            _save(window, self.folder / f"{name}-{theme}-{self.language}.png")


def _take_administration(console: Path, folder: Path, language: str, *, takes_all: bool) -> None:
    window = ConsoleWindow(console, qt_application(), language=language)
    studio = _Studio(console=window, folder=folder, language=language, takes_all=takes_all)
    try:
        window.shell.resize(_SIZE)
        window.show()
        _until(lambda: window.services.map is not None and window.objects.has_controls, "the window")
        _take_users(studio)
        _take_deputies(studio)
        _take_second_factor(studio)
        _take_backups(studio)
        _take_personal_data(studio)
    finally:
        window.close()


def _take_users(studio: _Studio) -> None:
    actions = studio.console.objects.commands.people.administration
    actions.begin()
    dialog = actions.dialog
    assert dialog is not None
    _until(lambda: not actions.refusal, "the server's list")
    dialog.list.choose("budi")
    studio.take("administration", dialog)
    QTest.keyClick(dialog, Qt.Key.Key_E)
    studio.take("administration-form", dialog)
    dialog.close()


def _take_deputies(studio: _Studio) -> None:
    actions = studio.console.objects.commands.people.deputies
    actions.begin()
    dialog = actions.dialog
    assert dialog is not None
    studio.take("deputies", dialog)
    QTest.keyClick(dialog, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    studio.take("deputies-form", dialog)
    dialog.close()
    studio.take("deputies-badge", studio.console.shell)


def _take_second_factor(studio: _Studio) -> None:
    actions = studio.console.objects.commands.people.second_factor
    actions.begin()
    dialog = actions.dialog
    assert dialog is not None
    studio.take("second-factor", dialog)
    uri = f"otpauth://totp/Tabuah:rina?secret={_SECRET}&issuer=Tabuah&digits=6&period=30"
    dialog.show_secret(_SECRET, qr_modules(uri), factor_texts.describe_secret())
    studio.take("second-factor-secret", dialog)
    dialog.show_codes(_CODES, factor_texts.describe_recovery_codes())
    studio.take("second-factor-codes", dialog)
    dialog.show_state(is_active=True, about=factor_texts.describe_present_factor())
    studio.take("second-factor-change", dialog)
    dialog.close()


def _take_backups(studio: _Studio) -> None:
    actions = studio.console.objects.commands.people.backups
    actions.begin()
    dialog = actions.dialog
    assert dialog is not None
    verify = dialog.findChild(QPushButton, "backup_verify")
    assert isinstance(verify, QPushButton)
    _until(verify.isEnabled, "the first backup")
    QTest.keyClick(dialog, Qt.Key.Key_V)
    _until(lambda: "belum" not in _rows(dialog.list) and "not verified" not in _rows(dialog.list), "the verification")
    studio.take("backups", dialog)
    dialog.close()


def _take_personal_data(studio: _Studio) -> None:
    actions = studio.console.objects.commands.people.personal_data
    actions.begin()
    dialog = actions.dialog
    assert dialog is not None
    dialog.search.setText("rusdi")
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    _until(lambda: dialog.list.model().rowCount() > 0, "the search")
    studio.take("personal-data", dialog)
    QTest.keyClick(dialog.list, Qt.Key.Key_X)
    studio.take("personal-data-erase", dialog)
    dialog.close()


def _rows(rows: QListView) -> str:
    model = rows.model()
    return " | ".join(str(model.index(row, 0).data()) for row in range(model.rowCount()))


def _until(happens: Callable[[], bool], waited_for: str) -> None:
    """Run the event loop until something is true.

    Raises:
        click.ClickException: it never became true.
    """
    deadline = datetime.now(UTC) + timedelta(seconds=_PATIENCE_S)
    while not happens():
        if datetime.now(UTC) > deadline:
            raise click.ClickException(f"{waited_for} did not come in {_PATIENCE_S} s")
        rest(100)


def _save(window: QWidget, file: Path) -> None:
    save_small(window.grab().toImage(), file)
    click.echo(file)


if __name__ == "__main__":
    main()
