"""Scale bar: a round ground distance that fits, true at the latitude of the view."""

from typing import Final

import msgspec

from tabuah.gis.reference_systems import from_mercator, ground_scale
from tabuah.resources.localisation import format_number
from tabuah.widgets.map.viewport import Viewport

_ROUND: Final = (1, 2, 5)


class ScaleBar(msgspec.Struct, frozen=True):
    """A bar of `width_px` logical pixels for `length_m` metres on the ground."""

    width_px: float
    length_m: float

    @property
    def text(self) -> str:
        """The length with its unit: "500 m", "10 km"."""
        if self.length_m >= 1000:
            return f"{format_number(self.length_m / 1000)} km"
        return f"{format_number(self.length_m)} m"


def scale_bar(view: Viewport, *, widest_px: float = 140.0) -> ScaleBar:
    """Return the longest round bar up to `widest_px`, measured along the parallel of the view's centre."""
    _lon_deg, lat_deg = from_mercator(view.centre_x_m, view.centre_y_m)
    ground_m_per_px = view.metres_per_px * ground_scale(lat_deg)
    lengths = (digit * 10.0**power for power in range(7) for digit in _ROUND)
    length_m = max((each for each in lengths if each <= widest_px * ground_m_per_px), default=1.0)
    return ScaleBar(length_m / ground_m_per_px, length_m)
