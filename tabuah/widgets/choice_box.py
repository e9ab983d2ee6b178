"""A choice among many, as a field that opens a list; the arrow is ours, the style's own has dark edges."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox

from tabuah.widgets.texts import name_widget
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.icons import icon_image
from tabuah.widgets.values import Choice

_ARROW_PX = 14
_EDGE_PX = 10


class ChoiceBox(QComboBox):
    """Shows one of some choices; the wheel scrolls what is around it, and never changes it by accident."""

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
        """Code of the choice."""
        return str(self.currentData() or "")

    def show_current(self, code: str) -> None:
        """Show `code` as chosen, the first one for an unknown code."""
        self.setCurrentIndex(max(0, self.findData(code)))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Qt: leave the wheel to the form."""
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: the field, then the arrow."""
        super().paintEvent(event)
        side = self._appearance.px(_ARROW_PX)
        tone = self._appearance.palette.muted if self.isEnabled() else self._appearance.palette.faint
        image = icon_image("chevron-down", tone, side, self.devicePixelRatioF())
        painter = QPainter(self)
        try:
            painter.drawImage(QRectF(self.width() - side - _EDGE_PX, (self.height() - side) / 2, side, side), image)
        finally:
            painter.end()
