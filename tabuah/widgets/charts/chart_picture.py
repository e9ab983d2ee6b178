"""A chart as a picture for a report or a chat: as it stands on the screen, twice as fine, with its source below."""

from typing import Final

from PySide6.QtCore import QBuffer, QIODevice, QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from tabuah.widgets.charts.station_chart import StationChart
from tabuah.widgets.theme.fonts import Type

_FINER: Final = 2.0
_FOOT_PX: Final = 26
_MARGIN_PX: Final = 16


def png_of(chart: StationChart, footer: str) -> bytes:
    """The chart with a line of text below it, as PNG."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture_of(chart, footer).save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def picture_of(chart: StationChart, footer: str) -> QImage:
    """The chart with a line of text below it."""
    foot_px = chart.appearance.px(_FOOT_PX)
    size = chart.size()
    image = QImage(
        round(size.width() * _FINER), round((size.height() + foot_px) * _FINER), QImage.Format.Format_RGB32
    )
    image.setDevicePixelRatio(_FINER)
    image.fill(QColor(chart.appearance.palette.panel))
    painter = QPainter(image)
    try:
        chart.render(painter, QPoint(0, 0))
        painter.setFont(chart.appearance.font(Type.SMALL))
        painter.setPen(QColor(chart.appearance.palette.muted))
        line = QRectF(_MARGIN_PX, size.height(), size.width() - 2 * _MARGIN_PX, foot_px)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, footer)
    finally:
        painter.end()
    return image
