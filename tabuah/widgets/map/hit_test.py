"""Which marker lies under a pixel: units over incidents over stations, the nearest of each."""

from dataclasses import dataclass
from typing import Final

from tabuah.widgets.map.content import CLOSED_INCIDENTS, INCIDENTS, UNITS, MapContent, station_layer
from tabuah.widgets.map.markers import MarkerClass, MarkerKind
from tabuah.widgets.map.picture_worker import MapPicture
from tabuah.widgets.map.viewport import Viewport

_REACH_PX: Final = {MarkerKind.UNIT: 16.0, MarkerKind.INCIDENT: 14.0, MarkerKind.STATION: 10.0}


@dataclass(frozen=True, slots=True)
class Hit:
    """A marker: its kind, its index in the content that is shown, its id, and its place (EPSG:3857 metres)."""

    kind: MarkerKind
    index: int
    id: str
    x_m: float
    y_m: float


def marker_at(picture: MapPicture, view: Viewport, x_px: float, y_px: float) -> Hit | None:
    """The uppermost marker under a logical pixel of the view, as it is drawn in `picture`."""
    content = picture.frame.content
    x_m, y_m = view.to_map(x_px, y_px)
    for kind, reach_px in _REACH_PX.items():
        found = picture.placed[kind].near(x_m, y_m, reach_px * view.metres_per_px)
        for index in found.tolist():
            if is_shown(content, kind, index):
                return hit_of(picture, kind, index)
    return None


def hit_of(picture: MapPicture, kind: MarkerKind, index: int) -> Hit:
    """The marker with this index."""
    ids = picture.frame.content.markers(kind).ids
    return Hit(kind, index, ids[index], *picture.placed[kind].position_m(index))


def marker_with_id(picture: MapPicture, kind: MarkerKind, marker_id: str) -> Hit | None:
    """The marker with this id, if it is there."""
    ids = picture.frame.content.markers(kind).ids
    return hit_of(picture, kind, list(ids).index(marker_id)) if marker_id in ids else None


def is_shown(content: MapContent, kind: MarkerKind, index: int) -> bool:
    """Whether the marker's layer is switched on."""
    if kind is MarkerKind.STATION:
        return content.shows(station_layer(MarkerClass(int(content.stations.classes[index]))))
    if kind is MarkerKind.UNIT:
        return content.shows(UNITS)
    closed = bool(content.incidents.closed[index])
    return content.shows(INCIDENTS) and (content.shows(CLOSED_INCIDENTS) or not closed)
