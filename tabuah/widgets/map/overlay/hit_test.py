"""Hit test of markers and clusters, in drawing order: units, clusters, incidents, stations."""

from typing import Final

import msgspec
import numpy as np

from tabuah.resources.localisation import _, format_number
from tabuah.widgets.map.content import (
    CLOSED_INCIDENTS,
    INCIDENTS,
    UNITS,
    MapContent,
    MarkerClass,
    MarkerKind,
    station_layer,
)
from tabuah.widgets.map.decorations.hover_card import HoverCard
from tabuah.widgets.map.overlay.marker_sprites import CLUSTER_RADIUS_PX
from tabuah.widgets.map.rendering.picture_worker import MapPicture
from tabuah.widgets.map.viewport import Bounds, Viewport

_REACH_PX: Final = {MarkerKind.UNIT: 16.0, MarkerKind.INCIDENT: 14.0, MarkerKind.STATION: 10.0}


class Hit(msgspec.Struct, frozen=True):
    """A marker: kind, index in the shown content, id and place (EPSG:3857 metres)."""

    kind: MarkerKind
    index: int
    id: str
    x_m: float
    y_m: float


class ClusterHit(msgspec.Struct, frozen=True):
    """A cluster of incidents: indices of its members, number of open ones, and sign position."""

    members: tuple[int, ...]
    open_count: int
    x_m: float
    y_m: float


def marker_at(picture: MapPicture, view: Viewport, x_px: float, y_px: float) -> Hit | None:
    """Return the topmost marker under a logical pixel; None if there is none or a cluster is on top."""
    found = hit_at(picture, view, x_px, y_px)
    return found if isinstance(found, Hit) else None


def hit_at(picture: MapPicture, view: Viewport, x_px: float, y_px: float) -> Hit | ClusterHit | None:
    """Return the topmost marker or cluster under a logical pixel, as drawn in `picture`."""
    content = picture.frame.content
    x_m, y_m = view.to_map(x_px, y_px)
    for kind, reach_px in _REACH_PX.items():
        if kind is MarkerKind.INCIDENT:
            number = picture.clusters.near(x_m, y_m, CLUSTER_RADIUS_PX * view.metres_per_px)
            if number is not None:
                return _cluster(picture, number)
        for index in picture.placed[kind].near(x_m, y_m, reach_px * view.metres_per_px).tolist():
            if is_shown(content, kind, index) and not _is_clustered(picture, kind, index):
                return make_hit(picture, kind, index)
    return None


def make_hit(picture: MapPicture, kind: MarkerKind, index: int) -> Hit:
    """Return the marker with this index, at the place where it or its cluster is drawn."""
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
    """Return whether the marker's layer is switched on."""
    if kind is MarkerKind.STATION:
        return content.shows(station_layer(MarkerClass(int(content.stations.classes[index]))))
    if kind is MarkerKind.UNIT:
        return content.shows(UNITS)
    closed = bool(content.incidents.closed[index])
    return content.shows(INCIDENTS) and (content.shows(CLOSED_INCIDENTS) or not closed)


_ONE_PLACE_M: Final = 30.0  # EPSG:3857 metres; no zoom separates members that are closer than this
_LEAST_M: Final = 400.0  # smallest extent of the view


def bounds_of_members(picture: MapPicture, hit: ClusterHit) -> Bounds | None:
    """Return the extent (EPSG:3857) that separates the members; None if they share one place."""
    placed, members = picture.placed[MarkerKind.INCIDENT], np.array(hit.members)
    dx_m, dy_m = placed.dx_m[members].astype(np.float64), placed.dy_m[members].astype(np.float64)
    if max(np.ptp(dx_m), np.ptp(dy_m)) <= _ONE_PLACE_M:
        return None
    x_m, y_m = placed.origin_m
    across, down = max(np.ptp(dx_m), _LEAST_M) / 2, max(np.ptp(dy_m), _LEAST_M) / 2
    middle_x, middle_y = x_m + (dx_m.min() + dx_m.max()) / 2, y_m + (dy_m.min() + dy_m.max()) / 2
    return (middle_x - across, middle_y - down, middle_x + across, middle_y + down)


def member_ids(picture: MapPicture, hit: ClusterHit) -> tuple[str, ...]:
    ids = picture.frame.content.incidents.ids
    return tuple(ids[index] for index in hit.members)


def cluster_card(hit: ClusterHit) -> HoverCard:
    """Return a hover card with the number of members and a hint."""
    title = _("{count} incidents close together").format(count=format_number(len(hit.members)))
    text = _("{count} open").format(count=format_number(hit.open_count))
    return HoverCard(title, text, _("click to separate them"), hit.x_m, hit.y_m)
