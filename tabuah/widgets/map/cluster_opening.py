"""What a click on a cluster does: come closer until its members stand apart, or spread those at one place."""

from typing import Final

import numpy as np

from tabuah.resources.catalogue import _
from tabuah.resources.formats import format_number
from tabuah.widgets.map.hit_test import ClusterHit
from tabuah.widgets.map.hover_card import HoverCard
from tabuah.widgets.map.markers import MarkerKind
from tabuah.widgets.map.picture_worker import MapPicture
from tabuah.widgets.map.viewport import Bounds

_ONE_PLACE_M: Final = 30.0  # EPSG:3857 metres; nearer to each other, no zoom tells them apart
_LEAST_M: Final = 400.0  # no closer than so much land in the view


def bounds_to_open(picture: MapPicture, hit: ClusterHit) -> Bounds | None:
    """The land (EPSG:3857) in which the members stand apart; None when they share one place."""
    placed, members = picture.placed[MarkerKind.INCIDENT], np.array(hit.members)
    dx_m, dy_m = placed.dx_m[members].astype(np.float64), placed.dy_m[members].astype(np.float64)
    if max(np.ptp(dx_m), np.ptp(dy_m)) <= _ONE_PLACE_M:
        return None
    x_m, y_m = placed.origin_m
    across, down = max(np.ptp(dx_m), _LEAST_M) / 2, max(np.ptp(dy_m), _LEAST_M) / 2
    middle_x, middle_y = x_m + (dx_m.min() + dx_m.max()) / 2, y_m + (dy_m.min() + dy_m.max()) / 2
    return (middle_x - across, middle_y - down, middle_x + across, middle_y + down)


def ids_of(picture: MapPicture, hit: ClusterHit) -> tuple[str, ...]:
    """The members' ids."""
    ids = picture.frame.content.incidents.ids
    return tuple(ids[index] for index in hit.members)


def cluster_card(hit: ClusterHit) -> HoverCard:
    """How many there are, and how to see them."""
    title = _("{count} incidents close together").format(count=format_number(len(hit.members)))
    told = _("{count} open").format(count=format_number(hit.open_count))
    return HoverCard(title, told, _("click to tell them apart"), hit.x_m, hit.y_m)
