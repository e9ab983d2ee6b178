"""The window of personal data: search, places where they occur, erasure after a typed confirmation, and the proof."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QShortcut
from PySide6.QtWidgets import QDialog, QLineEdit, QStackedWidget, QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.dialog_form import DialogField, DialogForm
from tabuah.widgets.controls.labels import EmptyState, Text, name_widget
from tabuah.widgets.controls.layout import ThemedFrame, column, divider, row
from tabuah.widgets.controls.level_list import LevelList
from tabuah.widgets.people.code_page import CodePage
from tabuah.widgets.people.values import PeopleLine
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.values import Level

_SIZE_PX: Final = (820, 560)
ERASE_ONE: Final = "one"
ERASE_ALL: Final = "all"


class PersonalDataDialog(QDialog):
    """Shows where personal data occur, never the data.

    Signals:
        search_requested: the text to search for.
        erasure_requested: "one" for the selected place, "all" for all that are shown.
        erasure_confirmed: the reason, and the text that was typed to confirm.
        print_requested: the proof as text.
    """

    search_requested = Signal(str)
    erasure_requested = Signal(str)
    erasure_confirmed = Signal(str, str)
    print_requested = Signal(str)

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("personal_data_dialog")
        self.setWindowTitle(_("Personal data of callers"))
        self._appearance = appearance
        self.search = QLineEdit()
        name_widget(self.search, "personal_search", _("Find a person"))
        self.search.setPlaceholderText(_("Find a person") + "  (Ctrl F)")
        self.search.setClearButtonEnabled(True)
        self.search.setMaxLength(100)
        self._find = self._button(_("Find"), "↵", "personal_find", ButtonKind.PRIMARY)
        self._find.clicked.connect(self._on_find)
        self._hint = Text(appearance, style=TextStyle.SMALL, tone="muted", wrap=True)
        self.list = LevelList(appearance, name="personal_list", label=_("Places with personal data"))
        self.list.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._none = EmptyState(appearance, icon="search", name="personal_none")
        self._note = Text(appearance, style=TextStyle.SMALL, tone="muted", wrap=True)
        self._note.setObjectName("personal_note")
        self._one = self._button(_("Erase this place"), "X", "personal_erase_one", ButtonKind.SECONDARY)
        self._all = self._button(_("Erase all shown"), "Z", "personal_erase_all", ButtonKind.SECONDARY)
        for button, code in ((self._one, ERASE_ONE), (self._all, ERASE_ALL)):
            button.setProperty("code", code)
            button.clicked.connect(self._on_erase_clicked)
        reason = DialogField(
            code="reason",
            label=_("Reason"),
            hint=_("The ground, without a name: it stays in the journal for ever."),
            max_length=400,
        )
        word = DialogField(code="word", label=_("To confirm, type the text above in quotation marks"), max_length=100)
        self.form = DialogForm(
            appearance,
            (reason, word),
            name="personal_erase",
            buttons=(("erase", _("Erase for good")),),
            first_kind=ButtonKind.DANGER,
        )
        self.form.submitted.connect(self._on_form_submitted)
        self.form.cancelled.connect(self.show_list)
        self.proof = CodePage(appearance)
        self.proof.closed.connect(self.show_list)
        self.proof.print_requested.connect(self.print_requested)
        self._pages = QStackedWidget()
        self._lay_out()
        QShortcut("Ctrl+F", self).activated.connect(self.search.setFocus)
        width, height = (appearance.px(side) for side in _SIZE_PX)
        self.resize(QSize(width, height).boundedTo(self.screen().availableSize()))
        self.show_places((), none="")
        self.search.setFocus()

    def show_hint(self, hint: str) -> None:
        """Show what can be searched for."""
        self._hint.setText(hint)

    def show_places(self, lines: Sequence[PeopleLine], *, none: str) -> None:
        """Show the places that were found; `none` is the text without any."""
        self.list.show_items(lines)
        self.list.setVisible(bool(lines))
        self._none.setVisible(not lines)
        self._none.show_message(_("No places shown"), none)
        for button in (self._one, self._all):
            button.show_reason("" if lines else _("Find a person first."))

    def show_note(self, text: str, level: Level | None = None) -> None:
        """Show how much was found, or why a request failed."""
        self._note.setText(text)
        self._note.show_tone("muted" if level is None else level)

    def show_form(self, about: str) -> None:
        """Ask for the reason and the typed confirmation."""
        self._pages.setCurrentWidget(self.form)
        self.form.begin(about)

    def show_proof(self, title: str, proof: str, about: str) -> None:
        """Show the records that prove an erasure."""
        self._pages.setCurrentWidget(self.proof)
        self.proof.show_code(title, proof, about, copied=_("Copied."), is_printable=True)

    def show_list(self) -> None:
        """Show the places again."""
        self._pages.setCurrentIndex(0)
        self.search.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter finds; X and Z erase while the list has the focus."""
        buttons = {Qt.Key.Key_X: self._one, Qt.Key.Key_Z: self._all}
        button = buttons.get(Qt.Key(event.key()))
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._pages.currentIndex() == 0:
                self._on_find()
        elif button is not None and self.list.hasFocus():
            button.click()
        else:
            super().keyPressEvent(event)

    def _button(self, text: str, key: str, name: str, kind: ButtonKind) -> KeyButton:
        button = KeyButton(self._appearance, text, key=key, kind=kind, name=name)
        button.setAutoDefault(False)
        return button

    def _on_find(self) -> None:
        self.search_requested.emit(self.search.text().strip())

    def _on_erase_clicked(self) -> None:
        self.erasure_requested.emit(str(self.sender().property("code")))

    def _on_form_submitted(self, _code: str, values: dict[str, str]) -> None:
        self.erasure_confirmed.emit(values["reason"].strip(), values["word"].strip())

    def _lay_out(self) -> None:
        frame = ThemedFrame("panel")
        lines = column(frame, spacing_px=10)
        top = row(spacing_px=8)
        top.setContentsMargins(20, 16, 20, 0)
        top.addWidget(self.search, 1)
        top.addWidget(self._find)
        lines.addLayout(top)
        self._hint.setContentsMargins(20, 0, 20, 0)
        lines.addWidget(self._hint)
        lines.addWidget(divider())
        lines.addWidget(self.list, 1)
        lines.addWidget(self._none, 1)
        lines.addWidget(divider())
        self._note.setContentsMargins(20, 0, 20, 0)
        lines.addWidget(self._note)
        low = row(spacing_px=8)
        low.setContentsMargins(20, 0, 16, 14)
        close = self._button(_("Close"), "Esc", "personal_close", ButtonKind.GHOST)
        close.clicked.connect(self.close)
        for button in (self._one, self._all):
            low.addWidget(button)
        low.addStretch(1)
        low.addWidget(close)
        lines.addLayout(low)
        for page in (frame, self.form, self.proof):
            self._pages.addWidget(page)
        column(self).addWidget(self._pages)
