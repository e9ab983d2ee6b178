"""The open tasks of an incident in its details, the first due first."""

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.labels import ElidedText, Text
from tabuah.widgets.controls.layout import clear_layout, column, row
from tabuah.widgets.tasks.values import TaskItem
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.values import Level

SHOWN: Final = 3
_LOUD: Final = (Level.CRITICAL, Level.HIGH, Level.ATTENTION)


class IncidentTasksBox(QWidget):
    """Shows the first open tasks of an incident; hidden when there are none.

    Signals:
        all_requested: the user opens the list of tasks.
    """

    all_requested = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("incident_tasks")
        self._appearance = appearance
        self._shown: tuple[TaskItem, ...] = ()
        self._title = Text(appearance, _("Tasks"), style=TextStyle.SMALL_STRONG, tone="muted")
        self._all = KeyButton(
            appearance, "", key="Ctrl G", kind=ButtonKind.GHOST, compact=True, name="incident_tasks_all"
        )
        self._all.describe(_("All tasks of this incident"))
        self._all.clicked.connect(self.all_requested)
        self._lines = column(spacing_px=6)
        head = row(spacing_px=8)
        head.addWidget(self._title, 1)
        head.addWidget(self._all)
        layout = column(self, spacing_px=4)
        layout.addLayout(head)
        layout.addLayout(self._lines)

    def show_tasks(self, tasks: tuple[TaskItem, ...]) -> None:
        """Show the tasks."""
        self.setVisible(bool(tasks))
        if tasks == self._shown:
            return
        self._shown = tasks
        self._all.setText(_("All {n}").format(n=len(tasks)))
        self._all.updateGeometry()
        clear_layout(self._lines)
        for task in tasks[:SHOWN]:
            self._lines.addWidget(self._line(task))

    def _line(self, task: TaskItem) -> QWidget:
        line = QWidget()
        line.setAccessibleName(task.spoken)
        top = row(spacing_px=8)
        top.addWidget(ElidedText(self._appearance, task.text, style=TextStyle.MEDIUM), 1)
        tone = task.level if task.level in _LOUD else "muted"
        top.addWidget(Text(self._appearance, task.at, style=TextStyle.SMALL_STRONG, tone=tone))
        words = column(line, spacing_px=0)
        words.addLayout(top)
        words.addWidget(ElidedText(self._appearance, task.about, style=TextStyle.SMALL, tone="muted"))
        return line
