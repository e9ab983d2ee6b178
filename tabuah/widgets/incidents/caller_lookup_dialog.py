"""The window that finds incidents by the number or the name of a caller."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QShortcut
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.controls.buttons import ButtonKind
from tabuah.widgets.controls.labels import EmptyState, Text, name_widget
from tabuah.widgets.controls.layout import ThemedFrame, column, divider, row
from tabuah.widgets.controls.level_list import LevelLine, LevelList
from tabuah.widgets.controls.page_footer import page_button
from tabuah.widgets.theme.appearance import Appearance, TextStyle

_SIZE_PX: Final = (760, 520)
_TYPING_MS: Final = 200
_LONGEST: Final = 100
_STEPS: Final = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -8, Qt.Key.Key_PageDown: 8}


class CallerLookupDialog(QDialog):
    """Shows callers with their incidents; it knows no storage.

    Signals:
        search_requested: the number or name that was typed.
        incident_opened: key of the row whose incident the window shall show.
    """

    search_requested = Signal(str)
    incident_opened = Signal(str)

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("caller_lookup_dialog")
        self.setWindowTitle(_("Find a caller"))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_TYPING_MS)
        self._timer.timeout.connect(self._on_paused)
        self._search = QLineEdit()
        name_widget(self._search, "caller_search", _("Number or name of a caller"))
        self._search.setPlaceholderText(_("Number or name of a caller"))
        self._search.setClearButtonEnabled(True)
        self._search.setMaxLength(_LONGEST)
        self._search.textChanged.connect(self._on_typed)
        self.list = LevelList(appearance, name="caller_list", label=_("Callers"))
        self.list.doubleClicked.connect(self._open)
        self._none = EmptyState(appearance, icon="phone", name="caller_none")
        self._note = Text(appearance, style=TextStyle.SMALL, tone="muted", wrap=True)
        self._note.setObjectName("caller_note")
        close = page_button(appearance, _("Close"), "Esc", "caller_close", ButtonKind.GHOST)
        close.clicked.connect(self.close)
        frame = ThemedFrame("panel")
        lines = column(frame, spacing_px=8)
        top, low = row(), row(spacing_px=12)
        top.setContentsMargins(16, 12, 16, 0)
        top.addWidget(self._search)
        low.setContentsMargins(16, 0, 16, 12)
        low.addWidget(self._note, 1)
        low.addWidget(close)
        lines.addLayout(top)
        lines.addWidget(divider())
        lines.addWidget(self.list, 1)
        lines.addWidget(self._none, 1)
        lines.addWidget(divider())
        lines.addLayout(low)
        column(self).addWidget(frame)
        QShortcut("Ctrl+F", self).activated.connect(self._search.setFocus)
        self.resize(QSize(*map(appearance.px, _SIZE_PX)).boundedTo(self.screen().availableSize()))
        self.show_callers((), "", none=_("At least 4 digits of a number, or 3 letters of a name."))
        self._search.setFocus()

    @property
    def text(self) -> str:
        return self._search.text().strip()

    def show_callers(self, lines: Sequence[LevelLine], note: str, *, none: str) -> None:
        """Show what was found; `none` is the text without any."""
        self.list.show_items(lines)
        self.list.setVisible(bool(lines))
        self._none.setVisible(not lines)
        self._none.show_message(_("No callers shown"), none)
        self._note.setText(note)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: arrows move in the list from the field; Enter opens; Escape clears the field, then closes."""
        key = Qt.Key(event.key())
        if key is Qt.Key.Key_Escape and self._search.text():
            self._search.clear()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open()
        elif key in _STEPS:
            self.list.step(_STEPS[key])
        else:
            super().keyPressEvent(event)

    def _on_typed(self, _text: str) -> None:
        self._timer.start()

    def _on_paused(self) -> None:
        self.search_requested.emit(self.text)

    def _open(self) -> None:
        if self.list.chosen:
            self.incident_opened.emit(self.list.chosen)
