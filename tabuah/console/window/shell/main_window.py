"""The main window: layout, connections between its parts, and saved settings."""

from pathlib import Path

from PySide6.QtCore import QByteArray, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import QLineEdit, QMainWindow, QMenu, QToolButton

from tabuah.console.window.map.map_files import LoadedMap, tile_layers
from tabuah.console.window.shared.notifier import Notifier
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.shell.action_keys import ActionKeys
from tabuah.console.window.shell.actions import BY_ID, details_actions
from tabuah.console.window.shell.palette_search import PaletteSearch
from tabuah.console.window.shell.services import Services
from tabuah.console.window.shell.view_updates import ViewUpdates
from tabuah.console.window.shell.window_commands import ApplicationHooks, WindowCommands
from tabuah.console.window.shell.window_widgets import WindowWidgets, move_focus
from tabuah.console.window.state.action_context import ActionContext
from tabuah.console.window.state.selection import WindowSelection
from tabuah.console.window.state.window_settings import SavedMapView, WindowSettings
from tabuah.gis.layers.range_rings import RangeRings
from tabuah.resources.catalogue import _, current_language
from tabuah.widgets.controls.segmented_control import SegmentedControl
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import ActionState

LAYOUT_VERSION = 1
MINIMUM_SIZE = (1024, 640)
_RANGES_M = (1_000.0, 2_000.0, 5_000.0, 10_000.0)


