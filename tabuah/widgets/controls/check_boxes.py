"""A group of check boxes of which any number is checked, and a check box with a text of several lines."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QStyle, QStyleOptionButton, QStylePainter, QWidget

from tabuah.widgets.controls.flow_layout import FlowLayout
from tabuah.widgets.values import Choice

_WRAPPED = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap


class CheckBoxGroup(QWidget):
    """Check boxes of which any number is checked.

    Signals:
        chosen: codes of all checked boxes, as in `current`.
    """

    chosen = Signal(str)

    def __init__(self, choices: Sequence[Choice], *, name: str, label: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(label)
        self._boxes: dict[str, QCheckBox] = {}
        layout = FlowLayout(self, spacing_px=14)
        layout.setContentsMargins(0, 2, 0, 2)
        for choice in choices:
            box = QCheckBox(choice.label)
            box.setCursor(Qt.CursorShape.PointingHandCursor)
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


class WrappedCheckBox(QCheckBox):
    """A check box as wide as its place, whose text continues on further lines; Qt's own would cut it."""

    def __init__(self) -> None:
        super().__init__()
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of the wrapped text, at least that of one line with its box."""
        return max(super().sizeHint().height(), self._text_area(width).height())

    def minimumSizeHint(self) -> QSize:
        """Return the width of the box and the longest word, and the height at the present width."""
        words = (self.fontMetrics().horizontalAdvance(word) for word in self.text().split())
        return QSize(self._text_left() + max(words, default=0), self.heightForWidth(self.width()))

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self.heightForWidth(self.width()))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: let the style paint the box, and write the text over all lines."""
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        painter = QStylePainter(self)
        try:
            painter.drawControl(QStyle.ControlElement.CE_CheckBox, option)
            area = self._text_area(self.width())
            area.moveTop((self.height() - area.height()) // 2)
            painter.setPen(self.palette().color(self.foregroundRole()))
            painter.drawText(area, int(_WRAPPED), self.text())
        finally:
            painter.end()

    def _text_left(self) -> int:
        style = self.style()
        box = style.pixelMetric(QStyle.PixelMetric.PM_IndicatorWidth, None, self)
        return box + style.pixelMetric(QStyle.PixelMetric.PM_CheckBoxLabelSpacing, None, self)

    def _text_area(self, width: int) -> QRect:
        left = self._text_left()
        area = QRect(left, 0, max(1, width - left), 10_000)
        height = self.fontMetrics().boundingRect(area, int(_WRAPPED), self.text()).height()
        return QRect(left, 0, area.width(), height)
