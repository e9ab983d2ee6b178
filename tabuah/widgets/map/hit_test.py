"""What lies under a pixel: units over clusters over incidents over stations, the nearest of each."""

from dataclasses import dataclass
from typing import Final

from tabuah.widgets.map.content import CLOSED_INCIDENTS, INCIDENTS, UNITS, MapContent, station_layer
from tabuah.widgets.map.marker_sprites import CLUSTER_RADIUS_PX
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


@dataclass(frozen=True, slots=True)
class ClusterHit:
    """A cluster of incidents: the indices of its members, how many are open, and where its sign stands."""

    members: tuple[int, ...]
    open_count: int
    x_m: float
    y_m: float


def marker_at(picture: MapPicture, view: Viewport, x_px: float, y_px: float) -> Hit | None:
    """The marker under a logical pixel of the view, if one is uppermost there."""
    found = found_at(picture, view, x_px, y_px)
    return found if isinstance(found, Hit) else None


def found_at(picture: MapPicture, view: Viewport, x_px: float, y_px: float) -> Hit | ClusterHit | None:
    """What lies uppermost under a logical pixel of the view, as it is drawn in `picture`."""
    content = picture.frame.content
    x_m, y_m = view.to_map(x_px, y_px)
    for kind, reach_px in _REACH_PX.items():
        if kind is MarkerKind.INCIDENT:
            number = picture.clusters.near(x_m, y_m, CLUSTER_RADIUS_PX * view.metres_per_px)
            if number is not None:
                return _cluster(picture, number)
        for index in picture.placed[kind].near(x_m, y_m, reach_px * view.metres_per_px).tolist():
            if is_shown(content, kind, index) and not _is_clustered(picture, kind, index):
                return hit_of(picture, kind, index)
    return None


def hit_of(picture: MapPicture, kind: MarkerKind, index: int) -> Hit:
    """The marker with this index, at the place where it or its cluster is drawn."""
    ids = picture.frame.content.markers(kind).ids
    place = picture.clusters.place_of(index) if kind is MarkerKind.INCIDENT else None
    return Hit(kind, index, ids[index], *(place or picture.placed[kind].position_m(index)))


def _cluster(picture: MapPicture, number: int) -> ClusterHit:
    found = picture.clusters
    members, open_count = tuple(found.members(number).tolist()), int(found.open_counts[number])
    return ClusterHit(members, open_count, float(found.x_m[number]), float(found.y_m[number]))


def _is_clustered(picture: MapPicture, kind: MarkerKind, index: int) -> bool:
    return kind is MarkerKind.INCIDENT and picture.clusters.place_of(index) is not None


def is_shown(content: MapContent, kind: MarkerKind, index: int) -> bool:
    """Whether the marker's layer is switched on."""
    if kind is MarkerKind.STATION:
        return content.shows(station_layer(MarkerClass(int(content.stations.classes[index]))))
    if kind is MarkerKind.UNIT:
        return content.shows(UNITS)
    closed = bool(content.incidents.closed[index])
    return content.shows(INCIDENTS) and (content.shows(CLOSED_INCIDENTS) or not closed)
