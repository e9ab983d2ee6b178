"""The dialog of acting deputies: those in force or to come, a form that names one, and the early end."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QShortcut
from PySide6.QtWidgets import QDialog, QStackedWidget, QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.edit_form import EditForm
from tabuah.widgets.controls.labels import EmptyState, Text
from tabuah.widgets.controls.layout import ThemedFrame, column, divider, row
from tabuah.widgets.controls.level_list import LevelList
from tabuah.widgets.people.values import PeopleLine
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.values import Level

_SIZE_PX: Final = (760, 520)


class DeputiesDialog(QDialog):
    """Shows deputies and asks for acts.

    Signals:
        naming_requested: the person names another deputy.
        end_requested: id of the deputyship to end early.
    """

    naming_requested = Signal()
    end_requested = Signal(str)

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("deputies_dialog")
        self.setWindowTitle(_("Acting deputies"))
        self._appearance = appearance
        self.list = LevelList(appearance, name="deputy_list", label=_("Acting deputies"))
        self.list.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.list.item_chosen.connect(self._on_chosen)
        self._none = EmptyState(appearance, icon="user", name="deputies_none")
        self._none.show_message(_("Nobody acts as a deputy"), _("Press Ctrl Shift N to name one."))
        self._about = Text(appearance, style=TextStyle.SMALL, tone="muted", wrap=True)
        self._note = Text(appearance, style=TextStyle.SMALL, tone="muted", wrap=True)
        self._note.setObjectName("deputies_note")
        self._new = self._button(_("Name a deputy"), "Ctrl Shift N", "deputy_new", ButtonKind.PRIMARY)
        self._new.clicked.connect(self.naming_requested)
        QShortcut("Ctrl+Shift+N", self).activated.connect(self._new.click)
        self._end = self._button(_("End early"), "E", "deputy_end", ButtonKind.SECONDARY)
        self._end.clicked.connect(self._on_end_clicked)
        self.form = EditForm(appearance, name="deputy_form")
        self.form.cancelled.connect(self.show_list)
        self._form_note = Text(appearance, style=TextStyle.SMALL, tone="muted", wrap=True)
        self._form_note.setObjectName("deputy_form_note")
        self._pages = QStackedWidget()
        self._lay_out()
        width, height = (appearance.px(side) for side in _SIZE_PX)
        self.resize(QSize(width, height).boundedTo(self.screen().availableSize()))
        self._on_chosen("")

    @property
    def has_form(self) -> bool:
        """Return whether the form is in front."""
        return self._pages.currentIndex() == 1

    def show_deputies(self, lines: Sequence[PeopleLine], *, about: str) -> None:
        """Show the deputyships, and the rules about them."""
        self._about.setText(about)
        self.list.show_items(lines)
        self.list.setVisible(bool(lines))
        self._none.setVisible(not lines)

    def show_note(self, text: str, level: Level | None = None) -> None:
        """Show what was recorded, or why an act failed, in the list and in the form."""
        for note in (self._note, self._form_note):
            note.setText(text)
            note.show_tone("muted" if level is None else level)

    def show_form(self) -> None:
        """Show the form, which the owner has filled."""
        self.show_note("")
        self._pages.setCurrentIndex(1)
        self.form.focus_first()

    def show_list(self) -> None:
        """Show the deputyships again."""
        self.show_note("")
        self._pages.setCurrentIndex(0)
        self.list.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """E ends the selected deputyship; Enter is for the form."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return
        if self.has_form or event.key() != Qt.Key.Key_E or event.modifiers() not in (_NO_MODIFIER, _SHIFT):
            super().keyPressEvent(event)
        else:
            self._end.click()

    def _button(self, text: str, key: str, name: str, kind: ButtonKind) -> KeyButton:
        button = KeyButton(self._appearance, text, key=key, kind=kind, name=name)
        button.setAutoDefault(False)
        return button

    def _lay_out(self) -> None:
        frame = ThemedFrame("panel")
        lines = column(frame, spacing_px=10)
        self._about.setContentsMargins(20, 16, 20, 0)
        lines.addWidget(self._about)
        lines.addWidget(self.list, 1)
        lines.addWidget(self._none, 1)
        lines.addWidget(divider())
        self._note.setContentsMargins(20, 0, 20, 0)
        lines.addWidget(self._note)
        low = row(spacing_px=8)
        low.setContentsMargins(20, 0, 16, 14)
        close = self._button(_("Close"), "Esc", "deputies_close", ButtonKind.GHOST)
        close.clicked.connect(self.close)
        for button in (self._new, self._end):
            low.addWidget(button)
        low.addStretch(1)
        low.addWidget(close)
        lines.addLayout(low)
        form = ThemedFrame("panel")
        rows = column(form, spacing_px=0)
        rows.addWidget(self.form, 1)
        self._form_note.setContentsMargins(16, 0, 16, 12)
        rows.addWidget(self._form_note)
        self._pages.addWidget(frame)
        self._pages.addWidget(form)
        column(self).addWidget(self._pages)

    def _on_chosen(self, deputyship: str) -> None:
        self._end.show_reason("" if deputyship else _("Choose a row first."))

    def _on_end_clicked(self) -> None:
        self.end_requested.emit(self.list.chosen)


_NO_MODIFIER: Final = Qt.KeyboardModifier.NoModifier
_SHIFT: Final = Qt.KeyboardModifier.ShiftModifier
