"""Surface painter: computed surfaces coloured by class and clipped to the regency."""

from collections.abc import Callable, Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPainterPath, QTransform

from tabuah.gis.layers.classification import classes_of_values
from tabuah.gis.layers.map_style import GraduatedSymbols
from tabuah.gis.layers.surfaces import Surface
from tabuah.gis.layers.value_grid import ValueGrid
from tabuah.widgets.map.base_map.layer_styles import class_colour
from tabuah.widgets.map.content import MapContent
from tabuah.widgets.map.rendering.gil_free_painting import draw_path, draw_polygon
from tabuah.widgets.theme.design_tokens import Palette

Area = NDArray[np.float64] | QPainterPath
_FINER: Final = 3  # pixels per cell along each side, so that classes have smooth edges


class SurfacePainter:
    """Paints surfaces and caches their pictures. Use it from one thread only."""

    def __init__(self) -> None:
        self._pictures: dict[str, tuple[Surface, tuple[object, ...], QImage]] = {}

    def steps(
        self, content: MapContent, transform: QTransform, outline: Callable[[], Iterable[Area] | None]
    ) -> list[tuple[float, Callable[[QPainter], None]]]:
        """Return the paint steps of the visible surfaces, each with its order.

        Args:
            content: holds the surfaces and their style.
            transform: from EPSG:3857 to the painter's pixels.
            outline: returns the areas in EPSG:3857 that clip the surfaces; None for no clipping.
        """
        return [
            (content.place_of(surface.name, 0)[0], self._step(surface, content, transform, outline))
            for surface in content.surfaces
            if content.shows(surface.name) and content.style.named(surface.name) is not None
        ]

    def _step(
        self,
        surface: Surface,
        content: MapContent,
        transform: QTransform,
        outline: Callable[[], Iterable[Area] | None],
    ) -> Callable[[QPainter], None]:
        def paint(painter: QPainter) -> None:
            painter.save()
            painter.setTransform(transform)
            painter.setOpacity(content.place_of(surface.name, 0)[1])
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(_brush(self._picture(surface, content), surface.grid))
            areas = outline()
            if areas is None:
                painter.drawRect(_rect(surface.grid))
            for area in areas or ():
                if isinstance(area, QPainterPath):
                    draw_path(painter, area)
                else:
                    draw_polygon(painter, area)
            painter.restore()

        return paint

    def _picture(self, surface: Surface, content: MapContent) -> QImage:
        spec = content.style.named(surface.name)
        assert spec is not None
        key = (spec, content.palette)
        known = self._pictures.get(surface.name)
        if known is None or known[0] is not surface or known[1][0] is not spec or known[1][1] is not content.palette:
            picture = grid_picture(surface.grid, spec.by_value, content.palette)
            known = self._pictures[surface.name] = (surface, key, picture)
        return known[2]


def grid_picture(grid: ValueGrid, by_value: GraduatedSymbols | None, palette: Palette) -> QImage:
    """Return the grid in class colours, `_FINER` pixels per cell; transparent below the first break."""
    values = _finer(_spilled(grid.values, 2), _FINER)
    if grid.inside_m is not None:
        values[_finer(grid.inside_m, _FINER) < 0] = np.nan
    rows, columns = values.shape
    image = QImage(columns, rows, QImage.Format.Format_ARGB32_Premultiplied)
    if by_value is None:
        image.fill(0)
        return image
    classes = classes_of_values(values.ravel().astype(np.float64), by_value.breaks)
    colours = [class_colour(by_value, number, palette) for number in range(len(by_value.breaks) + 1)]
    table = np.array([0, 0, *(QColor(c).rgba() if c else 0 for c in colours[1:])], dtype=np.uint32)
    pixels = np.frombuffer(image.bits(), dtype=np.uint32).reshape(rows, image.bytesPerLine() // 4)
    pixels[:, :columns] = table[classes + 1].reshape(rows, columns)
    return image


def _spilled(values: NDArray[np.float32], cells: int) -> NDArray[np.float32]:
    """Return the values with unknown cells filled from a neighbour, up to `cells` cells away."""
    out = values.copy()
    for _ in range(cells):
        before = out.copy()
        for to, source in (((1, None), (0, -1)), ((0, -1), (1, None))):
            for axis in (0, 1):
                target = [slice(None), slice(None)]
                given = [slice(None), slice(None)]
                target[axis], given[axis] = slice(*to), slice(*source)
                piece, neighbour = out[tuple(target)], before[tuple(given)]
                np.copyto(piece, neighbour, where=np.isnan(piece))
    return out


def _finer(values: NDArray[np.float32], times: int) -> NDArray[np.float32]:
    """Return the grid with `times` as many cells along each side, interpolated linearly."""
    return _finer_rows(_finer_rows(values, times).T, times).T


def _finer_rows(values: NDArray[np.float32], times: int) -> NDArray[np.float32]:
    count = len(values)
    at = (np.arange(count * times, dtype=np.float32) + np.float32(0.5)) / times - np.float32(0.5)
    low = np.clip(np.floor(at).astype(np.int64), 0, count - 1)
    high = np.minimum(low + 1, count - 1)
    share = np.clip(at - low, 0, 1)[:, np.newaxis]
    nearer = np.where(share < np.float32(0.5), values[low], values[high])
    with np.errstate(invalid="ignore"):  # cells far from any station are infinitely far outside
        mixed = values[low] * (1 - share) + values[high] * share
    result: NDArray[np.float32] = np.where(np.isfinite(mixed), mixed, nearer)
    return result


def _brush(picture: QImage, grid: ValueGrid) -> QBrush:
    step = grid.cell_m / _FINER
    brush = QBrush(picture)
    brush.setTransform(QTransform(step, 0, 0, -step, grid.west_m, grid.north_m))
    return brush


def _rect(grid: ValueGrid) -> QRectF:
    rows, columns = grid.values.shape
    return QRectF(grid.west_m, grid.north_m - rows * grid.cell_m, columns * grid.cell_m, rows * grid.cell_m)
