"""One field of a form: its label above, its control, and below what is wrong with it, if anything."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from tabuah.widgets.surfaces import column
from tabuah.widgets.texts import Text
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.fonts import Type
from tabuah.widgets.values import Level


class FormField(QWidget):
    """Label, control, error."""

    def __init__(self, appearance: Appearance, label: str, control: QWidget, *, hint: str = "") -> None:
        super().__init__()
        self._control = control
        self._hint = hint
        self._label = Text(appearance, label, style=Type.SMALL, tone="muted")
        self._label.setBuddy(control)
        self._note = Text(appearance, hint, style=Type.SMALL, tone="muted", wrap=True)
        layout = column(self, spacing_px=4)
        for part in (self._label, control, self._note):
            layout.addWidget(part)
        self.show_error("")

    def show_error(self, error: str) -> None:
        """Say what is wrong below the control, or the hint again when nothing is."""
        self._note.setText(error or self._hint)
        self._note.show_tone(Level.CRITICAL if error else "muted")
        self._note.setVisible(bool(error or self._hint))
        self._control.setAccessibleDescription(error or self._hint)
        self._control.setProperty("invalid", bool(error))
        self._control.style().unpolish(self._control)
        self._control.style().polish(self._control)

    def focus_control(self) -> None:
        """Put the focus on the control."""
        self._control.setFocus(Qt.FocusReason.OtherFocusReason)
