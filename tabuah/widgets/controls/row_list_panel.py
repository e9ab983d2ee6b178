"""A dock panel with a list of rows, the details of the selected one, and buttons: keyboard, focus and layout."""

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from tabuah.widgets.controls.buttons import KeyButton
from tabuah.widgets.controls.flow_layout import FlowLayout
from tabuah.widgets.controls.labels import Text, name_widget
from tabuah.widgets.controls.layout import DockPanel, column, divider
from tabuah.widgets.controls.letter_keys import is_letter_shortcut
from tabuah.widgets.controls.level_list import LevelList
from tabuah.widgets.theme.appearance import Appearance, TextStyle

_STEPS: Final = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -8, Qt.Key.Key_PageDown: 8}


class RowListPanel(DockPanel):
    """Arrows and Page keys move, Enter confirms the selected row, Escape closes.

    Signals:
        closed: the panel was closed.
    """

    closed = Signal()

    def __init__(self, appearance: Appearance, *, list_name: str, list_label: str, details_name: str) -> None:
        super().__init__(appearance, width_px=340)
        self._title = Text(appearance, style=TextStyle.TITLE, wrap=True)
        self._lead = Text(appearance, tone="muted", wrap=True)
        self._list = LevelList(appearance, name=list_name, label=list_label)
        self._list.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._details = Text(appearance, style=TextStyle.SMALL, wrap=True, selectable=True)
        name_widget(self._details, details_name, "")

    def focus_list(self) -> None:
        self._list.setFocus(Qt.FocusReason.OtherFocusReason)

    def event(self, event: QEvent) -> bool:
        """Qt: keep letters from being shortcuts while the panel has the focus."""
        if is_letter_shortcut(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows and Page keys move, Enter confirms, Escape closes."""
        key = Qt.Key(event.key())
        if key in _STEPS:
            self._list.step(_STEPS[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._confirm()
        elif key is Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def _confirm(self) -> None:
        """Run the main action of the panel, if it is possible."""
        raise NotImplementedError

    def _lay_out(self, rows: QWidget, buttons: Iterable[KeyButton], *, below: Iterable[QWidget] = ()) -> None:
        """Arrange title and lead, the rows, and a foot of the details, the widgets `below` and the buttons."""
        head = column(spacing_px=4)
        head.setContentsMargins(16, 14, 16, 8)
        head.addWidget(self._title)
        head.addWidget(self._lead)
        foot = column(spacing_px=10)
        foot.setContentsMargins(16, 10, 16, 12)
        for widget in (self._details, *below):
            foot.addWidget(widget)
        flow = FlowLayout(spacing_px=8)
        for button in buttons:
            flow.addWidget(button)
        foot.addLayout(flow)
        lines = column(self, spacing_px=0)
        lines.addLayout(head)
        lines.addWidget(rows, 1)
        lines.addWidget(divider())
        lines.addLayout(foot)
