"""Layout of a printed map: the map in its frame, and texts next to or below it."""

from typing import Final

import msgspec
from PySide6.QtCore import QRect, QRectF

from tabuah.widgets.map.print.map_sheet import MapSheet, Paper

MARGIN_PX: Final = 30  # 7.6 mm, the margin of common office printers
STRIP_PX: Final = 17  # for the grid labels around the map
_GAP_PX: Final = 16
_BESIDE_PX: Final = {Paper.A4: 254, Paper.A3: 300}
_BELOW_PX: Final = {Paper.A4: 296, Paper.A3: 320}


class SheetLayout(msgspec.Struct, frozen=True, kw_only=True):
    """Rectangles in sheet units: `border` around everything, the map's `frame`, `columns` for texts."""

    border: QRectF
    frame: QRect
    columns: tuple[QRectF, ...]


def lay_out(sheet: MapSheet) -> SheetLayout:
    """Return the layout: one text column on the right in landscape, three columns below in portrait."""
    width, height = sheet.size_px
    inner = QRect(0, 0, width, height).adjusted(MARGIN_PX, MARGIN_PX, -MARGIN_PX, -MARGIN_PX)
    beside, below = (_BESIDE_PX[sheet.paper], 0) if sheet.landscape else (0, _BELOW_PX[sheet.paper])
    gap_x, gap_y = (_GAP_PX, 0) if sheet.landscape else (0, _GAP_PX)
    frame = inner.adjusted(STRIP_PX, STRIP_PX, -STRIP_PX - beside - gap_x, -STRIP_PX - below - gap_y)
    return SheetLayout(border=QRectF(inner), frame=frame, columns=_columns(sheet, inner, beside, below))


def _columns(sheet: MapSheet, inner: QRect, beside: int, below: int) -> tuple[QRectF, ...]:
    if sheet.landscape:
        return (QRectF(inner.right() - beside, inner.top() + 12, beside - 10, inner.height() - 22),)
    top, free = inner.bottom() - below, inner.width() - 2 * 12 - 2 * _GAP_PX
    shares = (0.31, 0.39, 0.30)
    columns, left = [], inner.left() + 12.0
    for share in shares:
        columns.append(QRectF(left, top + 2, free * share, below - 10))
        left += free * share + _GAP_PX
    return tuple(columns)
