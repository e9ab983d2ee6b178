"""Map frame on paper: vector lines and text, markers in print resolution, and the coordinate grid on top."""

from collections.abc import Iterable
from contextlib import closing
from math import ceil, floor
from typing import Final

import msgspec
import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPen, QPolygonF

from tabuah.gis.reference_systems import MERCATOR, from_mercator, home_utm, to_mercator, transformer
from tabuah.resources.localisation import _, format_number
from tabuah.resources.regency import current_regency
from tabuah.widgets.map.base_map.base_painter import GRATICULE, BasePainter
from tabuah.widgets.map.content import MapContent
from tabuah.widgets.map.labels.label_painter import LabelPainter
from tabuah.widgets.map.labels.label_text_layout import note_ink, paint_name
from tabuah.widgets.map.overlay.overlay_painter import OverlayPainter
from tabuah.widgets.map.print.map_sheet import Grid
from tabuah.widgets.map.print.sheet_layout import STRIP_PX
from tabuah.widgets.map.print.text_blocks import MUTED, TEXT, print_font
from tabuah.widgets.map.viewport import Viewport
from tabuah.widgets.theme.appearance import font_for_device, with_alpha

_STEPS_S: Final = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 18_000, 36_000)  # arc seconds
_DIGITS: Final = (1, 2, 5)
_POWERS: Final = (1, 10, 100, 1_000, 10_000, 100_000, 1_000_000)
_GAP_PX: Final = 125.0  # at least 32 mm between two lines
_POINTS: Final = 33  # points of a UTM line, which is slightly curved on this map


class GridLine(msgspec.Struct, frozen=True, eq=False):
    """A grid line: logical pixels, shape (n, 2), its label, and whether it runs north."""

    points_px: NDArray[np.float64]
    text: str
    runs_north: bool

    def at_edge(self, view: Viewport, *, far: bool) -> float | None:
        """Return where the line meets the left or top edge, in pixels along the edge; None if it does not.

        `far` is the right or lower edge instead.
        """
        across, along = (1, 0) if self.runs_north else (0, 1)
        size = (view.width_px, view.height_px)
        edge = float(size[across]) if far else 0.0
        order = np.argsort(self.points_px[:, across])
        met = float(np.interp(edge, self.points_px[order, across], self.points_px[order, along]))
        return met if 0 <= met <= size[along] else None


def degree_lines(view: Viewport) -> tuple[GridLine, ...]:
    """Return meridians and parallels at a round spacing."""
    west_m, south_m, east_m, north_m = view.bounds_m
    (west, south), (east, north) = from_mercator(west_m, south_m), from_mercator(east_m, north_m)
    wanted_s = _GAP_PX * (east - west) * 3600 / view.width_px
    step_s = next((step for step in _STEPS_S if step >= wanted_s), _STEPS_S[-1])
    lines = []
    for number in _multiples(west * 3600, east * 3600, step_s):
        x_px = view.to_screen(to_mercator(number / 3600, 0.0)[0], 0.0)[0]
        text = _("{angle} E") if number >= 0 else _("{angle} W")
        points = np.array([(x_px, 0.0), (x_px, view.height_px)])
        lines.append(GridLine(points, text.format(angle=_angle(number, step_s)), runs_north=True))
    for number in _multiples(south * 3600, north * 3600, step_s):
        y_px = view.to_screen(0.0, to_mercator(0.0, number / 3600)[1])[1]
        text = _("{angle} N") if number >= 0 else _("{angle} S")
        points = np.array([(0.0, y_px), (view.width_px, y_px)])
        lines.append(GridLine(points, text.format(angle=_angle(number, step_s)), runs_north=False))
    return tuple(lines)


