"""Puts the names that were laid out on the screen: their places are worked out once a scale, then all move as one."""

import numpy as np
from PySide6.QtGui import QPainter

from tabuah.widgets.map.label_painter import LabelLayer
from tabuah.widgets.map.sprite_sheet import Fragments
from tabuah.widgets.map.viewport import Viewport


class LabelStamp:
    """Keeps the places between frames; they move by whole device pixels, as the picture below them does."""

    def __init__(self) -> None:
        self._fragments = Fragments()
        self._placed: tuple[LabelLayer, float] | None = None  # with metres a pixel

    def paint(self, painter: QPainter, labels: LabelLayer, view: Viewport) -> None:
        """Draw all names at their places in one call."""
        if len(labels.x_m) == 0:
            return
        if self._placed is None or self._placed[0] is not labels or self._placed[1] != view.metres_per_px:
            self._placed = (labels, view.metres_per_px)
            self._place(labels, view.metres_per_px)
        west, _, _, north = labels.view.bounds_m
        left, top = view.to_screen(west, north)
        ratio, before = labels.pixel_ratio, painter.transform()
        painter.translate(round(left * ratio) / ratio, round(top * ratio) / ratio)
        self._fragments.draw(painter, labels.sheet, len(labels.x_m))
        painter.setTransform(before)

    def _place(self, labels: LabelLayer, metres_per_px: float) -> None:
        """Count from the upper left corner of the view that they were laid out for."""
        west, _, _, north = labels.view.bounds_m
        device_px_m = metres_per_px / labels.pixel_ratio
        columns, rows = (np.rint(each / device_px_m) for each in (labels.x_m - west, north - labels.y_m))
        ratio = labels.pixel_ratio
        self._fragments.place(columns / ratio, rows / ratio, rects=labels.rects, scale=1 / ratio)
