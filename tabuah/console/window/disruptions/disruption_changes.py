"""Changes of disruptions in the window, and the entries that take them back."""

from typing import Any

from tabuah.console.window.shared.record_changes import RecordChanges, Undo
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.operations.disruptions.conflict_policy import FIELDS
from tabuah.operations.disruptions.disruption import Disruption
from tabuah.operations.disruptions.drafts import edit_disruption, end_disruption, resume_disruption
from tabuah.resources.localisation import _


def disruption_changes(context: WindowContext) -> RecordChanges[Disruption]:
    """Return the changes of disruptions of a window."""
    return RecordChanges(
        context, records=lambda: context.state.snapshot.disruptions, name=lambda disruption: disruption.name
    )


def ending() -> Undo[Disruption]:
    """Return the undo of a report or of a resumption: an end."""
    reason = _("undone")
    return lambda disruption: end_disruption(disruption, reason=reason)


def resuming() -> Undo[Disruption]:
    """Return the undo of an end."""
    reason = _("undone")
    return lambda disruption: resume_disruption(disruption, reason=reason)


def restoring(before: Disruption, given: dict[str, Any]) -> Undo[Disruption]:
    """Return the undo of an edit: the former values of the changed fields."""
    former = {name: getattr(before, name) for name in FIELDS if name in given}
    return lambda disruption: edit_disruption(disruption, **former)
