"""The furniture of the map: position and scale, data age, notes and sources, and the exercise mark."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPixmap

from tabuah.widgets.map.content import MapContent
from tabuah.widgets.map.credits_plate import CreditsPlate
from tabuah.widgets.map.label_placement import Box
from tabuah.widgets.map.position_plate import PositionPlate
from tabuah.widgets.map.viewport import Viewport
from tabuah.widgets.map.watermark import Watermark

MARGIN_PX: Final = 12.0
_APART_PX: Final = 8.0


class MapHud:
    """Paints the furniture into the corners of the view."""

    def __init__(self) -> None:
        self._position, self._credits, self._watermark = PositionPlate(), CreditsPlate(), Watermark()
        self._ratio = 1.0
        self._opened = False  # the sources are told in full

    def open_credits_at(self, content: MapContent, view: Viewport, at_px: QPointF | None) -> None:
        """Open the plate of the sources while the cursor is on it; None when the cursor is gone."""
        self._opened = at_px is not None and self._rects(content, view)[1].contains(at_px)

    def point_at(self, position_deg: tuple[float, float] | None) -> None:
        """Tell these coordinates; None for those of the centre."""
        self._position.position_deg = position_deg

    def boxes(self, content: MapContent, view: Viewport) -> tuple[Box, ...]:
        """Where the furniture lies, logical pixels of the view."""
        rects = self._rects(content, view)
        return tuple((r.left(), r.top(), r.right(), r.bottom()) for r in rects if not r.isEmpty())

    def paint(self, painter: QPainter, content: MapContent, view: Viewport) -> None:
        """Paint all of it."""
        self._ratio = painter.device().devicePixelRatioF()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if content.exercise:
            self._watermark.paint(painter, content.palette, view)
        left, right = self._rects(content, view)
        self._position.paint(painter, left, content, view)
        if not right.isEmpty():
            painter.drawPixmap(right.topLeft(), self._plate(content, view))

    def _plate(self, content: MapContent, view: Viewport) -> QPixmap:
        return self._credits.picture(content, view_width_px=view.width_px, ratio=self._ratio, opened=self._opened)

    def _rects(self, content: MapContent, view: Viewport) -> tuple[QRectF, QRectF]:
        """Where the plates in the lower left and in the lower right lie."""
        width, height = self._position.size(content, view)
        position = QRectF(MARGIN_PX, view.height_px - MARGIN_PX - height, width, height)
        size = self._plate(content, view).deviceIndependentSize()
        left, top = view.width_px - MARGIN_PX - size.width(), view.height_px - MARGIN_PX - size.height()
        above = position.top() - _APART_PX - size.height()
        if left < position.right() + _APART_PX and above > view.height_px / 2:
            top = above  # on a narrow map one stands above the other
        return position, QRectF(round(left), round(top), size.width(), size.height())
