"""The open main window in tests: waiting, keyboard input, and entries written by others."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.exceptions import TimeoutError as WaitTimeout
from pytestqt.qtbot import QtBot
from support.console_sync import sync
from support.readings_fixture import GATEWAY
from support.running_server import PASSWORD, RunningServer

from tabuah.console.window.shared.notifier import Notifier
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.shell.application import ConsoleWindow
from tabuah.console.window.shell.main_window import MainWindow
from tabuah.console.window.shell.view_updates import ViewUpdates
from tabuah.console.window.shell.window_commands import WindowCommands
from tabuah.console.window.state.selection import WindowSelection
from tabuah.operations.alarms.drafts import raise_alarm
from tabuah.operations.alarms.entry_bodies import AlarmRaised
from tabuah.operations.codes import Hazard, Severity
from tabuah.operations.entries import Draft, subject_of
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.incidents.drafts import report_incident
from tabuah.operations.incidents.entry_bodies import IncidentReported
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.place import IncidentPlace, PlaceCertainty
from tabuah.operations.levels import AlarmSeverity, RiverLevel
from tabuah.operations.people.roles import Role
from tabuah.operations.stations.entry_bodies import StationRegistered
from tabuah.operations.stations.station import Parameter, River, Station, StationKind
from tabuah.storage.cache.meta import Identity
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.identifiers import new_uuid
from tabuah.storage.sync.session import log_in
from tabuah.widgets.controls.chips import LevelChip
from tabuah.widgets.controls.exercise_chip import ExerciseChip

PATIENCE_MS = 30_000  # an import in a process of its own took 14 s on a busy machine
_FIRST_MS = 3_000  # messages are still shown then
WidgetT = TypeVar("WidgetT", bound=QWidget)

KOTO_BARU = IncidentPlace(
    lon_deg=100.6300,
    lat_deg=-0.8000,
    nagari_code="13.02.10.2001",
    nagari="Koto Baru",
    kecamatan_code="13.02.10",
    kecamatan="Kubung",
    certainty=PlaceCertainty.CONFIRMED,
)
GAUGE = Station(
    code="SLK-AWLR-03",
    name="AWLR Koto Baru",
    kind=StationKind.RIVER,
    lon_deg=100.6300,
    lat_deg=-0.8000,
    parameters=(Parameter(code="stage_m", unit="m", expected_interval_s=60, valid_min=-1, valid_max=15),),
    river=River(
        name="Batang Lembang",
        thresholds_m={RiverLevel.SIAGA_1: 3.2, RiverLevel.SIAGA_2: 2.6, RiverLevel.SIAGA_3: 2.0},
    ),
    nagari="Koto Baru",
    gateway=GATEWAY,
)


@dataclass
class OpenWindow:
    """The window with its test operations."""

    qtbot: QtBot
    console: ConsoleWindow

    @property
    def shell(self) -> MainWindow:
        return self.console.shell

    @property
    def commands(self) -> WindowCommands:
        return self.console.objects.commands

    @property
    def selection(self) -> WindowSelection:
        return self.console.objects.selection

    @property
    def context(self) -> WindowContext:
        return self.console.objects.context

    @property
    def notifier(self) -> Notifier:
        return self.console.objects.notifier

    @property
    def updates(self) -> ViewUpdates:
        return self.console.objects.updates

    @property
    def incidents(self) -> list[Incident]:
        return list(self.console.services.state.snapshot.incidents.values())

    @property
    def incident(self) -> Incident:
        """Return the selected incident."""
        found = self.context.incident
        assert found is not None
        return found

    @property
    def details_text(self) -> str:
        """Return all text of the details panel."""
        return visible_texts(self.shell.parts.details)

    @property
    def toasts(self) -> str:
        return " | ".join(
            visible_texts(toast) for toast in self.shell.findChildren(QWidget, "toast") if not toast.isHidden()
        )

    def key(self, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
        """Press a key in the focused widget."""
        held = Qt.KeyboardModifier.NoModifier
        for modifier in modifiers:
            held |= modifier
        self.qtbot.keyClick(QApplication.focusWidget() or self.shell, key, held)

    def write(self, text: str) -> None:
        """Type in the focused widget."""
        self.qtbot.keyClicks(QApplication.focusWidget() or self.shell, text)

    def until(self, condition: Any) -> None:
        """Wait until a condition is true; a failure tells what the window showed after the first seconds."""
        with suppress(WaitTimeout):
            self.qtbot.waitUntil(condition, timeout=_FIRST_MS)
            return
        early = f"after {_FIRST_MS} ms: {self._describe()}"
        try:
            self.qtbot.waitUntil(condition, timeout=PATIENCE_MS)
        except WaitTimeout as error:
            raise AssertionError(f"not reached; {early}; at the end: {self._describe()}") from error

    def settle(self) -> None:
        """Wait until the workers have done all tasks of now and of their results, and all layouts are placed."""
        services = self.console.services
        runners = (services.store, services.network, services.work, services._readings)
        for _round in range(2):
            done: list[None] = []
            for runner in runners:
                runner.run(lambda _context: None, on_done=done.append)
            self.until(lambda: len(done) == len(runners))  # noqa: B023 - called at once
        QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)

    def _describe(self) -> str:
        chosen = f"incident {self.selection.incident}, alarm {self.selection.alarm}"
        return f"focus {QApplication.focusWidget()}, page {self.shell.parts.side.page}, {chosen}, «{self.toasts}»"

    def wait_for_toast(self, *words: str) -> None:
        self.until(lambda: all(word in self.toasts for word in words))

    def find(self, kind: type[WidgetT], name: str) -> WidgetT:
        """Return the newest widget of a name: former fields of a form are deleted a moment later."""
        found = self.shell.findChildren(kind, name)
        assert found, name
        return found[-1]

    def edit(self, name: str) -> QLineEdit:
        return self.find(QLineEdit, name)

    def choose(self, incident: Incident) -> None:
        self.selection.choose_incident(incident.id)
        self.until(lambda: incident.number in self.details_text)


def open_window(qtbot: QtBot, directory: Path, **options: Any) -> OpenWindow:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    console = ConsoleWindow(directory, app, **options)
    console.show()
    console.shell.activateWindow()
    opened = OpenWindow(qtbot, console)
    opened.until(lambda: console.services.map is not None and console.services.state.is_loaded)
    opened.until(console.shell.isActiveWindow)
    opened.until(lambda: console.objects.has_controls)
    console.shell.parts.map.canvas.setFocus()
    return opened


def visible_texts(widget: QWidget) -> str:
    """Return all visible text of a widget, with accessible names of its chips."""
    from PySide6.QtWidgets import QAbstractButton, QLabel

    labels = [label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget)]
    buttons = [button.text() for button in widget.findChildren(QAbstractButton) if button.isVisibleTo(widget)]
    found = (*widget.findChildren(LevelChip), *widget.findChildren(ExerciseChip))
    chips = [chip.accessibleName() for chip in found if chip.isVisibleTo(widget)]
    return " | ".join(text for text in (*labels, *buttons, *chips) if text)


@contextmanager
def open_second_store(directory: Path) -> Iterator[ConsoleStore]:
    """Open a second store on the window's data, as a command does."""
    store = ConsoleStore(directory)
    try:
        yield store
    finally:
        store.close()


