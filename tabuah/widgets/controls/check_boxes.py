"""A group of check boxes of which any number is checked."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from tabuah.widgets.controls.flow_layout import FlowLayout
from tabuah.widgets.values import Choice


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
