"""Coordinate grid of a printed map: degrees and minutes, or UTM zone 47S in metres."""

from dataclasses import dataclass
from math import ceil, floor
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tabuah.gis.reference_systems import MERCATOR, UTM_47S, from_mercator, to_mercator, transformer
from tabuah.resources.catalogue import _
from tabuah.resources.formats import format_number
from tabuah.widgets.map.viewport import Viewport

_STEPS_S: Final = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 18_000, 36_000)  # arc seconds
_DIGITS: Final = (1, 2, 5)
_POWERS: Final = (1, 10, 100, 1_000, 10_000, 100_000, 1_000_000)
_GAP_PX: Final = 125.0  # at least 32 mm between two lines
_POINTS: Final = 33  # points of a UTM line, which is slightly curved on this map


@dataclass(frozen=True, slots=True, eq=False)
class GridLine:
    """A grid line: logical pixels, shape (n, 2), its label, and whether it runs north."""

    points_px: NDArray[np.float64]
    text: str
    runs_north: bool

    def at_edge(self, view: Viewport, *, far: bool) -> float | None:
        """Return where the line meets the left or top edge, in pixels along the edge; None if it does not.

        `far` is the right or lower edge instead.
        """
        across, along = (1, 0) if self.runs_north else (0, 1)
        size = (view.width_px, view.height_px)
        edge = float(size[across]) if far else 0.0
        order = np.argsort(self.points_px[:, across])
        met = float(np.interp(edge, self.points_px[order, across], self.points_px[order, along]))
        return met if 0 <= met <= size[along] else None


def degree_lines(view: Viewport) -> tuple[GridLine, ...]:
    """Return meridians and parallels at a round spacing."""
    west_m, south_m, east_m, north_m = view.bounds_m
    (west, south), (east, north) = from_mercator(west_m, south_m), from_mercator(east_m, north_m)
    wanted_s = _GAP_PX * (east - west) * 3600 / view.width_px
    step_s = next((step for step in _STEPS_S if step >= wanted_s), _STEPS_S[-1])
    lines = []
    for number in _multiples(west * 3600, east * 3600, step_s):
        x_px = view.to_screen(to_mercator(number / 3600, 0.0)[0], 0.0)[0]
        text = _("{angle} E") if number >= 0 else _("{angle} W")
        points = np.array([(x_px, 0.0), (x_px, view.height_px)])
        lines.append(GridLine(points, text.format(angle=_angle(number, step_s)), runs_north=True))
    for number in _multiples(south * 3600, north * 3600, step_s):
        y_px = view.to_screen(0.0, to_mercator(0.0, number / 3600)[1])[1]
        text = _("{angle} N") if number >= 0 else _("{angle} S")
        points = np.array([(0.0, y_px), (view.width_px, y_px)])
        lines.append(GridLine(points, text.format(angle=_angle(number, step_s)), runs_north=False))
    return tuple(lines)


def utm_lines(view: Viewport) -> tuple[GridLine, ...]:
    """Return lines of equal easting and northing at a round spacing; none far from zone 47S."""
    west_m, south_m, east_m, north_m = view.bounds_m
    if not (_is_near_zone(west_m) and _is_near_zone(east_m)):
        return ()
    corners = np.array([(west_m, south_m), (west_m, north_m), (east_m, south_m), (east_m, north_m)])
    eastings, northings = transformer(MERCATOR, UTM_47S).transform(corners[:, 0], corners[:, 1])
    low_e, high_e, low_n, high_n = eastings.min(), eastings.max(), northings.min(), northings.max()
    step = _round_length(_GAP_PX * (high_e - low_e) / view.width_px)
    lines = []
    for easting in _multiples(low_e, high_e, step):
        along = np.linspace(low_n, high_n, _POINTS)
        points = _utm_px(np.full(_POINTS, float(easting)), along, view)
        lines.append(GridLine(points, _("{metres} mE").format(metres=format_number(easting)), runs_north=True))
    for northing in _multiples(low_n, high_n, step):
        along = np.linspace(low_e, high_e, _POINTS)
        points = _utm_px(along, np.full(_POINTS, float(northing)), view)
        lines.append(GridLine(points, _("{metres} mN").format(metres=format_number(northing)), runs_north=False))
    return tuple(lines)


def _is_near_zone(x_m: float) -> bool:
    """Return whether UTM is usable: zone 47 is 96° to 102° E, plus three degrees on each side."""
    return 93.0 <= from_mercator(x_m, 0.0)[0] <= 105.0


def _utm_px(easting_m: NDArray[np.float64], northing_m: NDArray[np.float64], view: Viewport) -> NDArray[np.float64]:
    x_m, y_m = transformer(UTM_47S, MERCATOR).transform(easting_m, northing_m)
    west, _south, _east, north = view.bounds_m
    return np.column_stack((x_m - west, north - y_m)) / view.metres_per_px


def _multiples(low: float, high: float, step: int) -> range:
    return range(ceil(low / step) * step, floor(high / step) * step + 1, step)


def _round_length(wanted_m: float) -> int:
    lengths = (digit * power for power in _POWERS for digit in _DIGITS)
    return next(length for length in lengths if length >= wanted_m)


def _angle(seconds: int, step_s: int) -> str:
    """Return an angle as short as the step allows: 100°, 100°40′, 100°40′30″."""
    degrees, rest = divmod(abs(seconds), 3600)
    minutes, rest = divmod(rest, 60)
    if step_s % 3600 == 0:
        return f"{degrees}°"
    if step_s % 60 == 0:
        return f"{degrees}°{minutes:02d}′"
    return f"{degrees}°{minutes:02d}′{rest:02d}″"
