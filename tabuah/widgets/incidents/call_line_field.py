"""The line of a report form that takes a call as it is said, and shows below how it was understood."""

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.controls.labels import Text, name_widget
from tabuah.widgets.controls.layout import column
from tabuah.widgets.theme.appearance import Appearance, TextStyle

# Qt would cut a longer pasted text without a word; the form refuses the note that it becomes, and keeps it.
_MOST_CHARS: Final = 1_000_000


class CallLineField(QWidget):
    """A line edit with its meaning below.

    Signals:
        line_changed: the typed text; the owner responds with `show_meaning`.
    """

    line_changed = Signal(str)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("call_line_field")
        self._edit = QLineEdit()
        name_widget(self._edit, "report_line", _("The call in one line"))
        self._edit.setPlaceholderText(_("flood in Cupak, Bu Yanti 0812 …, 14.05"))
        self._edit.setMaxLength(_MOST_CHARS)
        self._meaning = Text(appearance, style=TextStyle.SMALL, wrap=True)
        self._meaning.setObjectName("report_line_meaning")
        self._meaning.hide()
        layout = column(self, spacing_px=4)
        layout.addWidget(self._edit)
        layout.addWidget(self._meaning)
        self.setFocusProxy(self._edit)
        self._edit.textEdited.connect(self._on_text_edited)

    @property
    def text(self) -> str:
        return self._edit.text().strip()

    @property
    def has_focus(self) -> bool:
        return self._edit.hasFocus()

    def clear(self) -> None:
        """Begin another call, without emitting `line_changed`."""
        self._edit.clear()
        self.show_meaning("")

    def show_meaning(self, text: str) -> None:
        """Show how the line was understood."""
        self._meaning.setText(text)
        self._meaning.setVisible(bool(text))

    def _on_text_edited(self, text: str) -> None:
        self.line_changed.emit(text)
