"""The hand: the map's own gestures, which pan, zoom, select and hover; what every other tool is left for."""

from typing import ClassVar

from PySide6.QtCore import Qt

from tabuah.widgets.map.tools.tool import MapTool


class PanTool(MapTool):
    """Drag, wheel, two fingers and arrow keys move the map in every tool; this one adds nothing to them."""

    code: ClassVar[str] = "pan"
    cursor: ClassVar[Qt.CursorShape] = Qt.CursorShape.ArrowCursor
