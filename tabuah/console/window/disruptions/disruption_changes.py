"""Changes of disruptions in the window: saves them, and takes the last one back by another entry."""

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from tabuah.console.window.shared.window_context import SavedEntries, WindowContext
from tabuah.operations.disruptions.conflict_policy import FIELDS
from tabuah.operations.disruptions.disruption import Disruption
from tabuah.operations.disruptions.drafts import edit_disruption, end_disruption, resume_disruption
from tabuah.operations.entries import Draft, subject_key
from tabuah.operations.errors import NotPossible
from tabuah.resources.localisation import _
from tabuah.text.sync.verdict_reasons import describe_not_possible

Undo = Callable[[Disruption], Draft]  # the entry that takes a change back, from the disruption as it is then


class DisruptionChanges(QObject):
    """Saves entries of disruptions, and keeps the undo of the last one.

    Signals:
        saved: an entry was saved; the message for the person.
    """

    saved = Signal(str)

    def __init__(self, context: WindowContext) -> None:
        super().__init__()
        self._context = context
        self._undo: Callable[[], None] | None = None
        self._added = ""  # id of a new disruption, until it is selected

    @property
    def can_undo(self) -> bool:
        return self._undo is not None

    def forget(self) -> None:
        """Forget the undo of the last change; the message of the window still offers it."""
        self._undo, self._added = None, ""

    def take_added(self) -> str:
        """Return the id of a disruption that was just reported, once; empty if there is none in the state."""
        if self._added not in self._context.state.snapshot.disruptions:
            return ""
        added, self._added = self._added, ""
        return added

    def save(self, draft: Draft, message: str, undo: Undo | None, *, is_new: bool = False) -> None:
        """Save an entry, and report it with its undo."""
        key = subject_key(draft.subject)

        def on_saved(_saved: SavedEntries) -> None:
            self._undo = None if undo is None else partial(self._write_back, key, undo)
            self._added = key if is_new else self._added
            self._context.notifier.done(message, undo=self._undo)
            self.saved.emit(message)

        self._context.save_draft(draft, on_saved=on_saved)

    def undo_last(self) -> None:
        """Take the last change back."""
        action, self._undo = self._undo, None
        if action is not None:
            action()

    def _write_back(self, key: str, undo: Undo) -> None:
        """Save the entry that takes a change back; the journal keeps both."""
        self._undo = None
        disruption = self._context.state.snapshot.disruptions.get(key)
        if disruption is None:
            return
        try:
            draft = undo(disruption)
        except NotPossible as refusal:
            self._context.notifier.refuse(describe_not_possible(refusal))
        else:
            self.save(draft, _("Undone: {name}").format(name=disruption.name), None)


def ending() -> Undo:
    """Return the undo of a disruption that was reported, or that goes on."""
    reason = _("undone")
    return lambda disruption: end_disruption(disruption, reason=reason)


def resuming() -> Undo:
    """Return the undo of an end."""
    reason = _("undone")
    return lambda disruption: resume_disruption(disruption, reason=reason)


def restoring(before: Disruption, given: dict[str, Any]) -> Undo:
    """Return the undo of an edit: the former values of the changed fields."""
    former = {name: getattr(before, name) for name in FIELDS if name in given}
    return lambda disruption: edit_disruption(disruption, **former)
