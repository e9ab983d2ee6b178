"""Overlay painter: affected areas, stations, incidents and units of one view."""

from collections.abc import Hashable
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from tabuah.gis.reference_systems import to_mercator
from tabuah.text.exercises.exercise_text import exercise_tag
from tabuah.widgets.map.base_map.base_picture import pixels_of
from tabuah.widgets.map.base_map.vector_paths import path_of
from tabuah.widgets.map.content import (
    AREA,
    UNITS,
    AffectedArea,
    MapContent,
    MarkerClass,
    MarkerKind,
    station_layer,
)
from tabuah.widgets.map.overlay import marker_sprites
from tabuah.widgets.map.overlay.clusters import Clusters
from tabuah.widgets.map.overlay.marker_arrangement import IncidentArrangement, UnitArrangement, shown_incidents
from tabuah.widgets.map.overlay.marker_raster import MarkerRaster
from tabuah.widgets.map.overlay.placed_markers import PlacedMarkers
from tabuah.widgets.map.overlay.range_painter import RangePainter
from tabuah.widgets.map.overlay.unit_motion import UnitMotion
from tabuah.widgets.map.rendering.gil_free_painting import draw_path
from tabuah.widgets.map.rendering.sprite_sheet import Fragments, SpriteSheet
from tabuah.widgets.map.viewport import Viewport
from tabuah.widgets.theme.appearance import level_colour
from tabuah.widgets.theme.design_tokens import Palette

RASTER_THRESHOLD: Final = 30_000  # visible markers; below this, antialiased sprites are as fast and look better
_SAMPLE: Final = 8  # every n-th station is sampled to estimate how many are visible
WORK_SPRITE: Final = "work"  # the sprite of a station under maintenance
_REACH_PX: Final = 40.0  # a marker this far outside may still reach into the view
_LARGEST_SHEET_PX: Final = 1_500_000  # sheet size at which all pictures are dropped, to remove those of old clusters
_AREA_OPACITY: Final = 0.16
_TAG_BELOW_PX: Final = {MarkerKind.STATION: 14.0, MarkerKind.INCIDENT: 27.0}  # below the ring of a selected one
_TAG_BELOW_CLUSTER_PX: Final = 22.0


class _Drawn(msgspec.Struct, frozen=True):
    """Visible markers of one kind: device pixels, sprite numbers and classes, bottom first."""

    pixels: NDArray[np.float32]  # shape (n, 2)
    sprites: NDArray[np.int32]
    ranks: NDArray[np.uint8]


