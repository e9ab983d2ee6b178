"""How far an incident has come: one bar a step, the current step named below its bar."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from tabuah.resources.catalogue import _
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.fonts import Type
from tabuah.widgets.values import Step

_GAP_PX = 4
_BAR_PX = 5


class StepProgress(QWidget):
    """Bars that are filled up to the current step; labels appear only where they do not collide."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._steps: tuple[Step, ...] = ()
        self._current = 0
        self.setObjectName("step_progress")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        appearance.changed.connect(self.updateGeometry)

    def show_steps(self, steps: tuple[Step, ...], current: int) -> None:
        """Show the way and the index of the step the incident is at."""
        self._steps, self._current = steps, current
        if 0 <= current < len(steps):
            text = _("Step {n} of {count}: {label}")
            self.setAccessibleName(text.format(n=current + 1, count=len(steps), label=steps[current].label))
        self.setVisible(bool(steps))
        self.update()

    def sizeHint(self) -> QSize:
        """Qt: bars and one line of text."""
        return QSize(200, _BAR_PX + 6 + self._appearance.px(16))

    def event(self, event: QEvent) -> bool:
        """Qt: the tooltip of a bar names its step and when it was reached."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and self._steps:
            index = int(event.pos().x() / max(1, self.width()) * len(self._steps))
            step = self._steps[min(index, len(self._steps) - 1)]
            QToolTip.showText(event.globalPos(), f"{step.label} · {step.at}" if step.at else step.label, self)
            return True
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: paint bars and labels."""
        if not self._steps:
            return
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            palette = self._appearance.palette
            for i in range(len(self._steps)):
                painter.setBrush(QColor(palette.accent if i <= self._current else palette.line))
                painter.drawRoundedRect(self._bar(i), _BAR_PX / 2, _BAR_PX / 2)
            self._paint_labels(painter)
        finally:
            painter.end()

    def _bar(self, index: int) -> QRectF:
        width = (self.width() - _GAP_PX * (len(self._steps) - 1)) / len(self._steps)
        return QRectF(index * (width + _GAP_PX), 0, width, _BAR_PX)

    def _paint_labels(self, painter: QPainter) -> None:
        last = len(self._steps) - 1
        taken: list[QRectF] = []
        for index in (self._current, 0, last, *range(1, last)):
            current = index == self._current
            font = self._appearance.font(Type.SMALL_STRONG if current else Type.CAPTION)
            area = self._label_area(index, QFontMetricsF(font).horizontalAdvance(self._steps[index].label))
            if any(area.adjusted(-8, 0, 8, 0).intersects(other) for other in taken):
                continue
            taken.append(area)
            painter.setFont(font)
            painter.setPen(QColor(self._appearance.palette.text if current else self._appearance.palette.muted))
            painter.drawText(
                area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self._steps[index].label
            )

    def _label_area(self, index: int, width: float) -> QRectF:
        bar = self._bar(index)
        left = bar.x() if index < len(self._steps) - 1 else bar.right() - width
        left = max(0.0, min(left, self.width() - width - 1))
        return QRectF(left, _BAR_PX + 6, width + 1, self.height() - _BAR_PX - 6)