def utm_lines(view: Viewport) -> tuple[GridLine, ...]:
    """Return lines of equal easting and northing at a round spacing; none far from the zone."""
    west_m, south_m, east_m, north_m = view.bounds_m
    if not (_is_near_zone(west_m) and _is_near_zone(east_m)):
        return ()
    corners = np.array([(west_m, south_m), (west_m, north_m), (east_m, south_m), (east_m, north_m)])
    eastings, northings = transformer(MERCATOR, home_utm()).transform(corners[:, 0], corners[:, 1])
    low_e, high_e, low_n, high_n = eastings.min(), eastings.max(), northings.min(), northings.max()
    step = _round_length(_GAP_PX * (high_e - low_e) / view.width_px)
    lines = []
    for easting in _multiples(low_e, high_e, step):
        along = np.linspace(low_n, high_n, _POINTS)
        points = _utm_px(np.full(_POINTS, float(easting)), along, view)
        lines.append(GridLine(points, _("{metres} mE").format(metres=format_number(easting)), runs_north=True))
    for northing in _multiples(low_n, high_n, step):
        along = np.linspace(low_e, high_e, _POINTS)
        points = _utm_px(along, np.full(_POINTS, float(northing)), view)
        lines.append(GridLine(points, _("{metres} mN").format(metres=format_number(northing)), runs_north=False))
    return tuple(lines)


def _is_near_zone(x_m: float) -> bool:
    """Return whether the regency's UTM zone is usable: its six degrees, plus three on each side."""
    west_deg = current_regency().utm_zone * 6 - 186
    return west_deg - 3 <= from_mercator(x_m, 0.0)[0] <= west_deg + 9


def _utm_px(easting_m: NDArray[np.float64], northing_m: NDArray[np.float64], view: Viewport) -> NDArray[np.float64]:
    x_m, y_m = transformer(home_utm(), MERCATOR).transform(easting_m, northing_m)
    west, _south, _east, north = view.bounds_m
    return np.column_stack((x_m - west, north - y_m)) / view.metres_per_px


def _multiples(low: float, high: float, step: int) -> range:
    return range(ceil(low / step) * step, floor(high / step) * step + 1, step)


def _round_length(wanted_m: float) -> int:
    lengths = (digit * power for power in _POWERS for digit in _DIGITS)
    return next(length for length in lengths if length >= wanted_m)


def _angle(seconds: int, step_s: int) -> str:
    """Return an angle as short as the step allows: 100°, 100°40′, 100°40′30″."""
    degrees, rest = divmod(abs(seconds), 3600)
    minutes, rest = divmod(rest, 60)
    if step_s % 3600 == 0:
        return f"{degrees}°"
    if step_s % 60 == 0:
        return f"{degrees}°{minutes:02d}′"
    return f"{degrees}°{minutes:02d}′{rest:02d}″"


_UTM_INK: Final = "#7a3b12"
_WATERMARK: Final = "#b58900"
_TICK_PX: Final = 4.0


def paint_map(painter: QPainter, content: MapContent, view: Viewport, frame: QRect, *, ratio: float) -> None:
    """Paint the base map, the markers and the labels of `view` into `frame`.

    Args:
        painter: scaled to the units of the sheet.
        content: what is on the map.
        view: of the size of the frame.
        frame: in the units of the sheet.
        ratio: device pixels to a unit.
    """
    paint_base(painter, content, view, frame, ratio=ratio)
    overlay, marks = OverlayPainter(), _blank(view, ratio)
    overlay.paint(marks, content, view=view, pixel_ratio=ratio)
    painter.drawImage(QRectF(frame), marks, QRectF(marks.rect()))
    painter.save()
    painter.setClipRect(frame)
    painter.translate(frame.topLeft())
    if content.watermark:
        _paint_watermark(painter, content.watermark, view)
    ink = note_ink(content)
    for offer, box in LabelPainter().place(content, view=view, placed=overlay.placed):
        paint_name(painter, offer, box, note_ink=ink, scale=content.text_scale)
    painter.restore()


def paint_base(painter: QPainter, content: MapContent, view: Viewport, frame: QRect, *, ratio: float) -> None:
    """Paint only the base map of `view` into `frame`.

    The base painter uses device pixels of its own view; window and viewport of the painter place them
    in the frame.
    """
    painter.save()
    device = painter.combinedTransform().mapRect(QRectF(frame)).toAlignedRect()
    painter.resetTransform()
    part = QRect(0, 0, round(view.width_px * ratio), round(view.height_px * ratio))
    painter.setWindow(part)
    painter.setViewport(device)
    plain = replace(content, hidden=content.hidden | {GRATICULE})  # the sheet has its own grid
    with closing(BasePainter()) as base_painter:
        base_painter.draw(painter, plain, view=view, pixel_ratio=ratio, part=part)
    painter.restore()


