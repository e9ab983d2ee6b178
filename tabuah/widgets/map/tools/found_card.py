"""The card beside the map's buttons: what lies at a place, or what was selected, listed by layer."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QToolButton, QWidget

from tabuah.gis.coordinates import format_decimal_degrees
from tabuah.gis.reference_systems import from_mercator
from tabuah.resources.catalogue import _
from tabuah.resources.formats import format_number
from tabuah.widgets.map.tools.found import Found, FoundGroup, FoundItem
from tabuah.widgets.map.tools.found_row import FoundRow
from tabuah.widgets.map.tools.layer_names import layer_title
from tabuah.widgets.surfaces import Surface, clear_layout, column, row, scrolling
from tabuah.widgets.texts import ElidedText, Text, name_widget
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.fonts import Type
from tabuah.widgets.theme.icons import icon

WIDTH_PX = 268


class FoundCard(Surface):
    """Lists a `Found`; empty ones say so.

    Signals:
        item_chosen: a person wants to see this one.
        closed: the card was put away.
    """

    item_chosen = Signal(object)
    closed = Signal()

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__("popover", parent)
        self.setObjectName("found_card")
        self._appearance = appearance
        self._title = Text(appearance, style=Type.STRONG)
        self._place = ElidedText(appearance, style=Type.SMALL, tone="muted")
        self._close = QToolButton()
        name_widget(self._close, "found_close", _("Close the list"))
        self._close.setToolTip(_("Close the list") + " (Esc)")
        self._close.setCursor(Qt.CursorShape.PointingHandCursor)
        self._close.clicked.connect(self.closed)
        self._content = QWidget()
        self._rows = column(self._content, spacing_px=0)
        self._rows.setContentsMargins(4, 0, 4, 6)
        self._scroll = scrolling(self._content, name="found_scroll")
        self._lay_out()
        appearance.changed.connect(self._dress)
        self._dress()
        self.hide()

    def show_found(self, found: Found | None) -> None:
        """List what was found; None puts the card away."""
        self.setVisible(found is not None)
        if found is None:
            return
        self._title.setText(_("Selected") if found.area else _("What lies here"))
        self._place.setText("" if found.place_m is None else format_decimal_degrees(*from_mercator(*found.place_m)))
        self._place.setVisible(found.place_m is not None)
        clear_layout(self._rows)
        for group in found.groups:
            self._add_group(group)
        if not found.groups:
            text = _("Nothing is in this area.") if found.area else _("Nothing is known of this place.")
            self._rows.addWidget(self._padded(Text(self._appearance, text, tone="muted", wrap=True)))
        self._rows.addStretch(1)
        for each in self._content.findChildren(QWidget):
            each.show()  # what joins a shown widget is else only shown, and counted, a moment later
        self._scroll.verticalScrollBar().setValue(0)

    def wanted_height(self) -> int:
        """How high it is when nothing has to be scrolled."""
        self._rows.activate()
        return self._head.sizeHint().height() + self._rows.sizeHint().height() + 6

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Escape puts it away, up and down go from line to line."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        words = column(spacing_px=2)
        words.addWidget(self._title)
        words.addWidget(self._place)
        head = self._head = row()
        head.setContentsMargins(12, 10, 8, 6)
        head.addLayout(words, 1)
        head.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        layout = self._column = column(self, spacing_px=0)
        layout.addLayout(head)
        layout.addWidget(self._scroll, 1)

    def _add_group(self, group: FoundGroup) -> None:
        title = layer_title(group.layer)
        told = _("{layer} (estimate)").format(layer=title) if group.approximate else title
        text = f"{told} · {format_number(group.count)}" if group.count > 1 else told
        self._rows.addWidget(self._padded(Text(self._appearance, text, style=Type.OVERLINE, tone="muted")))
        for item in group.items:
            line = FoundRow(self._appearance, item)
            line.clicked.connect(self._on_row_clicked)
            self._rows.addWidget(line)
        if group.count > len(group.items):
            more = _("and {n} more").format(n=format_number(group.count - len(group.items)))
            self._rows.addWidget(self._padded(Text(self._appearance, more, style=Type.SMALL, tone="muted")))

    def _padded(self, text: Text) -> Text:
        text.setContentsMargins(8, 8, 8, 2)
        return text

    def _on_row_clicked(self) -> None:
        line = self.sender()
        if isinstance(line, FoundRow):
            chosen: FoundItem = line.item
            self.item_chosen.emit(chosen)

    def _dress(self) -> None:
        palette = self._appearance.palette
        self._close.setStyleSheet("QToolButton { border: none; background: transparent; padding: 2px; }")
        self._close.setIcon(icon("close", palette.muted, 16))
