"""Changes of shelters in the window: saves them, and takes the last one back by another entry."""

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from tabuah.console.window.shared.window_context import SavedEntries, WindowContext
from tabuah.operations.entries import Draft, subject_key
from tabuah.operations.errors import NotPossible
from tabuah.operations.shelters.conflict_policy import FIELDS
from tabuah.operations.shelters.drafts import close_shelter, edit_shelter, reopen_shelter, withdraw_count
from tabuah.operations.shelters.shelter import Shelter
from tabuah.resources.localisation import _
from tabuah.text.sync.verdict_reasons import describe_not_possible

Undo = Callable[[Shelter], Draft]  # the entry that takes a change back, from the shelter as it is then


class ShelterChanges(QObject):
    """Saves entries of shelters, and keeps the undo of the last one.

    Signals:
        saved: an entry was saved; the message for the person.
    """

    saved = Signal(str)

    def __init__(self, context: WindowContext) -> None:
        super().__init__()
        self._context = context
        self._undo: Callable[[], None] | None = None
        self._added = ""  # id of a new shelter, until it is selected

    @property
    def can_undo(self) -> bool:
        return self._undo is not None

    def forget(self) -> None:
        """Forget the undo of the last change; the message of the window still offers it."""
        self._undo, self._added = None, ""

    def take_added(self) -> str:
        """Return the id of a shelter that was just added, once; empty if there is none in the state."""
        if self._added not in self._context.state.snapshot.shelters:
            return ""
        added, self._added = self._added, ""
        return added

    def save(self, draft: Draft, message: str, undo: Undo | None, *, is_new: bool = False) -> None:
        """Save an entry, and report it with its undo."""
        shelter_id = subject_key(draft.subject)

        def on_saved(_saved: SavedEntries) -> None:
            self._undo = None if undo is None else partial(self._write_back, shelter_id, undo)
            self._added = shelter_id if is_new else self._added
            self._context.notifier.done(message, undo=self._undo)
            self.saved.emit(message)

        self._context.save_draft(draft, on_saved=on_saved)

    def undo_last(self) -> None:
        """Take the last change back."""
        action, self._undo = self._undo, None
        if action is not None:
            action()

    def closing(self) -> Undo | None:
        """Return the undo of an added or reopened shelter; None if this user may not close one."""
        if self._context.state.writing_refusal("shelter.closed"):
            return None
        reason = _("undone")
        return lambda shelter: close_shelter(shelter, reason=reason)

    def _write_back(self, shelter_id: str, undo: Undo) -> None:
        """Save the entry that takes a change back; the journal keeps both."""
        self._undo = None
        shelter = self._context.state.snapshot.shelters.get(shelter_id)
        if shelter is None:
            return
        try:
            draft = undo(shelter)
        except NotPossible as refusal:
            self._context.notifier.refuse(describe_not_possible(refusal))
        else:
            self.save(draft, _("Undone: {name}").format(name=shelter.name), None)


def reopening() -> Undo:
    """Return the undo of a closed shelter."""
    reason = _("undone")
    return lambda shelter: reopen_shelter(shelter, reason=reason)


def restoring(before: Shelter, given: dict[str, Any]) -> Undo:
    """Return the undo of an edit: the former values of the changed fields."""
    former = {name: getattr(before, name) for name in FIELDS if name in given}
    return lambda shelter: edit_shelter(shelter, **former)


def withdrawing(before: Shelter) -> Undo:
    """Return the undo of a count that is saved now: the withdrawal of the count that `before` does not have."""
    known, reason = {count.entry for count in before.counts}, _("undone")

    def undo(shelter: Shelter) -> Draft:
        added = next((count.entry for count in shelter.counts if count.entry not in known), "")
        return withdraw_count(shelter, added, reason=reason)

    return undo
