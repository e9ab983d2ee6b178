"""The edit form: fields that its owner describes, of anything, told back only where they were changed."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from tabuah.resources.catalogue import _
from tabuah.widgets.buttons import KeyButton, Kind
from tabuah.widgets.forms.choice_chips import ChoiceChips
from tabuah.widgets.forms.form_field import FormField
from tabuah.widgets.surfaces import Panel, clear_layout, column, line, row, scrolling
from tabuah.widgets.texts import Text, name_widget
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.fonts import Type
from tabuah.widgets.values import Choice


@dataclass(frozen=True, slots=True, kw_only=True)
class EditField:
    """One field: text, or a choice when it has choices; `guarded` ones may end in a conflict and say so.

    `hint` stands below the control as long as nothing is wrong with it.
    """

    code: str
    label: str
    value: str
    choices: tuple[Choice, ...] = ()
    guarded: bool = False
    hint: str = ""


class EditForm(Panel):
    """Edits one thing.

    Signals:
        submitted: id of the thing and a dict of the changed fields, code → new value.
        cancelled: the form was closed.
    """

    submitted = Signal(str, object)
    cancelled = Signal()

    def __init__(self, appearance: Appearance, *, name: str = "edit_form") -> None:
        super().__init__(appearance, width_px=320)
        self.setObjectName(name)
        self._prefix = name.removesuffix("_form")
        self._appearance = appearance
        self._edited = ""
        self._fields: tuple[EditField, ...] = ()
        self._controls: dict[str, QLineEdit | ChoiceChips] = {}
        self._rows: dict[str, FormField] = {}
        self._title = Text(appearance, style=Type.TITLE, wrap=True)
        self._title.setContentsMargins(16, 14, 16, 8)
        body = QWidget()
        self._layout = column(body, spacing_px=12)
        self._layout.setContentsMargins(16, 4, 16, 16)
        self._save = KeyButton(appearance, _("Save changes"), key="↵", kind=Kind.PRIMARY, name=f"{self._prefix}_save")
        self._close = KeyButton(appearance, _("Close"), key="Esc", kind=Kind.GHOST, name=f"{self._prefix}_close")
        self._save.clicked.connect(self._on_submit)
        self._close.clicked.connect(self.cancelled)
        buttons = row()
        buttons.setContentsMargins(16, 12, 16, 12)
        buttons.addWidget(self._save)
        buttons.addWidget(self._close)
        buttons.addStretch(1)
        outer = column(self, spacing_px=0)
        outer.addWidget(self._title)
        outer.addWidget(scrolling(body, name=f"{self._prefix}_scroll"), 1)
        outer.addWidget(line())
        outer.addLayout(buttons)

    def show_fields(self, edited: str, title: str, fields: Sequence[EditField], *, save: str = "") -> None:
        """Show the fields of a thing as they are.

        Args:
            edited: the id of the thing.
            title: says what is written here.
            fields: in their order.
            save: what the button says where nothing is changed, but something new is stated.
        """
        self._edited, self._fields = edited, tuple(fields)
        self._title.setText(title)
        self._save.setText(save or _("Save changes"))
        self._save.describe(self._save.text())
        self._save.updateGeometry()
        clear_layout(self._layout)
        self._controls, self._rows = {}, {}
        settled = _("If somebody else changes this too, a person settles it.")
        for field in fields:
            control = self._control(field)
            self._controls[field.code] = control
            row_widget = FormField(
                self._appearance, field.label, control, hint=settled if field.guarded else field.hint
            )
            self._rows[field.code] = row_widget
            self._layout.addWidget(row_widget)
        self._layout.addStretch(1)

    def show_error(self, code: str, error: str) -> None:
        """Say what is wrong with one field."""
        self._rows[code].show_error(error)

    def changes(self) -> dict[str, str]:
        """What is different now, field by field."""
        now = {code: _value(control) for code, control in self._controls.items()}
        return {field.code: now[field.code] for field in self._fields if now[field.code] != field.value}

    def focus_first(self) -> None:
        """Put the cursor into the first field."""
        first = next(iter(self._controls.values()), None)
        if isinstance(first, ChoiceChips):
            first.focus_first()
        elif first is not None:
            first.setFocus(Qt.FocusReason.ShortcutFocusReason)
            first.end(False)
            first.home(True)  # all of it, seen from its beginning

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Enter saves, Escape closes."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._on_submit()
        elif event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        else:
            super().keyPressEvent(event)

    def _control(self, field: EditField) -> QLineEdit | ChoiceChips:
        if field.choices:
            chips = ChoiceChips(self._appearance, name=f"{self._prefix}_{field.code}", label=field.label)
            chips.show_choices(field.choices)
            chips.show_current(field.value)
            return chips
        edit = QLineEdit(field.value)
        name_widget(edit, f"{self._prefix}_{field.code}", field.label)
        return edit

    def _on_submit(self) -> None:
        changes = self.changes()
        if changes:
            self.submitted.emit(self._edited, changes)
        else:
            self.cancelled.emit()


def _value(control: QLineEdit | ChoiceChips) -> str:
    return control.current if isinstance(control, ChoiceChips) else control.text().strip()
