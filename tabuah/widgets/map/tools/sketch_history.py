"""The history of a sketch: every gesture is one step that can be undone and done again."""

from collections.abc import Callable

from PySide6.QtGui import QUndoCommand, QUndoStack

from tabuah.widgets.map.tools.sketch import Sketch


class _Step(QUndoCommand):
    """From one sketch to another; both are immutable, so the step only keeps them."""

    def __init__(self, history: "SketchHistory", before: Sketch, after: Sketch) -> None:
        super().__init__()
        self._history, self._before, self._after = history, before, after

    def redo(self) -> None:
        """Qt: do it, or do it again."""
        self._history.take(self._after)

    def undo(self) -> None:
        """Qt: as it was before."""
        self._history.take(self._before)


class SketchHistory:
    """The sketch of now with all that it was before."""

    def __init__(self, start: Sketch, on_changed: Callable[[], None]) -> None:
        self.sketch = start
        self._on_changed = on_changed
        self._stack = QUndoStack()

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return self._stack.canUndo()

    @property
    def can_redo(self) -> bool:
        """Whether a step was taken back that can be done again."""
        return self._stack.canRedo()

    def begin(self, start: Sketch) -> None:
        """Another figure; what came before is forgotten."""
        self._stack.clear()
        self.take(start)

    def change(self, after: Sketch) -> None:
        """One more step."""
        if after != self.sketch:
            self._stack.push(_Step(self, self.sketch, after))

    def undo(self) -> None:
        """Take the last step back."""
        self._stack.undo()

    def redo(self) -> None:
        """Do the step again that was taken back last."""
        self._stack.redo()

    def take(self, sketch: Sketch) -> None:
        """Show this one; for the steps themselves."""
        self.sketch = sketch
        self._on_changed()
