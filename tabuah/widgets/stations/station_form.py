"""The station form: sections of fields that its owner describes, with the errors at field and button."""

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent

from tabuah.resources.localisation import _
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.field_sections import Control, FieldSection, FieldSections
from tabuah.widgets.controls.labels import Text
from tabuah.widgets.controls.layout import DockPanel, column, divider, row
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.values import Level

PICK: Final = "pick"  # the action beside the position


class StationForm(DockPanel):
    """Edits one station; its owner defines the fields and their errors.

    Signals:
        changed: code of the field that the user changed.
        parameter_added: the user adds a parameter.
        parameter_removed: code of the section that the user removes.
        action_requested: code of the action beside a field.
        submitted: the user saves the station.
        cancelled: the form was closed; its content is kept.
        discarded: the user discards the content.
    """

    changed = Signal(str)
    parameter_added = Signal()
    parameter_removed = Signal(str)
    action_requested = Signal(str)
    submitted = Signal()
    cancelled = Signal()
    discarded = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__(appearance, width_px=340)
        self.setObjectName("station_form")
        self._title = Text(appearance, style=TextStyle.TITLE, wrap=True)
        self._title.setContentsMargins(16, 14, 16, 8)
        self.fields = FieldSections(appearance, prefix="register")
        self.fields.setContentsMargins(16, 0, 4, 0)
        self.fields.changed.connect(self.changed)
        self.fields.section_added.connect(self.parameter_added)
        self.fields.section_removed.connect(self.parameter_removed)
        self.fields.action_requested.connect(self.action_requested)
        self._summary = Text(appearance, style=TextStyle.SMALL, tone=Level.CRITICAL, wrap=True)
        self._summary.setObjectName("register_summary")
        self._summary.setContentsMargins(16, 8, 16, 0)
        self._save = KeyButton(appearance, "", key="↵", kind=ButtonKind.PRIMARY, name="register_save")
        self._close = KeyButton(appearance, _("Close"), key="Esc", kind=ButtonKind.GHOST, name="register_close")
        self._discard = KeyButton(
            appearance, _("Discard"), kind=ButtonKind.GHOST, compact=True, name="register_discard"
        )
        self._save.clicked.connect(self.submitted)
        self._discard.clicked.connect(self.discarded)
        self._close.clicked.connect(self.cancelled)
        buttons = row()
        buttons.setContentsMargins(16, 12, 16, 12)
        buttons.addWidget(self._save)
        buttons.addWidget(self._close)
        buttons.addStretch(1)
        buttons.addWidget(self._discard)
        lines = column(self, spacing_px=0)
        lines.addWidget(self._title)
        lines.addWidget(self.fields, 1)
        lines.addWidget(divider())
        lines.addWidget(self._summary)
        lines.addLayout(buttons)
        self.show_errors({}, "")

    @property
    def texts(self) -> dict[str, str]:
        """The current text of each field by its code."""
        return self.fields.texts

    def control(self, code: str) -> Control:
        return self.fields.control(code)

    def show_title(self, title: str, *, save: str) -> None:
        """Show the heading and the label of the save button."""
        self._title.setText(title)
        self._save.setText(save)
        self._save.describe(save)
        self._save.updateGeometry()

    def show_sections(self, sections: Sequence[FieldSection]) -> None:
        """Replace the fields; restore the focus."""
        self.fields.show_sections(sections)

    def show_errors(self, errors: Mapping[str, str], summary: str) -> None:
        """Show the error of each field below it, and at the button how many there are."""
        self.fields.show_errors(errors)
        self._summary.setText(summary)
        self._summary.setVisible(bool(summary))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Save on Enter, close on Escape, and pick the position on the map with F4."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.submitted.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        elif event.key() == Qt.Key.Key_F4:
            self.action_requested.emit(PICK)
        else:
            super().keyPressEvent(event)
