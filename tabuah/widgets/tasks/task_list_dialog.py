"""The window of tasks: the tasks of all incidents at the left, one of them at the right, and the form."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QShortcut
from PySide6.QtWidgets import QBoxLayout, QCheckBox, QDialog, QLineEdit, QStackedWidget, QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.edit_form import EditForm
from tabuah.widgets.controls.labels import EmptyState, Text, name_widget
from tabuah.widgets.controls.layout import ThemedFrame, column, divider, row
from tabuah.widgets.controls.level_list import LevelList
from tabuah.widgets.controls.segmented_control import SegmentedControl
from tabuah.widgets.tasks.task_card_panel import TaskCardPanel
from tabuah.widgets.tasks.values import TaskAct, TaskCard, TaskItem
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.values import Level

_LIST_PX: Final = 520
_SIZE_PX: Final = (1120, 680)
_STEPS: Final = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -8, Qt.Key.Key_PageDown: 8}
_LONGEST_SEARCH: Final = 200


class TaskListDialog(QDialog):
    """Shows tasks and asks for acts; it decides nothing about them. Letters always go to the search.

    Signals:
        task_chosen: id of the selected task, empty for none.
        act_requested: code of the act.
        search_changed: the words, or which tasks are listed, have changed.
    """

    task_chosen = Signal(str)
    act_requested = Signal(str)
    search_changed = Signal()

    def __init__(
        self, appearance: Appearance, parent: QWidget | None = None, *, views: tuple[tuple[str, str], ...]
    ) -> None:
        super().__init__(parent)
        self.setObjectName("task_list_dialog")
        self.setWindowTitle(_("Tasks"))
        self._appearance = appearance
        self._make_search(views)
        self.list = LevelList(appearance, name="task_list", label=_("Tasks"))
        self.list.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.list.item_chosen.connect(self.task_chosen)
        self.card = TaskCardPanel(appearance)
        self.card.act_requested.connect(self.act_requested)
        self._empty = EmptyState(appearance, icon="list", name="tasks_empty")
        self._note = Text(appearance, style=TextStyle.SMALL, tone="muted", wrap=True)
        self._note.setObjectName("tasks_note")
        self.form = EditForm(appearance, name="task_form")
        self.form.cancelled.connect(self.show_list)
        self._pages = QStackedWidget()
        self._lay_out()
        self._add_shortcuts()
        self.resize(QSize(*map(appearance.px, _SIZE_PX)).boundedTo(self.screen().availableSize()))
        self.show_card(None)
        self._search.setFocus()

    @property
    def words(self) -> str:
        """The words of the search."""
        return self._search.text()

    @property
    def view(self) -> str:
        """The code of the view: open, own, overdue or all tasks."""
        return self._views.current

    @property
    def for_incident(self) -> bool:
        """Whether only the tasks of the selected incident are listed."""
        return self._incident.isVisibleTo(self) and self._incident.isChecked()

    @property
    def shows_list(self) -> bool:
        return self._pages.currentIndex() == 0

    def show_view(self, code: str) -> None:
        """Select a view."""
        self._views.show_current(code)

    def show_views(self, views: tuple[tuple[str, str], ...]) -> None:
        """Show the labels of the views, with their numbers of tasks."""
        self._views.show_choices(views)

    def show_incident(self, number: str, *, checked: bool) -> None:
        """Offer to list only the tasks of an incident; an empty number offers nothing."""
        self._incident.setText(_("Only for {number}").format(number=number))
        self._incident.setVisible(bool(number))
        self._incident.setChecked(checked and bool(number))

    def show_tasks(self, items: Sequence[TaskItem], *, add_reason: str, summary: str) -> None:
        """Show the tasks; `add_reason` says why none can be added, empty if one can."""
        self.list.show_items(items)
        self._empty_list.setVisible(not items)
        self.list.setVisible(bool(items))
        is_filtered = bool(self.words.strip()) or self.for_incident
        title = _("No task matches.") if is_filtered else _("No tasks here")
        self._empty_list.show_message(title, _("Ctrl Shift N adds one to the selected incident."))
        self._add.show_reason(add_reason)
        self.show_note(summary)

    def show_card(self, card: TaskCard | None) -> None:
        """Show one task, or that none is selected."""
        self.card.setVisible(card is not None)
        self._empty.setVisible(card is None)
        if card is not None:
            self.card.show_task(card)
        else:
            self._empty.show_message(_("No task selected"), _("Choose one at the left."))

    def show_note(self, text: str, level: Level | None = None) -> None:
        """Show the number of tasks, or why an act failed."""
        self._note.setText(text)
        self._note.show_tone("muted" if level is None else level)

    def show_list(self) -> None:
        """Show the tasks again."""
        self._pages.setCurrentIndex(0)
        self._search.setFocus()

    def show_form(self) -> None:
        """Show the form, which the owner has filled."""
        self._pages.setCurrentIndex(1)
        self.form.focus_first()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move in the list from the search, too; Enter ends a task; Escape clears the search, then closes."""
        key = Qt.Key(event.key())
        if not self.shows_list:
            if key is Qt.Key.Key_Escape:
                self.show_list()
        elif key is Qt.Key.Key_Escape and self.words:
            self._search.clear()
        elif key in _STEPS:
            self.list.step(_STEPS[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._press(TaskAct.DONE)
        else:
            super().keyPressEvent(event)

    def _press(self, act: TaskAct) -> None:
        if self.shows_list and self.card.isVisibleTo(self):
            self.card.press(act)

    def _make_search(self, views: tuple[tuple[str, str], ...]) -> None:
        self._search = QLineEdit()
        name_widget(self._search, "task_search", _("Find a task"))
        self._search.setPlaceholderText(_("Text, owner or incident") + "  (Ctrl F)")
        self._search.setClearButtonEnabled(True)
        self._search.setMaxLength(_LONGEST_SEARCH)
        self._search.textChanged.connect(self.search_changed)
        self._views = SegmentedControl(self._appearance, views, name="task_views", label=_("Which tasks"))
        self._views.chosen.connect(self._on_view_chosen)
        self._incident = QCheckBox()
        self._incident.setObjectName("tasks_of_incident")
        self._incident.toggled.connect(self.search_changed)
        self._incident.hide()

    def _on_view_chosen(self, _code: str) -> None:
        self.search_changed.emit()

    def _add_shortcuts(self) -> None:
        QShortcut("Ctrl+F", self).activated.connect(self._search.setFocus)
        QShortcut("Ctrl+Shift+N", self).activated.connect(self._add.click)
        QShortcut("Ctrl+S", self).activated.connect(self._export.click)
        for keys, act in (
            ("Ctrl+R", TaskAct.RECEIVE),
            ("Ctrl+Shift+E", TaskAct.CHANGE),
            ("Ctrl+Shift+D", TaskAct.CANCEL),
            ("Ctrl+I", TaskAct.INCIDENT),
        ):
            self._add_shortcut(keys, act.value).activated.connect(self._on_act_key)
        for number, code in enumerate(self._views.codes, start=1):
            self._add_shortcut(f"Ctrl+{number}", code).activated.connect(self._on_view_key)

    def _add_shortcut(self, keys: str, code: str) -> QShortcut:
        shortcut = QShortcut(keys, self)
        shortcut.setProperty("code", code)
        return shortcut

    def _on_act_key(self) -> None:
        self._press(TaskAct(str(self.sender().property("code"))))

    def _on_view_key(self) -> None:
        if self.shows_list:
            self._views.show_current(str(self.sender().property("code")))
            self.search_changed.emit()

    def _button(self, act: TaskAct, text: str, key: str, *, icon: str = "") -> KeyButton:
        button = KeyButton(self._appearance, text, key=key, icon=icon, compact=True, name=f"tasks_{act.value}")
        button.setAutoDefault(False)
        signal = self.act_requested
        button.clicked.connect(partial(signal.emit, act.value))
        return button

    def _lay_out(self) -> None:
        self._add = self._button(TaskAct.ADD, _("Add"), "Ctrl Shift N", icon="plus")
        self._export = self._button(TaskAct.EXPORT, _("Export"), "Ctrl S")
        self._empty_list = EmptyState(self._appearance, icon="list", name="task_list_empty")
        close = KeyButton(
            self._appearance, _("Close"), key="Esc", kind=ButtonKind.GHOST, compact=True, name="tasks_close"
        )
        close.setAutoDefault(False)
        close.clicked.connect(self.close)
        top = row(spacing_px=8)
        top.setContentsMargins(20, 14, 20, 0)
        top.addWidget(self._search, 1)
        top.addWidget(self._add)
        top.addWidget(self._export)
        second = row(spacing_px=8)
        second.setContentsMargins(20, 0, 20, 0)
        second.addWidget(self._views)
        second.addStretch(1)
        second.addWidget(self._incident)
        low = row(spacing_px=12)
        low.setContentsMargins(20, 0, 16, 12)
        low.addWidget(self._note, 1)
        low.addWidget(close)
        page = ThemedFrame("panel")
        lines = column(page, spacing_px=10)
        lines.addLayout(top)
        lines.addLayout(second)
        lines.addWidget(divider())
        lines.addLayout(self._middle(), 1)
        lines.addWidget(divider())
        lines.addLayout(low)
        self._pages.addWidget(page)
        self._pages.addWidget(self.form)
        column(self, spacing_px=0).addWidget(self._pages)

    def _middle(self) -> QBoxLayout:
        left = QWidget()
        left.setFixedWidth(self._appearance.px(_LIST_PX))
        lists = column(left, spacing_px=0)
        lists.addWidget(self.list, 1)
        lists.addWidget(self._empty_list, 1)
        middle = row(spacing_px=0)
        middle.addWidget(left)
        middle.addWidget(divider(vertical=True))
        right = column(spacing_px=0)
        right.addWidget(self.card, 1)
        right.addWidget(self._empty, 1)
        middle.addLayout(right, 1)
        return middle