class OverlayPainter:
    """Paints live markers; caches positions and pictures between frames. Use it from one thread only."""

    def __init__(self) -> None:
        self.placed: dict[MarkerKind, PlacedMarkers] = {}
        self.clusters = Clusters.none(0)
        self._real: dict[MarkerKind, PlacedMarkers] = {}
        self._arrangement, self._badges = IncidentArrangement(), UnitArrangement()
        self._placed_from: dict[MarkerKind, tuple[object, object]] = {}
        self._sheet = SpriteSheet()
        self._look: tuple[Palette, float] | None = None
        self._fragments = Fragments()
        self._raster: MarkerRaster | None = None
        self._ranges, self._motion = RangePainter(), UnitMotion()

    def paint(self, image: QImage, content: MapContent, *, view: Viewport, pixel_ratio: float) -> None:
        """Paint the markers in `view` over `image`, opaque or premultiplied (device pixels)."""
        self._prepare(content, pixel_ratio)
        self.placed = dict(self._real)
        self._arrangement.arrange(content, self._real[MarkerKind.INCIDENT], view)
        self.placed[MarkerKind.INCIDENT] = self._arrangement.placed
        self.clusters = self._arrangement.clusters
        self._badges.arrange(content, self._real[MarkerKind.UNIT], incidents=self._arrangement, view=view)
        self.placed[MarkerKind.UNIT] = self._badges.placed
        self._paint_areas(image, content, view, pixel_ratio)
        self._ranges.paint(image, content, view, pixel_ratio)
        self._motion.paint(image, content, self.placed[MarkerKind.UNIT], view, pixel_ratio)
        self._paint_legs(image, content, view, pixel_ratio)
        drawn = [
            self._incidents(content, view, pixel_ratio),
            self._cluster_signs(content, view, pixel_ratio),
            self._units(content, view, pixel_ratio),
        ]
        if not self._paint_many_stations(image, content, view, pixel_ratio):
            drawn.insert(0, self._stations(content, view, pixel_ratio))
        tags = self._exercise_tags(content, view, pixel_ratio)  # below the symbols: a tag never hides a neighbour
        self._paint_sprites(image, [*tags, *drawn])

    def _prepare(self, content: MapContent, ratio: float) -> None:
        if self._look != (content.palette, ratio) or self._sheet.area_px > _LARGEST_SHEET_PX:
            self._look, self._sheet = (content.palette, ratio), SpriteSheet()
        for kind in MarkerKind:
            markers = content.markers(kind)
            source = (markers.lon_deg, markers.lat_deg)
            known = self._placed_from.get(kind)
            if known is None or known[0] is not source[0] or known[1] is not source[1]:
                self._placed_from[kind] = source
                self._real[kind] = PlacedMarkers(*source)

    def _paint_areas(self, image: QImage, content: MapContent, view: Viewport, ratio: float) -> None:
        if not content.areas or not content.shows(AREA):
            return
        painter = QPainter(image)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for area in content.areas:
                _paint_area(painter, area, content.palette, view=view, ratio=ratio)
        finally:
            painter.end()

    def _paint_legs(self, image: QImage, content: MapContent, view: Viewport, ratio: float) -> None:
        """Paint lines from the true place to spread incidents and to displaced unit badges."""
        legs_m = np.concatenate((self._arrangement.legs_m, self._badges.legs_m))
        if len(legs_m) == 0:
            return
        painter = QPainter(image)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.scale(ratio, ratio)
            for colour, width in ((content.palette.label_halo, 3.2), (content.palette.muted, 1.4)):
                painter.setPen(QPen(QColor(colour), width))
                for x1_m, y1_m, x2_m, y2_m in legs_m.tolist():
                    painter.drawLine(QPointF(*view.to_screen(x1_m, y1_m)), QPointF(*view.to_screen(x2_m, y2_m)))
        finally:
            painter.end()

    def _stations(self, content: MapContent, view: Viewport, ratio: float) -> _Drawn:
        classes = content.stations.classes
        shown = np.array([content.shows(station_layer(each)) for each in MarkerClass])[classes]
        order, pixels = _in_sight(self.placed[MarkerKind.STATION], view, shown, classes)
        numbers = [self._sprite(("station", each), content.palette, ratio) for each in MarkerClass]
        sprites = np.array(numbers, dtype=np.int32)[classes[order]]
        if content.stations.worked_on:
            sprites[np.isin(order, list(content.stations.worked_on))] = self._sprite(
                WORK_SPRITE, content.palette, ratio
            )
        return _Drawn(pixels * np.float32(ratio), sprites, classes[order])

    def _incidents(self, content: MapContent, view: Viewport, ratio: float) -> _Drawn:
        incidents = content.incidents
        shown = (self.clusters.number_of < 0) & shown_incidents(content)
        ranks = np.where(incidents.closed, np.uint8(0), incidents.classes)
        order, pixels = _in_sight(self.placed[MarkerKind.INCIDENT], view, shown, ranks)
        kinds, which = np.unique(_incident_looks(content, order), return_inverse=True)
        looks = (_look_of(int(code), incidents.letters) for code in kinds)
        numbers = np.array([self._sprite(look, content.palette, ratio) for look in looks], dtype=np.int32)
        return _Drawn(pixels * np.float32(ratio), numbers[which], ranks[order])

    def _cluster_signs(self, content: MapContent, view: Viewport, ratio: float) -> _Drawn:
        """Return the signs of clusters, the worst on top."""
        found = self.clusters
        x = ((found.x_m - view.centre_x_m) / view.metres_per_px + view.width_px / 2).astype(np.float32)
        y = ((view.centre_y_m - found.y_m) / view.metres_per_px + view.height_px / 2).astype(np.float32)
        order = np.flatnonzero(_inside(x, y, view))
        order = order[np.argsort(found.worst[order], kind="stable")]
        looks = [
            marker_sprites.ClusterLook(
                count=min(int(found.open_counts[n] or found.counts[n]), marker_sprites.MOST_COUNTED + 1),
                worst=MarkerClass(int(found.worst[n])) if found.open_counts[n] else None,
            )
            for n in order.tolist()
        ]
        numbers = np.array([self._sprite(look, content.palette, ratio) for look in looks], dtype=np.int32)
        return _Drawn(np.column_stack((x[order], y[order])) * np.float32(ratio), numbers, found.worst[order])

    def _units(self, content: MapContent, view: Viewport, ratio: float) -> _Drawn:
        units = content.units
        shown = np.full(len(units.ids), content.shows(UNITS))
        no_ranks, tag = np.zeros(len(units.ids), dtype=np.uint8), exercise_tag()
        tagged = content.tagged(MarkerKind.UNIT)
        order, pixels = _in_sight(self.placed[MarkerKind.UNIT], view, shown, no_ranks)
        keys = [
            marker_sprites.UnitLook(
                name=units.details(index)[0],
                busy=bool(units.busy[index]),
                old=bool(units.old[index]),
                overdue=index in units.overdue,
                in_need=index in units.in_need,
                tag=tag if index in tagged else "",
            )
            for index in order.tolist()
        ]
        numbers = np.array([self._sprite(key, content.palette, ratio) for key in keys], dtype=np.int32)
        return _Drawn(pixels * np.float32(ratio), numbers, no_ranks[order])

    def _exercise_tags(self, content: MapContent, view: Viewport, ratio: float) -> list[_Drawn]:
        """Return the tags of stations and incidents of exercises, and of clusters with an incident of one."""
        if not any(content.tagged(kind) for kind in _TAG_BELOW_PX):
            return []
        drills = {kind: _tag_flags(content, kind) for kind in _TAG_BELOW_PX}
        classes_shown = np.array([content.shows(station_layer(each)) for each in MarkerClass])
        number_of = self.clusters.number_of
        shown = {
            MarkerKind.STATION: classes_shown[content.stations.classes],
            MarkerKind.INCIDENT: (number_of < 0) & shown_incidents(content),
        }
        places = []
        for kind, flags in drills.items():
            x, y = self.placed[kind].columns(view)
            tagged = shown[kind] & flags
            places.append(np.column_stack((x[tagged], y[tagged] + np.float32(_TAG_BELOW_PX[kind]))))
        for number in np.unique(number_of[drills[MarkerKind.INCIDENT] & (number_of >= 0)]).tolist():
            x_px, y_px = view.to_screen(float(self.clusters.x_m[number]), float(self.clusters.y_m[number]))
            places.append(np.array([[x_px, y_px + _TAG_BELOW_CLUSTER_PX]], dtype=np.float32))
        pixels = np.concatenate(places)
        pixels = pixels[_inside(pixels[:, 0], pixels[:, 1], view)]
        sprite = self._sprite(marker_sprites.ExerciseTag(exercise_tag()), content.palette, ratio)
        sprites = np.full(len(pixels), sprite, dtype=np.int32)
        return [_Drawn(pixels * np.float32(ratio), sprites, np.zeros(len(pixels), dtype=np.uint8))]

    def _sprite(self, key: Hashable, palette: Palette, ratio: float) -> int:
        if key in self._sheet:
            return self._sheet.index_of(key)
        match key:
            case marker_sprites.IncidentLook():
                picture = marker_sprites.incident_sprite(key, palette, ratio)
            case marker_sprites.ClusterLook():
                picture = marker_sprites.cluster_sprite(key, palette, ratio)
            case marker_sprites.UnitLook():
                picture = marker_sprites.unit_sprite(key, palette, ratio)
            case marker_sprites.ExerciseTag():
                picture = marker_sprites.exercise_tag_sprite(key, palette, ratio)
            case str() if key == WORK_SPRITE:
                picture = marker_sprites.work_sprite(palette, ratio)
            case (_, MarkerClass() as marker_class):
                picture = marker_sprites.station_sprite(marker_class, palette, ratio)
            case _:
                raise ValueError(f"no picture for {key!r}")
        return self._sheet.add(key, picture)

    def _paint_sprites(self, image: QImage, drawn: list[_Drawn]) -> None:
        sprites = np.concatenate([part.sprites for part in drawn])
        if len(sprites) == 0:
            return
        pixels = np.rint(np.concatenate([part.pixels for part in drawn]))
        self._fragments.place(pixels[:, 0], pixels[:, 1], rects=self._sheet.rects()[sprites])
        painter = QPainter(image)
        try:
            self._fragments.draw(painter, self._sheet.pixmap(), len(sprites))
        finally:
            painter.end()

    def _paint_many_stations(self, image: QImage, content: MapContent, view: Viewport, ratio: float) -> bool:
        """Paint the stations as a raster if very many are visible; return whether it did."""
        placed = self.placed[MarkerKind.STATION]
        if len(placed) <= RASTER_THRESHOLD:
            return False
        sample = _inside(*placed.columns(view, every=_SAMPLE), view)
        if np.count_nonzero(sample) * _SAMPLE <= RASTER_THRESHOLD:
            return False
        if self._raster is None or (self._raster.width, self._raster.height) != (image.width(), image.height()):
            self._raster = MarkerRaster(image.width(), image.height())
        shown = np.array([content.shows(station_layer(each)) for each in MarkerClass])
        colours = [QColor(level_colour(content.palette, each.level)).rgba() for each in MarkerClass]
        self._raster.places.place(placed, view, ratio)
        self._raster.paint(pixels_of(image), content.stations.classes, shown=shown, colours=colours)
        return True


