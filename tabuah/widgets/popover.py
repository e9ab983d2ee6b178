"""A small panel that opens beside what was clicked and closes at the next click or Escape."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from tabuah.widgets.surfaces import Surface, column


class Popover(QWidget):
    """A frame over everything; fill `content`, then open it under a widget."""

    def __init__(self, owner: QWidget, *, name: str) -> None:
        super().__init__(owner, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setObjectName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self._frame = Surface("popover")
        self.content: QVBoxLayout = column(self._frame)
        self.content.setContentsMargins(16, 12, 16, 12)
        column(self).addWidget(self._frame)

    def open_under(self, anchor: QWidget) -> None:
        """Show below `anchor`, its right edges aligned, kept on the screen."""
        self.adjustSize()
        corner = anchor.mapToGlobal(QPoint(anchor.width() - self.width(), anchor.height() + 4))
        area = anchor.screen().availableGeometry()
        x = max(area.left() + 8, min(corner.x(), area.right() - self.width() - 8))
        self.move(x, min(corner.y(), area.bottom() - self.height() - 8))
        self.show()
