"""Label painter: measures, places and paints the labels of a view on one sprite sheet."""

from collections.abc import Iterator
from functools import partial
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QPainter, QPixmap

from tabuah.widgets.map.content import INCIDENTS, UNITS, MapContent, MarkerClass, MarkerKind, station_layer
from tabuah.widgets.map.labels.label_candidates import LabelCandidate, label_candidates
from tabuah.widgets.map.labels.label_placement import Box, OccupiedGrid, PlacementRequest, place_names
from tabuah.widgets.map.labels.label_text_layout import name_picture, note_ink, text_size
from tabuah.widgets.map.labels.visible_areas import VisibleAreas
from tabuah.widgets.map.overlay.placed_markers import PlacedMarkers
from tabuah.widgets.map.overlay.range_painter import label_boxes
from tabuah.widgets.map.rendering.latest_request_worker import Peek
from tabuah.widgets.map.rendering.sprite_sheet import Fragments, SpriteSheet
from tabuah.widgets.map.viewport import Viewport

_STATION_RADIUS_PX: Final = 7.0
_INCIDENT_RADIUS_PX: Final = 13.0
_DOT_PX: Final = 1.5  # half the size of the largest dot; labels never cover larger symbols
_UNIT_BOX_PX: Final = (26.0, 11.0)
_KEPT_SHEETS_PX: Final = 2_000_000  # sheet size at which pictures of unused labels are dropped


