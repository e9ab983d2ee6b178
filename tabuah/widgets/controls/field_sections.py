"""Sections of form fields that their owner describes: texts, choices and actions, with an error below each field."""

from collections.abc import Mapping, Sequence

import msgspec
from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtWidgets import QGridLayout, QLayout, QLineEdit, QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.check_boxes import CheckBoxGroup
from tabuah.widgets.controls.choice_box import ChoiceBox
from tabuah.widgets.controls.choice_chips import ChoiceChips
from tabuah.widgets.controls.form_field import FormField
from tabuah.widgets.controls.labels import Text, name_widget
from tabuah.widgets.controls.layout import clear_layout, column, row, scroll_area
from tabuah.widgets.controls.letter_keys import is_letter_shortcut
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.values import ActionState, Choice


class SectionField(msgspec.Struct, frozen=True, kw_only=True):
    """One field of a form: text, or a choice where it has choices; a `wide` field takes a full row.

    `placeholder` is the meaning of an empty field. With `many`, several choices are joined with commas.
    `action` is a button beside a text; a `read_only` text is set by that button only.
    """

    code: str
    label: str
    value: str
    choices: tuple[Choice, ...] = ()
    hint: str = ""
    placeholder: str = ""
    wide: bool = False
    many: bool = False
    action: ActionState | None = None
    read_only: bool = False


class FieldSection(msgspec.Struct, frozen=True, kw_only=True):
    """A group of fields under a heading; `removable` sections can be removed from the form.

    `note` is a sentence below the heading, `add` the label of a button that adds another section after this one.
    """

    title: str
    fields: tuple[SectionField, ...]
    code: str = ""
    note: str = ""
    add: str = ""
    removable: bool = False


Control = QLineEdit | ChoiceBox | ChoiceChips | CheckBoxGroup


