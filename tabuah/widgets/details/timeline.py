"""What happened, newest first: a rail with a dot for each thing, its words and its meta line."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from tabuah.resources.catalogue import _
from tabuah.widgets.buttons import KeyButton, Kind
from tabuah.widgets.surfaces import clear_layout, column
from tabuah.widgets.texts import Text
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.fonts import Type
from tabuah.widgets.theme.glyphs import paint_level
from tabuah.widgets.values import TimelineItem

_SHOWN_AT_FIRST = 30
_RAIL_PX = 24


class TimelineEntry(QWidget):
    """One thing that happened."""

    def __init__(self, appearance: Appearance, item: TimelineItem, *, last: bool) -> None:
        super().__init__()
        self._appearance = appearance
        self._item = item
        self._last = last
        layout = column(self, spacing_px=2)
        layout.setContentsMargins(_RAIL_PX, 0, 0, 14)
        layout.addWidget(Text(appearance, item.title, wrap=True, selectable=True))
        meta = f"{item.meta} · {_('not yet synced')}" if item.pending else item.meta
        layout.addWidget(Text(appearance, meta, style=Type.SMALL, tone="muted", wrap=True))
        self.setAccessibleName(f"{item.title}. {meta}")

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: paint rail and dot; a hollow dot is not yet synced."""
        palette, centre = self._appearance.palette, 5.5
        y = self._appearance.px(16) / 2
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if not self._last:
                painter.fillRect(QRectF(centre - 0.75, y + 8, 1.5, self.height() - 12), QColor(palette.line))
            if self._item.level is not None:
                paint_level(painter, QRectF(centre - 5.5, y - 5.5, 11, 11), self._item.level, palette)
                return
            colour = QColor(palette.accent)
            pen = painter.pen()
            pen.setColor(colour)
            pen.setWidthF(1.6)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush if self._item.pending else colour)
            painter.drawEllipse(QRectF(centre - 3.5, y - 3.5, 7, 7))
        finally:
            painter.end()


class Timeline(QWidget):
    """The entries; a long one shows its newest part first and the rest on demand."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("timeline")
        self.setAccessibleName(_("Timeline"))
        self._appearance = appearance
        self._items: tuple[TimelineItem, ...] = ()
        self._expanded = False
        self._layout = column(self, spacing_px=0)

    def show_items(self, items: tuple[TimelineItem, ...], *, same_incident: bool) -> None:
        """Show what happened, newest first; another incident starts folded again."""
        if items == self._items:
            return
        self._items = items
        self._expanded = self._expanded and same_incident
        self._rebuild()

    def _rebuild(self) -> None:
        clear_layout(self._layout)
        shown = self._items if self._expanded else self._items[:_SHOWN_AT_FIRST]
        for i, item in enumerate(shown):
            self._layout.addWidget(TimelineEntry(self._appearance, item, last=i == len(self._items) - 1))
        if len(shown) < len(self._items):
            text = _("Show all {n} entries").format(n=len(self._items))
            button = KeyButton(self._appearance, text, kind=Kind.GHOST, name="timeline_expand")
            button.clicked.connect(self._on_expand_clicked)
            self._layout.addWidget(button)

    def _on_expand_clicked(self) -> None:
        self._expanded = True
        self._rebuild()