def identity(role: Role, user: str = "ani") -> Identity:
    return Identity(
        server_url="http://127.0.0.1:9",
        server="0" * 32,
        server_public_key="0" * 64,
        user=user,
        role=role,
        enrolled=True,
    )


def report_in_second_store(
    store: ConsoleStore,
    *,
    hazard: Hazard = Hazard.FLOOD,
    title: str = "Banjir, Nagari Koto Baru",
    severity: Severity = Severity.MODERATE,
    exercise: bool = False,
) -> Incident:
    """Report an incident in a second store."""
    incident_id = new_uuid(datetime.now(UTC))
    body = IncidentReported(
        number=store.next_incident_number(), hazard=hazard, title=title, severity=severity, place=KOTO_BARU
    )
    store.save(report_incident(body, incident_id=incident_id, exercise=exercise))
    return store.incident(incident_id)


def log_in_and_sync(directory: Path, server: RunningServer, user: str) -> None:
    """Log in and sync, like `tabuah login` and `tabuah sync`."""
    with open_second_store(directory) as store:
        log_in(store, url=server.url, user=user, password=PASSWORD)
        sync(store)


def register_gauge(server: RunningServer, *, exercise: bool = False) -> None:
    """Register the gauge of Koto Baru."""
    body = encode_body(StationRegistered(station=GAUGE))
    draft = Draft(subject=subject_of("station", GAUGE.code), kind="station.registered", body=body, exercise=exercise)
    server.journal.append_drafts([draft])


def raise_alarm_at_gauge(
    server: RunningServer,
    *,
    severity: AlarmSeverity = AlarmSeverity.CRITICAL,
    value: float = 3.42,
    limit: float = 3.2,
    exercise: bool = False,
) -> str:
    """Raise an alarm at the gauge, as the server does."""
    alarm_id = new_uuid(datetime.now(UTC))
    body = AlarmRaised(
        rule="tma-siaga-1",
        station=GAUGE.code,
        parameter="stage_m",
        severity=severity,
        onset_at=datetime.now(UTC) - timedelta(minutes=9),
        value=value,
        limit=limit,
        unit="m",
        hazard=Hazard.FLOOD,
        lon_deg=GAUGE.lon_deg,
        lat_deg=GAUGE.lat_deg,
        cause=f"stage/{GAUGE.code}",
    )
    server.journal.append_drafts([raise_alarm(alarm_id, body, exercise=exercise)])
    return alarm_id
