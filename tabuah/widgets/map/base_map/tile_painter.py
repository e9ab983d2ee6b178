"""Tile painter: raster tiles under the lines of the map, decoded in the painter's thread."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, floor, log2, pi
from pathlib import Path
from typing import Final

from PySide6.QtCore import QByteArray, QRectF
from PySide6.QtGui import QImage, QPainter, QTransform

from tabuah.gis.errors import MissingTilesError, TileArchiveError
from tabuah.gis.reference_systems import MERCATOR_RADIUS_M
from tabuah.gis.tiles.archive import TileArchive
from tabuah.gis.tiles.tile_reader import open_tiles
from tabuah.resources.localisation import _, ngettext
from tabuah.widgets.map.content import MapContent, TileLayer
from tabuah.widgets.map.layers.layer_notes import LayerNote, LayerState
from tabuah.widgets.map.viewport import Bounds, Viewport

UNDER_LINES: Final = 2.5  # default order of tiles: above land, below grid, water and borders
_HALF_WORLD_M: Final = pi * MERCATOR_RADIUS_M
_TILE_PX: Final = 256
_SHARPER: Final = 0.35  # fraction of a zoom level: how much a tile is enlarged before the next level is read
_MOST_TILES: Final = 400  # per picture; a view that needs more is too far out for the archive
_ANCESTORS: Final = 5  # how many levels coarser a replacement for a missing tile may be
_KEPT_BYTES: Final = 96 * 2**20
_KEPT_TILES: Final = 5_000  # missing tiles are cached, too
_LARGEST_PX: Final = 2048

Step = tuple[float, Callable[[QPainter], None]]
TileAddress = tuple[int, int, int]  # zoom, column, row from the north
FileStamp = tuple[Path, int, int] | None  # path, modification time and size of a file; None if it does not exist


@dataclass(slots=True)
class _Opened:
    """An open archive of a layer and its problems."""

    stamp: FileStamp
    archive: TileArchive | None
    problem: LayerNote | None
    broken: set[TileAddress]


class TilePainter:
    """Opens archives and caches decoded tiles; `notes` has the layer status. Use it from one thread only."""

    def __init__(self) -> None:
        self.notes: dict[str, LayerNote] = {}
        self._opened: dict[str, _Opened] = {}
        self._pictures: OrderedDict[tuple[str, TileAddress], QImage | None] = OrderedDict()
        self._bytes = 0

    def steps(self, content: MapContent, view: Viewport, ratio: float, bounds_m: Bounds) -> list[Step]:
        """Return the paint steps of visible tile layers, one row each, so that painting can be given up."""
        self._forget_unused(content)
        steps: list[Step] = []
        for layer in content.tiles:
            if content.shows(layer.name) and content.draws_at(layer.name, view.metres_per_px):
                order, opacity = content.place_of(layer.name, UNDER_LINES)
                rows = self._rows(layer, view, ratio, bounds_m)
                steps += [(order, self._row_step(layer, row, view, ratio, opacity)) for row in rows]
        return steps

    def close(self) -> None:
        for opened in self._opened.values():
            if opened.archive is not None:
                opened.archive.close()
        self._opened.clear()

    def _rows(self, layer: TileLayer, view: Viewport, ratio: float, bounds_m: Bounds) -> list[list[TileAddress]]:
        """Return the tiles that cover the bounds, row by row; none if the layer cannot be shown."""
        opened = self._open(layer)
        if opened.archive is None:
            self.notes[layer.name] = opened.problem or LayerNote()
            return []
        facts = opened.archive.facts
        wanted = log2(2 * _HALF_WORLD_M / _TILE_PX / (view.metres_per_px / ratio)) - _SHARPER
        zoom = min(max(ceil(wanted), facts.min_zoom), facts.max_zoom)
        rows = _tiles_over(bounds_m, zoom)
        if sum(map(len, rows)) > _MOST_TILES:
            self.notes[layer.name] = LayerNote(state=LayerState.FINE, text=_("shown when you zoom in"))
            return []
        self.notes[layer.name] = _note_of(opened)
        return rows

    def _row_step(
        self, layer: TileLayer, row: list[TileAddress], view: Viewport, ratio: float, opacity: float
    ) -> Callable[[QPainter], None]:
        def paint(painter: QPainter) -> None:
            painter.save()
            painter.setTransform(QTransform())
            painter.setOpacity(opacity)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            for place in row:
                found = self._nearest(layer, place)
                if found is not None:
                    picture, source = found
                    painter.drawImage(_target(place, view, ratio), picture, source)
            painter.restore()
            self.notes[layer.name] = _note_of(self._opened[layer.name])

        return paint

    def _nearest(self, layer: TileLayer, place: TileAddress) -> tuple[QImage, QRectF] | None:
        """Return the tile's picture, or the matching part of a coarser tile."""
        zoom, column, row = place
        for coarser in range(min(_ANCESTORS, zoom) + 1):
            picture = self._picture(layer, (zoom - coarser, column >> coarser, row >> coarser))
            if picture is not None:
                share = 1 / 2**coarser
                width, height = picture.width() * share, picture.height() * share
                inside = 2**coarser - 1
                return picture, QRectF((column & inside) * width, (row & inside) * height, width, height)
        return None

    def _picture(self, layer: TileLayer, place: TileAddress) -> QImage | None:
        key = (layer.name, place)
        if key in self._pictures:
            self._pictures.move_to_end(key)
            return self._pictures[key]
        picture = self._decoded(layer, place)
        self._pictures[key] = picture
        self._bytes += picture.sizeInBytes() if picture is not None else 0
        while (self._bytes > _KEPT_BYTES or len(self._pictures) > _KEPT_TILES) and len(self._pictures) > 1:
            _old, dropped = self._pictures.popitem(last=False)
            self._bytes -= dropped.sizeInBytes() if dropped is not None else 0
        return picture

    def _decoded(self, layer: TileLayer, place: TileAddress) -> QImage | None:
        opened = self._opened[layer.name]
        if opened.archive is None:
            return None
        try:
            data = opened.archive.tile(*place)
        except MissingTilesError as error:
            self._lose(opened, LayerNote(state=LayerState.MISSING, text=str(error)))
            return None
        except TileArchiveError:
            data = b""
        if data is None:
            return None
        image = QImage.fromData(QByteArray(data))
        if image.isNull() or max(image.width(), image.height()) > _LARGEST_PX:
            opened.broken.add(place)
            return None
        alpha = image.hasAlphaChannel()
        return image.convertToFormat(
            QImage.Format.Format_ARGB32_Premultiplied if alpha else QImage.Format.Format_RGB32
        )

    def _open(self, layer: TileLayer) -> _Opened:
        """Return the layer's archive; close it if its file is gone, reopen it if its file has changed."""
        known, stamp = self._opened.get(layer.name), _stamp(layer.path)
        if known is not None and known.stamp == stamp:
            return known
        if known is not None:
            self._forget(layer.name)
        try:
            known = _Opened(stamp, open_tiles(layer.path), None, set())
        except MissingTilesError as error:
            known = _Opened(stamp, None, LayerNote(state=LayerState.MISSING, text=str(error)), set())
        except (TileArchiveError, OSError) as error:
            known = _Opened(stamp, None, LayerNote(state=LayerState.PROBLEM, text=str(error)), set())
        self._opened[layer.name] = known
        return known

    def _lose(self, opened: _Opened, problem: LayerNote) -> None:
        if opened.archive is not None:
            opened.archive.close()
        opened.archive, opened.problem, opened.stamp = None, problem, None

    def _forget(self, name: str) -> None:
        opened = self._opened.pop(name, None)
        if opened is not None and opened.archive is not None:
            opened.archive.close()
        for key in [key for key in self._pictures if key[0] == name]:
            dropped = self._pictures.pop(key)
            self._bytes -= dropped.sizeInBytes() if dropped is not None else 0

    def _forget_unused(self, content: MapContent) -> None:
        names = {layer.name for layer in content.tiles}
        for name in set(self._opened) - names:
            self._forget(name)
            self.notes.pop(name, None)


