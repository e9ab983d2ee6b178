"""A generic edit form: its owner describes the fields, and it reports only the changed ones."""

from collections.abc import Mapping, Sequence
from functools import partial

import msgspec
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from tabuah.resources.localisation import _, format_number
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.choice_chips import ChoiceChips
from tabuah.widgets.controls.form_field import FormField
from tabuah.widgets.controls.growing_text_edit import GrowingTextEdit
from tabuah.widgets.controls.labels import Text, name_widget
from tabuah.widgets.controls.layout import DockPanel, clear_layout, column, divider, row, scroll_area
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.values import Choice


class EditField(msgspec.Struct, frozen=True, kw_only=True):
    """One field: text, or a choice when it has choices; `guarded` fields may cause a conflict and say so.

    A field with `max_chars` has several lines: it grows with its text, and Ctrl+Enter saves.
    `hint` is shown below the control while the field has no error. A field with a `refusal` cannot be changed, and
    shows it instead; its text can be copied.
    """

    code: str
    label: str
    value: str
    choices: tuple[Choice, ...] = ()
    guarded: bool = False
    hint: str = ""
    refusal: str = ""
    max_chars: int = 0


_Control = QLineEdit | ChoiceChips | GrowingTextEdit


class EditForm(DockPanel):
    """Edits one object.

    Signals:
        submitted: id of the object and a dict of the changed fields, code → new value.
        cancelled: the form was closed.
        fields_shown: the fields of another object are shown.
        edited: the person changed a field.
    """

    submitted = Signal(str, object)
    cancelled = Signal()
    fields_shown = Signal()
    edited = Signal()

    def __init__(self, appearance: Appearance, *, name: str = "edit_form") -> None:
        super().__init__(appearance, width_px=320)
        self.setObjectName(name)
        self._prefix = name.removesuffix("_form")
        self._appearance = appearance
        self._edited = ""
        self._fields: tuple[EditField, ...] = ()
        self._controls: dict[str, _Control] = {}
        self._before: dict[str, str] = {}  # the values as the controls show them
        self._rows: dict[str, FormField] = {}
        self._title = Text(appearance, style=TextStyle.TITLE, wrap=True)
        self._title.setContentsMargins(16, 14, 16, 8)
        body = QWidget()
        self._layout = column(body, spacing_px=12)
        self._layout.setContentsMargins(16, 4, 16, 16)
        self._save = KeyButton(
            appearance, _("Save changes"), key="↵", kind=ButtonKind.PRIMARY, name=f"{self._prefix}_save"
        )
        self._close = KeyButton(
            appearance, _("Close"), key="Esc", kind=ButtonKind.GHOST, name=f"{self._prefix}_close"
        )
        self._save.clicked.connect(self._on_submit)
        self._close.clicked.connect(self.cancelled)
        buttons = row()
        buttons.setContentsMargins(16, 12, 16, 12)
        buttons.addWidget(self._save)
        buttons.addWidget(self._close)
        buttons.addStretch(1)
        outer = column(self, spacing_px=0)
        outer.addWidget(self._title)
        self._scroll = scroll_area(body, name=f"{self._prefix}_scroll")
        outer.addWidget(self._scroll, 1)
        outer.addWidget(divider())
        outer.addLayout(buttons)

    def show_fields(self, edited: str, title: str, fields: Sequence[EditField], *, save: str = "") -> None:
        """Show the fields of an object.

        Args:
            edited: id of the object.
            title: heading of the form.
            fields: in display order.
            save: label of the save button, for a form that creates something.
        """
        self._edited, self._fields = edited, tuple(fields)
        self._title.setText(title)
        self._save.setText(save or _("Save changes"))
        self._save.describe(self._save.text())
        self._save.updateGeometry()
        clear_layout(self._layout)
        self._controls, self._rows = {}, {}
        for field in fields:
            control = self._control(field)
            self._controls[field.code] = control
            row_widget = FormField(self._appearance, field.label, control, hint=_hint(field))
            self._rows[field.code] = row_widget
            self._layout.addWidget(row_widget)
        self._layout.addStretch(1)
        self._before = self.values()
        self._scroll.verticalScrollBar().setValue(0)
        self.fields_shown.emit()

    @property
    def draft_key(self) -> str:
        """The key of the draft of this form: the form, the object and the first field."""
        first = self._fields[0].code if self._fields else ""
        return f"{self.objectName()}/{self._edited}/{first}"

    def show_content(self, content: Mapping[str, str]) -> bool:
        """Show values that were typed before; return whether any field has them."""
        known = {code: value for code, value in content.items() if code in self._controls}
        for code, value in known.items():
            control = self._controls[code]
            if isinstance(control, ChoiceChips):
                control.show_current(value)
            elif isinstance(control, GrowingTextEdit):
                control.blockSignals(True)  # a person has changed nothing
                control.setPlainText(value)
                control.blockSignals(False)
            else:
                control.setText(value)
        return bool(known)

    def show_error(self, code: str, error: str) -> None:
        """Show an error at a field, scroll to it and focus it. The next submission clears it."""
        for each, row_widget in self._rows.items():
            row_widget.show_error(error if each == code else "")
        control = self._controls[code]
        if isinstance(control, ChoiceChips):
            control.focus_first()
        else:
            control.setFocus(Qt.FocusReason.OtherFocusReason)
        QTimer.singleShot(0, self, partial(self._scroll_to, self._rows[code]))  # once the error has its place

    def _scroll_to(self, row_widget: FormField) -> None:
        self._scroll.ensureWidgetVisible(row_widget, 0, self._appearance.px(12))

    def changes(self) -> dict[str, str]:
        """Return the changed values by field code."""
        now = self.values()
        allowed = (field for field in self._fields if not field.refusal)
        return {field.code: now[field.code] for field in allowed if now[field.code] != self._before[field.code]}

    def values(self) -> dict[str, str]:
        """Return all values by field code, changed or not."""
        return {code: _control_text(control) for code, control in self._controls.items()}

    def focus_first(self) -> None:
        """Focus the first field that can be changed."""
        allowed = [self._controls[field.code] for field in self._fields if not field.refusal]
        first = next(iter(allowed or self._controls.values()), None)
        if isinstance(first, ChoiceChips):
            first.focus_first()
        elif isinstance(first, GrowingTextEdit):
            first.setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif first is not None:
            first.setFocus(Qt.FocusReason.ShortcutFocusReason)
            first.end(False)
            first.home(True)  # selects the whole text and scrolls to its start

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Save on Enter and close on Escape."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._on_submit()
        elif event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        else:
            super().keyPressEvent(event)

    def _control(self, field: EditField) -> _Control:
        if field.choices:
            chips = ChoiceChips(self._appearance, name=f"{self._prefix}_{field.code}", label=field.label)
            chips.show_choices(field.choices)
            chips.show_current(field.value)
            chips.chosen.connect(self.edited)
            chips.setEnabled(not field.refusal)
            return chips
        if field.max_chars:
            return self._lines(field)
        edit = QLineEdit(field.value)
        name_widget(edit, f"{self._prefix}_{field.code}", field.label)
        edit.textEdited.connect(self.edited)
        edit.setReadOnly(bool(field.refusal))
        return edit

    def _lines(self, field: EditField) -> GrowingTextEdit:
        """Return a control of several lines."""
        edit = GrowingTextEdit(self._appearance, max_chars=field.max_chars)
        name_widget(edit, f"{self._prefix}_{field.code}", field.label)
        edit.setPlainText(field.value)
        edit.setReadOnly(bool(field.refusal))
        edit.textChanged.connect(self.edited)
        edit.submitted.connect(self._on_submit)
        edit.paste_refused.connect(self._on_paste_refused)
        edit.view_requested.connect(self._on_view_requested)
        return edit

    def _on_paste_refused(self) -> None:
        message = _("The pasted text is too long: at most {n} characters. Nothing was pasted.")
        edit, shown_in = self.sender(), self._row_of_sender()
        if isinstance(edit, GrowingTextEdit) and shown_in is not None:
            shown_in.show_error(message.format(n=format_number(edit.max_chars)))

    def _on_view_requested(self) -> None:
        shown_in = self._row_of_sender()
        if shown_in is not None:
            QTimer.singleShot(0, self, partial(self._scroll_to, shown_in))  # once it has its new height

    def _row_of_sender(self) -> FormField | None:
        """Return the field of the control that has sent a signal; None while the fields are being built."""
        sender = self.sender()
        return next((self._rows.get(code) for code, control in self._controls.items() if control is sender), None)

    def _on_submit(self) -> None:
        changes = self.changes()
        for row_widget in self._rows.values():
            row_widget.show_error("")
        if changes:
            self.submitted.emit(self._edited, changes)
        else:
            self.cancelled.emit()


def _control_text(control: _Control) -> str:
    if isinstance(control, ChoiceChips):
        return control.current
    return control.text if isinstance(control, GrowingTextEdit) else control.text().strip()


def _hint(field: EditField) -> str:
    settled = _("If another person changes this field too, the conflict is settled by hand.")
    return field.refusal or (settled if field.guarded else field.hint)
