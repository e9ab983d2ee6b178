"""Isolines of a grid."""

from collections.abc import Sequence

import contourpy
import numpy as np
import shapely

from tabuah.gis.layers.value_grid import ValueGrid


def isolines(grid: ValueGrid, levels: Sequence[float]) -> dict[float, shapely.Geometry]:
    """Return the joined lines of each level in EPSG:3857; none through cells with an unknown corner."""
    values = grid.values.astype(np.float64)
    generator = contourpy.contour_generator(
        grid.columns_m,
        grid.rows_m,
        np.ma.masked_invalid(values),
        corner_mask=False,  # a triangle of a cell with an unknown corner gets no line either
        line_type=contourpy.LineType.Separate,
    )
    return {level: shapely.line_merge(shapely.MultiLineString(generator.lines(level))) for level in levels}