def _stamp(path: Path) -> FileStamp:
    try:
        stat = path.stat()
    except OSError:
        return None
    return path, stat.st_mtime_ns, stat.st_size


def _note_of(opened: _Opened) -> LayerNote:
    if opened.problem is not None:
        return opened.problem
    count = len(opened.broken)
    if count == 0:
        return LayerNote()
    sentence = ngettext("{n} damaged tile is not shown", "{n} damaged tiles are not shown", count)
    return LayerNote(state=LayerState.PROBLEM, text=sentence.format(n=count))


def _tiles_over(bounds_m: Bounds, zoom: int) -> list[list[TileAddress]]:
    west, south, east, north = bounds_m
    side_m, last = 2 * _HALF_WORLD_M / 2**zoom, 2**zoom - 1
    left, right = (floor((x + _HALF_WORLD_M) / side_m) for x in (west, east))
    top, bottom = (floor((_HALF_WORLD_M - y) / side_m) for y in (north, south))
    columns = range(max(left, 0), min(right, last) + 1)
    if (bottom - top + 1) * len(columns) > _MOST_TILES * 4:
        return [[(zoom, 0, 0)] * (_MOST_TILES + 1)]
    return [[(zoom, column, row) for column in columns] for row in range(max(top, 0), min(bottom, last) + 1)]


def _target(place: TileAddress, view: Viewport, ratio: float) -> QRectF:
    """Return the rectangle of a tile on whole device pixels, so that neighbours meet without a seam."""
    zoom, column, row = place
    side_m = 2 * _HALF_WORLD_M / 2**zoom
    left, top = view.to_screen(column * side_m - _HALF_WORLD_M, _HALF_WORLD_M - row * side_m)
    right, bottom = view.to_screen((column + 1) * side_m - _HALF_WORLD_M, _HALF_WORLD_M - (row + 1) * side_m)
    x, y = round(left * ratio), round(top * ratio)
    return QRectF(x, y, round(right * ratio) - x, round(bottom * ratio) - y)
