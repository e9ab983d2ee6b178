"""Map sheet: the content, texts, paper and scale of a printed map."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec
from msgspec.structs import replace

from tabuah.gis.geodesy import distance_m
from tabuah.gis.reference_systems import from_mercator
from tabuah.widgets.map.content import MapContent, MarkerClass
from tabuah.widgets.map.viewport import COARSEST_M, FINEST_M, Bounds, Viewport

PX_PER_MM: Final = 100 / 25.4  # the unit of a sheet: 0.01 inch
PRINT_RATIO: Final = 3.0  # device pixels to a unit: 300 dpi


class Paper(StrEnum):
    """Paper size of a sheet."""

    A4 = "A4"
    A3 = "A3"

    @property
    def size_mm(self) -> tuple[float, float]:
        """Return the long and the short side (ISO 216)."""
        return {Paper.A4: (297.0, 210.0), Paper.A3: (420.0, 297.0)}[self]


class Grid(StrEnum):
    """Grid lines on the map."""

    DEGREES = "degrees"
    UTM = "utm"
    BOTH = "both"
    NONE = "none"


class MapKeys(msgspec.Struct, frozen=True, kw_only=True):
    """Texts of the legend: incident classes, and hazard letters."""

    incident_classes: Mapping[MarkerClass, str] = msgspec.field(default_factory=dict)
    letters: Mapping[str, str] = msgspec.field(default_factory=dict)


class MapSheet(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """A map for paper.

    Args:
        bounds_m: EPSG:3857, shown completely at the next round scale; None for the regency.
        scale: the scale number for a fixed scale around the centre of the bounds.
        data_at: the moment whose state is drawn.
    """

    content: MapContent
    title: str
    subtitle: str
    office: tuple[str, ...]
    author: str
    data_at: datetime
    printed_at: datetime
    keys: MapKeys = msgspec.field(default_factory=MapKeys)
    paper: Paper = Paper.A4
    landscape: bool = True
    bounds_m: Bounds | None = None
    scale: float | None = None
    grid: Grid = Grid.DEGREES

    @property
    def size_px(self) -> tuple[int, int]:
        """Return width and height of the sheet in its unit."""
        long, short = (round(side * PX_PER_MM) for side in self.paper.size_mm)
        return (long, short) if self.landscape else (short, long)


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
