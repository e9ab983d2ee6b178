"""The lines of many stations as pictures, so that a list which is scrolled paints each of them once."""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter

from tabuah.widgets.charts.sparkline import paint_sparkline
from tabuah.widgets.stations.station_item import StationDay
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import Level

_MOST_KEPT: Final = 400  # some screens full of them

_Key = tuple[Level, QSize, float]


class DayPictures:
    """Paints a line when it is first in sight, and again when its day, its level or the look is another."""

    def __init__(self, appearance: Appearance) -> None:
        self._appearance = appearance
        self._kept: dict[str, tuple[StationDay, _Key, QImage]] = {}

    def forget(self) -> None:
        """Paint everything anew: colours are others."""
        self._kept.clear()

    def picture(self, station: str, day: StationDay, level: Level, *, size: QSize, ratio: float) -> QImage:
        """The line of a station.

        Args:
            station: its code.
            day: what is drawn.
            level: what the newest value means.
            size: of the picture, as the window measures.
            ratio: pixels of the screen a pixel of the window.
        """
        key, known = (level, size, ratio), self._kept.get(station)
        if known is not None and known[0] is day and known[1] == key:
            return known[2]
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()
        image = self._painted(day, level, size, ratio)
        self._kept[station] = (day, key, image)
        return image

    def _painted(self, day: StationDay, level: Level, size: QSize, ratio: float) -> QImage:
        image = QImage(size * ratio, QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(ratio)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        try:
            area = QRectF(0, 0, size.width(), size.height())
            paint_sparkline(painter, area, day.series, level, self._appearance.palette, span_s=day.span_s)
        finally:
            painter.end()
        return image
