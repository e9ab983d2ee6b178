"""The painted shapes of levels, because colour must not be the only sign."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen, QPolygonF

from tabuah.widgets.theme.appearance import level_colour
from tabuah.widgets.theme.design_tokens import Palette
from tabuah.widgets.values import Level


def triangle(rect: QRectF) -> QPolygonF:
    """Return an upright triangle that fills `rect`."""
    return QPolygonF([QPointF(rect.center().x(), rect.top()), rect.bottomRight(), rect.bottomLeft()])


def diamond(rect: QRectF) -> QPolygonF:
    """Return a square on its corner that fills `rect`."""
    c = rect.center()
    return QPolygonF(
        [
            QPointF(c.x(), rect.top()),
            QPointF(rect.right(), c.y()),
            QPointF(c.x(), rect.bottom()),
            QPointF(rect.left(), c.y()),
        ]
    )


def paint_level(painter: QPainter, rect: QRectF, level: Level, palette: Palette) -> None:
    """Paint the shape of a level: critical ◆, high ▲, attention △, normal ●, information ■, no data ◌."""
    colour = QColor(level_colour(palette, level))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(colour, max(1.4, rect.width() * 0.14))
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(QBrush(colour))
    inner = rect.adjusted(1, 1, -1, -1)
    if level is Level.CRITICAL:
        painter.drawPolygon(diamond(inner))
    elif level in (Level.HIGH, Level.ATTENTION):
        if level is Level.ATTENTION:
            painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolygon(triangle(inner.adjusted(0, 0.5, 0, -0.5)))
    elif level is Level.NO_DATA:
        pen.setDashPattern([1.2, 1.2])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(inner)
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        _paint_quiet(painter, rect, level)
    painter.restore()


def _paint_quiet(painter: QPainter, rect: QRectF, level: Level) -> None:
    inset = rect.width() * 0.12
    inner = rect.adjusted(inset, inset, -inset, -inset)
    if level is Level.INFORMATION:
        painter.drawRoundedRect(inner, 2, 2)
    else:
        painter.drawEllipse(inner)


def rounded_path(rect: QRectF, radius_px: float) -> QPainterPath:
    """Return a path of `rect` with round corners."""
    path = QPainterPath()
    path.addRoundedRect(rect, radius_px, radius_px)
    return path