class LabelLayer(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """Placed labels: centre (EPSG:3857 metres), position on the sheet (device pixels), and text."""

    content: MapContent
    view: Viewport
    pixel_ratio: float
    x_m: NDArray[np.float64]
    y_m: NDArray[np.float64]
    rects: NDArray[np.float64]
    sheet: QPixmap
    texts: tuple[str, ...]
    boxes: tuple[Box, ...]  # logical pixels of `view`


class LabelPainter:
    """Places and paints labels; caches label pictures between views. Use it from one thread only."""

    def __init__(self) -> None:
        self._sheet = SpriteSheet()
        self._sizes: dict[tuple[LabelCandidate, float], tuple[float, float]] = {}
        self._ratio = 0.0
        self._areas = VisibleAreas()

    def lay_out(
        self,
        content: MapContent,
        *,
        view: Viewport,
        pixel_ratio: float,
        placed: dict[MarkerKind, PlacedMarkers],
        furniture: tuple[Box, ...] = (),
        seen: Viewport | None = None,
    ) -> LabelLayer:
        """Return the labels of `view`, clear of the markers and of `furniture` (boxes in pixels of `view`).

        Labels of areas are placed in the part that is `seen`, if that is not all of `view`. No label
        crosses its edge.
        """
        self._tidy(pixel_ratio)
        chosen = self.place(content, view=view, placed=placed, furniture=furniture, seen=seen)
        return self._layer(content, chosen, view, pixel_ratio)

    def place(
        self,
        content: MapContent,
        *,
        view: Viewport,
        placed: dict[MarkerKind, PlacedMarkers],
        furniture: tuple[Box, ...] = (),
        seen: Viewport | None = None,
    ) -> list[tuple[LabelCandidate, Box]]:
        """Return the labels that fit in `view` and their boxes (logical pixels)."""
        places_in_sight = partial(self._areas.places, seen=seen or view)
        all_offers = label_candidates(content, view.metres_per_px, places_in_sight)
        offers = [each for each in all_offers if _in_sight(each, view)]
        taken = _taken_space(content, view, placed, furniture)
        if seen is not None:
            _take_edges(taken, view, seen)
        names = [self._name(key, offer, view, content.text_scale) for key, offer in enumerate(offers)]
        for offer, name in zip(offers, names, strict=True):
            if offer.style.beside_point:
                gap = max(1.0, offer.style.gap_px - 4)
                take = taken.take if gap > _DOT_PX else taken.take_dot
                take((name.x_px - gap, name.y_px - gap, name.x_px + gap, name.y_px + gap))
        return [(offers[key], box) for key, box in place_names(names, taken)]

    def _layer(
        self, content: MapContent, chosen: list[tuple[LabelCandidate, Box]], view: Viewport, ratio: float
    ) -> LabelLayer:
        numbers = [self._sprite(offer, content, ratio) for offer, _ in chosen]
        boxes = np.array([box for _, box in chosen], dtype=np.float64).reshape(-1, 4)
        x_px, y_px = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
        return LabelLayer(
            content=content,
            view=view,
            pixel_ratio=ratio,
            x_m=view.centre_x_m + (x_px - view.width_px / 2) * view.metres_per_px,
            y_m=view.centre_y_m - (y_px - view.height_px / 2) * view.metres_per_px,
            rects=self._sheet.rects()[numbers] if numbers else np.zeros((0, 4)),
            sheet=self._sheet.pixmap(),
            texts=tuple(offer.text for offer, _ in chosen),
            boxes=tuple(box for _, box in chosen),
        )

    def _tidy(self, ratio: float) -> None:
        if ratio != self._ratio or self._sheet.area_px > _KEPT_SHEETS_PX:
            self._sheet, self._sizes, self._ratio = SpriteSheet(), {}, ratio

    def _name(self, key: int, offer: LabelCandidate, view: Viewport, text_scale: float) -> PlacementRequest:
        x_px, y_px = view.to_screen(offer.x_m, offer.y_m)
        size = self._sizes.get((offer, text_scale))
        if size is None:
            size = self._sizes[offer, text_scale] = text_size(offer, text_scale)
        return PlacementRequest(
            key=key,
            x_px=x_px,
            y_px=y_px,
            width_px=size[0],
            height_px=size[1],
            beside_point=offer.style.beside_point,
            gap_px=offer.style.gap_px + 1,
            area=self._areas.area(*offer.area, view) if offer.area else None,
        )

    def _sprite(self, offer: LabelCandidate, content: MapContent, ratio: float) -> int:
        key = (offer.text, offer.note, offer.style, content.text_scale)
        if key in self._sheet:
            return self._sheet.index_of(key)
        return self._sheet.add(
            key, name_picture(offer, note_ink=note_ink(content), scale=content.text_scale, ratio=ratio)
        )


def _in_sight(offer: LabelCandidate, view: Viewport) -> bool:
    x_px, y_px = view.to_screen(offer.x_m, offer.y_m)
    return 0 <= x_px <= view.width_px and 0 <= y_px <= view.height_px


def _take_edges(taken: OccupiedGrid, view: Viewport, seen: Viewport) -> None:
    """Block the edge of the visible part, so that it cuts no label."""
    west, south, east, north = seen.bounds_m
    (left, top), (right, bottom) = view.to_screen(west, north), view.to_screen(east, south)
    upright = ((left, top, left, bottom), (right, top, right, bottom))
    for edge in (*upright, (left, top, right, top), (left, bottom, right, bottom)):
        taken.take(edge)


def _taken_space(
    content: MapContent,
    view: Viewport,
    placed: dict[MarkerKind, PlacedMarkers],
    furniture: tuple[Box, ...],
) -> OccupiedGrid:
    taken = OccupiedGrid(view.width_px, view.height_px)
    for box in (*furniture, *label_boxes(content, view)):
        taken.take(box)
    stations, incidents, units = (placed.get(kind) for kind in MarkerKind)
    if stations is not None and len(stations) == len(content.stations.ids):
        shown = np.array([content.shows(station_layer(each)) for each in MarkerClass])
        taken.take_around(stations.to_screen(view)[shown[content.stations.classes]], _STATION_RADIUS_PX)
    if incidents is not None and content.shows(INCIDENTS):
        taken.take_around(incidents.to_screen(view), _INCIDENT_RADIUS_PX)
    if units is not None and content.shows(UNITS):
        width, height = _UNIT_BOX_PX
        for x, y in units.to_screen(view).tolist():
            taken.take((x - width, y - height, x + width, y + height))
    return taken


class LabelBlitter:
    """Draws placed labels. They move by whole device pixels, as the picture below them does."""

    def __init__(self) -> None:
        self._fragments = Fragments()
        self._placed: tuple[LabelLayer, float] | None = None  # for this scale in metres per pixel

    def paint(self, painter: QPainter, labels: LabelLayer, view: Viewport) -> None:
        """Draw all labels in one call."""
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
        """Compute the places from the upper left corner of the view that the labels were placed for."""
        west, _, _, north = labels.view.bounds_m
        device_px_m = metres_per_px / labels.pixel_ratio
        columns, rows = (np.rint(each / device_px_m) for each in (labels.x_m - west, north - labels.y_m))
        ratio = labels.pixel_ratio
        self._fragments.place(columns / ratio, rows / ratio, rects=labels.rects, scale=1 / ratio)


class LabelRequest(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """A request for the labels of a view (overscanned) with its visible part and occupied boxes."""

    content: MapContent
    view: Viewport
    seen: Viewport
    pixel_ratio: float
    placed: dict[MarkerKind, PlacedMarkers]
    furniture: tuple[Box, ...]


class LabelRenderer:
    """Places labels in one thread."""

    def __init__(self) -> None:
        self._painter = LabelPainter()

    def render(self, request: LabelRequest, _peek: Peek) -> Iterator[LabelLayer]:
        """Yield the placed labels of `request`."""
        yield self._painter.lay_out(
            request.content,
            view=request.view,
            pixel_ratio=request.pixel_ratio,
            placed=request.placed,
            furniture=request.furniture,
            seen=request.seen,
        )
