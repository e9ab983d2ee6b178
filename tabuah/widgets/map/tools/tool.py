"""What every tool is to the map: it answers mouse and keys, paints over the map, and says what to do next."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Protocol

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from tabuah.gis.layers.ranges import Ranges
from tabuah.widgets.map.content import MapContent
from tabuah.widgets.map.picture_worker import MapPicture
from tabuah.widgets.map.viewport import Viewport

Place = tuple[float, float]  # EPSG:3857 metres
_NONE = Qt.KeyboardModifier.NoModifier


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """Where somebody points: logical pixels of the view, the place there, and which keys are held."""

    at_px: QPointF
    place_m: Place
    held: Qt.KeyboardModifier = _NONE

    def holds(self, modifier: Qt.KeyboardModifier) -> bool:
        """Whether a modifier key is held."""
        return bool(self.held & modifier)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolWords:
    """What a tool tells: what to do next, what was found out so far, and what is wrong."""

    hint: str = ""
    value: str = ""  # such as a length; can be copied
    problem: str = ""  # why the last gesture was refused


class Stage(Protocol):
    """What a tool may see and ask of the map it works on."""

    @property
    def view(self) -> Viewport:
        """The part that is shown."""

    @property
    def content(self) -> MapContent:
        """All that is on the map."""

    @property
    def picture(self) -> MapPicture | None:
        """What the workers drew last, with its hit tests."""

    def repaint(self) -> None:
        """Something that the tool paints has changed."""

    def words_changed(self) -> None:
        """The tool has something else to say."""

    def finished(self, result: object) -> None:
        """The tool has a result."""

    def show_ranges(self, ranges: tuple[Ranges, ...]) -> None:
        """Draw these distances around places, and no others."""

    def accepted(self) -> None:
        """The result is good: do with it what is offered first."""

    def zoom_to_box(self, box_px: QRectF) -> None:
        """Make a box of logical pixels fill the view."""

    def zoom_at(self, factor: float, at_px: QPointF) -> None:
        """Zoom around a pixel."""


class MapTool:
    """A tool that leaves everything to the map; others answer what they are for."""

    code: ClassVar[str] = ""
    cursor: ClassVar[Qt.CursorShape] = Qt.CursorShape.CrossCursor

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def begin(self) -> None:
        """It was taken up."""

    def end(self) -> None:
        """It was laid down: nothing of it stays on the map."""

    def forget(self) -> None:
        """What it found was put away elsewhere."""

    def words(self) -> ToolWords:
        """What to tell now."""
        return ToolWords()

    def press(self, pointer: Pointer) -> bool:
        """The left button went down; whether the drag that may follow is the tool's own and not the map's."""
        del pointer
        return False

    def drag(self, pointer: Pointer) -> None:
        """The cursor moves in the tool's own drag."""

    def release(self, pointer: Pointer) -> None:
        """The tool's own drag ended; without a drag it was a click."""

    def hover(self, pointer: Pointer) -> None:
        """The cursor moves with no button held."""

    def click(self, pointer: Pointer) -> bool:
        """A click, or Space for the place in the middle; whether it was for the tool."""
        del pointer
        return False

    def double_click(self, pointer: Pointer) -> bool:
        """A double click; its first click was told already."""
        del pointer
        return False

    def answer(self, key: Qt.Key, held: Qt.KeyboardModifier) -> Callable[[], None] | None:
        """What a key does in this tool; None for keys that are not its own."""
        del key, held
        return None

    def step_back(self) -> bool:
        """Escape: drop what was begun; whether there was something, else the tool is left."""
        return False

    def paint(self, painter: QPainter) -> None:
        """Paint over the map."""

    def _changed(self) -> None:
        self._stage.repaint()
        self._stage.words_changed()


CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


def middle_of(view: Viewport) -> QPointF:
    """The pixel in the middle, where Space clicks."""
    return QPointF(view.width_px / 2, view.height_px / 2)
