"""The marks of changed limits in a chart: a dated dashed line for each change of thresholds or the valid range."""

from typing import Final

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from tabuah.widgets.charts.plot_frame import PlotFrame
from tabuah.widgets.charts.series import ChartContent, LimitChange
from tabuah.widgets.theme.appearance import Appearance, TextStyle, with_alpha

_PAD_PX: Final = 5.0
_TOP_PX: Final = 3.0


class LimitChangeLines:
    """The changes of the limits of the drawn series, each with its date at the top."""

    def __init__(self) -> None:
        self._changes: tuple[LimitChange, ...] = ()

    def show_content(self, content: ChartContent) -> None:
        self._changes = content.limit_changes

    def apply_theme(self, appearance: Appearance) -> None:
        """Set font and colours."""
        palette = appearance.palette
        self._line = QPen(QColor(palette.accent), 1.4, Qt.PenStyle.DashLine)
        self._font, self._colour = appearance.font(TextStyle.SMALL), QColor(palette.text)
        self._ground, self._metrics = with_alpha(palette.panel, 0.85), QFontMetricsF(self._font)

    def placed(self, frame: PlotFrame) -> list[tuple[QRectF, LimitChange]]:
        """Return the plates of the visible changes; one that would cover the one before has none."""
        found: list[tuple[QRectF, LimitChange]] = []
        for change in self._changes:
            if not frame.contains_time(change.time_s):
                continue
            width = self._metrics.horizontalAdvance(change.label) + 2 * _PAD_PX
            left = min(frame.x(change.time_s) + 2, frame.area.right() - width)
            plate = QRectF(left, frame.area.top() + _TOP_PX, width, self._metrics.height() + 2)
            if not found or found[-1][0].right() < plate.left():
                found.append((plate, change))
        return found

    def paint(self, painter: QPainter, frame: PlotFrame) -> None:
        """Paint the lines and the dates of the visible part."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(self._line)
        for change in self._changes:
            if frame.contains_time(change.time_s):
                x = round(frame.x(change.time_s)) + 0.5
                painter.drawLine(QLineF(x, frame.area.top(), x, frame.area.bottom()))
        painter.setFont(self._font)
        for plate, change in self.placed(frame):
            painter.fillRect(plate, self._ground)
            painter.setPen(self._colour)
            painter.drawText(plate, int(Qt.AlignmentFlag.AlignCenter), change.label)