class MainWindow(QMainWindow):
    """One window over the services of a data directory.

    Signals:
        closing: the person closes the window; its settings can still be read.
        language_requested: the person asked for the other language.
    """

    closing = Signal()
    language_requested = Signal()

    def __init__(
        self, services: Services, appearance: Appearance, memory: WindowSettings, *, server_url: str = ""
    ) -> None:
        super().__init__()
        self.setObjectName("shell")
        self.setWindowTitle(_("Tabuah · Pusdalops PB · Kabupaten Solok"))
        self.setMinimumSize(*MINIMUM_SIZE)
        self.setAcceptDrops(True)
        self._services, self._appearance, self._memory = services, appearance, memory
        self._is_placed = False
        self.parts = WindowWidgets(self, appearance)
        self.selection = WindowSelection(self)
        self.notifier = Notifier(self.parts.toasts, services.log_file, self)
        self.context = self._workplace()
        switches = ApplicationHooks(change_language=self.language_requested.emit, quit=self._quit)
        self.commands = WindowCommands(
            self, self.parts, self.context, appearance=appearance, connection=services.connection, switches=switches,
            readings=services.readings, server_url=server_url,
        )  # fmt: skip
        self.keys = ActionKeys(self, self.commands, self.notifier, action_context=self.action_context)
        self.palette_search = PaletteSearch(
            self.parts.palette, self.context, self.commands, self.keys, action_context=self.action_context
        )
        self.updates = ViewUpdates(
            services, self.parts, self.selection, details_actions=self._details_actions,
            on_conflicts=self.commands.conflict_actions.refresh, on_trays_changed=self.commands.refresh_trays,
        )  # fmt: skip
        self.commands.replay.hold_map_updates = self.updates.hold_map_updates
        self.commands.data_sources.follow(self.updates.bulletins)
        self.updates.alarms.on_shown = self.commands.alarm_sound.show
        self.commands.alarm_list.groups = self.updates.alarms.groups
        self.commands.station_page.reason_of = lambda code: BY_ID[code].reason(self.action_context())
        self.commands.unit_actions.follow(self.updates.units)
        self.commands.chart_export.follow(self.updates.stations)
        self.commands.status_actions.known_units = lambda: self.updates.units.known
        self._connect()
        self._recall()

    def action_context(self) -> ActionContext:
        """Return the state that decides which actions are available."""
        snapshot = self._services.state.snapshot
        shown = self.parts.strip.current
        return ActionContext(
            snapshot=snapshot,
            incident=snapshot.incidents.get(self.selection.incident),
            station=self.selection.station,
            held_report=self.selection.incident in snapshot.held_reports,
            alarm=snapshot.alarms.get(shown.id) if shown else None,
            link=self._services.state.link.state,
        )

    def _details_actions(self) -> tuple[ActionState, ...]:
        return details_actions(self.action_context())

    def start(self) -> None:
        """Show the current state and follow its changes."""
        if self._services.map is not None:
            self._on_map_loaded(self._services.map)
        self.updates.start()

    def start_again(self, incident_id: str) -> None:
        """Restore the selection of the previous window."""
        self.selection.choose_incident(incident_id)

    def memory(self) -> WindowSettings:
        """Return the settings to save."""
        canvas, view = self.parts.map.canvas, self.parts.map.canvas.view
        lon_deg, lat_deg = view.centre_deg
        looked_at = SavedMapView(lon_deg=lon_deg, lat_deg=lat_deg, metres_per_px=view.metres_per_px)
        tabs = self.parts.board.findChild(SegmentedControl, "board_tabs")
        words = self.parts.board.findChild(QLineEdit, "board_filter")
        return WindowSettings(
            theme=self._appearance.palette.name,
            language=current_language(),
            text_scale=self._appearance.text_scale,
            geometry=_text(self.saveGeometry()),
            layout=_text(self.saveState(LAYOUT_VERSION)),
            hidden_layers=tuple(sorted(canvas.content.hidden)),
            shown_layers=tuple(sorted(canvas.content.style.hidden_by_default() - canvas.content.hidden)),
            layers=canvas.content.choices,
            legend=not self.parts.map.legend.isHidden(),
            view=None if canvas.is_fitted else looked_at,
            board_tab=tabs.current if isinstance(tabs, SegmentedControl) else "board",
            filter=words.text() if isinstance(words, QLineEdit) else "",
            station=self.selection.station if self.selection.station_by_person else "",
        )

    def release(self) -> None:
        """Disconnect from the services, which continue without this window."""
        self.commands.close()
        self.updates.close()
        self._services.map_loaded.disconnect(self._on_map_loaded)
        self._services.failed.disconnect(self.notifier.error)
        self.parts.map.canvas.close_workers()

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: set the panel sizes the first time."""
        super().showEvent(event)
        if not self._is_placed:
            self._is_placed = True
            if not self._memory.layout:
                self.parts.set_default_sizes()
            self.parts.map.canvas.setFocus()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Qt: no question is needed, because all work is saved already."""
        self.closing.emit()
        super().closeEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Qt: Tab follows the reading order."""
        return move_focus(self.parts.regions, forward=forward)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Qt: accept files while an incident is selected."""
        if self.context.incident is not None and any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Qt: attach dropped files to the selected incident."""
        files = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        self.commands.attachment_actions.attach(self.selection.incident, files)

    def _quit(self) -> None:
        self.close()

    def _workplace(self) -> WindowContext:
        services, parts = self._services, self.parts
        return WindowContext(
            directory=services.directory,
            state=services.state,
            store=services.store,
            work=services.work,
            network=services.network,
            places=services.places,
            selection=self.selection,
            side=parts.side,
            canvas=parts.map.canvas,
            confirm=parts.confirm,
            notifier=self.notifier,
            sync_soon=services.connection.sync_soon,
            imports=services.imports,
            reload_map=services.reload_map,
        )

    def _connect(self) -> None:
        services, parts, canvas = self._services, self.parts, self.parts.map.canvas
        services.map_loaded.connect(self._on_map_loaded)
        services.failed.connect(self.notifier.error)
        services.connection.set_error_handler(self.notifier.error)
        parts.header.show_office(_("Pusdalops PB · Kabupaten Solok"))
        parts.header.attach_menu(self.keys.menu())
        parts.header.palette_requested.connect(self.palette_search.open)
        parts.header.sync_requested.connect(services.connection.sync_soon)
        parts.header.action_requested.connect(self.keys.run)
        parts.board.open_requested.connect(self._on_incident_opened)
        parts.details.action_requested.connect(self._on_details_action)
        parts.details.conflict_requested.connect(self.commands.conflict_actions.begin)
        parts.details.held_requested.connect(self.commands.held_and_rejected.begin_held)
        canvas.locate_requested.connect(self.palette_search.open)
        canvas.context_requested.connect(self._on_context_requested)
        canvas.failed.connect(self.notifier.error)
        parts.map.legend.problem_requested.connect(self.notifier.refuse)

    def _recall(self) -> None:
        memory, canvas = self._memory, self.parts.map.canvas
        self.resize(1440, 900)
        if memory.geometry:
            self.restoreGeometry(_state(memory.geometry))
        if memory.layout:
            self.restoreState(_state(memory.layout), LAYOUT_VERSION)
        canvas.show_choices(memory.layers)
        for name in memory.hidden_layers:
            canvas.set_layer_visible(name, visible=False)
        for name in memory.shown_layers:
            canvas.set_layer_visible(name, visible=True)
        layers = self.parts.map.buttons.findChild(QToolButton, "map_layers")
        if isinstance(layers, QToolButton):
            layers.setChecked(memory.legend)
        if memory.station:
            self.selection.choose_station(memory.station)
        tabs = self.parts.board.findChild(SegmentedControl, "board_tabs")
        if isinstance(tabs, SegmentedControl) and memory.board_tab == "list":
            tabs.show_current("list")
            tabs.chosen.emit("list")
        words = self.parts.board.findChild(QLineEdit, "board_filter")
        if isinstance(words, QLineEdit):
            words.setText(memory.filter)

    def _on_map_loaded(self, loaded: LoadedMap) -> None:
        """Show the maps. When they are loaded again, the person's choices are kept."""
        canvas = self.parts.map.canvas
        is_first, known_problems = canvas.content.basemap is None, self.parts.map.legend.problems
        known = frozenset() if is_first else canvas.content.style.hidden_by_default()
        canvas.show_style(loaded.style)
        for name in loaded.style.hidden_by_default() - known - set(self._memory.shown_layers):
            canvas.set_layer_visible(name, visible=False)
        canvas.show_tiles(tile_layers(loaded.tiles))
        canvas.show_basemap(loaded.basemap)
        self.updates.bulletins.use_map(loaded.basemap)
        canvas.show_layers(loaded.layers, removable=loaded.removable, missing=loaded.missing)
        self.parts.map.legend.show_problems(loaded.problems)
        for problem in loaded.problems:
            if problem not in known_problems:
                self.notifier.refuse(problem)
        if not is_first and canvas.is_fitted:
            canvas.fit_regency()  # the boundaries may have changed
        view = self._memory.view
        if is_first and view is not None:
            canvas.centre_on(view.lon_deg, view.lat_deg, view.metres_per_px)

    def _on_incident_opened(self, incident_id: str) -> None:
        self.selection.choose_incident(incident_id)
        incident = self.context.incident
        if incident is not None and incident.place is not None:
            self.commands.look_at(incident.place.lon_deg, incident.place.lat_deg)

    def _on_details_action(self, code: str) -> None:
        if code != "note":  # the panel has opened its own field already
            self.keys.run("document" if code == "report" else code)

    def _on_context_requested(self, lon_deg: float, lat_deg: float, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        drawn = bool(self.parts.map.canvas.content.ranges)
        offers = (
            ("report", _("Report an incident here")),
            ("ranges", _("Remove the range rings") if drawn else _("Range rings from here")),
            ("sector", _("Draw a sector from here")),
        )
        station = self.commands.station_page.station_at(lon_deg, lat_deg)
        if station is not None:
            page = menu.addAction(_("Page of {station}").format(station=station.name))
            page.setData((f"station/{station.code}", lon_deg, lat_deg))
        for verb, label in offers:
            menu.addAction(label).setData((verb, lon_deg, lat_deg))
        menu.triggered.connect(self._on_context_chosen)
        menu.popup(at)

    def _on_context_chosen(self, action: QAction) -> None:
        verb, lon_deg, lat_deg = action.data()
        canvas = self.parts.map.canvas
        match verb:
            case "report":
                self.commands.report_actions.begin_at(lon_deg, lat_deg)
            case "ranges":
                around = RangeRings(lon_deg=lon_deg, lat_deg=lat_deg, radii_m=_RANGES_M)
                canvas.show_ranges(() if canvas.content.ranges else (around,))
            case str() if verb.startswith("station/"):
                self.commands.station_page.begin_at(verb.removeprefix("station/"))
            case "sector":
                canvas.tools.draw_sector_from(lon_deg, lat_deg)
                canvas.setFocus()


def _text(state: QByteArray) -> str:
    return bytes(state.toBase64().data()).decode()


def _state(text: str) -> QByteArray:
    return QByteArray.fromBase64(QByteArray(text.encode()))
