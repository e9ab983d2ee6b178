"""The station list window: all stations, filtered by state, kind and text."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QKeyEvent, QShortcut
from PySide6.QtWidgets import QBoxLayout, QDialog, QLineEdit, QStackedWidget, QWidget

from tabuah.resources.localisation import _, format_number
from tabuah.widgets.controls.buttons import ButtonKind
from tabuah.widgets.controls.choice_box import ChoiceBox
from tabuah.widgets.controls.flow_layout import FlowLayout
from tabuah.widgets.controls.labels import ElidedText, EmptyState, name_widget
from tabuah.widgets.controls.layout import ThemedFrame, column, divider, row
from tabuah.widgets.controls.page_footer import page_button
from tabuah.widgets.controls.segmented_control import SegmentedControl
from tabuah.widgets.stations.station_item import ALL, LOW_BATTERY, OVERDUE, RAISED, STATES, StationFilter, StationItem
from tabuah.widgets.stations.station_list import StationList
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.values import Choice

_SIZE_PX: Final = (1080, 720)
_FRAME_PX: Final = 24  # window frame of the desktop
_KIND_PX: Final = 190
_SEARCH_PX: Final = 230
_EDGE_PX: Final = 16
_DIGITS: Final = dict(zip((Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4), STATES, strict=True))
_NAVIGATION_KEYS: Final = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class StationListDialog(QDialog):
    """Shows the stations that match the filter, the worst first.

    Signals:
        opened: code of the station whose page is opened.
        locate_requested: code of the station to show on the map.
    """

    opened = Signal(str)
    locate_requested = Signal(str)

    def __init__(self, appearance: Appearance, kinds: Sequence[Choice], parent: QWidget | None = None) -> None:
        """Create the window for these kinds of stations."""
        super().__init__(parent)
        self.setObjectName("stations_dialog")
        self.setWindowTitle(_("Stations"))
        self._appearance, self._kinds = appearance, tuple(kinds)
        self._items: tuple[StationItem, ...] = ()
        self._counts = dict.fromkeys(STATES, 0)
        self._make_head()
        self.list = StationList(appearance)
        self.list.doubleClicked.connect(self._on_double_clicked)
        self._empty = EmptyState(appearance, icon="station", name="stations_empty")
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        self._stack.addWidget(self._empty)
        self._note = ElidedText(appearance, style=TextStyle.SMALL, tone="muted")
        self._note.setText(_("Lines: the last 24 hours stored on this computer; dashes are gaps."))
        self._lay_out()
        QShortcut("Ctrl+F", self).activated.connect(self._on_search_requested)
        appearance.changed.connect(self._on_appearance_changed)
        self._on_appearance_changed()
        wanted = QSize(appearance.px(_SIZE_PX[0]), appearance.px(_SIZE_PX[1]))
        self.resize(wanted.boundedTo(self.screen().availableSize() - QSize(_FRAME_PX, 2 * _FRAME_PX)))
        self.list.setFocus()

    @property
    def station_filter(self) -> StationFilter:
        """The current filter."""
        return StationFilter(state=self._states.current, kind=self._kind.current, words=self._search.text())

    def show_stations(self, items: Sequence[StationItem]) -> None:
        """Show all stations; keep the selection."""
        self._items = tuple(items)
        self._show_counts()
        self._show_filtered()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Clear the search on Escape, then close; Enter and arrows act on the list from the search field too."""
        key = Qt.Key(event.key())
        if key is Qt.Key.Key_Escape and self._search.text():
            self._search.clear()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._emit_selected(self.opened)
        elif key in _NAVIGATION_KEYS:
            self.list.keyPressEvent(event)
        elif key is Qt.Key.Key_L:
            self._emit_selected(self.locate_requested)
        elif key in _DIGITS:
            self._choose_state(_DIGITS[key])
        else:
            super().keyPressEvent(event)

    def _choose_state(self, state: str) -> None:
        self._states.show_current(state)
        self._on_filter_changed()

    def _emit_selected(self, signal: SignalInstance) -> None:
        if self.list.chosen:
            signal.emit(self.list.chosen)

    def _show_counts(self) -> None:
        """Show the counts by state, within the selected kind, and by kind."""
        of_kind = self.station_filter.of_kind(self._items)
        self._counts = {state: sum(state in item.states for item in of_kind) for state in STATES}
        self._states.show_choices(self._labels())
        kinds = [item.kind for item in self._items]
        for number, kind in enumerate(self._kinds, 1):
            self._kind.setItemText(number, f"{kind.label} · {format_number(kinds.count(kind.code))}")

    def _show_filtered(self) -> None:
        shown = self.station_filter.narrow(self._items)
        self.list.show_items(shown)
        self._empty.show_message(*self._empty_texts())
        self._stack.setCurrentWidget(self.list if shown else self._empty)
        for button in (self._open, self._locate):
            button.setEnabled(bool(shown))

    def _empty_texts(self) -> tuple[str, str]:
        """Return why the list is empty, with the next step."""
        if not self._items:
            return _("No stations yet"), _("Stations registered on the server appear after the first sync.")
        if self.station_filter.words.strip():
            return _("No station matches the search."), _("Esc clears the search; 1 shows all states.")
        titles = {
            RAISED: _("No station is above its normal level."),
            OVERDUE: _("All stations have reported on time."),
            LOW_BATTERY: _("No battery is low."),
        }
        return titles.get(self.station_filter.state, _("No station of this kind.")), ""

    def _labels(self) -> tuple[tuple[str, str], ...]:
        words = {
            ALL: _("All stations"),
            RAISED: _("Alarm or Siaga"),
            OVERDUE: _("Late or silent"),
            LOW_BATTERY: _("Low battery"),
        }
        return tuple((state, f"{words[state]} · {format_number(self._counts[state])}") for state in STATES)

    def _make_head(self) -> None:
        appearance = self._appearance
        self._states = SegmentedControl(appearance, self._labels(), name="station_states", label=_("Filter by state"))
        self._states.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # after a click the arrows belong to the list
        self._states.setToolTip(_("Keys 1 to 4 filter the stations."))
        self._states.chosen.connect(self._on_filter_changed)
        choices = (Choice(code="", label=_("All kinds")), *self._kinds)
        self._kind = ChoiceBox(appearance, choices, name="station_kind", label=_("Kind of station"))
        self._kind.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # after a click the list keeps the letter keys
        self._kind.currentIndexChanged.connect(self._on_filter_changed)
        self._search = QLineEdit()
        name_widget(self._search, "station_search", _("Find a station"))
        self._search.setPlaceholderText(_("Find a station") + "  (Ctrl F)")
        self._search.setToolTip(_("Name, code, river or nagari"))
        self._search.setClearButtonEnabled(True)
        self._search.textChanged.connect(self._on_filter_changed)

    def _lay_out(self) -> None:
        surface = ThemedFrame("panel")
        lines = column(surface, spacing_px=0)
        head = QWidget()
        parts = FlowLayout(head, spacing_px=12)  # wraps with large text on a small screen
        parts.setContentsMargins(_EDGE_PX, 12, _EDGE_PX, 10)
        for part in (self._states, self._kind, self._search):
            parts.addWidget(part)
        lines.addWidget(head)
        lines.addWidget(divider())
        lines.addSpacing(6)
        lines.addWidget(self._stack, 1)
        lines.addWidget(divider())
        lines.addLayout(self._foot())
        column(self, spacing_px=0).addWidget(surface)

    def _foot(self) -> QBoxLayout:
        appearance = self._appearance
        self._open = page_button(appearance, _("Open the page"), "Enter", "stations_open", ButtonKind.PRIMARY)
        self._open.clicked.connect(self._on_open_clicked)
        self._locate = page_button(appearance, _("Show on the map"), "L", "stations_locate")
        self._locate.clicked.connect(self._on_locate_clicked)
        close = page_button(appearance, _("Close"), "Esc", "stations_close", ButtonKind.GHOST)
        close.clicked.connect(self.close)
        foot = row(spacing_px=8)
        foot.setContentsMargins(_EDGE_PX, 10, _EDGE_PX, 12)
        for button in (self._open, self._locate):
            foot.addWidget(button)
        foot.addWidget(self._note, 1)
        foot.addWidget(close)
        return foot

    def _on_filter_changed(self, _changed: object = None) -> None:
        self._show_counts()
        self._show_filtered()
        self.list.select_first()

    def _on_search_requested(self) -> None:
        self._search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._search.selectAll()

    def _on_double_clicked(self, _index: object) -> None:
        self._emit_selected(self.opened)

    def _on_open_clicked(self) -> None:
        self._emit_selected(self.opened)

    def _on_locate_clicked(self) -> None:
        self._emit_selected(self.locate_requested)

    def _on_appearance_changed(self) -> None:
        self._kind.setFixedWidth(self._appearance.px(_KIND_PX))
        self._search.setFixedWidth(self._appearance.px(_SEARCH_PX))
