"""Answers to messages in the window: the card, the entry with its undo, and the warning of an earlier answer."""

from PySide6.QtWidgets import QWidget

from tabuah.console.window.messages.message_changes import message_now
from tabuah.console.window.messages.message_items import ListedMessage
from tabuah.console.window.shared.window_context import SavedEntries, WindowContext
from tabuah.operations.entries import Draft
from tabuah.operations.messages.answer import LONGEST_ANSWER, AnswerState
from tabuah.operations.messages.answer_drafts import answer_message, withdraw_answer
from tabuah.operations.messages.answer_templates import answer_templates
from tabuah.operations.messages.message import Message
from tabuah.resources.localisation import LANGUAGES, _, current_language
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.identifiers import new_salt
from tabuah.text.code_labels import code_label
from tabuah.text.messages.answer_text import answered_already
from tabuah.widgets.messages.answer_card import AnswerCard, AnswerSentence, AnswerView
from tabuah.widgets.theme.appearance import Appearance

_LONGEST_SHOWN = 400  # characters of the message above the field


class MessageAnswers:
    """Asks for an answer and saves it; the message in the corner withdraws it before it leaves."""

    def __init__(self, context: WindowContext, appearance: Appearance, window: QWidget) -> None:
        self._context = context
        self._messages: dict[str, Message] = {}
        self._card = AnswerCard(appearance, window, longest=LONGEST_ANSWER)
        self._card.submitted.connect(self._on_submitted)

    def begin(self, found: ListedMessage) -> None:
        """Open the card for a message."""
        self._messages[found.message.id] = found.message
        self._card.open_card(answer_view(found))

    def follow(self) -> None:
        """Show in an open card that another person has answered; the list may show the message no more."""
        message = self._messages.get(self._card.key)
        if message is not None:
            self._context.store.run(
                lambda store: message_now(store, message),
                on_done=self._show_earlier_answer,
                on_error=self._context.notifier.error,
            )

    def _show_earlier_answer(self, message: Message) -> None:
        if message.id == self._card.key:
            self._messages[message.id] = message
            self._card.show_warning(answered_already(message.answers))

    def _on_submitted(self, key: str, text: str) -> None:
        message = self._messages.pop(key)

        def make(store: ConsoleStore) -> tuple[Draft, ...]:
            current = message_now(store, message)
            personal = store.personal_of(current.received_entry)
            return (answer_message(current, text, personal, salt=new_salt()),)

        def saved(entries: SavedEntries) -> None:
            sent = _("The answer leaves in a few seconds.")
            done = _("The answer is saved. Answers of an exercise are not sent.") if message.exercise else sent
            self._context.notifier.done(done, undo=lambda: self._withdraw(message, entries[0].entry.id))

        self._context.save(make, on_saved=saved)

    def _withdraw(self, message: Message, entry: str) -> None:
        def make(store: ConsoleStore) -> tuple[Draft, ...]:
            current = message_now(store, message)
            answer = current.answer(entry)
            return (withdraw_answer(current, answer),) if answer is not None else ()

        self._context.save(make, on_saved=lambda _saved: self._context.notifier.done(_("The answer is withdrawn.")))


def answer_view(found: ListedMessage) -> AnswerView:
    """Return the card of a message; the text of a failed last answer is there again."""
    message, row = found.message, found.row
    last = row.answers[-1] if row.answers else None
    received = row.text or ""
    cut = f"{received[:_LONGEST_SHOWN].rstrip()}…" if len(received) > _LONGEST_SHOWN else received
    return AnswerView(
        key=message.id,
        to=" · ".join(filter(None, (row.sender, code_label(row.channel)))),
        received=cut,
        warning=answered_already(message.answers),
        sentences=tuple(
            AnswerSentence(code=each.code, texts={language: each.text(language) for language in LANGUAGES})
            for each in answer_templates()
        ),
        language=current_language(),
        text=(last.text or "") if last is not None and last.state is AnswerState.FAILED else "",
    )
