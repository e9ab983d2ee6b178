"""Wiring of a console window: builds every object and passes its collaborators to its constructor."""

from functools import cached_property
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from tabuah.console.window.alarms.alarm_updates import AlarmUpdates
from tabuah.console.window.bulletins.bulletin_updates import BulletinUpdates
from tabuah.console.window.disruptions.disruption_layer import DisruptionUpdates
from tabuah.console.window.exercises.world_updates import WorldUpdates
from tabuah.console.window.incidents.details_updates import DetailsUpdates
from tabuah.console.window.incidents.incident_updates import IncidentUpdates
from tabuah.console.window.map.layer_updates import LayerUpdates
from tabuah.console.window.map.map_updates import MapUpdates
from tabuah.console.window.map.surface_updates import SurfaceUpdates
from tabuah.console.window.shared.impact_cache import ImpactCache
from tabuah.console.window.shared.notifier import Notifier
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.shared.window_roads import WindowRoads
from tabuah.console.window.shell.action_availability import ActionAvailability
from tabuah.console.window.shell.main_window import MainWindow
from tabuah.console.window.shell.services import Services
from tabuah.console.window.shell.status_updates import StatusUpdates, office_text
from tabuah.console.window.shell.view_updates import SubjectUpdates, ViewUpdates
from tabuah.console.window.shell.window_widgets import WindowWidgets
from tabuah.console.window.shelters.shelter_layer import ShelterUpdates
from tabuah.console.window.state.selection import WindowSelection
from tabuah.console.window.state.window_settings import WindowSettings
from tabuah.console.window.stations.station_updates import StationUpdates
from tabuah.console.window.units.coverage_layer import CoverageLayer
from tabuah.console.window.units.coverage_view import CoverageView
from tabuah.console.window.units.unit_updates import UnitUpdates
from tabuah.widgets.theme.appearance import Appearance

if TYPE_CHECKING:
    from tabuah.console.window.shell.palette_search import PaletteSearch
    from tabuah.console.window.shell.window_commands import WindowCommands
    from tabuah.console.window_controls import WindowControls

_CONTROLS_WITHIN_MS: Final = 3_000  # if the map is not sharp earlier; a key or click builds them at once


_ACTS: Final = (QEvent.Type.ShortcutOverride, QEvent.Type.MouseButtonPress)


