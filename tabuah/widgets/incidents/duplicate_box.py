"""The question of a report form whether an incident is the same event: Enter chooses it, N is a new incident."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from tabuah.resources.localisation import _
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.labels import Text, name_widget
from tabuah.widgets.controls.layout import ThemedFrame, column, row
from tabuah.widgets.controls.letter_keys import is_letter_shortcut
from tabuah.widgets.incidents.values import DuplicateItem
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.values import Level

_FRAME_PX = 4


class DuplicateList(QListWidget):
    """The incidents; Up and Down move between them.

    Signals:
        accepted: Enter.
        rejected: N.
    """

    accepted = Signal()
    rejected = Signal()

    def event(self, event: QEvent) -> bool:
        """Qt: keep N, which the window uses as well."""
        if is_letter_shortcut(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.accepted.emit()
        elif event.text().upper() == "N":
            self.rejected.emit()
        else:
            super().keyPressEvent(event)


class DuplicateBox(ThemedFrame):
    """Shows incidents that may be the reported event; hidden where there are none.

    Signals:
        chosen: id of the incident that is the same event.
        rejected: the report is a new incident.
    """

    chosen = Signal(str)
    rejected = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__("warning")
        self.setObjectName("duplicate_box")
        self._items: tuple[DuplicateItem, ...] = ()
        self._rejected: frozenset[str] = frozenset()
        self._list = DuplicateList()
        name_widget(self._list, "duplicate_list", _("Incidents that may be the same event"))
        self._list.setProperty("framed", True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setTextElideMode(Qt.TextElideMode.ElideRight)
        same = KeyButton(appearance, _("Same event"), key="↵", kind=ButtonKind.PRIMARY, name="duplicate_same")
        new = KeyButton(appearance, _("New incident"), key="N", name="duplicate_new")
        layout = column(self, spacing_px=6)
        layout.setContentsMargins(12, 10, 12, 10)
        heading = Text(
            appearance, _("Is it the same event?"), style=TextStyle.STRONG, tone=Level.ATTENTION, wrap=True
        )
        layout.addWidget(heading)
        layout.addWidget(self._list)
        buttons = row()
        buttons.addWidget(same)
        buttons.addWidget(new)
        buttons.addStretch(1)
        layout.addLayout(buttons)
        self.setFocusProxy(self._list)
        self._list.accepted.connect(self._on_accepted)
        self._list.rejected.connect(self.reject)
        self._list.itemActivated.connect(self._on_accepted)
        same.clicked.connect(self._on_accepted)
        new.clicked.connect(self.reject)
        self.hide()

    @property
    def is_open(self) -> bool:
        """Whether a person has still to choose."""
        return not self.isHidden()

    def show_items(self, items: tuple[DuplicateItem, ...]) -> bool:
        """Show incidents, unless all of them were rejected for this report; return whether they are shown."""
        self._items = items
        self._list.clear()
        for item in items:
            row_item = QListWidgetItem(f"{item.number} · {item.title}\n{item.detail}")
            row_item.setToolTip(f"{item.title}\n{item.detail}")
            self._list.addItem(row_item)
        self.setVisible(not {item.id for item in items} <= self._rejected)
        if items:
            self._list.setCurrentRow(0)
            self._list.setFixedHeight(self._list.sizeHintForRow(0) * len(items) + 2 * _FRAME_PX)
        return self.is_open

    def clear(self) -> None:
        """Forget incidents and rejections, for another report."""
        self._rejected = frozenset()
        self.show_items(())

    def reject(self) -> None:
        """Hide the incidents, and do not propose them again for this report."""
        self._rejected |= {item.id for item in self._items}
        self.hide()
        self.rejected.emit()

    def _on_accepted(self) -> None:
        index = self._list.currentRow()
        if 0 <= index < len(self._items):
            self.hide()
            self.chosen.emit(self._items[index].id)
