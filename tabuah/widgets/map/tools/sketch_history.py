"""Undo history of a sketch: every gesture is one step."""

from collections.abc import Callable

from PySide6.QtGui import QUndoCommand, QUndoStack

from tabuah.widgets.map.tools.sketch import Sketch


class _Step(QUndoCommand):
    """A step between two sketches; they are immutable, so the step only stores both."""

    def __init__(self, history: "SketchHistory", before: Sketch, after: Sketch) -> None:
        super().__init__()
        self._history, self._before, self._after = history, before, after

    def redo(self) -> None:
        self._history.take(self._after)

    def undo(self) -> None:
        self._history.take(self._before)


class SketchHistory:
    """The current sketch with its undo and redo steps."""

    def __init__(self, start: Sketch, on_changed: Callable[[], None]) -> None:
        self.sketch = start
        self._on_changed = on_changed
        self._stack = QUndoStack()

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to undo."""
        return self._stack.canUndo()

    @property
    def can_redo(self) -> bool:
        """Whether there is a step to redo."""
        return self._stack.canRedo()

    def begin(self, start: Sketch) -> None:
        """Start another sketch and clear the history."""
        self._stack.clear()
        self.take(start)

    def change(self, after: Sketch) -> None:
        """Add a step."""
        if after != self.sketch:
            self._stack.push(_Step(self, self.sketch, after))

    def undo(self) -> None:
        self._stack.undo()

    def redo(self) -> None:
        self._stack.redo()

    def take(self, sketch: Sketch) -> None:
        """Set the current sketch; called by the steps."""
        self.sketch = sketch
        self._on_changed()