class FirstActFilter(QObject):
    """Notices the first key or click, before Qt looks for the shortcut or widget that handles it.

    Signals:
        acted: a key or a mouse button was pressed.
    """

    acted = Signal()

    def __init__(self, app: QCoreApplication, parent: QObject) -> None:
        super().__init__(parent)
        self._app = app
        app.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Qt: see every event of the program; none is held back."""
        if event.type() in _ACTS:
            self.acted.emit()
        return False

    def close(self) -> None:
        self._app.removeEventFilter(self)


class WindowObjects:
    """The objects of one window over the services of a data directory.

    The first frame needs the widgets and their updates only. The controls are built after it, or when
    they are first used.
    """

    def __init__(
        self,
        app: QApplication,
        services: Services,
        appearance: Appearance,
        memory: WindowSettings,
        *,
        server_url: str,
    ) -> None:
        self.app = app
        self._services, self._appearance, self._server_url = services, appearance, server_url
        self.selection = WindowSelection()
        self.window = MainWindow(appearance, memory, state=services.state, selection=self.selection)
        parts = self.window.parts
        self.notifier = Notifier(parts.toasts, services.log_file, self.window)
        self.availability = ActionAvailability(services.state, self.selection, parts.strip)
        self.impacts = ImpactCache(services.work, services.directory, self.window)
        self.roads = WindowRoads(services.state, services.work, services.directory, self.window)
        subjects = _subject_updates(
            services, parts, self.selection, availability=self.availability, impacts=self.impacts, roads=self.roads
        )
        self.updates = ViewUpdates(services.state, subjects, parts.side)
        self.maps = MapUpdates(parts.map, self.notifier, memory)
        self._controls: WindowControls | None = None
        self._controls_due = QTimer(self.window)
        self._controls_due.setSingleShot(True)
        self._controls_due.setInterval(_CONTROLS_WITHIN_MS)
        self._controls_due.timeout.connect(self.build_controls)
        parts.map.canvas.settled.connect(self._on_map_settled)
        self._first_act = FirstActFilter(app, self.window)
        self._first_act.acted.connect(self.build_controls)
        self._connect()
        self.window.restore()

    @cached_property
    def context(self) -> WindowContext:
        """The context that all actions share."""
        return _window_context(self._services, self.window.parts, self.selection, self.notifier, roads=self.roads)

    @property
    def commands(self) -> "WindowCommands":
        return self.build_controls().commands

    @property
    def palette_search(self) -> "PaletteSearch":
        return self.build_controls().palette_search

    @property
    def has_controls(self) -> bool:
        """Return whether keys, menus and forms work already."""
        return self._controls is not None

    def build_controls(self) -> "WindowControls":
        """Return the controls; build them the first time."""
        if self._controls is None:
            from tabuah.console.window_controls import build_controls  # noqa: PLC0415 - most of the code of a window

            self._controls_due.stop()
            self._first_act.close()
            self.window.parts.map.canvas.settled.disconnect(self._on_map_settled)
            self._controls = build_controls(self, self._services, self._appearance, server_url=self._server_url)
        return self._controls

    def _on_map_settled(self) -> None:
        self._controls_due.start(0)

    def start(self) -> None:
        """Show the current state and follow its changes."""
        if self._services.map is not None:
            self.maps.show_map(self._services.map)
        self.updates.start()
        self._controls_due.start()

    def release(self) -> None:
        """Disconnect from the services, which continue without this window."""
        self._controls_due.stop()
        self._first_act.close()
        if self._controls is not None:
            self._controls.close()
        self.updates.close()
        self.updates.units.coverage_layer.close()
        self._services.map_loaded.disconnect(self.maps.show_map)
        self._services.failed.disconnect(self.notifier.error)
        self.window.parts.map.canvas.close_workers()

    def _connect(self) -> None:
        services, parts = self._services, self.window.parts
        services.map_loaded.connect(self.maps.show_map)
        services.failed.connect(self.notifier.error)
        self.maps.base_map_changed.connect(self.updates.bulletins.use_map)
        self.maps.base_map_changed.connect(self.impacts.forget)
        self.roads.failed.connect(self.notifier.refuse)
        self.maps.base_map_changed.connect(self.updates.units.coverage_layer.use_map)
        self.selection.incident_changed.connect(services.state.look_up)
        parts.strip.alarm_shown.connect(self.selection.choose_alarm)
        parts.header.show_office(office_text())
        parts.map.canvas.failed.connect(self.notifier.error)


def build_window(
    app: QApplication,
    services: Services,
    appearance: Appearance,
    memory: WindowSettings,
    *,
    server_url: str = "",
) -> WindowObjects:
    """Build a window over running services; `server_url` is the server that the log-in form suggests."""
    return WindowObjects(app, services, appearance, memory, server_url=server_url)


def _window_context(
    services: Services, parts: WindowWidgets, selection: WindowSelection, notifier: Notifier, *, roads: WindowRoads
) -> WindowContext:
    return WindowContext(
        directory=services.directory,
        state=services.state,
        store=services.store,
        work=services.work,
        network=services.network,
        places=services.places,
        selection=selection,
        side=parts.side,
        canvas=parts.map.canvas,
        confirm=parts.confirm,
        notifier=notifier,
        sync_soon=services.connection.sync_soon,
        imports=services.imports,
        roads=roads,
        reload_map=services.reload_map,
    )


def _subject_updates(
    services: Services,
    parts: WindowWidgets,
    selection: WindowSelection,
    *,
    availability: ActionAvailability,
    impacts: ImpactCache,
    roads: WindowRoads,
) -> SubjectUpdates:
    state, readings, canvas = services.state, services.readings, parts.map.canvas
    alarms = AlarmUpdates(state, readings, parts.strip)
    incidents = IncidentUpdates(state, selection, parts.board, canvas)
    stations = StationUpdates(state, selection, readings, services.forecasts, canvas=canvas, chart=parts.chart)
    return SubjectUpdates(
        alarms=alarms,
        incidents=incidents,
        details=_details_updates(services, parts, selection, availability=availability, impacts=impacts),
        stations=stations,
        units=_unit_updates(services, parts, selection, roads),
        shelters=ShelterUpdates(state, services.work, canvas),
        disruptions=DisruptionUpdates(state, services.work, canvas),
        bulletins=BulletinUpdates(
            state, services.work, canvas=canvas, panel=parts.sources, lower=parts.lower, impacts=impacts
        ),
        surfaces=SurfaceUpdates(state, readings, services.work, canvas),
        layers=LayerUpdates(canvas, parts.layers, forget=services.forget_tiles),
        status=StatusUpdates(
            state, parts.header, parts.status, notice=parts.sync_notice, severities=lambda: stations.severities
        ),
        world=WorldUpdates(
            state, parts.exercise_frame, banner=parts.exercise_banner, notice=parts.real_alarm, canvas=canvas
        ),
    )


def _details_updates(
    services: Services,
    parts: WindowWidgets,
    selection: WindowSelection,
    *,
    availability: ActionAvailability,
    impacts: ImpactCache,
) -> DetailsUpdates:
    return DetailsUpdates(
        services.state,
        selection,
        parts.details,
        store=services.store,
        work=services.work,
        blobs=services.directory / "blobs",
        places=services.places,
        impacts=impacts,
        actions=availability.details_actions,
    )


def _unit_updates(
    services: Services, parts: WindowWidgets, selection: WindowSelection, roads: WindowRoads
) -> UnitUpdates:
    canvas = parts.map.canvas
    return UnitUpdates(
        services.state,
        selection,
        services.readings,
        canvas=canvas,
        panel=parts.units,
        coverage=CoverageView(services.places),
        coverage_layer=CoverageLayer(services.work, canvas),
        roads=roads,
    )
