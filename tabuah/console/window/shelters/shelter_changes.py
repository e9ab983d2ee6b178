"""Changes of shelters in the window, and the entries that take them back."""

from typing import Any

from tabuah.console.window.shared.record_changes import RecordChanges, Undo
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.operations.entries import Draft
from tabuah.operations.shelters.conflict_policy import FIELDS
from tabuah.operations.shelters.drafts import close_shelter, edit_shelter, reopen_shelter, withdraw_count
from tabuah.operations.shelters.shelter import Shelter
from tabuah.resources.localisation import _


def shelter_changes(context: WindowContext) -> RecordChanges[Shelter]:
    """Return the changes of shelters of a window."""
    return RecordChanges(context, records=lambda: context.state.snapshot.shelters, name=lambda shelter: shelter.name)


def closing(context: WindowContext) -> Undo[Shelter] | None:
    """Return the undo of an added or reopened shelter; None if this user may not close one."""
    if context.state.writing_refusal("shelter.closed"):
        return None
    reason = _("undone")
    return lambda shelter: close_shelter(shelter, reason=reason)


def reopening() -> Undo[Shelter]:
    """Return the undo of a closed shelter."""
    reason = _("undone")
    return lambda shelter: reopen_shelter(shelter, reason=reason)


def restoring(before: Shelter, given: dict[str, Any]) -> Undo[Shelter]:
    """Return the undo of an edit: the former values of the changed fields."""
    former = {name: getattr(before, name) for name in FIELDS if name in given}
    return lambda shelter: edit_shelter(shelter, **former)


def withdrawing(before: Shelter) -> Undo[Shelter]:
    """Return the undo of a count that is saved now: the withdrawal of the count that `before` does not have."""
    known, reason = {count.entry for count in before.counts}, _("undone")

    def undo(shelter: Shelter) -> Draft:
        added = next((count.entry for count in shelter.counts if count.entry not in known), "")
        return withdraw_count(shelter, added, reason=reason)

    return undo
