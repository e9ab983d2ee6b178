"""Time slider: a histogram of events, and the shown moment, which can be dragged."""

from datetime import datetime, timedelta
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from tabuah.resources.localisation import _, format_moment, format_time
from tabuah.widgets.replay.event_histogram import BINS, LEVELS, EventHistogram
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.theme.colours import level_colour, mix, with_alpha

_PAD_PX: Final = 14
_PAGES: Final = 12  # Page Up and Down move a twelfth of the span


class TimeTrack(QWidget):
    """Slider through time: arrows step, Page Up and Down step further, Home and End go to the ends.

    Signals:
        moment_chosen: the moment that the user chose.
    """

    moment_chosen = Signal(object)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("time_track")
        self.setAccessibleName(_("Moment shown on the map"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._appearance = appearance
        self._content: EventHistogram | None = None
        self._moment: datetime | None = None
        appearance.changed.connect(self._on_appearance_changed)

    def show_content(self, content: EventHistogram | None) -> None:
        """Show a histogram; None while it is loading."""
        self._content = content
        self.update()

    def show_moment(self, moment: datetime) -> None:
        """Move the mark to a moment without emitting a signal."""
        if moment != self._moment:
            self._moment = moment
            self.setAccessibleDescription(format_moment(moment))
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, self._appearance.px(52))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the moment under the pointer."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._choose_at(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._choose_at(event.position().x())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Handle the keys of a slider."""
        content, moment = self._content, self._moment
        if content is None or moment is None:
            return
        piece = content.span / BINS
        wanted = {
            int(Qt.Key.Key_Left): moment - piece,
            int(Qt.Key.Key_Right): moment + piece,
            int(Qt.Key.Key_PageDown): moment - content.span / _PAGES,
            int(Qt.Key.Key_PageUp): moment + content.span / _PAGES,
            int(Qt.Key.Key_Home): content.since,
            int(Qt.Key.Key_End): content.until,
        }.get(event.key())
        if wanted is None:
            super().keyPressEvent(event)
        else:
            self._choose(content, wanted)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self._content is not None:
                self._paint_bars(painter, self._content)
                self._paint_ticks(painter, self._content)
                self._paint_mark(painter, self._content)
        finally:
            painter.end()

    def _line(self) -> QRectF:
        """Return the rectangle of the histogram bars."""
        return QRectF(_PAD_PX, 4, self.width() - 2 * _PAD_PX, self.height() - self._appearance.px(20))

    def _paint_bars(self, painter: QPainter, content: EventHistogram) -> None:
        palette, line = self._appearance.palette, self._line()
        shown = content.share_of(self._moment) if self._moment else 0.0
        painter.fillRect(line, QColor(palette.raised))
        painter.fillRect(QRectF(line.topLeft(), QPointF(line.left() + shown * line.width(), line.bottom())),
                         QColor(mix(palette.raised, palette.accent, 0.16)))  # fmt: skip
        most, width = max(1, *(sum(row) for row in content.counts)), line.width() / BINS
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        for number, row in enumerate(content.counts):
            y = line.bottom()
            for level, count in zip(LEVELS, row, strict=True):
                height = (
                    max(2.0, (line.height() - 3) * (count / most) ** 0.5 * count / max(1, sum(row))) if count else 0
                )
                bar = QRectF(line.left() + number * width, y - height, max(1.0, width - 1), height)
                colour = with_alpha(level_colour(palette, level), 1.0 if (number + 0.5) / BINS <= shown else 0.5)
                painter.fillRect(bar, colour)
                y -= height
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _paint_ticks(self, painter: QPainter, content: EventHistogram) -> None:
        palette, line = self._appearance.palette, self._line()
        painter.setFont(self._appearance.font(TextStyle.CAPTION))
        for tick in content.ticks():
            x = line.left() + content.share_of(tick) * line.width()
            painter.setPen(QPen(QColor(palette.line), 1))
            painter.drawLine(QPointF(x, line.bottom()), QPointF(x, line.bottom() + 4))
            painter.setPen(QColor(palette.muted))
            words = QRectF(x - 40, line.bottom() + 3, 80, self.height() - line.bottom() - 3)
            if 30 < x < self.width() - 30:
                painter.drawText(words, int(Qt.AlignmentFlag.AlignCenter), format_time(tick, zone=False))

    def _paint_mark(self, painter: QPainter, content: EventHistogram) -> None:
        if self._moment is None:
            return
        palette, line = self._appearance.palette, self._line()
        x = line.left() + content.share_of(self._moment) * line.width()
        painter.setPen(QPen(QColor(palette.text), 2))
        painter.drawLine(QPointF(x, 1), QPointF(x, line.bottom() + 2))
        painter.setPen(QPen(QColor(palette.accent if self.hasFocus() else palette.panel), 2))
        painter.setBrush(QColor(palette.text))
        painter.drawEllipse(QPointF(x, line.bottom()), 6, 6)

    def _choose_at(self, x_px: float) -> None:
        if self._content is not None:
            line = self._line()
            self._choose(self._content, self._content.moment_at((x_px - line.left()) / line.width()))

    def _choose(self, content: EventHistogram, moment: datetime) -> None:
        kept = max(content.since, min(moment, content.until))
        kept -= timedelta(microseconds=kept.microsecond) if content.since < kept < content.until else timedelta()
        self.show_moment(kept)
        self.moment_chosen.emit(kept)

    def _on_appearance_changed(self) -> None:
        self.updateGeometry()
        self.update()
