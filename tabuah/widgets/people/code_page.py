"""A one-time code, or recovery codes, shown once, with buttons that copy and print them."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent

from tabuah.resources.localisation import _
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.labels import Text
from tabuah.widgets.controls.layout import ThemedFrame, column, row
from tabuah.widgets.theme.appearance import Appearance, TextStyle


class CodePage(ThemedFrame):
    """Shows a code until it is closed; then it is forgotten.

    Signals:
        closed: the person has passed the code on.
        print_requested: the code, to be printed.
    """

    closed = Signal()
    print_requested = Signal(str)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__("panel")
        self.setObjectName("code_page")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._title = Text(appearance, style=TextStyle.HEADING, wrap=True)
        self._code = Text(appearance, style=TextStyle.HEADING, tone="accent")
        self._code.setObjectName("one_time_code")
        self._code.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._about = Text(appearance, tone="muted", wrap=True)
        self._note = Text(appearance, style=TextStyle.SMALL, tone="muted", wrap=True)
        self._note.setObjectName("code_note")
        self._copied = ""
        self._print = KeyButton(appearance, _("Print"), key="Ctrl P", name="code_print")
        self._print.clicked.connect(self._on_print)
        copy = KeyButton(appearance, _("Copy"), key="Ctrl C", kind=ButtonKind.PRIMARY, icon="copy", name="code_copy")
        close = KeyButton(appearance, _("Done"), key="Esc", kind=ButtonKind.GHOST, name="code_close")
        copy.clicked.connect(self._on_copy)
        close.clicked.connect(self._on_close)
        buttons = row()
        for button in (copy, self._print, close):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        buttons.addStretch(1)
        layout = column(self, spacing_px=16)
        layout.setContentsMargins(32, 32, 32, 32)
        for part in (self._title, self._code, self._about):
            layout.addWidget(part)
        layout.addLayout(buttons)
        layout.addWidget(self._note)
        layout.addStretch(1)

    def show_code(self, title: str, code: str, about: str, *, copied: str = "", is_printable: bool = False) -> None:
        """Show a code.

        Args:
            title: heading of the page.
            code: the code, or several on a line each.
            about: how long it is valid and what its user does with it.
            copied: the sentence after it was copied; by default how to hand over a one-time code.
            is_printable: whether to offer printing.
        """
        self._copied = copied or _("Copied. Hand it over in person or by telephone.")
        self._print.setVisible(is_printable)
        self._title.setText(title)
        self._code.setText(code)
        self._about.setText(about)
        self._code.setAccessibleName(f"{title} {code}")
        self._note.setText("")
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+C copies, Ctrl+P prints, Escape closes."""
        if event.key() == Qt.Key.Key_Escape:
            self._on_close()
        elif event.key() == Qt.Key.Key_C and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self._on_copy()
        elif event.key() == Qt.Key.Key_P and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self._print.click()
        else:
            super().keyPressEvent(event)

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self._code.text())
        self._note.setText(self._copied)

    def _on_print(self) -> None:
        if not self._print.isHidden():
            self.print_requested.emit(self._code.text())

    def _on_close(self) -> None:
        self._code.clear()
        self._code.setAccessibleName("")
        self.closed.emit()
