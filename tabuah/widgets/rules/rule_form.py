"""The rule form: sections of fields that its owner describes, the rule as a sentence, and errors."""

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.check_boxes import CheckBoxGroup
from tabuah.widgets.controls.choice_box import ChoiceBox
from tabuah.widgets.controls.choice_chips import ChoiceChips
from tabuah.widgets.controls.form_field import FormField
from tabuah.widgets.controls.labels import Text, name_widget
from tabuah.widgets.controls.layout import ThemedFrame, clear_layout, column, row, scroll_area
from tabuah.widgets.controls.letter_keys import is_letter_shortcut
from tabuah.widgets.rules.values import RuleField, RuleSection
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.values import Level

Control = QLineEdit | ChoiceBox | ChoiceChips | CheckBoxGroup
_COLUMNS: Final = 2


class RuleForm(QWidget):
    """Edits one rule; its owner defines the fields and their errors.

    Signals:
        changed: code of the field that the user changed.
        part_added: the user adds a part.
        part_removed: code of the section that the user removes.
    """

    changed = Signal(str)
    part_added = Signal()
    part_removed = Signal(str)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("rule_form")
        self._appearance = appearance
        self._controls: dict[str, Control] = {}
        self._rows: dict[str, FormField] = {}
        self._is_showing = False
        self._title = Text(appearance, style=TextStyle.HEADING)
        self._sentence = Text(appearance, style=TextStyle.STRONG, wrap=True, selectable=True)
        self._sentence.setObjectName("rule_sentence")
        self._reach = Text(appearance, style=TextStyle.SMALL, tone="muted", wrap=True)
        self._reach.setObjectName("rule_reach")
        card = ThemedFrame("raised")
        lines = column(card, spacing_px=4)
        lines.setContentsMargins(14, 10, 14, 10)
        lines.addWidget(self._sentence)
        lines.addWidget(self._reach)
        body = QWidget()
        self._sections = column(body, spacing_px=10)
        self._sections.setContentsMargins(0, 0, 12, 8)
        outer = column(self, spacing_px=10)
        outer.addWidget(self._title)
        outer.addWidget(card)
        outer.addWidget(scroll_area(body, name="rule_form_scroll"), 1)

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

    def show_title(self, title: str) -> None:
        self._title.setText(title)

    def show_sections(self, sections: Sequence[RuleSection], *, can_add: bool) -> None:
        """Replace the fields; restore the focus."""
        focused = self._focused_code()
        self._is_showing = True
        clear_layout(self._sections)
        self._controls, self._rows = {}, {}
        for section in sections:
            self._add_section(section)
        if can_add:
            add = KeyButton(self._appearance, _("Add part"), icon="plus", kind=ButtonKind.GHOST, name="rule_add_part")
            add.clicked.connect(self.part_added)
            self._sections.addWidget(add)
        self._sections.addStretch(1)
        self._is_showing = False
        self.focus_field(focused)

    def show_sentence(self, sentence: str, reach: str, *, is_sound: bool) -> None:
        """Show the rule as a sentence and the stations it applies to, or what is still missing."""
        self._sentence.setText(sentence)
        self._reach.setText(reach)
        self._reach.show_tone("muted" if is_sound else Level.ATTENTION)
        self._reach.setVisible(bool(reach))

    def show_faults(self, faults: Mapping[str, str]) -> None:
        """Show the error of each field below it."""
        for code, field in self._rows.items():
            field.show_error(faults.get(code, ""))

    def focus_field(self, code: str) -> None:
        """Focus a field; do nothing if it is not shown."""
        control = self._controls.get(code)
        if isinstance(control, ChoiceChips | CheckBoxGroup):
            control.focus_first()
        elif control is not None:
            control.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def focus_first(self) -> None:
        self.focus_field(next(iter(self._controls), ""))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move to the next field on Enter, as on Tab; Enter never saves an unfinished rule."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.focusNextChild()
        else:
            super().keyPressEvent(event)

    def _focused_code(self) -> str:
        focused = self.focusWidget()
        for code, control in self._controls.items():
            if focused is not None and (focused is control or control.isAncestorOf(focused)):
                return code
        return ""

    def _add_section(self, section: RuleSection) -> None:
        head = row()
        head.addWidget(Text(self._appearance, section.title, style=TextStyle.OVERLINE, tone="muted"), 1)
        if section.removable:
            remove = KeyButton(
                self._appearance, _("Remove"), icon="close", kind=ButtonKind.GHOST, compact=True,
                name=f"rule_remove_{section.code}",
            )  # fmt: skip
            remove.setProperty("code", section.code)
            remove.clicked.connect(self._on_remove_clicked)
            head.addWidget(remove)
        box = QWidget()
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        for index in range(_COLUMNS):
            grid.setColumnStretch(index, 1)
        place = 0
        for field in section.fields:
            span = _COLUMNS if field.wide else 1
            place += (-place) % _COLUMNS if field.wide else 0
            alignment = Qt.AlignmentFlag.AlignTop
            grid.addWidget(self._field(field), place // _COLUMNS, place % _COLUMNS, 1, span, alignment)
            place += span
        holder = QWidget()
        lines = column(holder, spacing_px=6)
        lines.addLayout(head)
        lines.addWidget(box)
        self._sections.addWidget(holder)

    def _field(self, field: RuleField) -> FormField:
        control = self._control(field)
        control.setProperty("code", field.code)
        self._controls[field.code] = control
        self._rows[field.code] = FormField(self._appearance, field.label, control, hint=field.hint)
        return self._rows[field.code]

    def _control(self, field: RuleField) -> Control:
        name = f"rule_{field.code}"
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
        edit.setCursorPosition(0)  # shows the start of a long text
        edit.textEdited.connect(self._on_control_changed)
        return edit

    def _box(self, field: RuleField, name: str) -> ChoiceBox:
        box = ChoiceBox(self._appearance, field.choices, name=name, label=field.label)
        box.show_current(field.value)
        box.currentIndexChanged.connect(self._on_control_changed)
        return box

    def _on_remove_clicked(self) -> None:
        self.part_removed.emit(str(self.sender().property("code")))

    def _on_control_changed(self) -> None:
        if not self._is_showing:
            self.changed.emit(str(self.sender().property("code")))


def _control_value(control: Control) -> str:
    return control.text().strip() if isinstance(control, QLineEdit) else control.current
