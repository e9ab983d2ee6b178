"""The coloured frame around a window in an exercise, with its title and icon."""

from typing import Final

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.icons import icon

FRAME_PX: Final = 5
_ICON_PX: Final = 64


class ExerciseFrame(QObject):
    """Draws a frame at the edge of a window while it is in an exercise.

    The window and the programme have a violet icon then, and the name of the exercise begins the title.
    """

    def __init__(self, window: QMainWindow, appearance: Appearance) -> None:
        super().__init__(window)
        self._window, self._appearance = window, appearance
        self._title, self._label = window.windowTitle(), ""
        self._edges = tuple(_Edge(window, appearance) for _side in range(4))
        window.installEventFilter(self)
        appearance.changed.connect(self._on_appearance_changed)

    def show_exercise(self, label: str) -> None:
        """Show the frame with this label; an empty label is the real world."""
        if label == self._label:
            return
        self._label = label
        self._window.setWindowTitle(" · ".join(part for part in (label, self._title) if part))
        margin = FRAME_PX if label else 0
        self._window.setContentsMargins(margin, margin, margin, margin)
        for edge in self._edges:
            edge.setVisible(bool(label))
        self._place()
        self._on_appearance_changed()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Qt: follow the size of the window."""
        if event.type() is QEvent.Type.Resize and self._label:
            self._place()
        return False

    def _place(self) -> None:
        width, height = self._window.width(), self._window.height()
        top, bottom, left, right = self._edges
        top.setGeometry(0, 0, width, FRAME_PX)
        bottom.setGeometry(0, height - FRAME_PX, width, FRAME_PX)
        left.setGeometry(0, 0, FRAME_PX, height)
        right.setGeometry(width - FRAME_PX, 0, FRAME_PX, height)

    def _on_appearance_changed(self) -> None:
        palette = self._appearance.palette
        picture = icon("drum", palette.exercise if self._label else palette.accent, _ICON_PX)
        self._window.setWindowIcon(picture)
        QApplication.setWindowIcon(picture)  # of its dialogs, too


class _Edge(QWidget):
    def __init__(self, window: QWidget, appearance: Appearance) -> None:
        super().__init__(window)
        self._appearance = appearance
        self.setObjectName("exercise_edge")
        self.hide()
        appearance.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.fillRect(self.rect(), QColor(self._appearance.palette.exercise))
        finally:
            painter.end()
