"""A form field: label, control, and a hint or an error below."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from tabuah.widgets.controls.labels import Text
from tabuah.widgets.controls.layout import column
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.values import Level


class FormField(QWidget):
    """Label, control and error."""

    def __init__(self, appearance: Appearance, label: str, control: QWidget, *, hint: str = "") -> None:
        super().__init__()
        self._control = control
        self._hint = hint
        self._label = Text(appearance, label, style=TextStyle.SMALL, tone="muted")
        self._label.setBuddy(control)
        self._note = Text(appearance, hint, style=TextStyle.SMALL, tone="muted", wrap=True)
        layout = column(self, spacing_px=4)
        for part in (self._label, control, self._note):
            layout.addWidget(part)
        self.show_error("")

    def show_error(self, error: str) -> None:
        """Show an error below the control, or the hint when `error` is empty."""
        self._note.setText(error or self._hint)
        self._note.show_tone(Level.CRITICAL if error else "muted")
        self._note.setVisible(bool(error or self._hint))
        target = self._control.focusProxy() or self._control  # the part that has the focus while a person types
        target.setAccessibleDescription(error or self._hint)
        target.setProperty("invalid", bool(error))
        target.style().unpolish(target)
        target.style().polish(target)

    def show_hint(self, hint: str) -> None:
        """Replace the hint; an error that is shown stays."""
        if self._note.text() == self._hint:
            self._hint = hint
            self.show_error("")
        self._hint = hint

    def focus_control(self) -> None:
        self._control.setFocus(Qt.FocusReason.OtherFocusReason)
