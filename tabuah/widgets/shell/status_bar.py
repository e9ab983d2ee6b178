"""The status bar: state and age of each service at the left, audit trail and version at the right."""

from math import ceil
from typing import Final

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from tabuah.widgets.controls.labels import ElidedText, Text
from tabuah.widgets.controls.layout import ThemedFrame, clear_layout, row
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.theme.level_shapes import paint_level
from tabuah.widgets.values import Level, StatusItem, StatusSummary

_MARGIN_PX: Final = 5  # above and below the line


class LevelDot(QWidget):
    """The shape of one level, small."""

    def __init__(self, appearance: Appearance, level: Level, *, size_px: int = 9) -> None:
        super().__init__()
        self._appearance = appearance
        self._level = level
        self.setFixedSize(QSize(appearance.px(size_px), appearance.px(size_px)))
        appearance.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            paint_level(painter, QRectF(self.rect()), self._level, self._appearance.palette)
        finally:
            painter.end()


class StatusLabel(QWidget):
    """One status: the shape of its level and its text; only muted texts are cut when space is short."""

    def __init__(self, appearance: Appearance, item: StatusItem, *, may_be_cut: bool) -> None:
        super().__init__()
        self.item = item
        layout = row(self, spacing_px=6)
        if item.level is not None:
            layout.addWidget(LevelDot(appearance, item.level))
        loud = item.level in (Level.CRITICAL, Level.HIGH, Level.ATTENTION)
        tone = item.level if loud and item.level is not None else "muted"
        kind = ElidedText if may_be_cut and not loud else Text
        self._words = kind(appearance, style=TextStyle.SMALL, tone=tone)
        layout.addWidget(self._words)
        self.show_item(item)

    def show_item(self, item: StatusItem) -> None:
        """Update the text; the level stays."""
        self.item = item
        self._words.setText(item.text)
        self.setToolTip(item.details)
        self.setAccessibleName(f"{item.text} {item.details}".strip())


class StatusBar(ThemedFrame):
    """Status of the server, sensors, feeds, audit trail and version."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__("panel")
        self.setObjectName("status_bar")
        self._appearance = appearance
        self._services, self._trust = row(spacing_px=20), row(spacing_px=20)
        self._shown: dict[QHBoxLayout, list[StatusLabel]] = {self._services: [], self._trust: []}
        layout = row(self)
        layout.setContentsMargins(16, _MARGIN_PX, 16, _MARGIN_PX)
        layout.addLayout(self._services)
        layout.addStretch(1)
        layout.addLayout(self._trust)

    def show_status(self, summary: StatusSummary) -> None:
        """Show all statuses; reuse the labels while the levels stay, so that nothing flickers every second."""
        for layout, items in ((self._services, summary.services), (self._trust, summary.trust)):
            shown = self._shown[layout]
            if [statement.item.level for statement in shown] != [item.level for item in items]:
                clear_layout(layout)
                shown = self._shown[layout] = [self._statement(item, layout) for item in items]
                for statement in shown:
                    layout.addWidget(statement)
            for statement, item in zip(shown, items, strict=True):
                if item != statement.item:
                    statement.show_item(item)

    def sizeHint(self) -> QSize:
        return self._with_line(super().sizeHint())

    def minimumSizeHint(self) -> QSize:
        return self._with_line(super().minimumSizeHint())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        try:
            painter.fillRect(0, 0, self.width(), 1, QColor(self._appearance.palette.line))
        finally:
            painter.end()

    def _with_line(self, size: QSize) -> QSize:
        """Return a size with a line: the first status would make the map smaller and paint it again."""
        line_px = ceil(QFontMetricsF(self._appearance.font(TextStyle.SMALL)).height())
        return size.expandedTo(QSize(0, line_px + 2 * _MARGIN_PX))

    def _statement(self, item: StatusItem, layout: QHBoxLayout) -> StatusLabel:
        return StatusLabel(self._appearance, item, may_be_cut=layout is self._services)
