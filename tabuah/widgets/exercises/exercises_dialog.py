"""The exercises window: the real world and all exercises, to switch between, start, end and wipe."""

from collections.abc import Sequence
from itertools import pairwise

import msgspec
from PySide6.QtCore import QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QStackedWidget, QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.edit_form import EditForm
from tabuah.widgets.controls.labels import Text, name_widget
from tabuah.widgets.controls.layout import ThemedFrame, column, row
from tabuah.widgets.controls.level_list import LevelList
from tabuah.widgets.controls.page_footer import PageFooter, page_button
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.values import Level

REAL_WORLD_ROW = "real"
UNNAMED_ROW = "unnamed"


class ExerciseItem(msgspec.Struct, frozen=True, kw_only=True):
    """A row: the real world or an exercise. A reason says why a button is disabled."""

    id: str
    text: str
    about: str
    at: str = ""
    author: str = ""
    level: Level = Level.NO_DATA
    open_reason: str = ""
    end_reason: str = ""
    wipe_reason: str = ""
    replay_reason: str = ""
    is_replaying: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        return ()

    @property
    def spoken(self) -> str:
        return " · ".join(part for part in (self.text, self.at, self.about, self.author) if part)


class ExercisesDialog(QDialog):
    """Lists the worlds; Enter shows one in the window.

    Signals:
        start_requested: the name of a new exercise.
        open_requested, end_requested, wipe_requested, replay_requested: id of the row.
    """

    start_requested = Signal(str)
    open_requested = Signal(str)
    end_requested = Signal(str)
    wipe_requested = Signal(str)
    replay_requested = Signal(str)

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("exercises_dialog")
        self.setWindowTitle(_("Exercises"))
        self._items: tuple[ExerciseItem, ...] = ()
        self.list = LevelList(appearance, name="exercise_list", label=_("Exercises"))
        self.list.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # Tab returns to it from the name
        self.list.item_chosen.connect(self._on_item_chosen)
        self.list.doubleClicked.connect(self._on_open_clicked)
        self.name = QLineEdit()
        name_widget(self.name, "exercise_name", _("Name of the new exercise"))
        self.name.setPlaceholderText(_("such as: Flash flood Sumani 2026"))
        self.name.setMaxLength(120)
        self.start_button = KeyButton(
            appearance, _("Start exercise"), kind=ButtonKind.SECONDARY, name="exercise_start"
        )
        self.start_button.setAutoDefault(False)
        self.start_button.clicked.connect(self._on_start_clicked)
        self.open_button = page_button(
            appearance, _("Show in the window"), "Enter", "exercise_open", ButtonKind.PRIMARY
        )
        self.end_button = page_button(appearance, _("End"), "E", "exercise_end")
        self.wipe_button = page_button(appearance, _("Wipe data"), "Del", "exercise_wipe")
        self.replay_button = page_button(appearance, _("Replay a day …"), "P", "exercise_replay")
        self._close = page_button(appearance, _("Close"), "Esc", "exercises_close", ButtonKind.GHOST)
        self.open_button.clicked.connect(self._on_open_clicked)
        self.end_button.clicked.connect(self._on_end_clicked)
        self.wipe_button.clicked.connect(self._on_wipe_clicked)
        self.replay_button.clicked.connect(self._on_replay_clicked)
        self._close.clicked.connect(self.close)
        buttons = (self.open_button, self.replay_button, self.end_button, self.wipe_button)
        self._footer = PageFooter(appearance, *buttons)
        self.replay_form = EditForm(appearance, name="day_replay_form")
        self._replay_note = Text(appearance, style=TextStyle.SMALL, tone="muted", wrap=True)
        self._replay_note.setObjectName("day_replay_note")
        self._pages = QStackedWidget()
        self._lay_out(appearance)
        for before, after in pairwise((self.list, self.name, self.start_button, *buttons, self._close)):
            self.setTabOrder(before, after)  # from the list, the name of a new exercise is one key away
        self.resize(QSize(appearance.px(900), appearance.px(600)).boundedTo(self.screen().availableSize()))
        self.list.setFocus()

    def show_items(self, items: Sequence[ExerciseItem]) -> None:
        """Show these rows; keep the selection."""
        if tuple(items) != self._items:
            self._items = tuple(items)
            self.list.show_items(self._items)

    def show_start_reason(self, reason: str) -> None:
        """Show why the user cannot start an exercise; empty where they can."""
        self.start_button.show_reason(reason)
        self.name.setEnabled(not reason)

    def clear_name(self) -> None:
        self.name.clear()

    def show_replay_form(self) -> None:
        """Show the form of a replay instead of the list."""
        self._pages.setCurrentIndex(1)
        self.replay_form.focus_first()

    def show_replay_note(self, text: str, *, is_error: bool = False) -> None:
        """Show a sentence under the form: what it does now, or why it cannot."""
        self._replay_note.show_tone(Level.CRITICAL if is_error else "muted")
        self._replay_note.setText(text)

    def show_list(self) -> None:
        """Show the list instead of the form."""
        self._pages.setCurrentIndex(0)
        self.list.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter starts or shows an exercise, P replays a day into it, E ends it, Delete wipes it."""
        key = Qt.Key(event.key())
        if self._pages.currentIndex():
            return  # the form has the keyboard
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.name.hasFocus():
                self.start_button.click()
            else:
                self._footer.press(self.open_button)
        elif key is Qt.Key.Key_P and not self.name.hasFocus():
            self._footer.press(self.replay_button)
        elif key is Qt.Key.Key_E and not self.name.hasFocus():
            self._footer.press(self.end_button)
        elif key is Qt.Key.Key_Delete and not self.name.hasFocus():
            self._footer.press(self.wipe_button)
        else:
            super().keyPressEvent(event)

    def _lay_out(self, appearance: Appearance) -> None:
        top = row(spacing_px=8)
        top.setContentsMargins(20, 16, 20, 0)
        top.addWidget(self.name, 1)
        top.addWidget(self.start_button)
        hint = Text(
            appearance,
            _("An exercise has its own incidents, stations, units and alarms. Real work never mixes with it."),
            style=TextStyle.SMALL,
            tone="muted",
            wrap=True,
        )
        hint.setContentsMargins(20, 0, 20, 0)
        low = row(spacing_px=8)
        low.setContentsMargins(0, 0, 16, 14)
        low.addWidget(self._footer, 1)
        low.addWidget(self._close)
        frame = ThemedFrame("panel")
        lines = column(frame, spacing_px=10)
        lines.addLayout(top)
        lines.addWidget(hint)
        lines.addWidget(self.list, 1)
        lines.addLayout(low)
        self._pages.addWidget(frame)
        self._pages.addWidget(self._replay_page())
        column(self).addWidget(self._pages)

    def _replay_page(self) -> ThemedFrame:
        page = ThemedFrame("panel")
        lines = column(page, spacing_px=0)
        lines.addWidget(self.replay_form, 1)
        self._replay_note.setContentsMargins(16, 0, 16, 12)
        lines.addWidget(self._replay_note)
        return page

    @property
    def _chosen(self) -> ExerciseItem | None:
        return next((item for item in self._items if item.id == self.list.chosen), None)

    def _on_item_chosen(self, item_id: str) -> None:
        self._footer.clear_note_unless(item_id)
        chosen = self._chosen
        self.open_button.show_reason(chosen.open_reason if chosen else _("Choose an exercise first."))
        self.end_button.show_reason(chosen.end_reason if chosen else _("Choose an exercise first."))
        self.wipe_button.show_reason(chosen.wipe_reason if chosen else _("Choose an exercise first."))
        self.replay_button.show_reason(chosen.replay_reason if chosen else _("Choose an exercise first."))
        is_replaying = chosen is not None and chosen.is_replaying
        self.replay_button.setText(_("Stop the replay") if is_replaying else _("Replay a day …"))
        self.replay_button.updateGeometry()

    def _on_start_clicked(self) -> None:
        if self.name.text().strip():
            self.start_requested.emit(self.name.text())
        else:
            self.name.setFocus()

    def _on_open_clicked(self) -> None:
        self._request(self.open_requested)

    def _on_end_clicked(self) -> None:
        self._request(self.end_requested)

    def _on_wipe_clicked(self) -> None:
        self._request(self.wipe_requested)

    def _on_replay_clicked(self) -> None:
        self._request(self.replay_requested)

    def _request(self, signal: SignalInstance) -> None:
        if self._chosen is not None:
            signal.emit(self._chosen.id)
