"""The mark of an item of an exercise: a violet box with square corners and the name, unlike any level."""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from tabuah.text.exercises.exercise_text import exercise_tag
from tabuah.widgets.theme.appearance import Appearance, TextStyle

_PAD_PX: Final = 6
_MAX_WIDTH_PX: Final = 190


class ExerciseChip(QWidget):
    """The mark of one item; hidden for an item of the real world."""

    def __init__(self, appearance: Appearance, *, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._appearance, self._mark = appearance, ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.hide()
        appearance.changed.connect(self._on_appearance_changed)

    def show_mark(self, mark: str) -> None:
        """Show the mark of an exercise, such as "LATIHAN Galodo"; empty hides the chip."""
        self._mark = mark
        self.setAccessibleName(mark)
        self.setToolTip(mark)
        self.setVisible(bool(mark))
        self._on_appearance_changed()

    def sizeHint(self) -> QSize:
        return QSize(round(exercise_chip_width(self._mark, self._appearance)), self._appearance.px(20))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            paint_exercise_chip(painter, QRectF(self.rect()), self._mark, self._appearance)
        finally:
            painter.end()

    def _on_appearance_changed(self) -> None:
        self.updateGeometry()
        self.update()


def exercise_chip_width(mark: str, appearance: Appearance) -> float:
    """Return the width of a chip in px; a longer name is cut."""
    text = QFontMetricsF(appearance.font(TextStyle.SMALL_STRONG)).horizontalAdvance(mark)
    return min(text + 2 * _PAD_PX + 2, float(appearance.px(_MAX_WIDTH_PX)))


def fitting_mark(mark: str, room_px: float, appearance: Appearance) -> str:
    """Return the mark, or the short tag of exercises where the chip would be wider than the room."""
    return mark if exercise_chip_width(mark, appearance) <= room_px else exercise_tag()


def paint_exercise_chip(painter: QPainter, rect: QRectF, mark: str, appearance: Appearance) -> None:
    """Paint the mark into `rect`, cut at its end where it does not fit."""
    font, inner = appearance.font(TextStyle.SMALL_STRONG), rect.adjusted(_PAD_PX, 0, -_PAD_PX, 0)
    shown = QFontMetricsF(font).elidedText(mark, Qt.TextElideMode.ElideRight, inner.width() + 1)
    painter.save()
    painter.fillRect(rect, QColor(appearance.palette.exercise))
    painter.setFont(font)
    painter.setPen(QColor(appearance.palette.on_exercise))
    painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignHCenter, shown)
    painter.restore()
