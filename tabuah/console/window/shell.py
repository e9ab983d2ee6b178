"""The window: its parts laid out, wired to the room, dressed and remembered."""

from pathlib import Path

from PySide6.QtCore import QByteArray, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import QLineEdit, QMainWindow, QMenu, QToolButton

from tabuah.console.window.action_keys import ActionKeys
from tabuah.console.window.actions import BY_ID, Situation
from tabuah.console.window.doing import Doing, Switches
from tabuah.console.window.finding import Finding
from tabuah.console.window.focus_order import move_focus
from tabuah.console.window.following import Following
from tabuah.console.window.loading import LoadedMap, tile_layers
from tabuah.console.window.memory import MapMemory, WindowMemory
from tabuah.console.window.parts import Parts
from tabuah.console.window.selection import Selection
from tabuah.console.window.services import Services
from tabuah.console.window.telling import Teller
from tabuah.console.window.workplace import Workplace
from tabuah.gis.layers.ranges import Ranges
from tabuah.resources.catalogue import _, current_language
from tabuah.widgets.segments import Segments
from tabuah.widgets.theme.appearance import Appearance

LAYOUT_VERSION = 1
SMALLEST = (1024, 640)
_RANGES_M = (1_000.0, 2_000.0, 5_000.0, 10_000.0)


