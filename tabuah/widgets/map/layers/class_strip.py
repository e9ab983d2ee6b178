"""One-line legend: the colours of value classes side by side, with the class breaks under them."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from tabuah.gis.layers.map_style import GraduatedSymbols
from tabuah.widgets.map.base_map.layer_styles import class_colour
from tabuah.widgets.map.layers.layer_rows import format_break
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.theme.design_tokens import Palette


def paint_class_strip(painter: QPainter, box: QRectF, by_value: GraduatedSymbols, appearance: Appearance) -> None:
    """Paint the classes from the first break on, with the breaks under them and the unit at the end."""
    paint_strip(painter, box, by_value, font=appearance.font(TextStyle.CAPTION), palette=appearance.palette)


def paint_strip(painter: QPainter, box: QRectF, by_value: GraduatedSymbols, *, font: QFont, palette: Palette) -> None:
    """Paint the strip in a given font and palette."""
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    unit_px = metrics.horizontalAdvance(by_value.unit) + 8 if by_value.unit else 0.0
    strip = QRectF(box.left() + 4, box.top() + 2, box.width() - 8 - unit_px, 9)
    paint_classes(painter, strip, by_value, palette)
    painter.setPen(QColor(palette.muted))
    step = strip.width() / len(by_value.breaks)
    for number, value in enumerate(by_value.breaks):
        text = format_break(value)
        width = metrics.horizontalAdvance(text)
        left = max(box.left(), strip.left() + number * step - width / 2)
        painter.drawText(QPointF(left, strip.bottom() + metrics.ascent() + 2), text)
    if by_value.unit:
        painter.drawText(QPointF(strip.right() + 6, strip.bottom()), by_value.unit)


def paint_classes(painter: QPainter, box: QRectF, by_value: GraduatedSymbols, palette: Palette) -> None:
    """Paint the colours of all classes but the lowest, side by side."""
    count = len(by_value.breaks)
    painter.setPen(Qt.PenStyle.NoPen)
    for number in range(1, count + 1):
        colour = class_colour(by_value, number, palette)
        if colour:
            left = round(box.left() + (number - 1) * box.width() / count)
            right = round(box.left() + number * box.width() / count)
            painter.fillRect(QRectF(left, box.top(), right - left, box.height()), QColor(colour))
