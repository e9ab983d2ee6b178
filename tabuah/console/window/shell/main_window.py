"""The main window: layout, focus order, dropped files, and saved settings."""

from pathlib import Path

from PySide6.QtCore import QByteArray, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QLineEdit, QMainWindow, QToolButton

from tabuah.console.window.shared.file_dialogs import FOLDER_PROPERTY
from tabuah.console.window.shell.focus_order import move_focus
from tabuah.console.window.shell.status_updates import office_text, window_title
from tabuah.console.window.shell.window_placement import limit_to_screen
from tabuah.console.window.shell.window_widgets import WindowWidgets
from tabuah.console.window.state.console_state import ConsoleState
from tabuah.console.window.state.selection import WindowSelection
from tabuah.console.window.state.window_settings import SavedMapView, WindowSettings
from tabuah.resources.localisation import current_language
from tabuah.widgets.controls.segmented_control import SegmentedControl
from tabuah.widgets.theme.appearance import Appearance

LAYOUT_VERSION = 1
MINIMUM_SIZE = (1024, 640)


class MainWindow(QMainWindow):
    """One window with its widgets. It knows the state and the selection, but no commands.

    Signals:
        closing: the person closes the window; its settings can still be read.
        language_requested: the person asked for the other language.
        files_dropped: the id of the selected incident, and the dropped files.
    """

    closing = Signal()
    language_requested = Signal()
    files_dropped = Signal(str, object)

    def __init__(
        self, appearance: Appearance, memory: WindowSettings, *, state: ConsoleState, selection: WindowSelection
    ) -> None:
        super().__init__()
        self.setObjectName("shell")
        self.setWindowTitle(window_title(office_text()))
        self.setMinimumSize(*MINIMUM_SIZE)
        self.setAcceptDrops(True)
        self._appearance, self._memory, self._state, self._selection = appearance, memory, state, selection
        self._is_placed = False
        self.parts = WindowWidgets(self, appearance, clock=state.now)
        selection.station_changed.connect(self._on_station_changed)
        self.parts.chart.open_requested.connect(self._on_chart_open_requested)

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
            station=self._selection.station if self._selection.station_by_person else "",
            files_folder=str(self.property(FOLDER_PROPERTY) or ""),
        )

    def restore(self) -> None:
        """Restore the saved settings, once everything that follows the selection is connected."""
        memory, canvas = self._memory, self.parts.map.canvas
        self.setProperty(FOLDER_PROPERTY, memory.files_folder)
        self.resize(1440, 900)
        if memory.geometry:
            self.restoreGeometry(_state(memory.geometry))
        limit_to_screen(self)
        if memory.layout:
            self.restoreState(_state(memory.layout), LAYOUT_VERSION)
        canvas.show_choices(memory.layers)
        for name in memory.hidden_layers:
            canvas.set_layer_visible(name, visible=False)
        for name in memory.shown_layers:
            canvas.set_layer_visible(name, visible=True)
        self._show_legend(shown=memory.legend)
        if memory.station:
            self._selection.choose_station(memory.station)
        tabs = self.parts.board.findChild(SegmentedControl, "board_tabs")
        if isinstance(tabs, SegmentedControl) and memory.board_tab == "list":
            tabs.show_current("list")
            tabs.chosen.emit("list")
        words = self.parts.board.findChild(QLineEdit, "board_filter")
        if isinstance(words, QLineEdit):
            words.setText(memory.filter)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: in a low window, keep one panel under the board, and the chart at one line until a person uses it."""
        super().resizeEvent(event)
        self.parts.fit_panels()
        self._show_chart_size()

    def _show_chart_size(self) -> None:
        self.parts.chart.show_compact(self.parts.is_low and not self._selection.station_by_person)

    def _on_station_changed(self, _code: str) -> None:
        self._show_chart_size()

    def _on_chart_open_requested(self) -> None:
        self._selection.choose_station(self._selection.station)

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: set the panel sizes the first time."""
        super().showEvent(event)
        if not self._is_placed:
            self._is_placed = True
            if not self._memory.layout:
                self.parts.set_default_sizes()
                if self.parts.is_low:
                    self._show_legend(shown=False)
            elif self.parts.chart.is_strip:
                self.parts.fit_chart()
            self.parts.map.canvas.setFocus()

    def _show_legend(self, *, shown: bool) -> None:
        layers = self.parts.map.buttons.findChild(QToolButton, "map_layers")
        if isinstance(layers, QToolButton):
            layers.setChecked(shown)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Qt: no question is needed, because all work is saved already."""
        self.closing.emit()
        super().closeEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Qt: Tab follows the reading order; in a report it stays in the form, which Escape leaves."""
        return move_focus(self.parts.focus_regions, forward=forward)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Qt: accept files while an incident is selected."""
        is_chosen = self._selection.incident in self._state.snapshot.incidents
        if is_chosen and any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Qt: pass on files that are dropped on the selected incident."""
        files = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        self.files_dropped.emit(self._selection.incident, files)


def _text(state: QByteArray) -> str:
    return bytes(state.toBase64().data()).decode()


def _state(text: str) -> QByteArray:
    return QByteArray.fromBase64(QByteArray(text.encode()))
