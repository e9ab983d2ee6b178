"""The position of an alert: a point of its area inside the regency, where an incident of it is placed."""

from functools import cached_property

from msgspec.structs import replace
from shapely import Point
from shapely.errors import GEOSException
from shapely.geometry.base import BaseGeometry

from tabuah.gis.base_map_file import load_base_map
from tabuah.gis.queries.coverage import area_of_rings
from tabuah.operations.bulletins.region import region_of
from tabuah.operations.messages.inbound_message import InboundMessage
from tabuah.operations.messages.message import MessagePosition

_DIGITS = 5  # of degrees: a metre


class AlertPositions:
    """Reads the outline of the regency when the first alert with an area comes."""

    @cached_property
    def _outline(self) -> BaseGeometry | None:
        return region_of(load_base_map()).outline

    def locate(self, message: InboundMessage) -> InboundMessage:
        """Return an alert with its position; unchanged if its area does not touch the regency."""
        if message.alert is None or not message.alert.rings or self._outline is None:
            return message
        try:
            inside = area_of_rings(message.alert.rings).intersection(self._outline)
        except GEOSException:  # a hostile outline; the alert itself counts
            return message
        return message if inside.is_empty else replace(message, position=_position(inside.representative_point()))


def _position(point: Point) -> MessagePosition:
    return MessagePosition(lon_deg=round(point.x, _DIGITS), lat_deg=round(point.y, _DIGITS))
