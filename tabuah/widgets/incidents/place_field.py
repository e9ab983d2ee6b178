"""The place field of a report: type and select a known place, or pick it on the map."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.controls.buttons import KeyButton
from tabuah.widgets.controls.labels import Text, name_widget
from tabuah.widgets.controls.layout import column, row
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.values import PlaceSuggestion

_ROWS = 5
_LIST_MARGINS_PX = 44  # frame, padding and scroll bar around a suggestion


class PlaceEdit(QLineEdit):
    """The line edit; Up and Down move in the suggestions.

    Signals:
        moved: -1 for up, 1 for down.
        accepted: Enter while the list is open.
    """

    moved = Signal(int)
    accepted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.list_open = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Send Up, Down and Enter to the list while it is open."""
        steps = {int(Qt.Key.Key_Up): -1, int(Qt.Key.Key_Down): 1}
        if self.list_open and event.key() in steps:
            self.moved.emit(steps[event.key()])
        elif self.list_open and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.accepted.emit()
        else:
            super().keyPressEvent(event)


class PlaceField(QWidget):
    """A line edit with suggestions below.

    Signals:
        query_changed: typed text; the owner responds with `show_suggestions`.
        place_chosen: the PlaceSuggestion that the user selected.
        pick_requested: the user picks the place on the map.
    """

    query_changed = Signal(str)
    place_chosen = Signal(object)
    pick_requested = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("place_field")
        self._place: PlaceSuggestion | None = None
        self._suggestions: tuple[PlaceSuggestion, ...] = ()
        self._edit = PlaceEdit()
        name_widget(self._edit, "place_text", _("Place"))
        self._edit.setPlaceholderText(_("Nagari, coordinates, link"))
        self._edit.setToolTip(_("Nagari, coordinates or a link of a map"))
        self._pick = KeyButton(appearance, _("Map"), key="F4", name="place_pick")
        self._pick.describe(_("Pick the place on the map"))
        self._list = QListWidget()
        name_widget(self._list, "place_suggestions", _("Suggested places"))
        self._list.setProperty("framed", True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._chosen = Text(appearance, style=TextStyle.SMALL, tone="muted", wrap=True)
        line = row()
        line.addWidget(self._edit, 1)
        line.addWidget(self._pick)
        layout = column(self, spacing_px=4)
        layout.addLayout(line)
        layout.addWidget(self._list)
        layout.addWidget(self._chosen)
        self.setFocusProxy(self._edit)
        self._connect()
        self._close_list()

    @property
    def place(self) -> PlaceSuggestion | None:
        """The selected place; None while there is only text."""
        return self._place

    @property
    def text(self) -> str:
        return self._edit.text().strip()

    def show_suggestions(self, suggestions: Sequence[PlaceSuggestion], *, problem: str = "") -> None:
        """Show places that match the typed text, best first; `problem` is shown where there are none."""
        self._suggestions = tuple(suggestions)
        self._list.clear()
        for place in suggestions:
            text = f"{place.name}   ·   {place.detail}" if place.detail else place.name
            room = self.width() - _LIST_MARGINS_PX
            item = QListWidgetItem(self._list.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room))
            item.setToolTip(text)
            self._list.addItem(item)
        if not suggestions or not self._edit.hasFocus():
            self._close_list()
            self._show_unknown(problem, is_unknown=not suggestions and bool(self.text))
            return
        self._list.setCurrentRow(0)
        height = self._list.sizeHintForRow(0) * min(_ROWS, len(suggestions)) + 14
        self._list.setFixedHeight(height)
        self._list.show()
        self._edit.list_open = True

    def _show_unknown(self, problem: str, *, is_unknown: bool) -> None:
        if is_unknown:
            general = _("No place of this name. Write a nagari or coordinates, or pick it on the map (F4).")
            self._chosen.setText(problem or general)
        self._chosen.setVisible(is_unknown)

    def show_place(self, place: PlaceSuggestion | None) -> None:
        """Show a place as selected, for example one picked on the map, without emitting `place_chosen`."""
        self._place = place
        self._edit.blockSignals(True)
        self._edit.setText(place.name if place else "")
        self._edit.setCursorPosition(0)  # shows the start of a long name
        self._edit.blockSignals(False)
        self._chosen.setText(place.detail if place else "")
        self._chosen.setVisible(bool(place and place.detail))
        self._close_list()

    def show_text(self, text: str) -> None:
        """Show typed text without a place, as kept in a draft."""
        self.show_place(None)
        self._edit.blockSignals(True)
        self._edit.setText(text)
        self._edit.blockSignals(False)

    def _connect(self) -> None:
        self._edit.textEdited.connect(self._on_text_edited)
        self._edit.moved.connect(self._on_moved)
        self._edit.accepted.connect(self._on_accepted)
        self._list.itemClicked.connect(self._on_accepted)
        self._pick.clicked.connect(self.pick_requested)

    def _close_list(self) -> None:
        self._list.hide()
        self._edit.list_open = False

    def _on_text_edited(self, text: str) -> None:
        self._place = None
        self._chosen.hide()
        if not text.strip():
            self._close_list()
        self.query_changed.emit(text.strip())

    def _on_moved(self, step: int) -> None:
        self._list.setCurrentRow((self._list.currentRow() + step) % max(1, self._list.count()))

    def _on_accepted(self) -> None:
        index = self._list.currentRow()
        if 0 <= index < len(self._suggestions):
            place = self._suggestions[index]
            self.show_place(place)
            self.place_chosen.emit(place)
