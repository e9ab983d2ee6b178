"""Changes of the records of one subject in a window: saves them, and takes the last one back by another entry."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, Signal

from tabuah.console.window.shared.window_context import SavedEntries, WindowContext
from tabuah.operations.entries import Draft, subject_key
from tabuah.operations.errors import NotPossible
from tabuah.resources.localisation import _
from tabuah.text.sync.verdict_reasons import describe_not_possible

RecordT = TypeVar("RecordT")
Undo = Callable[[RecordT], Draft]  # the entry that takes a change back, from the record as it is then


class RecordChanges(QObject, Generic[RecordT]):
    """Saves entries of records, and keeps the undo of the last one.

    Signals:
        saved: an entry was saved; the message for the person.
        refused: the last change cannot be taken back; the reason.
    """

    saved = Signal(str)
    refused = Signal(str)

    def __init__(
        self,
        context: WindowContext,
        *,
        records: Callable[[], Mapping[str, RecordT]],
        name: Callable[[RecordT], str],
    ) -> None:
        """Use `records` for the records of the state by id, and `name` for that of one in messages."""
        super().__init__()
        self._context, self._records, self._name = context, records, name
        self._undo: Callable[[], None] | None = None
        self._token = ""  # of the message that offers the undo
        self._added = ""  # id of a new record, until it is selected

    @property
    def records(self) -> Mapping[str, RecordT]:
        """The records of the state by id."""
        return self._records()

    @property
    def can_undo(self) -> bool:
        return self._undo is not None

    def forget(self) -> None:
        """Forget the undo of the last change; the message of the window still offers it."""
        self._undo, self._added = None, ""

    def take_added(self) -> str:
        """Return the id of a record that was just added, once; empty if there is none in the state."""
        if self._added not in self.records:
            return ""
        added, self._added = self._added, ""
        return added

    def save(self, draft: Draft, message: str, undo: Undo[RecordT] | None, *, is_new: bool = False) -> None:
        """Save an entry, and report it with its undo."""
        key = subject_key(draft.subject)

        def on_saved(_saved: SavedEntries) -> None:
            self._added = key if is_new else self._added
            if undo is None:
                self._undo = None
                self._context.notifier.done(message)
            else:
                self._undo = partial(self._write_back, key, undo)
                self._token = self._context.notifier.offer_undo(message, self._undo)
            self.saved.emit(message)

        self._context.save_draft(draft, on_saved=on_saved)

    def undo_last(self) -> None:
        """Take the last change back."""
        if self._undo is not None:
            self._context.notifier.withdraw(self._token)  # it would undo the change again
            self._undo()

    def _write_back(self, key: str, undo: Undo[RecordT]) -> None:
        """Save the entry that takes a change back; the journal keeps both."""
        self._undo = None
        record = self.records.get(key)
        if record is None:
            return  # its exercise was wiped
        try:
            draft = undo(record)
        except NotPossible as refusal:
            reason = describe_not_possible(refusal)
            self._context.notifier.refuse(reason)
            self.refused.emit(reason)
        else:
            self.save(draft, _("Undone: {name}").format(name=self._name(record)), None)
