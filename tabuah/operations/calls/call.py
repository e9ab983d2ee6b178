"""The call: an entry of the call log."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec
from msgspec import UNSET

from tabuah.operations.bounds import IdText, ProseText, StoredMoment
from tabuah.operations.codes import CallClass, Channel
from tabuah.operations.entries import ExerciseRef

# The classes of calls that are no report, in the order of their keys in the form.
UNREPORTED: Final = (CallClass.GHOST, CallClass.PRANK, CallClass.INFORMATION)


class Call(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="call"):
    """A call that ended without a report, or was found to be about an incident later.

    Attributes:
        id: the key of its subject.
        taken_by: the user who took it.
        received_at: when it came in.
        changed_at: when it was recorded, or corrected last.
        incident: id of the incident that it was about after all; empty if there is none.
        class_before: its class before it was linked; None while it is not linked.
        caller_entry: id of the entry with its caller; empty without a caller.
    """

    id: IdText
    call_class: CallClass
    channel: Channel
    taken_by: IdText
    received_at: StoredMoment
    changed_at: StoredMoment
    note: ProseText = ""
    incident: IdText = ""
    class_before: CallClass | None = None
    caller_entry: IdText = ""
    exercise: bool = False
    exercise_ref: ExerciseRef = msgspec.field(default=UNSET, name="exercise_id")

    @property
    def exercise_id(self) -> str:
        """Return the id of its exercise; empty for the real world and for drills of no named exercise."""
        return self.exercise_ref or ""


def count_by_class(calls: Sequence[Call]) -> dict[CallClass, int]:
    """Return the number of calls of each class."""
    return {each: sum(call.call_class is each for call in calls) for each in CallClass}


def calls_between(calls: Sequence[Call], since: datetime | None, until: datetime | None) -> list[Call]:
    """Return the calls that came in from `since` on and before `until`; None for no limit."""
    return [
        call
        for call in calls
        if (since is None or call.received_at >= since) and (until is None or call.received_at < until)
    ]
