"""The window of all stations: what is silent, what is high, which battery is low; by state, kind and words."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QKeyEvent, QShortcut
from PySide6.QtWidgets import QBoxLayout, QDialog, QLineEdit, QStackedWidget, QWidget

from tabuah.resources.catalogue import _
from tabuah.resources.formats import format_number
from tabuah.widgets.alarms.page_foot import page_button
from tabuah.widgets.buttons import Kind
from tabuah.widgets.choice_box import ChoiceBox
from tabuah.widgets.empty_state import EmptyState
from tabuah.widgets.flow_layout import FlowLayout
from tabuah.widgets.segments import Segments
from tabuah.widgets.stations.station_item import ALL, LOW_BATTERY, OVERDUE, RAISED, STATES, StationItem, Wanted
from tabuah.widgets.stations.station_list import StationList
from tabuah.widgets.surfaces import Surface, column, line, row
from tabuah.widgets.texts import ElidedText, name_widget
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.fonts import Type
from tabuah.widgets.values import Choice

_SIZE_PX: Final = (1080, 720)
_FRAME_PX: Final = 24  # what the desktop puts around a window
_KIND_PX: Final = 190
_SEARCH_PX: Final = 230
_EDGE_PX: Final = 16
_DIGITS: Final = dict(zip((Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4), STATES, strict=True))
_MOVING: Final = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class StationsDialog(QDialog):
    """Given all stations, worst first, it shows those that are wanted.

    Signals:
        opened: code of the station whose page is wanted.
        locate_requested: code of the station that shall be seen on the map.
    """

    opened = Signal(str)
    locate_requested = Signal(str)

    def __init__(self, appearance: Appearance, kinds: Sequence[Choice], parent: QWidget | None = None) -> None:
        """Make it for these kinds of stations, each with its code."""
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
        self._note = ElidedText(appearance, style=Type.SMALL, tone="muted")
        self._note.setText(_("Lines: the last 24 hours that are kept on this computer; dashes are gaps."))
        self._lay_out()
        QShortcut("Ctrl+F", self).activated.connect(self._on_search_requested)
        appearance.changed.connect(self._on_appearance_changed)
        self._on_appearance_changed()
        wanted = QSize(appearance.px(_SIZE_PX[0]), appearance.px(_SIZE_PX[1]))
        self.resize(wanted.boundedTo(self.screen().availableSize() - QSize(_FRAME_PX, 2 * _FRAME_PX)))
        self.list.setFocus()

    @property
    def wanted(self) -> Wanted:
        """What the list is narrowed to."""
        return Wanted(state=self._states.current, kind=self._kind.current, words=self._search.text())

    def show_stations(self, items: Sequence[StationItem]) -> None:
        """Show all stations as they are now; what is looked at stays so."""
        self._items = tuple(items)
        self._show_counts()
        self._show_wanted()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Escape empties the search before it closes; Enter and arrows work from the search field too."""
        key = Qt.Key(event.key())
        if key is Qt.Key.Key_Escape and self._search.text():
            self._search.clear()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._tell(self.opened)
        elif key in _MOVING:
            self.list.keyPressEvent(event)
        elif key is Qt.Key.Key_L:
            self._tell(self.locate_requested)
        elif key in _DIGITS:
            self._choose_state(_DIGITS[key])
        else:
            super().keyPressEvent(event)

    def _choose_state(self, state: str) -> None:
        self._states.show_current(state)
        self._on_wanted_changed()

    def _tell(self, signal: SignalInstance) -> None:
        if self.list.chosen:
            signal.emit(self.list.chosen)

    def _show_counts(self) -> None:
        """How many there are of each state, and of each kind; of the states only those of the wanted kind."""
        of_kind = self.wanted.of_kind(self._items)
        self._counts = {state: sum(state in item.states for item in of_kind) for state in STATES}
        self._states.show_choices(self._labels())
        kinds = [item.kind for item in self._items]
        for number, kind in enumerate(self._kinds, 1):
            self._kind.setItemText(number, f"{kind.label} · {format_number(kinds.count(kind.code))}")

    def _show_wanted(self) -> None:
        shown = self.wanted.narrow(self._items)
        self.list.show_items(shown)
        self._empty.show_message(*self._nothing())
        self._stack.setCurrentWidget(self.list if shown else self._empty)
        for button in (self._open, self._locate):
            button.setEnabled(bool(shown))

    def _nothing(self) -> tuple[str, str]:
        """Why the list is empty, and what to do."""
        if not self._items:
            return _("No stations yet"), _("They come with the first sync, as they are registered on the server.")
        if self.wanted.words.strip():
            return _("No station is called so here."), _("Esc empties the search; 1 shows all states.")
        told = {
            RAISED: _("No station is above its normal level."),
            OVERDUE: _("Every station has sent its value in time."),
            LOW_BATTERY: _("No battery is low."),
        }
        return told.get(self.wanted.state, _("No station of this kind.")), ""

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
        self._states = Segments(appearance, self._labels(), name="station_states", label=_("Which stations"))
        self._states.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # digits choose; the arrows are the list's
        self._states.setToolTip(_("Keys 1 to 4 choose which stations."))
        self._states.chosen.connect(self._on_wanted_changed)
        choices = (Choice(code="", label=_("All kinds")), *self._kinds)
        self._kind = ChoiceBox(appearance, choices, name="station_kind", label=_("Kind of station"))
        self._kind.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # after a click the letters are the list's again
        self._kind.currentIndexChanged.connect(self._on_wanted_changed)
        self._search = QLineEdit()
        name_widget(self._search, "station_search", _("Find a station"))
        self._search.setPlaceholderText(_("Find a station") + "  (Ctrl F)")
        self._search.setToolTip(_("Name, code, river or nagari"))
        self._search.setClearButtonEnabled(True)
        self._search.textChanged.connect(self._on_wanted_changed)

    def _lay_out(self) -> None:
        surface = Surface("panel")
        lines = column(surface, spacing_px=0)
        head = QWidget()
        parts = FlowLayout(head, spacing_px=12)  # with large text on a small screen it takes two lines
        parts.setContentsMargins(_EDGE_PX, 12, _EDGE_PX, 10)
        for part in (self._states, self._kind, self._search):
            parts.addWidget(part)
        lines.addWidget(head)
        lines.addWidget(line())
        lines.addSpacing(6)
        lines.addWidget(self._stack, 1)
        lines.addWidget(line())
        lines.addLayout(self._foot())
        column(self, spacing_px=0).addWidget(surface)

    def _foot(self) -> QBoxLayout:
        appearance = self._appearance
        self._open = page_button(appearance, _("Open the page"), "Enter", "stations_open", Kind.PRIMARY)
        self._open.clicked.connect(self._on_open_clicked)
        self._locate = page_button(appearance, _("Show on the map"), "L", "stations_locate")
        self._locate.clicked.connect(self._on_locate_clicked)
        close = page_button(appearance, _("Close"), "Esc", "stations_close", Kind.GHOST)
        close.clicked.connect(self.close)
        foot = row(spacing_px=8)
        foot.setContentsMargins(_EDGE_PX, 10, _EDGE_PX, 12)
        for button in (self._open, self._locate):
            foot.addWidget(button)
        foot.addWidget(self._note, 1)
        foot.addWidget(close)
        return foot

    def _on_wanted_changed(self, _changed: object = None) -> None:
        self._show_counts()
        self._show_wanted()
        self.list.show_first()

    def _on_search_requested(self) -> None:
        self._search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._search.selectAll()

    def _on_double_clicked(self, _index: object) -> None:
        self._tell(self.opened)

    def _on_open_clicked(self) -> None:
        self._tell(self.opened)

    def _on_locate_clicked(self) -> None:
        self._tell(self.locate_requested)

    def _on_appearance_changed(self) -> None:
        self._kind.setFixedWidth(self._appearance.px(_KIND_PX))
        self._search.setFixedWidth(self._appearance.px(_SEARCH_PX))
