"""A form field: label, control, and a hint or an error below."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from tabuah.widgets.controls.labels import Text
from tabuah.widgets.controls.layout import column, row
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.values import Level


class FormField(QWidget):
    """Label, control and error."""

    def __init__(
        self, appearance: Appearance, label: str, control: QWidget, *, hint: str = "", key: str = ""
    ) -> None:
        super().__init__()
        self._control = control
        self._hint = hint
        self._label = Text(appearance, label, style=TextStyle.SMALL, tone="muted")
        self._label.setBuddy(control)
        self._note = Text(appearance, hint, style=TextStyle.SMALL, tone="muted", wrap=True)
        layout = column(self, spacing_px=4)
        layout.addLayout(self._heading(appearance, key))
        layout.addWidget(control)
        layout.addWidget(self._note)
        self.show_error("")

    def _heading(self, appearance: Appearance, key: str) -> QHBoxLayout:
        """Return the label, with the key that goes to the field at the right."""
        line = row()
        line.addWidget(self._label, 1)
        if key:
            self._label.setToolTip(key)
            line.addWidget(Text(appearance, key, style=TextStyle.OVERLINE, tone="faint"))
        return line

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
