"""Scale of a printed map: the scale number on paper, and the next round scale that fits."""

from dataclasses import replace
from typing import Final

from tabuah.gis.geodesy import distance_m
from tabuah.gis.reference_systems import from_mercator
from tabuah.widgets.map.print.map_sheet import PX_PER_MM
from tabuah.widgets.map.viewport import COARSEST_M, FINEST_M, Bounds, Viewport

_ROUND: Final = (1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.5, 8.0)
_PX_M: Final = 1 / (PX_PER_MM * 1000)  # size of a sheet unit on paper
_PROBE_M: Final = 1000.0


def scale_number(view: Viewport) -> float:
    """Return the scale number ("1 : n") in the middle of a view drawn on a sheet."""
    return view.metres_per_px * _ground_m_per_mercator_m(view) / _PX_M


def at_scale(view: Viewport, scale: float) -> Viewport:
    """Return the view with the same centre at "1 : scale", within the scale limits of the map."""
    wanted = scale * _PX_M / _ground_m_per_mercator_m(view)
    return replace(view, metres_per_px=min(max(wanted, FINEST_M), COARSEST_M))


def round_scale_from(scale: float) -> float:
    """Return the next round number that is not smaller: 1 : 137 000 becomes 1 : 150 000."""
    power = 1.0
    while True:
        for digit in _ROUND:
            if digit * power >= scale * (1 - 1e-9):
                return digit * power
        power *= 10


def sheet_view(bounds_m: Bounds, scale: float | None, *, width_px: int, height_px: int) -> Viewport:
    """Return the view of a frame: all of `bounds_m` at a round scale, or their centre at `scale`."""
    fitted = Viewport.fitting(bounds_m, width_px=width_px, height_px=height_px, margin_px=0)
    return at_scale(fitted, scale or round_scale_from(scale_number(fitted)))


def _ground_m_per_mercator_m(view: Viewport) -> float:
    """Measured on the ellipsoid along the parallel through the centre, as for the scale bar."""
    x_m, y_m = view.centre_x_m, view.centre_y_m
    return distance_m(*from_mercator(x_m - _PROBE_M, y_m), *from_mercator(x_m + _PROBE_M, y_m)) / (2 * _PROBE_M)
