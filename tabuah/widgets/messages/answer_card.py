"""The card in which an answer to a message is written: Ctrl+Enter sends, Escape closes."""

from collections.abc import Sequence
from typing import Final

import msgspec
from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QWidget

from tabuah.resources.localisation import _, format_number
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.choice_chips import ChoiceChips
from tabuah.widgets.controls.growing_text_edit import GrowingTextEdit
from tabuah.widgets.controls.labels import Text, name_widget
from tabuah.widgets.controls.layout import ThemedFrame, column, row, scroll_area
from tabuah.widgets.controls.letter_keys import is_letter_shortcut
from tabuah.widgets.controls.suggestion_chips import SuggestionChips
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.values import Choice, Level

_WIDTH_PX: Final = 620
_TOP_PX: Final = 70
_LONGEST_LABEL: Final = 70
_KEY_DOWN: Final = (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress)
_NO_LETTER: Final = 0x01000000  # Qt's key codes from here on are not characters
_LANGUAGES: Final = (
    Choice(code="id", label="Bahasa Indonesia", key="I"),
    Choice(code="en", label="English", key="E"),
)


class AnswerSentence(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence that can be inserted, by language."""

    code: str
    texts: dict[str, str]


class AnswerStatus(msgspec.Struct, frozen=True, kw_only=True):
    """What a person must know before sending: `warning` as a reminder, `refusal` where sending is not possible."""

    warning: str = ""
    refusal: str = ""


class AnswerView(msgspec.Struct, frozen=True, kw_only=True):
    """The content of the card.

    Attributes:
        key: names the message.
        to: the sender and the channel.
        received: the text of the message.
        status: such as an earlier answer.
        sentences: the sentences of the profile.
        text: the text at first, such as that of an answer that was not sent.
    """

    key: str
    to: str
    received: str
    status: AnswerStatus = AnswerStatus()
    sentences: Sequence[AnswerSentence] = ()
    language: str = "id"
    text: str = ""


class AnswerCard(ThemedFrame):
    """Shows one message at a time; the list behind it keeps updating.

    Signals:
        submitted: key of the message, and the answer; the card stays open.
        edited: key of the message, and the text so far.
        closed: the card was closed.
    """

    submitted = Signal(str, str)
    edited = Signal(str, str)
    closed = Signal()

    def __init__(self, appearance: Appearance, window: QWidget, *, longest: int) -> None:
        super().__init__("popover", window)
        self.setObjectName("answer_card")
        self._appearance, self._window, self._longest = appearance, window, longest
        self._view: AnswerView | None = None
        self._refusal = ""
        self._back_to: QWidget | None = None
        self._title = Text(appearance, style=TextStyle.TITLE, wrap=True)
        self._received = Text(appearance, tone="muted", wrap=True)
        self._warning = Text(appearance, style=TextStyle.STRONG, tone=Level.ATTENTION, wrap=True)
        self._edit = GrowingTextEdit(appearance, max_chars=longest)
        name_widget(self._edit, "answer_text", _("Answer"))
        self._edit.setPlaceholderText(_("Write to the sender; promise only what is certain …"))
        self._edit.installEventFilter(self)
        self._sentences = SuggestionChips(appearance, name="answer_sentences")
        self._languages = ChoiceChips(appearance, name="answer_languages", label=_("Language of the sentences"))
        self._count = Text(appearance, style=TextStyle.SMALL, tone="muted")
        self._count.setObjectName("answer_count")
        self._send = KeyButton(appearance, _("Send"), key="Ctrl ↵", kind=ButtonKind.PRIMARY, name="answer_send")
        self._cancel = KeyButton(appearance, _("Close"), key="Esc", kind=ButtonKind.GHOST, name="answer_close")
        self._lay_out()
        self._edit.textChanged.connect(self._on_text_changed)
        self._edit.submitted.connect(self._on_submitted)
        self._edit.paste_refused.connect(self._on_paste_refused)
        self._edit.view_requested.connect(self._on_view_requested)
        self._sentences.toggled.connect(self._on_sentence_chosen)
        self._languages.chosen.connect(self._show_sentences)
        self._send.clicked.connect(self._on_submitted)
        self._cancel.clicked.connect(self.close_card)
        window.installEventFilter(self)
        self.hide()

    @property
    def key(self) -> str:
        """The key of the message that is shown; empty while the card is closed."""
        return self._view.key if self._view is not None else ""

    def open_card(self, view: AnswerView) -> None:
        """Show a message and focus the field."""
        if self._view is None:
            self._back_to = self._window.focusWidget()
        self._view = view
        self._title.setText(_("Answer to {sender}").format(sender=view.to))
        self._received.setText(view.received)
        self._received.setVisible(bool(view.received))
        self._languages.show_choices(_LANGUAGES)
        self._languages.show_current(view.language)
        self._show_sentences()
        with QSignalBlocker(self._edit):
            self._edit.setPlainText(view.text)
        self._edit.moveCursor(QTextCursor.MoveOperation.End)
        self.show_status(view.status)
        self.show()
        self.raise_()
        self._place()
        self._edit.setFocus(Qt.FocusReason.PopupFocusReason)

    def show_status(self, status: AnswerStatus) -> None:
        """Show an earlier answer and the like, and whether the answer can be sent; the text stays."""
        self._refusal = status.refusal
        shown = "\n".join(filter(None, (status.refusal, status.warning)))
        self._warning.setText(shown)
        self._warning.setVisible(bool(shown))
        self.setAccessibleName(f"{self._title.text()}. {shown}".strip())
        self._show_count()
        self._place()

    def close_card(self) -> None:
        """Hide the card, and return to where the keyboard was."""
        if self._view is None:
            return
        self._view = None
        self.hide()
        back_to, self._back_to = self._back_to, None
        if back_to is not None:
            back_to.setFocus(Qt.FocusReason.PopupFocusReason)
        self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: follow the size of the window; Alt with a digit or letter chooses a sentence or the language."""
        if watched is self._edit and isinstance(event, QKeyEvent) and self._takes_choice(event):
            return True
        is_resized = watched is self._window and event.type() is QEvent.Type.Resize
        is_changed = watched is self._body and event.type() is QEvent.Type.LayoutRequest
        if (is_resized or is_changed) and not self.isHidden():
            self._place()
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        """Qt: keep letters from being shortcuts of the list while the card is open."""
        if isinstance(event, QKeyEvent) and event.type() in _KEY_DOWN and self._takes_choice(event):
            return True
        if is_letter_shortcut(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Escape closes; other keys do not reach the list."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_card()
        event.accept()

    def _lay_out(self) -> None:
        """Lay out the parts; with large text they scroll above the buttons."""
        self._body = QWidget()
        self._body.installEventFilter(self)
        self._column = layout = column(self._body, spacing_px=10)
        layout.setContentsMargins(20, 18, 20, 0)
        for part in (self._title, self._received, self._warning, self._edit, self._count):
            layout.addWidget(part)
        keys = _("Sentences · Alt and a digit insert one, Alt+I and Alt+E choose the language")
        hint = Text(self._appearance, keys, style=TextStyle.SMALL_STRONG)
        for widget in (hint, self._sentences, self._languages):
            layout.addWidget(widget)
        self._area = scroll_area(self._body, name="answer_parts")
        self._buttons = row()
        self._buttons.setContentsMargins(20, 10, 20, 18)
        self._buttons.addWidget(self._send)
        self._buttons.addWidget(self._cancel)
        self._buttons.addStretch(1)
        lines = column(self, spacing_px=0)
        lines.addWidget(self._area, 1)
        lines.addLayout(self._buttons)

    def _takes_choice(self, event: QKeyEvent) -> bool:
        held, key = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier, event.key()
        language = self._languages.code_for_key(chr(key)) if key < _NO_LETTER else ""
        if held != Qt.KeyboardModifier.AltModifier or not (language or self._sentences.has_key(key)):
            return False
        event.accept()
        if event.type() is QEvent.Type.KeyPress and language:
            self._languages.show_current(language)
            self._show_sentences()
        elif event.type() is QEvent.Type.KeyPress:
            self._sentences.toggle_by_key(key)
        return True

    def _show_sentences(self, _language: str = "") -> None:
        if self._view is not None:
            pairs = enumerate(self._view.sentences, start=1)
            language = self._languages.current
            self._sentences.show_suggestions(
                tuple(
                    Choice(code=each.code, label=_short(each.texts[language]), key=str(n) if n < 10 else "")
                    for n, each in pairs
                )
            )
            self._place()

    def _on_sentence_chosen(self, code: str, _selected: bool) -> None:
        self._sentences.show_selected(frozenset())
        if self._view is None:
            return
        sentence = next(each for each in self._view.sentences if each.code == code).texts[self._languages.current]
        cursor = self._edit.textCursor()
        cursor.setPosition(cursor.selectionStart())
        gap = "" if cursor.atBlockStart() or _follows_space(cursor) else " "
        self._edit.insertPlainText(f"{gap}{sentence}")
        self._edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_text_changed(self) -> None:
        self._show_count()
        if self._view is not None:
            self.edited.emit(self._view.key, self._edit.toPlainText())

    def _show_count(self) -> None:
        length = len(self._edit.text)
        count = _("{n} of {most} characters").format(n=format_number(length), most=format_number(self._longest))
        self._count.setText(count)
        reason = "" if length else _("Type an answer first")
        too_long = _("The answer is too long") if length > self._longest else ""
        self._send.show_reason(self._refusal or too_long or reason)

    def _on_paste_refused(self) -> None:
        self._count.setText(_("The pasted text is too long: nothing was inserted."))

    def _on_submitted(self) -> None:
        view, text = self._view, self._edit.text
        if view is not None and self._send.isEnabled():
            self.submitted.emit(view.key, text)

    def _on_view_requested(self) -> None:
        self._place()
        self._area.ensureWidgetVisible(self._edit)

    def _place(self) -> None:
        width = min(self._appearance.px(_WIDTH_PX), self._window.width() - 32)
        self._column.activate()
        frame = 2 * self.frameWidth()
        needed = self._column.totalHeightForWidth(width - frame) + self._buttons.sizeHint().height() + frame
        height = min(needed, self._window.height() - 16)
        top = max(8, min(self._appearance.px(_TOP_PX), self._window.height() - height - 8))
        self.setGeometry((self._window.width() - width) // 2, top, width, height)


def _follows_space(cursor: QTextCursor) -> bool:
    """Return whether a space is before the cursor; Qt counts an emoji as two characters, Python as one."""
    before = QTextCursor(cursor)
    before.movePosition(QTextCursor.MoveOperation.PreviousCharacter, QTextCursor.MoveMode.KeepAnchor)
    return before.selectedText().isspace()


def _short(sentence: str) -> str:
    return sentence if len(sentence) <= _LONGEST_LABEL else f"{sentence[: _LONGEST_LABEL - 1].rstrip()}…"
