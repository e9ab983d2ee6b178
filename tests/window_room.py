"""What the window's tests share: a window that is waited for, keys, and entries that others write."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot
from running_server import PASSWORD, RunningServer

from tabuah.console.window.application import Console
from tabuah.console.window.shell import Shell
from tabuah.operations.alarms.bodies import AlarmRaised
from tabuah.operations.alarms.gestures import raise_alarm
from tabuah.operations.authority.roles import Role
from tabuah.operations.bodies import encode_body
from tabuah.operations.codes import Hazard, Severity
from tabuah.operations.entries import Draft, subject_of
from tabuah.operations.incidents.bodies import IncidentReported
from tabuah.operations.incidents.gestures import report_incident
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.levels import AlarmSeverity, RiverLevel
from tabuah.operations.places import IncidentPlace, PlaceCertainty
from tabuah.operations.stations.bodies import StationRegistered
from tabuah.operations.stations.station import Parameter, River, Station, StationKind
from tabuah.storage.cache.meta import Identity
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.identifiers import new_uuid
from tabuah.storage.sync.once import sync_once
from tabuah.storage.sync.session import ConsoleSession, log_in
from tabuah.widgets.chips import LevelChip

PATIENCE_MS = 10_000
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
    exercise=True,
)


@dataclass
class OpenWindow:
    """The window with what a test does to it."""

    qtbot: QtBot
    console: Console

    @property
    def shell(self) -> Shell:
        return self.console.shell

    @property
    def incidents(self) -> list[Incident]:
        return list(self.console.services.room.snapshot.incidents.values())

    @property
    def incident(self) -> Incident:
        """The incident that is looked at."""
        found = self.shell.place.incident
        assert found is not None
        return found

    @property
    def details_text(self) -> str:
        """All that the details panel says."""
        return texts_of(self.shell.parts.details)

    @property
    def toasts(self) -> str:
        return " | ".join(
            texts_of(toast) for toast in self.shell.findChildren(QWidget, "toast") if not toast.isHidden()
        )

    def key(self, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
        """Press a key where the focus is."""
        held = Qt.KeyboardModifier.NoModifier
        for modifier in modifiers:
            held |= modifier
        self.qtbot.keyClick(QApplication.focusWidget() or self.shell, key, held)

    def write(self, text: str) -> None:
        """Type where the focus is."""
        self.qtbot.keyClicks(QApplication.focusWidget() or self.shell, text)

    def until(self, condition: Any) -> None:
        """Wait until something is so."""
        self.qtbot.waitUntil(condition, timeout=PATIENCE_MS)

    def until_toast(self, *words: str) -> None:
        self.until(lambda: all(word in self.toasts for word in words))

    def find(self, kind: type[WidgetT], name: str) -> WidgetT:
        found = self.shell.findChild(kind, name)
        assert isinstance(found, kind), name
        return found

    def edit(self, name: str) -> QLineEdit:
        return self.find(QLineEdit, name)

    def choose(self, incident: Incident) -> None:
        self.shell.selection.choose_incident(incident.id)
        self.until(lambda: incident.number in self.details_text)


def open_window(qtbot: QtBot, directory: Path, **options: Any) -> OpenWindow:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    console = Console(directory, app, **options)
    console.show()
    console.shell.activateWindow()
    opened = OpenWindow(qtbot, console)
    opened.until(lambda: console.services.map is not None and console.services.room.is_loaded)
    opened.until(console.shell.isActiveWindow)
    console.shell.parts.map.canvas.setFocus()
    return opened


def texts_of(widget: QWidget) -> str:
    """Everything a widget says, as a screen reader or an eye would get it."""
    from PySide6.QtWidgets import QAbstractButton, QLabel

    labels = [label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget)]
    buttons = [button.text() for button in widget.findChildren(QAbstractButton) if button.isVisibleTo(widget)]
    chips = [chip.accessibleName() for chip in widget.findChildren(LevelChip) if chip.isVisibleTo(widget)]
    return " | ".join(text for text in (*labels, *buttons, *chips) if text)


@contextmanager
def beside(directory: Path) -> Iterator[ConsoleStore]:
    """A store beside the window's, as a command has it."""
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


def report_beside(
    store: ConsoleStore,
    *,
    hazard: Hazard = Hazard.FLOOD,
    title: str = "Banjir, Nagari Koto Baru",
    severity: Severity = Severity.MODERATE,
    exercise: bool = False,
) -> Incident:
    """An incident that somebody reports beside the window."""
    incident_id = new_uuid(datetime.now(UTC))
    body = IncidentReported(
        number=store.next_incident_number(), hazard=hazard, title=title, severity=severity, place=KOTO_BARU
    )
    store.save(report_incident(body, incident_id=incident_id, exercise=exercise))
    return store.incident(incident_id)


def log_in_and_sync(directory: Path, server: RunningServer, user: str) -> None:
    """What `tabuah login` and `tabuah sync` do."""
    with beside(directory) as store:
        log_in(store, url=server.url, user=user, password=PASSWORD)
        sync(store)


def sync(store: ConsoleStore) -> None:
    session = ConsoleSession(store)
    with session.client:
        sync_once(store, session)


def register_gauge(server: RunningServer) -> None:
    """The gauge of Koto Baru, as an administrator registers it."""
    body = encode_body(StationRegistered(station=GAUGE))
    draft = Draft(subject=subject_of("station", GAUGE.code), kind="station.registered", body=body, exercise=True)
    server.journal.append_own([draft])


def raise_alarm_at_gauge(
    server: RunningServer,
    *,
    severity: AlarmSeverity = AlarmSeverity.CRITICAL,
    value: float = 3.42,
    limit: float = 3.2,
) -> str:
    """An alarm at the gauge, as the server raises it."""
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
    server.journal.append_own([raise_alarm(alarm_id, body, exercise=True)])
    return alarm_id
