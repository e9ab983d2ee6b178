"""Layer pictures: a sample of the style, the strip of value classes with breaks, and the list of classes."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from tabuah.gis.layers.map_style import GraduatedSymbols, LayerSymbols
from tabuah.text.map.layers import class_labels, format_break
from tabuah.widgets.map.base_map.layer_styles import class_colour, part_style, resolve_look
from tabuah.widgets.map.base_map.point_symbols import paint_symbol
from tabuah.widgets.theme.appearance import Appearance, TextStyle, with_alpha
from tabuah.widgets.theme.design_tokens import Palette
from tabuah.widgets.theme.icons import icon_image


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


_SIDE_PX = 20


class Swatch(QWidget):
    """A sample of the layer's style, 20 pixels square."""

    def __init__(self, appearance: Appearance, look: LayerSymbols | None, kind: str) -> None:
        super().__init__()
        self._appearance, self._look, self._kind = appearance, look, kind
        self.setFixedSize(_SIDE_PX, _SIDE_PX)
        appearance.changed.connect(self.update)

    def show_look(self, look: LayerSymbols | None) -> None:
        self._look = look
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint(painter, QRectF(2, 4, _SIDE_PX - 4, _SIDE_PX - 8))
        finally:
            painter.end()

    def _paint(self, painter: QPainter, box: QRectF) -> None:
        palette, look = self._appearance.palette, self._look
        if look is None:
            picture = icon_image("image", palette.muted, 18, self.devicePixelRatioF())
            painter.drawImage(QRectF(1, 1, 18, 18), picture)
        elif look.by_value is not None:
            paint_classes(painter, box, look.by_value, palette)
        else:
            _paint_piece(painter, box, look, self._kind, palette)


class ClassStrip(QWidget):
    """The class colours side by side, with the class breaks under them."""

    def __init__(self, appearance: Appearance, look: LayerSymbols) -> None:
        super().__init__()
        self._appearance, self._look = appearance, look
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("; ".join(class_labels(look)))
        appearance.changed.connect(self.updateGeometry)
        appearance.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(self._appearance.px(180), self._appearance.px(30))

    def paintEvent(self, _event: QPaintEvent) -> None:
        by_value = self._look.by_value
        if by_value is None:
            return
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_class_strip(painter, QRectF(self.rect()), by_value, self._appearance)
        finally:
            painter.end()


class ClassList(QWidget):
    """The classes of a layer as a list, each with its symbol or colour."""

    def __init__(self, appearance: Appearance, look: LayerSymbols) -> None:
        super().__init__()
        self._appearance, self._look = appearance, look
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("; ".join(class_labels(look)))
        appearance.changed.connect(self.updateGeometry)
        appearance.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(self._appearance.px(180), self._appearance.px(18) * len(class_labels(self._look)))

    def paintEvent(self, _event: QPaintEvent) -> None:
        palette, look = self._appearance.palette, self._look
        whole, height = resolve_look(look, palette), self._appearance.px(18)
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(self._appearance.font(TextStyle.CAPTION))
            for number, text in enumerate(class_labels(look)):
                style, top = part_style(whole, look, number, palette), number * height
                if style.symbol is not None:
                    paint_symbol(painter, style.symbol, QPointF(10, top + height / 2))
                else:
                    painter.fillRect(QRectF(4, top + 4, 12, height - 8), QColor(style.fill or style.line))
                painter.setPen(QColor(palette.muted))
                words = QRectF(24, top, self.width() - 24, height)
                painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter), text)
        finally:
            painter.end()


def _paint_piece(painter: QPainter, box: QRectF, look: LayerSymbols, kind: str, palette: Palette) -> None:
    style = resolve_look(look, palette)
    if style.symbol is not None:
        paint_symbol(painter, style.symbol, box.center())
        return
    pen = QPen(QColor(style.line or palette.muted), max(1.2, style.line_width_px))
    if style.dash:
        pen.setDashPattern([length / pen.widthF() for length in style.dash])
    painter.setPen(pen)
    if kind == "polygons" and style.fill:
        painter.setBrush(with_alpha(style.fill, max(0.2, style.fill_opacity)))
        painter.drawRoundedRect(box, 3, 3)
    elif kind == "polygons":
        painter.drawRoundedRect(box, 3, 3)
    else:
        painter.drawLine(box.bottomLeft(), box.topRight())
