"""Which part of a sketch lies under the cursor: a vertex, or the middle of an edge."""

from typing import Final

import numpy as np

from tabuah.widgets.map.tools.sketch import Sketch
from tabuah.widgets.map.tools.sketch_painter import is_wide, to_pixels
from tabuah.widgets.map.tools.tool import Pointer
from tabuah.widgets.map.viewport import Viewport

GRIP_PX: Final = 10.0


def vertex_at(sketch: Sketch, view: Viewport, pointer: Pointer) -> int:
    """The index of the vertex under the cursor, -1 for none."""
    if not sketch.vertices:
        return -1
    pixels = to_pixels(np.array(sketch.vertices), view)
    away = np.hypot(pixels[:, 0] - pointer.at_px.x(), pixels[:, 1] - pointer.at_px.y())
    nearest = int(np.argmin(away))
    return nearest if away[nearest] <= GRIP_PX else -1


def middle_at(sketch: Sketch, view: Viewport, pointer: Pointer) -> int:
    """The index that a vertex in the middle of the edge under the cursor would have, -1 for none."""
    for start, end in sketch.edges():
        one, other = (view.to_screen(*sketch.vertices[index]) for index in (start, end))
        x_px, y_px = (one[0] + other[0]) / 2, (one[1] + other[1]) / 2
        if np.hypot(x_px - pointer.at_px.x(), y_px - pointer.at_px.y()) <= GRIP_PX and is_wide(one, other):
            return start + 1
    return -1
