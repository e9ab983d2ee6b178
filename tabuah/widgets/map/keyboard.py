"""Keyboard control of the map: pan and zoom keys, and the tab order of incidents."""

from typing import Final

import numpy as np
from PySide6.QtCore import Qt

from tabuah.widgets.map.content import MapContent, MarkerKind
from tabuah.widgets.map.overlay.hit_test import Hit, is_shown, make_hit
from tabuah.widgets.map.rendering.picture_worker import MapPicture
from tabuah.widgets.map.viewport import Viewport

_PAN_SHARE: Final = 0.2  # share of the view for one press of an arrow key
ZOOM_STEP: Final = 2.0**0.5
_ARROWS: Final = {
    Qt.Key.Key_Left: (1, 0),
    Qt.Key.Key_Right: (-1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}
_CLOSER: Final = (Qt.Key.Key_Plus, Qt.Key.Key_Equal)
_FARTHER: Final = (Qt.Key.Key_Minus, Qt.Key.Key_Underscore)


def pan_for_key(key: int, view: Viewport) -> tuple[float, float] | None:
    """Return the logical pixels by which an arrow key pans the map; None for other keys."""
    direction = _ARROWS.get(Qt.Key(key))
    if direction is None:
        return None
    return direction[0] * view.width_px * _PAN_SHARE, direction[1] * view.height_px * _PAN_SHARE


def zoom_for_key(key: int) -> float | None:
    """Return the zoom factor of + and -; None for other keys."""
    if key in _CLOSER:
        return ZOOM_STEP
    return 1 / ZOOM_STEP if key in _FARTHER else None


class IncidentTabOrder:
    """Steps through the visible incidents, worst first, then from north to south."""

    def __init__(self) -> None:
        self.at: str | None = None

    def step(self, picture: MapPicture | None, view: Viewport, *, forward: bool) -> Hit | None:
        """Return the next incident, or None after the last one (the focus then leaves the map)."""
        hits = _in_view(picture, view) if picture is not None else []
        ids = [hit.id for hit in hits]
        before = -1 if forward else len(hits)
        index = (ids.index(self.at) if self.at in ids else before) + (1 if forward else -1)
        found = hits[index] if 0 <= index < len(hits) else None
        self.at = found.id if found else None
        return found


def _in_view(picture: MapPicture, view: Viewport) -> list[Hit]:
    content: MapContent = picture.frame.content
    placed = picture.placed[MarkerKind.INCIDENT]
    pixels = placed.to_screen(view)
    inside = np.all((pixels >= 0) & (pixels <= (view.width_px, view.height_px)), axis=1)
    indices = [i for i in np.flatnonzero(inside).tolist() if is_shown(content, MarkerKind.INCIDENT, i)]
    incidents = content.incidents

    def worst_first(index: int) -> tuple[bool, int, float]:
        return bool(incidents.closed[index]), -int(incidents.classes[index]), float(pixels[index, 1])

    return [make_hit(picture, MarkerKind.INCIDENT, index) for index in sorted(indices, key=worst_first)]