class Shell(QMainWindow):
    """One window over the services of a data directory.

    Signals:
        closing: the person closes the window; what it remembers is still there to be asked for.
        language_requested: the other language is wanted.
    """

    closing = Signal()
    language_requested = Signal()

    def __init__(
        self, services: Services, appearance: Appearance, memory: WindowMemory, *, server_url: str = ""
    ) -> None:
        super().__init__()
        self.setObjectName("shell")
        self.setWindowTitle(_("Tabuah · Pusdalops PB · Kabupaten Solok"))
        self.setMinimumSize(*SMALLEST)
        self.setAcceptDrops(True)
        self._services, self._appearance, self._memory = services, appearance, memory
        self._is_placed = False
        self.parts = Parts(self, appearance)
        self.selection = Selection(self)
        self.teller = Teller(self.parts.toasts, services.log_file, self)
        self.place = self._workplace()
        switches = Switches(change_language=self.language_requested.emit, quit=self._quit)
        self.doing = Doing(
            self, self.parts, self.place, appearance=appearance, live=services.live, switches=switches,
            readings=services.readings, server_url=server_url,
        )  # fmt: skip
        self.keys = ActionKeys(self, self.doing, self.teller, situation=self.situation)
        self.finding = Finding(self.parts.palette, self.place, self.doing, self.keys, situation=self.situation)
        self.following = Following(
            services, self.parts, self.selection, situation=self.situation,
            on_conflicts=self.doing.settling.refresh, on_asides=self.doing.refresh_asides,
        )  # fmt: skip
        self.doing.replaying.hold_map = self.following.hold_map
        self.doing.sourcing.follow(self.following.bulletins)
        self.following.alarms.on_shown = self.doing.sounding.show
        self.doing.overseeing.groups = self.following.alarms.groups
        self.doing.inspecting.reason_of = lambda code: BY_ID[code].reason(self.situation())
        self.doing.unit_working.follow(self.following.units)
        self.doing.charting.follow(self.following.stations)
        self.doing.moving.known_units = lambda: self.following.units.known
        self._connect()
        self._recall()

    def situation(self) -> Situation:
        """What decides which actions can be done now."""
        snapshot = self._services.room.snapshot
        shown = self.parts.strip.current
        return Situation(
            snapshot=snapshot,
            incident=snapshot.incidents.get(self.selection.incident),
            station=self.selection.station,
            held_report=self.selection.incident in snapshot.held_reports,
            alarm=snapshot.alarms.get(shown.id) if shown else None,
            link=self._services.room.link.state,
        )

    def start(self) -> None:
        """Show what is known, and follow it from now on."""
        if self._services.map is not None:
            self._on_map_loaded(self._services.map)
        self.following.start()

    def start_again(self, incident_id: str) -> None:
        """Go on where the window before this one was."""
        self.selection.choose_incident(incident_id)

    def memory(self) -> WindowMemory:
        """What is to be remembered of this window."""
        canvas, view = self.parts.map.canvas, self.parts.map.canvas.view
        lon_deg, lat_deg = view.centre_deg
        looked_at = MapMemory(lon_deg=lon_deg, lat_deg=lat_deg, metres_per_px=view.metres_per_px)
        tabs = self.parts.board.findChild(Segments, "board_tabs")
        words = self.parts.board.findChild(QLineEdit, "board_filter")
        return WindowMemory(
            theme=self._appearance.palette.name,
            language=current_language(),
            text_scale=self._appearance.text_scale,
            geometry=_text(self.saveGeometry()),
            layout=_text(self.saveState(LAYOUT_VERSION)),
            hidden_layers=tuple(sorted(canvas.content.hidden)),
            shown_layers=tuple(sorted(canvas.content.style.hidden_at_first() - canvas.content.hidden)),
            layers=canvas.content.choices,
            legend=not self.parts.map.legend.isHidden(),
            view=None if canvas.is_fitted else looked_at,
            board_tab=tabs.current if isinstance(tabs, Segments) else "board",
            filter=words.text() if isinstance(words, QLineEdit) else "",
            station=self.selection.station if self.selection.station_by_person else "",
        )

    def release(self) -> None:
        """Let go of the services; they go on without this window."""
        self.doing.close()
        self.following.close()
        self._services.map_loaded.disconnect(self._on_map_loaded)
        self._services.failed.disconnect(self.teller.error)
        self.parts.map.canvas.close_workers()

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: the first time, the panels get their sizes."""
        super().showEvent(event)
        if not self._is_placed:
            self._is_placed = True
            if not self._memory.layout:
                self.parts.set_default_sizes()
            self.parts.map.canvas.setFocus()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Qt: everything was saved when it was done, so nothing is asked."""
        self.closing.emit()
        super().closeEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Qt: Tab goes in reading order."""
        return move_focus(self.parts.regions, forward=forward)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Qt: files may be dropped on an incident."""
        if self.place.incident is not None and any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Qt: attach what was dropped to the incident that is looked at."""
        files = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        self.doing.attaching.attach(self.selection.incident, files)

    def _quit(self) -> None:
        self.close()

    def _workplace(self) -> Workplace:
        services, parts = self._services, self.parts
        return Workplace(
            directory=services.directory,
            room=services.room,
            store=services.store,
            work=services.work,
            network=services.network,
            places=services.places,
            selection=self.selection,
            side=parts.side,
            canvas=parts.map.canvas,
            confirm=parts.confirm,
            teller=self.teller,
            sync_soon=services.live.sync_soon,
            imports=services.imports,
            reload_map=services.reload_map,
        )

    def _connect(self) -> None:
        services, parts, canvas = self._services, self.parts, self.parts.map.canvas
        services.map_loaded.connect(self._on_map_loaded)
        services.failed.connect(self.teller.error)
        services.live.on_error(self.teller.error)
        parts.header.show_office(_("Pusdalops PB · Kabupaten Solok"))
        parts.header.attach_menu(self.keys.menu())
        parts.header.palette_requested.connect(self.finding.open)
        parts.header.sync_requested.connect(services.live.sync_soon)
        parts.header.action_requested.connect(self.keys.run)
        parts.board.open_requested.connect(self._on_incident_opened)
        parts.details.action_requested.connect(self._on_details_action)
        parts.details.conflict_requested.connect(self.doing.settling.begin)
        parts.details.aside_requested.connect(self.doing.clearing.begin_held)
        canvas.locate_requested.connect(self.finding.open)
        canvas.context_requested.connect(self._on_context_requested)
        canvas.failed.connect(self.teller.error)
        parts.map.legend.problem_requested.connect(self.teller.refuse)

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
        tabs = self.parts.board.findChild(Segments, "board_tabs")
        if isinstance(tabs, Segments) and memory.board_tab == "list":
            tabs.show_current("list")
            tabs.chosen.emit("list")
        words = self.parts.board.findChild(QLineEdit, "board_filter")
        if isinstance(words, QLineEdit):
            words.setText(memory.filter)

    def _on_map_loaded(self, loaded: LoadedMap) -> None:
        """Show the maps; when they are read again, what a person has chosen meanwhile stays."""
        canvas = self.parts.map.canvas
        is_first, told = canvas.content.basemap is None, self.parts.map.legend.problems
        known = frozenset() if is_first else canvas.content.style.hidden_at_first()
        canvas.show_style(loaded.style)
        for name in loaded.style.hidden_at_first() - known - set(self._memory.shown_layers):
            canvas.set_layer_visible(name, visible=False)
        canvas.show_tiles(tile_layers(loaded.tiles))
        canvas.show_basemap(loaded.basemap)
        self.following.bulletins.know_map(loaded.basemap)
        canvas.show_layers(loaded.layers, removable=loaded.removable, missing=loaded.missing)
        self.parts.map.legend.show_problems(loaded.problems)
        for problem in loaded.problems:
            if problem not in told:
                self.teller.refuse(problem)
        if not is_first and canvas.is_fitted:
            canvas.fit_regency()  # which may have other borders now
        view = self._memory.view
        if is_first and view is not None:
            canvas.centre_on(view.lon_deg, view.lat_deg, view.metres_per_px)

    def _on_incident_opened(self, incident_id: str) -> None:
        self.selection.choose_incident(incident_id)
        incident = self.place.incident
        if incident is not None and incident.place is not None:
            self.doing.look_at(incident.place.lon_deg, incident.place.lat_deg)

    def _on_details_action(self, code: str) -> None:
        if code != "note":  # the panel has opened its own field already
            self.keys.run("document" if code == "report" else code)

    def _on_context_requested(self, lon_deg: float, lat_deg: float, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        drawn = bool(self.parts.map.canvas.content.ranges)
        offers = (
            ("report", _("Report an incident here")),
            ("ranges", _("Take the distances away") if drawn else _("Distances from here")),
            ("sector", _("Draw a sector from here")),
        )
        station = self.doing.inspecting.station_at(lon_deg, lat_deg)
        if station is not None:
            page = menu.addAction(_("Page of {station}").format(station=station.name))
            page.setData((f"station/{station.code}", lon_deg, lat_deg))
        for verb, told in offers:
            menu.addAction(told).setData((verb, lon_deg, lat_deg))
        menu.triggered.connect(self._on_context_chosen)
        menu.popup(at)

    def _on_context_chosen(self, action: QAction) -> None:
        verb, lon_deg, lat_deg = action.data()
        canvas = self.parts.map.canvas
        match verb:
            case "report":
                self.doing.reporting.begin_at(lon_deg, lat_deg)
            case "ranges":
                around = Ranges(lon_deg=lon_deg, lat_deg=lat_deg, radii_m=_RANGES_M)
                canvas.show_ranges(() if canvas.content.ranges else (around,))
            case str() if verb.startswith("station/"):
                self.doing.inspecting.begin_at(verb.removeprefix("station/"))
            case "sector":
                canvas.tools.draw_sector_from(lon_deg, lat_deg)
                canvas.setFocus()


def _text(state: QByteArray) -> str:
    return bytes(state.toBase64().data()).decode()


def _state(text: str) -> QByteArray:
    return QByteArray.fromBase64(QByteArray(text.encode()))
