"""Check boxes that paint themselves: the style's own edges are invisible on a dark background."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QWidget

from tabuah.widgets.controls.flow_layout import FlowLayout
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.colours import mix
from tabuah.widgets.theme.fonts import TextStyle
from tabuah.widgets.theme.icons import icon_image
from tabuah.widgets.values import Choice

_BOX_PX: Final = 18
_GAP_PX: Final = 8


class CheckBox(QCheckBox):
    """A check box with its label; the space bar toggles it."""

    def __init__(self, appearance: Appearance, words: str) -> None:
        super().__init__(words)
        self._appearance = appearance
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        appearance.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        words_px = QFontMetricsF(self._appearance.font(TextStyle.BODY)).horizontalAdvance(self.text())
        return QSize(int(self._appearance.px(_BOX_PX) + _GAP_PX + words_px + 3), self._appearance.px(28))

    def paintEvent(self, _event: QPaintEvent) -> None:
        palette, side = self._appearance.palette, self._appearance.px(_BOX_PX)
        box = QRectF(1, (self.height() - side) / 2, side, side)
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_box(painter, box)
            painter.setFont(self._appearance.font(TextStyle.BODY))
            painter.setPen(QColor(palette.text if self.isEnabled() else palette.faint))
            words = QRectF(box.right() + _GAP_PX, 0, self.width() - box.right() - _GAP_PX, self.height())
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self.text())
        finally:
            painter.end()

    def _paint_box(self, painter: QPainter, box: QRectF) -> None:
        palette, ticked = self._appearance.palette, self.isChecked()
        ground = palette.accent if ticked else mix(palette.raised, palette.text, 0.06 if self.underMouse() else 0.0)
        edge = palette.accent if ticked or self.hasFocus() else palette.muted
        painter.setBrush(QColor(ground))
        painter.setPen(QPen(QColor(edge), 2 if self.hasFocus() else 1))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        if ticked:
            inner = box.adjusted(2, 2, -2, -2)
            image = icon_image("check", palette.on_accent, int(inner.width()), self.devicePixelRatioF())
            painter.drawImage(inner, image)
        if ticked and self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(palette.text), 1.5))
            painter.drawRoundedRect(box.adjusted(-1, -1, 1, 1), 5, 5)


class CheckBoxGroup(QWidget):
    """Check boxes of which any number is checked.

    Signals:
        chosen: codes of all checked boxes, as in `current`.
    """

    chosen = Signal(str)

    def __init__(self, appearance: Appearance, choices: Sequence[Choice], *, name: str, label: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(label)
        self._boxes: dict[str, CheckBox] = {}
        layout = FlowLayout(self, spacing_px=14)
        layout.setContentsMargins(0, 2, 0, 2)
        for choice in choices:
            box = CheckBox(appearance, choice.label)
            box.setObjectName(f"{name}_{choice.code}")
            box.setAccessibleDescription(label)
            box.clicked.connect(self._on_clicked)
            layout.addWidget(box)
            self._boxes[choice.code] = box

    @property
    def current(self) -> str:
        """Codes of the checked boxes in the order of the choices, comma-separated."""
        return ",".join(code for code, box in self._boxes.items() if box.isChecked())

    def show_current(self, codes: str) -> None:
        """Check the boxes of `codes` and clear all others, without emitting `chosen`."""
        ticked = codes.split(",")
        for code, box in self._boxes.items():
            box.setChecked(code in ticked)

    def focus_first(self) -> None:
        for box in self._boxes.values():
            box.setFocus(Qt.FocusReason.TabFocusReason)
            return

    def _on_clicked(self) -> None:
        self.chosen.emit(self.current)
