"""The colours of classes of values side by side, with the borders between them: a legend in one line."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from tabuah.gis.layers.specification import ByValue
from tabuah.widgets.map.layer_rows import break_text
from tabuah.widgets.map.styles import class_colour
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.fonts import Type
from tabuah.widgets.theme.tokens import Palette


def paint_class_strip(painter: QPainter, box: QRectF, by_value: ByValue, appearance: Appearance) -> None:
    """The strip of the classes from the first break on, with the breaks under it and the unit at its end."""
    paint_strip(painter, box, by_value, font=appearance.font(Type.CAPTION), palette=appearance.palette)


def paint_strip(painter: QPainter, box: QRectF, by_value: ByValue, *, font: QFont, palette: Palette) -> None:
    """The same in any type and colours."""
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    unit_px = metrics.horizontalAdvance(by_value.unit) + 8 if by_value.unit else 0.0
    strip = QRectF(box.left() + 4, box.top() + 2, box.width() - 8 - unit_px, 9)
    paint_classes(painter, strip, by_value, palette)
    painter.setPen(QColor(palette.muted))
    step = strip.width() / len(by_value.breaks)
    for number, value in enumerate(by_value.breaks):
        text = break_text(value)
        width = metrics.horizontalAdvance(text)
        left = max(box.left(), strip.left() + number * step - width / 2)
        painter.drawText(QPointF(left, strip.bottom() + metrics.ascent() + 2), text)
    if by_value.unit:
        painter.drawText(QPointF(strip.right() + 6, strip.bottom()), by_value.unit)


def paint_classes(painter: QPainter, box: QRectF, by_value: ByValue, palette: Palette) -> None:
    """The colours of all classes but the lowest, side by side."""
    count = len(by_value.breaks)
    painter.setPen(Qt.PenStyle.NoPen)
    for number in range(1, count + 1):
        colour = class_colour(by_value, number, palette)
        if colour:
            left = round(box.left() + (number - 1) * box.width() / count)
            right = round(box.left() + number * box.width() / count)
            painter.fillRect(QRectF(left, box.top(), right - left, box.height()), QColor(colour))
