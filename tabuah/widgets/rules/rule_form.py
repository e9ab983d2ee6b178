"""The rule form: sections of fields that its owner describes, the rule as a sentence, and errors."""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.controls.field_sections import Control, FieldSection, FieldSections
from tabuah.widgets.controls.labels import Text
from tabuah.widgets.controls.layout import ThemedFrame, column
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.values import Level


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
        self._fields = FieldSections(appearance, prefix="rule")
        self._fields.changed.connect(self.changed)
        self._fields.section_added.connect(self.part_added)
        self._fields.section_removed.connect(self.part_removed)
        outer = column(self, spacing_px=10)
        outer.addWidget(self._title)
        outer.addWidget(card)
        outer.addWidget(self._fields, 1)

    @property
    def texts(self) -> dict[str, str]:
        """The current text of each field by its code."""
        return self._fields.texts

    def control(self, code: str) -> Control:
        return self._fields.control(code)

    def show_title(self, title: str) -> None:
        self._title.setText(title)

    def show_sections(self, sections: Sequence[FieldSection], *, can_add: bool) -> None:
        """Replace the fields; restore the focus."""
        last = replace(sections[-1], add=_("Add part") if can_add else "")
        self._fields.show_sections((*sections[:-1], last))

    def show_sentence(self, sentence: str, reach: str, *, is_sound: bool) -> None:
        """Show the rule as a sentence and the stations it applies to, or what is still missing."""
        self._sentence.setText(sentence)
        self._reach.setText(reach)
        self._reach.show_tone("muted" if is_sound else Level.ATTENTION)
        self._reach.setVisible(bool(reach))

    def show_faults(self, faults: Mapping[str, str]) -> None:
        """Show the error of each field below it."""
        self._fields.show_errors(faults)

    def focus_field(self, code: str) -> None:
        """Focus a field; do nothing if it is not shown."""
        self._fields.focus_field(code)

    def focus_first(self) -> None:
        self._fields.focus_first()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move to the next field on Enter, as on Tab; Enter never saves an unfinished rule."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.focusNextChild()
        else:
            super().keyPressEvent(event)
