"""A choice of several among a few, as boxes to tick: Tab goes on, the space bar ticks."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from tabuah.widgets.flow_layout import FlowLayout
from tabuah.widgets.forms.tick_box import TickBox
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import Choice


class ManyChoices(QWidget):
    """Boxes of which any number is ticked.

    Signals:
        chosen: the codes of all that are ticked now, as in `current`.
    """

    chosen = Signal(str)

    def __init__(self, appearance: Appearance, choices: Sequence[Choice], *, name: str, label: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(label)
        self._boxes: dict[str, TickBox] = {}
        layout = FlowLayout(self, spacing_px=14)
        layout.setContentsMargins(0, 2, 0, 2)
        for choice in choices:
            box = TickBox(appearance, choice.label)
            box.setObjectName(f"{name}_{choice.code}")
            box.setAccessibleDescription(label)
            box.clicked.connect(self._on_clicked)
            layout.addWidget(box)
            self._boxes[choice.code] = box

    @property
    def current(self) -> str:
        """The codes of what is ticked, in the order of the choices, separated by commas; empty where nothing is."""
        return ",".join(code for code, box in self._boxes.items() if box.isChecked())

    def show_current(self, codes: str) -> None:
        """Tick these and no others; tells nobody."""
        ticked = codes.split(",")
        for code, box in self._boxes.items():
            box.setChecked(code in ticked)

    def focus_first(self) -> None:
        """Put the focus on the first box."""
        for box in self._boxes.values():
            box.setFocus(Qt.FocusReason.TabFocusReason)
            return

    def _on_clicked(self) -> None:
        self.chosen.emit(self.current)