def _in_sight(
    placed: PlacedMarkers, view: Viewport, shown: NDArray[np.bool_], ranks: NDArray[np.uint8]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return indices and logical pixels of the visible markers, the worst last so that it is on top."""
    x, y = placed.columns(view)
    order = np.flatnonzero(_inside(x, y, view) & shown)
    order = order[np.argsort(ranks[order], kind="stable")]
    return order, np.column_stack((x[order], y[order]))


def _inside(x: NDArray[np.float32], y: NDArray[np.float32], view: Viewport) -> NDArray[np.bool_]:
    """Return whether markers at these logical pixels may reach into the view."""
    across = (x > -_REACH_PX) & (x < view.width_px + _REACH_PX)
    return across & (y > -_REACH_PX) & (y < view.height_px + _REACH_PX)


def _tag_flags(content: MapContent, kind: MarkerKind) -> NDArray[np.bool_]:
    """Return which markers have the tag of an exercise."""
    flags = np.zeros(len(content.markers(kind).ids), dtype=np.bool_)
    flags[list(content.tagged(kind))] = True
    return flags


def _incident_looks(content: MapContent, order: NDArray[np.int64]) -> NDArray[np.uint32]:
    """Return all visual properties of incidents as one number: letter, class, inexact, closed, pending."""
    incidents = content.incidents
    letters = incidents.letter_of[order].astype(np.uint32)
    flags = incidents.closed[order] * np.uint32(2) + incidents.pending[order]
    if incidents.inexact is not None:
        flags = flags + incidents.inexact[order] * np.uint32(4)
    return (letters * 8 + incidents.classes[order]) * np.uint32(8) + flags.astype(np.uint32)


def _look_of(code: int, letters: tuple[str, ...]) -> marker_sprites.IncidentLook:
    letter, marker_class = code // 64, code // 8 % 8
    return marker_sprites.IncidentLook(
        letter=letters[letter] if letter < len(letters) else "",
        marker_class=MarkerClass(marker_class),
        closed=bool(code & 2),
        pending=bool(code & 1),
        inexact=bool(code & 4),
    )


def _paint_area(painter: QPainter, area: AffectedArea, palette: Palette, *, view: Viewport, ratio: float) -> None:
    west, _, _, north = view.bounds_m
    rings = [np.column_stack(to_mercator(ring[:, 0], ring[:, 1])) for ring in area.rings if len(ring)]
    if not rings:
        return
    points = (np.concatenate(rings) - (west, north)) * (ratio / view.metres_per_px, -ratio / view.metres_per_px)
    starts = np.cumsum([0, *(len(ring) for ring in rings[:-1])])
    colour = QColor(level_colour(palette, area.marker_class.level))
    pen = QPen(colour, 1.8 * ratio)
    pen.setDashPattern([4, 2.6])
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    tint = QColor(colour)
    tint.setAlphaF(_AREA_OPACITY)
    painter.setPen(pen)
    painter.setBrush(tint)
    draw_path(painter, path_of(points, starts))
