"""The card of one task: its state, facts and acts."""

from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.chips import LevelChip
from tabuah.widgets.controls.facts_grid import FactsGrid
from tabuah.widgets.controls.flow_layout import FlowLayout
from tabuah.widgets.controls.labels import Text
from tabuah.widgets.controls.layout import ThemedFrame, column, row, scroll_area
from tabuah.widgets.tasks.values import TaskAct, TaskCard
from tabuah.widgets.theme.appearance import Appearance, TextStyle

_KEYS: Final = {
    TaskAct.DONE: "Enter",
    TaskAct.RECEIVE: "Ctrl R",
    TaskAct.CHANGE: "Ctrl Shift E",
    TaskAct.CANCEL: "Ctrl Shift D",
    TaskAct.INCIDENT: "Ctrl I",
}


class TaskCardPanel(QWidget):
    """Shows one task.

    Signals:
        act_requested: code of the act; `cancel` of an ended task means reopen, `receive` of a received one takes
            the receipt back.
    """

    act_requested = Signal(str)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("task_card")
        self._appearance = appearance
        self._chip = LevelChip(appearance, name="task_state")
        self._title = Text(appearance, style=TextStyle.HEADING, wrap=True, selectable=True)
        self._title.setObjectName("task_heading")
        self._facts = FactsGrid(appearance)
        self._buttons = {
            TaskAct.DONE: self._button(TaskAct.DONE, _("Mark as done"), ButtonKind.PRIMARY),
            TaskAct.RECEIVE: self._button(TaskAct.RECEIVE, _("Confirm the receipt")),
            TaskAct.CHANGE: self._button(TaskAct.CHANGE, _("Change")),
            TaskAct.CANCEL: self._button(TaskAct.CANCEL, _("Cancel the task")),
            TaskAct.INCIDENT: self._button(TaskAct.INCIDENT, _("Show the incident")),
        }
        self._lay_out()

    def show_task(self, card: TaskCard) -> None:
        """Show a task."""
        self._title.setText(card.title)
        self._chip.show_level(card.level, card.state)
        self._facts.show_facts(card.facts)
        self._label(TaskAct.CANCEL, _("Cancel the task") if card.is_open else _("Reopen the task"))
        self._label(TaskAct.RECEIVE, _("Take the receipt back") if card.is_received else _("Confirm the receipt"))
        self._buttons[TaskAct.RECEIVE].setVisible(card.has_receipt)
        for act, button in self._buttons.items():
            button.show_reason(card.reasons.get(act, ""))

    def press(self, act: TaskAct) -> None:
        """Press the button of an act, if it is available."""
        if self._buttons[act].isVisibleTo(self):
            self._buttons[act].click()

    def _label(self, act: TaskAct, text: str) -> None:
        self._buttons[act].setText(text)
        self._buttons[act].describe(text)

    def _button(self, act: TaskAct, text: str, kind: ButtonKind = ButtonKind.SECONDARY) -> KeyButton:
        button = KeyButton(self._appearance, text, key=_KEYS[act], kind=kind, compact=True, name=f"task_{act.value}")
        button.setAutoDefault(False)
        signal = self.act_requested
        button.clicked.connect(partial(signal.emit, act.value))
        return button

    def _lay_out(self) -> None:
        body = ThemedFrame("panel")
        parts = column(body, spacing_px=14)
        parts.setContentsMargins(20, 16, 20, 16)
        chips = row()
        chips.addWidget(self._chip)
        chips.addStretch(1)
        parts.addLayout(chips)
        parts.addWidget(self._title)
        parts.addWidget(self._facts)
        parts.addStretch(1)
        foot = FlowLayout(spacing_px=8)
        foot.setContentsMargins(20, 8, 20, 10)
        for button in self._buttons.values():
            foot.addWidget(button)
        lines = column(self, spacing_px=0)
        lines.addWidget(scroll_area(body, name="task_scroll"), 1)
        lines.addLayout(foot)