class FieldSections(QWidget):
    """Shows the sections of a form in a scroll area, in one or more columns.

    Signals:
        changed: code of the field that the user changed.
        section_added: the user adds a section.
        section_removed: code of the section that the user removes.
        action_requested: code of the action beside a field.
    """

    changed = Signal(str)
    section_added = Signal()
    section_removed = Signal(str)
    action_requested = Signal(str)

    def __init__(self, appearance: Appearance, *, prefix: str, columns: int = 2) -> None:
        """Create an empty form; `prefix` starts the object name of each control."""
        super().__init__()
        self.setObjectName(f"{prefix}_sections")
        self._appearance, self._prefix, self._columns = appearance, prefix, columns
        self._controls: dict[str, Control] = {}
        self._rows: dict[str, FormField] = {}
        self._is_showing = False
        body = QWidget()
        self._sections = column(body, spacing_px=10)
        self._sections.setContentsMargins(0, 0, 12, 8)
        self._scroll = scroll_area(body, name=f"{prefix}_form_scroll")
        column(self, spacing_px=0).addWidget(self._scroll)

    def event(self, event: QEvent) -> bool:
        """Qt: keep letters from being shortcuts while the form has the focus."""
        if is_letter_shortcut(event):
            event.accept()
            return True
        return super().event(event)

    @property
    def texts(self) -> dict[str, str]:
        """The current text of each field by its code."""
        return {code: _control_value(control) for code, control in self._controls.items()}

    def control(self, code: str) -> Control:
        return self._controls[code]

    def show_sections(self, sections: Sequence[FieldSection]) -> None:
        """Replace the fields; restore the focus."""
        focused = self._focused_code()
        self._is_showing = True
        clear_layout(self._sections)
        self._controls, self._rows = {}, {}
        for section in sections:
            self._add_section(section)
        self._sections.addStretch(1)
        self._is_showing = False
        self.focus_field(focused)

    def show_text(self, code: str, text: str) -> None:
        """Put a text into a field as if the user had typed it."""
        control = self._controls.get(code)
        if isinstance(control, QLineEdit):
            control.setText(text)
            self.changed.emit(code)

    def show_choice(self, code: str, choice: str) -> None:
        """Select a choice as if the user had chosen it."""
        control = self._controls.get(code)
        if isinstance(control, ChoiceBox):
            control.show_current(choice)

    def show_hint(self, code: str, hint: str) -> None:
        """Replace the hint below a field."""
        if code in self._rows:
            self._rows[code].show_hint(hint)

    def show_errors(self, errors: Mapping[str, str]) -> None:
        """Show the error of each field below it."""
        for code, field in self._rows.items():
            field.show_error(errors.get(code, ""))

    def focus_field(self, code: str) -> None:
        """Focus a field and scroll to it; do nothing if it is not shown."""
        control = self._controls.get(code)
        if isinstance(control, ChoiceChips | CheckBoxGroup):
            control.focus_first()
        elif control is not None:
            control.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if control is not None:
            QTimer.singleShot(0, control, lambda: self._scroll_to(code))  # once an error has its place

    def focus_first(self) -> None:
        self.focus_field(next(iter(self._controls), ""))

    def scroll_to_top(self) -> None:
        self._scroll.verticalScrollBar().setValue(0)

    def _scroll_to(self, code: str) -> None:
        if code in self._rows:
            self._scroll.ensureWidgetVisible(self._rows[code], 0, 0)

    def _focused_code(self) -> str:
        focused = self.focusWidget()
        for code, control in self._controls.items():
            if focused is not None and (focused is control or control.isAncestorOf(focused)):
                return code
        return ""

    def _add_section(self, section: FieldSection) -> None:
        holder = QWidget()
        lines = column(holder, spacing_px=6)
        lines.addLayout(self._head(section))
        if section.note:
            lines.addWidget(Text(self._appearance, section.note, style=TextStyle.SMALL, tone="muted", wrap=True))
        lines.addWidget(self._grid(section.fields))
        if section.add:
            add = KeyButton(
                self._appearance, section.add, icon="plus", kind=ButtonKind.GHOST, name=f"{self._prefix}_add_part"
            )
            add.clicked.connect(self.section_added)
            lines.addWidget(add, 0, Qt.AlignmentFlag.AlignLeft)
        self._sections.addWidget(holder)
        if self.isVisible():
            holder.show()  # Qt shows new children of a visible widget late

    def _head(self, section: FieldSection) -> QLayout:
        head = row()
        head.addWidget(Text(self._appearance, section.title, style=TextStyle.OVERLINE, tone="muted"), 1)
        if section.removable:
            remove = KeyButton(
                self._appearance, _("Remove"), icon="close", kind=ButtonKind.GHOST, compact=True,
                name=f"{self._prefix}_remove_{section.code}",
            )  # fmt: skip
            remove.setProperty("code", section.code)
            remove.clicked.connect(self._on_remove_clicked)
            head.addWidget(remove)
        return head

    def _grid(self, fields: Sequence[SectionField]) -> QWidget:
        box = QWidget()
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        for index in range(self._columns):
            grid.setColumnStretch(index, 1)
        place = 0
        for field in fields:
            span = self._columns if field.wide else 1
            place += (-place) % self._columns if field.wide else 0
            alignment = Qt.AlignmentFlag.AlignTop
            grid.addWidget(self._field(field), place // self._columns, place % self._columns, 1, span, alignment)
            place += span
        return box

    def _field(self, field: SectionField) -> FormField:
        control = self._control(field)
        control.setProperty("code", field.code)
        self._controls[field.code] = control
        shown = self._with_action(control, field.action) if field.action else control
        self._rows[field.code] = FormField(self._appearance, field.label, shown, hint=field.hint)
        return self._rows[field.code]

    def _with_action(self, control: QWidget, action: ActionState) -> QWidget:
        holder = QWidget()
        button = KeyButton(self._appearance, action.label, key=action.key, name=f"{self._prefix}_{action.code}")
        button.show_reason(action.reason)
        button.setProperty("code", action.code)
        button.clicked.connect(self._on_action_clicked)
        line = row(holder)
        line.addWidget(control, 1)
        line.addWidget(button)
        holder.setFocusProxy(control)
        return holder

    def _control(self, field: SectionField) -> Control:
        name = f"{self._prefix}_{field.code}"
        if field.many:
            many = CheckBoxGroup(field.choices, name=name, label=field.label)
            many.show_current(field.value)
            many.chosen.connect(self._on_control_changed)
            return many
        if any(choice.level is not None for choice in field.choices):
            chips = ChoiceChips(self._appearance, name=name, label=field.label)
            chips.show_choices(field.choices)
            chips.show_current(field.value)
            chips.chosen.connect(self._on_control_changed)
            return chips
        if field.choices:
            return self._box(field, name)
        edit = QLineEdit(field.value)
        name_widget(edit, name, field.label)
        edit.setPlaceholderText(field.placeholder)
        edit.setReadOnly(field.read_only)
        edit.setCursorPosition(0)  # shows the start of a long text
        edit.textEdited.connect(self._on_control_changed)
        return edit

    def _box(self, field: SectionField, name: str) -> ChoiceBox:
        box = ChoiceBox(self._appearance, field.choices, name=name, label=field.label)
        box.show_current(field.value)
        box.currentIndexChanged.connect(self._on_control_changed)
        return box

    def _on_remove_clicked(self) -> None:
        self.section_removed.emit(str(self.sender().property("code")))

    def _on_action_clicked(self) -> None:
        self.action_requested.emit(str(self.sender().property("code")))

    def _on_control_changed(self) -> None:
        if not self._is_showing:
            self.changed.emit(str(self.sender().property("code")))


def _control_value(control: Control) -> str:
    return control.text().strip() if isinstance(control, QLineEdit) else control.current
