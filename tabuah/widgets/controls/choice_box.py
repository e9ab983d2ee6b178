"""A combo box that paints its own arrow; the arrow of the Fusion style has dark edges."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox

from tabuah.widgets.controls.labels import name_widget
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.icons import icon_image
from tabuah.widgets.values import Choice

_ARROW_PX = 14
_EDGE_PX = 10


class ChoiceBox(QComboBox):
    """Selects one of several choices; it ignores the wheel, which scrolls the form around it."""

    def __init__(self, appearance: Appearance, choices: Sequence[Choice], *, name: str, label: str) -> None:
        super().__init__()
        self._appearance = appearance
        self.setProperty("chevron", True)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        name_widget(self, name, label)
        for choice in choices:
            self.addItem(choice.label, choice.code)

    @property
    def current(self) -> str:
        """Code of the current choice."""
        return str(self.currentData() or "")

    def show_current(self, code: str) -> None:
        """Select `code`, or the first choice if the code is unknown."""
        self.setCurrentIndex(max(0, self.findData(code)))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel event to the form."""
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        side = self._appearance.px(_ARROW_PX)
        tone = self._appearance.palette.muted if self.isEnabled() else self._appearance.palette.faint
        image = icon_image("chevron-down", tone, side, self.devicePixelRatioF())
        painter = QPainter(self)
        try:
            painter.drawImage(QRectF(self.width() - side - _EDGE_PX, (self.height() - side) / 2, side, side), image)
        finally:
            painter.end()
