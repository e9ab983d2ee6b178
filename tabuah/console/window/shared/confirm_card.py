"""A question in the middle of the window, for actions that need confirmation.

Enter confirms, Escape cancels.
"""

from collections.abc import Callable

import msgspec
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import QGraphicsDropShadowEffect, QLineEdit, QWidget

from tabuah.resources.localisation import _
from tabuah.text.reason_length import describe_reason_length
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.choice_chips import ChoiceChips
from tabuah.widgets.controls.labels import Text, name_widget
from tabuah.widgets.controls.layout import ThemedFrame, clear_layout, column, row
from tabuah.widgets.controls.letter_keys import is_letter_shortcut
from tabuah.widgets.controls.suggestion_chips import SuggestionChips
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.values import Choice, Level

_WIDTH_PX = 460
_KEY_DOWN = (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress)
_NO_LETTER = 0x01000000  # Qt's key codes from here on are not characters


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A question with an optional text field and optional choices.

    `field` is the label of the text field; `required` is the error for an empty one. The text of a reason
    is no longer than the journal takes. `is_final` marks an act that cannot be undone; its button has the colour
    of danger.
    """

    title: str
    text: str
    confirm: str
    field: str = ""
    value: str = ""
    placeholder: str = ""
    required: str = ""  # error for an empty field; empty if the field may be empty
    is_reason: bool = False
    is_final: bool = False
    offers: tuple[Choice, ...] = ()  # suggestions for the field, which holds several values separated by commas
    choice_label: str = ""
    choices: tuple[Choice, ...] = ()
    chosen: str = ""  # code of the choice that is preselected


class ConfirmCard(ThemedFrame):
    """Shows one question at a time. It is not modal: the window keeps updating behind it.

    Signals:
        closed: the question was answered or cancelled.
    """

    closed = Signal()

    def __init__(self, appearance: Appearance, window: QWidget) -> None:
        super().__init__("popover", window)
        self.setObjectName("confirm_card")
        self._appearance, self._window = appearance, window
        self._question: Question | None = None
        self._on_confirmed: Callable[[str], None] = lambda _text: None
        self._back_to: QWidget | None = None
        self._title = Text(appearance, style=TextStyle.TITLE, wrap=True)
        self._text = Text(appearance, tone="muted", wrap=True)
        self._edit = QLineEdit()
        name_widget(self._edit, "confirm_field", "")
        self._edit.installEventFilter(self)
        self._edit.textChanged.connect(self._on_text_changed)
        self._offers = SuggestionChips(appearance, name="confirm_offers")
        self._offers.toggled.connect(self._on_offer_switched)
        self._choices = ChoiceChips(appearance, name="confirm_choices", label="")
        self._choice_label = Text(appearance, style=TextStyle.SMALL_STRONG, tone="muted")
        self._label = Text(appearance, style=TextStyle.SMALL_STRONG, tone="muted")
        self._error = Text(appearance, style=TextStyle.SMALL, tone=Level.CRITICAL, wrap=True)
        self._buttons = row()
        self._column = layout = column(self, spacing_px=12)
        layout.setContentsMargins(20, 18, 20, 18)
        for part in (self._title, self._text):
            layout.addWidget(part)
        field = column(spacing_px=6)
        field.addWidget(self._label)
        field.addWidget(self._edit)
        field.addWidget(self._offers)
        layout.addLayout(field)
        choice = column(spacing_px=6)
        choice.addWidget(self._choice_label)
        choice.addWidget(self._choices)
        layout.addLayout(choice)
        layout.addWidget(self._error)
        layout.addLayout(self._buttons)
        shadow = QGraphicsDropShadowEffect(self)
        shadow.setBlurRadius(40)
        shadow.setOffset(0, 12)
        shadow.setColor(QColor(0, 0, 0, 150))
        self.setGraphicsEffect(shadow)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        window.installEventFilter(self)
        self.hide()

    @property
    def choice(self) -> str:
        """The code of the selected choice; empty if the question has no choices."""
        return self._choices.current

    def ask(self, question: Question, on_confirmed: Callable[[str], None]) -> None:
        """Show a question; `on_confirmed` receives the text of the field."""
        if self._question is None:  # else the focus is in the card, and returns to where it was before
            self._back_to = self._window.focusWidget()
        self._question, self._on_confirmed = question, on_confirmed
        self._title.setText(question.title)
        self._text.setText(question.text)
        self._text.setVisible(bool(question.text))
        hint = _("{field} · Alt and a digit to choose")
        self._label.setText(hint.format(field=question.field) if question.offers else question.field)
        self._label.setVisible(bool(question.field))
        self._edit.setVisible(bool(question.field))
        self._edit.setAccessibleName(question.field)
        self._edit.setPlaceholderText(question.placeholder)
        self._offers.show_suggestions(question.offers)
        self._show_choices(question)
        self._edit.setText(question.value)
        self._on_text_changed(question.value)
        self._error.hide()
        self._fill_buttons(question)
        self.setAccessibleName(f"{question.title} {question.text}")
        self._place()
        self.show()
        self.raise_()
        self._place()
        (self._edit if question.field else self).setFocus(Qt.FocusReason.PopupFocusReason)
        self._edit.selectAll()

    def cancel(self) -> None:
        """Close an open question without an answer."""
        if self._question is not None:
            self._close()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: follow the size of the window; Alt and a digit select a suggestion."""
        if watched is self._edit and isinstance(event, QKeyEvent) and self._takes_offer(event):
            return True
        if event.type() is QEvent.Type.Resize and not self.isHidden():
            self._place()
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        """Qt: keep letters from being shortcuts while a question is open; Alt and a digit select a choice."""
        if isinstance(event, QKeyEvent) and event.type() in _KEY_DOWN and self._takes_offer(event):
            return True
        if is_letter_shortcut(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Enter confirms, Escape cancels."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._on_yes()
        elif event.key() == Qt.Key.Key_Escape:
            self._close()
        else:
            super().keyPressEvent(event)

    def _takes_offer(self, event: QKeyEvent) -> bool:
        """Handle a key that is the number of a suggestion or choice.

        The window uses the same keys for its bookmarks, which are suspended meanwhile.
        """
        held, key = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier, event.key()
        choice = self._choices.code_for_key(chr(key)) if key < _NO_LETTER else ""
        if held != Qt.KeyboardModifier.AltModifier or not (choice or self._offers.has_key(key)):
            return False
        event.accept()
        if event.type() is QEvent.Type.KeyPress and choice:
            self._choices.show_current(choice)
        elif event.type() is QEvent.Type.KeyPress:
            self._offers.toggle_by_key(key)
        return True

    def _show_choices(self, question: Question) -> None:
        hint = _("{field} · Alt and a digit to choose")
        self._choice_label.setText(hint.format(field=question.choice_label))
        self._choices.setAccessibleName(question.choice_label)
        self._choices.show_choices(question.choices)
        self._choices.show_current(question.chosen)
        for part in (self._choice_label, self._choices):
            part.setVisible(bool(question.choices))

    def _on_text_changed(self, text: str) -> None:
        self._offers.show_selected(_selected_offers(text, self._question.offers if self._question else ()))
        if text.strip() and not self._error.isHidden():
            self._error.hide()
            self._place()

    def _on_offer_switched(self, code: str, taken: bool) -> None:
        named = _comma_separated(code)  # an offer may stand for several values
        folded = {word.casefold() for word in named}
        words = [word for word in _comma_separated(self._edit.text()) if word.casefold() not in folded]
        self._edit.setText(", ".join([*words, *named] if taken else words))
        self._edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def _fill_buttons(self, question: Question) -> None:
        clear_layout(self._buttons)
        kind = ButtonKind.DANGER if question.is_final else ButtonKind.PRIMARY
        yes = KeyButton(self._appearance, question.confirm, key="↵", kind=kind, name="confirm_yes")
        no = KeyButton(self._appearance, _("Cancel"), key="Esc", kind=ButtonKind.GHOST, name="confirm_no")
        yes.clicked.connect(self._on_yes)
        no.clicked.connect(self._close)
        for button in (yes, no):
            self._buttons.addWidget(button)
            button.show()  # Qt would show it after this turn only if the card is open: its row had no height
        self._buttons.addStretch(1)

    def _on_yes(self) -> None:
        question, text = self._question, self._edit.text().strip()
        if question is None:
            return
        if error := _error_in(question, text):
            self._error.setText(error)
            self._error.show()
            self._place()
            return
        self._close()
        self._on_confirmed(text if question.field else "")

    def _close(self) -> None:
        self.hide()
        self._question = None
        back_to, self._back_to = self._back_to, None
        if back_to is not None:
            back_to.setFocus(Qt.FocusReason.PopupFocusReason)
        self.closed.emit()

    def _place(self) -> None:
        width = min(self._appearance.px(_WIDTH_PX), self._window.width() - 32)
        self.setFixedWidth(width)
        self._column.activate()
        height = max(self._column.totalHeightForWidth(width), self.minimumSizeHint().height())  # includes the frame
        self.setGeometry((self._window.width() - width) // 2, self._appearance.px(120), width, height)


def _error_in(question: Question, text: str) -> str:
    """Return what is wrong with the text of the field; empty if nothing is."""
    if not question.field:
        return ""
    return (question.required if not text else "") or (describe_reason_length(text) if question.is_reason else "")


def _comma_separated(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _selected_offers(text: str, offers: tuple[Choice, ...]) -> frozenset[str]:
    """Return the codes, folded, of the offers whose values are all in the text."""
    words = {word.casefold() for word in _comma_separated(text)}
    codes = (offer.code.casefold() for offer in offers)
    return frozenset(code for code in codes if words.issuperset(_comma_separated(code)))
