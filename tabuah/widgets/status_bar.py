"""The bar at the bottom: the services with the age of what they say, and the trust at the right."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from tabuah.widgets.surfaces import Surface, clear_layout, row
from tabuah.widgets.texts import ElidedText, Text
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.fonts import Type
from tabuah.widgets.theme.glyphs import paint_level
from tabuah.widgets.values import Level, StatusItem, StatusSummary


class LevelDot(QWidget):
    """The shape of one level, small."""

    def __init__(self, appearance: Appearance, level: Level, *, size_px: int = 9) -> None:
        super().__init__()
        self._appearance = appearance
        self._level = level
        self.setFixedSize(QSize(appearance.px(size_px), appearance.px(size_px)))
        appearance.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: paint the shape."""
        painter = QPainter(self)
        try:
            paint_level(painter, QRectF(self.rect()), self._level, self._appearance.palette)
        finally:
            painter.end()


class StatusBar(Surface):
    """Statements about the server, the sensors, the feeds, the audit trail and the version."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__("panel")
        self.setObjectName("status_bar")
        self._appearance = appearance
        self._summary = StatusSummary()
        self._services = row(spacing_px=20)
        self._trust = row(spacing_px=20)
        layout = row(self)
        layout.setContentsMargins(16, 5, 16, 5)
        layout.addLayout(self._services)
        layout.addStretch(1)
        layout.addLayout(self._trust)

    def show_status(self, summary: StatusSummary) -> None:
        """Show all statements; nothing is rebuilt when nothing changed."""
        if summary == self._summary:
            return
        self._summary = summary
        clear_layout(self._services)
        clear_layout(self._trust)
        for item in summary.services:
            self._services.addWidget(self._statement(item, ElidedText))
        for item in summary.trust:
            self._trust.addWidget(self._statement(item, Text))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: the line above the bar."""
        super().paintEvent(event)
        painter = QPainter(self)
        try:
            painter.fillRect(0, 0, self.width(), 1, QColor(self._appearance.palette.line))
        finally:
            painter.end()

    def _statement(self, item: StatusItem, kind: type[Text] | type[ElidedText]) -> QWidget:
        result = QWidget()
        layout: QHBoxLayout = row(result, spacing_px=6)
        if item.level is not None:
            layout.addWidget(LevelDot(self._appearance, item.level))
        loud = item.level in (Level.CRITICAL, Level.HIGH, Level.ATTENTION)
        tone = item.level if loud and item.level is not None else "muted"
        label = Text if loud else kind  # what is wrong is never cut
        layout.addWidget(label(self._appearance, item.text, style=Type.SMALL, tone=tone))
        result.setToolTip(item.details)
        result.setAccessibleName(f"{item.text} {item.details}".strip())
        return result