def paint_grid(painter: QPainter, view: Viewport, frame: QRect, grid: Grid) -> None:
    """Paint the grid with labels around the map: degrees left and above, UTM right and below."""
    degrees = degree_lines(view) if grid in (Grid.DEGREES, Grid.BOTH) else ()
    utm = utm_lines(view) if grid in (Grid.UTM, Grid.BOTH) else ()
    painter.save()
    painter.setClipRect(frame)
    painter.translate(frame.topLeft())
    for lines, ink in ((degrees, with_alpha(TEXT, 0.30)), (utm, with_alpha(_UTM_INK, 0.45))):
        painter.setPen(QPen(ink, 0.5))
        for line in lines:
            painter.drawPolyline(QPolygonF([QPointF(*point) for point in line.points_px.tolist()]))
    painter.restore()
    both = grid is Grid.BOTH
    _paint_numbers(painter, degrees, view, frame, far=(False,) if both else (False, True), ink=TEXT)
    _paint_numbers(painter, utm, view, frame, far=(True,) if both else (False, True), ink=_UTM_INK if both else TEXT)


def paint_border(painter: QPainter, frame: QRect) -> None:
    """Paint the border of the map."""
    painter.setPen(QPen(QColor(TEXT), 1.1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(frame)


def _blank(view: Viewport, ratio: float) -> QImage:
    width, height = round(view.width_px * ratio), round(view.height_px * ratio)
    image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    return image


def _paint_watermark(painter: QPainter, text: str, view: Viewport) -> None:
    """Paint the watermark across the whole map, as text."""
    painter.setFont(font_for_device(painter, print_font(38, QFont.Weight.Bold, spacing_px=4)))
    painter.setPen(with_alpha(_WATERMARK, 0.20))
    width = max(400, ceil(painter.fontMetrics().horizontalAdvance(text)) + 40)
    step_x, step_y = width, width * 5 // 8
    for row in range(ceil(view.height_px / step_y) + 1):
        for column in range(ceil(view.width_px / step_x) + 1):
            painter.save()
            painter.translate(column * step_x + (row % 2) * step_x / 2, row * step_y + 90)
            painter.rotate(-30)
            painter.drawText(QRectF(-width / 2, -30, width, 60), int(Qt.AlignmentFlag.AlignCenter), text)
            painter.restore()


def _paint_numbers(
    painter: QPainter, lines: Iterable[GridLine], view: Viewport, frame: QRect, *, far: tuple[bool, ...], ink: str
) -> None:
    painter.setFont(print_font(8))
    for line in lines:
        for side in far:
            along = line.at_edge(view, far=side)
            length = view.width_px if line.runs_north else view.height_px
            if along is None or not 26 < along < length - 26:
                continue
            _paint_number(painter, line, along, frame, far=side, ink=ink)


def _paint_number(painter: QPainter, line: GridLine, along: float, frame: QRect, *, far: bool, ink: str) -> None:
    """Paint a tick and its number outside the frame; numbers at the sides are rotated."""
    painter.save()
    if line.runs_north:
        painter.translate(frame.left() + along, frame.bottom() + 1 if far else frame.top())
    else:
        painter.translate(frame.right() + 1 if far else frame.left(), frame.top() + along)
        painter.rotate(-90)
    outward = 1 if far else -1
    painter.setPen(QPen(QColor(MUTED), 0.7))
    painter.drawLine(QPointF(0, 0), QPointF(0, outward * _TICK_PX))
    painter.setPen(QColor(ink))
    top = _TICK_PX if far else -STRIP_PX + 1
    box = QRectF(-60, top, 120, STRIP_PX - _TICK_PX - 1)
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), line.text)
    painter.restore()
