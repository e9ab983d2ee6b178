"""A QR code, dark on white in both themes, because many readers fail on inverted ones."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

QUIET_MODULES: Final = 4  # ISO/IEC 18004 asks for a margin of this width
_MODULE_PX: Final = 4


class QrCode(QWidget):
    """Shows the modules of a QR code."""

    def __init__(self, *, name: str, label: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(label)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._modules: tuple[tuple[bool, ...], ...] = ()

    def show_modules(self, modules: Sequence[Sequence[bool]]) -> None:
        """Show a code, row by row, true for dark; an empty one shows nothing."""
        self._modules = tuple(map(tuple, modules))
        self.setFixedSize(self.sizeHint())
        self.update()

    def sizeHint(self) -> QSize:
        side = (len(self._modules) + 2 * QUIET_MODULES) * _MODULE_PX if self._modules else 0
        return QSize(side, side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.fillRect(self.rect(), QColor(Qt.GlobalColor.white))
            for y, line in enumerate(self._modules, QUIET_MODULES):
                for x, is_dark in enumerate(line, QUIET_MODULES):
                    if is_dark:
                        painter.fillRect(
                            x * _MODULE_PX, y * _MODULE_PX, _MODULE_PX, _MODULE_PX, QColor(Qt.GlobalColor.black)
                        )
        finally:
            painter.end()
