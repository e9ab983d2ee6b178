"""Answers to messages in the window: the card with its draft, the entry with its undo, and the withdrawal."""

from PySide6.QtWidgets import QWidget

from tabuah.console.window.messages.message_changes import message_now
from tabuah.console.window.messages.message_items import ListedMessage
from tabuah.console.window.shared.draft_writer import DraftWriter
from tabuah.console.window.shared.window_context import SavedEntries, WindowContext
from tabuah.operations.entries import Draft
from tabuah.operations.errors import NotPossible
from tabuah.operations.messages.answer import LONGEST_ANSWER, AnswerObstacle, AnswerState
from tabuah.operations.messages.answer_drafts import answer_message, find_obstacle, withdraw_answer
from tabuah.operations.messages.answer_templates import answer_templates
from tabuah.operations.messages.message import Message
from tabuah.resources.localisation import LANGUAGES, _, current_language
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.identifiers import new_salt
from tabuah.text.code_labels import code_label
from tabuah.text.messages.answer_text import describe_refusal
from tabuah.text.messages.message_text import reminder_before_answer
from tabuah.widgets.messages.answer_card import AnswerCard, AnswerSentence, AnswerStatus, AnswerView
from tabuah.widgets.theme.appearance import Appearance

_LONGEST_SHOWN = 400  # characters of the message above the field


class MessageAnswers:
    """Asks for an answer and saves it. A text stays as a draft until its answer is saved."""

    def __init__(self, context: WindowContext, appearance: Appearance, drafts: DraftWriter) -> None:
        self._context, self._appearance, self._drafts = context, appearance, drafts
        self._card: AnswerCard | None = None
        self._message: Message | None = None  # of the open card
        drafts.user_changed.connect(self._close_card)

    @property
    def message_id(self) -> str:
        """Id of the message of the open card; empty for none."""
        return self._message.id if self._message is not None else ""

    def open_in(self, window: QWidget) -> None:
        """Ask in a window from now on."""
        self._card = AnswerCard(self._appearance, window, longest=LONGEST_ANSWER)
        self._card.submitted.connect(self._on_submitted)
        self._card.edited.connect(self._on_edited)
        self._card.closed.connect(self._on_closed)

    def close(self) -> None:
        """Close the card: its window closes."""
        self._close_card()
        self._card = None

    def begin(self, found: ListedMessage) -> None:
        """Open the card for a message, with the text that was not sent."""
        if self._card is not None:
            self._close_card()  # another message may be open
            message = self._message = found.message
            status = self._status(message, found.row.obstacle)
            text = self._drafts.kept(_key(message.id), str) or self._text_to_repeat(found)
            self._card.open_card(answer_view(found, status=status, text=text))

    def refresh(self) -> None:
        """Show in an open card what has changed, such as the answer of another person; the text stays."""
        message = self._message
        if message is not None:
            self._context.store.run(
                lambda store: _read_message(store, message),
                on_done=self._on_read,
                on_error=self._context.notifier.error,
            )

    def withdraw_newest(self, message: Message) -> None:
        """Withdraw the newest answer that was not sent yet."""

        def make(store: ConsoleStore) -> tuple[Draft, ...]:
            current = message_now(store, message)
            if not current.unsent_answers:
                raise NotPossible("answer_not_waiting")
            return (withdraw_answer(current, current.unsent_answers[-1]),)

        self._context.save(make, on_saved=self._on_withdrawn)

    def _withdraw(self, message: Message, entry: str) -> None:
        def make(store: ConsoleStore) -> tuple[Draft, ...]:
            current = message_now(store, message)
            answer = current.answer(entry)
            if answer is None:
                raise NotPossible("unknown_answer")
            return (withdraw_answer(current, answer),)

        self._context.save(make, on_saved=self._on_withdrawn)

    def _on_withdrawn(self, _saved: SavedEntries) -> None:
        self._context.notifier.done(_("The answer is withdrawn."))

    def _on_read(self, found: tuple[Message, AnswerObstacle | None]) -> None:
        message, obstacle = found
        if self._card is not None and self._message is not None and message.id == self._message.id:
            self._message = message
            self._card.show_status(self._status(message, obstacle))

    def _status(self, message: Message, obstacle: AnswerObstacle | None) -> AnswerStatus:
        refusal = self._context.state.writing_refusal("message.answered")
        return AnswerStatus(
            warning=reminder_before_answer(message),
            refusal=refusal or describe_refusal(obstacle, message.answers),
        )

    def _text_to_repeat(self, found: ListedMessage) -> str:
        """Return the text of the last answer if it was not sent, or if this user has withdrawn it."""
        if not found.row.answers:
            return ""
        last, identity = found.row.answers[-1], self._context.state.snapshot.identity
        is_own = identity is not None and last.by == identity.user
        is_unsent = last.state is AnswerState.FAILED or (last.state is AnswerState.WITHDRAWN and is_own)
        return (last.text or "") if is_unsent else ""

    def _on_edited(self, key: str, text: str) -> None:
        self._drafts.schedule(_key(key), text)

    def _on_closed(self) -> None:
        self._message = None
        self._drafts.write()

    def _close_card(self) -> None:
        if self._card is not None:
            self._card.close_card()

    def _on_submitted(self, key: str, text: str) -> None:
        message = self._message
        if message is None or message.id != key:
            return
        self._drafts.schedule(_key(key), text)  # until it is saved
        self._close_card()

        def make(store: ConsoleStore) -> tuple[Draft, ...]:
            current = message_now(store, message)
            personal = store.personal_of(current.received_entry)
            return (answer_message(current, text, personal, salt=new_salt()),)

        def on_saved(entries: SavedEntries) -> None:
            self._drafts.discard(_key(key))
            sent = _("The answer is saved; the server sends it a few seconds after receiving it.")
            done = _("The answer is saved. Answers of an exercise are not sent.") if message.exercise else sent
            self._context.notifier.done(done, undo=lambda: self._withdraw(message, entries[0].entry.id))

        self._context.save(make, on_saved=on_saved)


def _read_message(store: ConsoleStore, message: Message) -> tuple[Message, AnswerObstacle | None]:
    current = message_now(store, message)
    return current, find_obstacle(current, store.personal_of(current.received_entry))


def _key(message_id: str) -> str:
    return f"answer/{message_id}"


def answer_view(found: ListedMessage, *, status: AnswerStatus, text: str) -> AnswerView:
    """Return the content of the card of a message."""
    message, row = found.message, found.row
    received = row.text or ""
    cut = f"{received[:_LONGEST_SHOWN].rstrip()}…" if len(received) > _LONGEST_SHOWN else received
    return AnswerView(
        key=message.id,
        to=" · ".join(filter(None, (row.sender, code_label(row.channel)))),
        received=cut,
        status=status,
        sentences=tuple(
            AnswerSentence(code=each.code, texts={language: each.text(language) for language in LANGUAGES})
            for each in answer_templates()
        ),
        language=current_language(),
        text=text,
    )
