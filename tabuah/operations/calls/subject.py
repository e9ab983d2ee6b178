"""The declaration of calls."""

from typing import Any, Final

import msgspec
from msgspec import UNSET

from tabuah.operations.calls.call import Call
from tabuah.operations.calls.conflict_policy import FIELDS
from tabuah.operations.calls.entry_bodies import CallCorrected, CallLinked, CallRecorded, CallUnlinked
from tabuah.operations.codes import CallClass
from tabuah.operations.entries import ACCEPT, Decision, Entry, Verdict, rejected, subject_key
from tabuah.operations.people.roles import WORKERS
from tabuah.operations.policy.policy import PROVENANCE_VERSION
from tabuah.operations.record_decisions import decide_change
from tabuah.operations.subject_type import UUID_KEY, DecisionContext, EntryKind, SubjectType


def decide_call(call: Call | None, _entry: Entry, body: msgspec.Struct, context: DecisionContext) -> Decision:
    """Accept a new call once, and changes of one that exists."""
    if context.decide_version < PROVENANCE_VERSION:
        return rejected("unknown_kind")  # older versions do not know calls
    if isinstance(body, CallRecorded):
        return ACCEPT if call is None else rejected("already_exists")
    if isinstance(body, CallUnlinked) and body.call_class is CallClass.NORMAL:
        return rejected("call_class_of_a_report")
    return decide_change(call)


def fold_call(call: Call | None, entry: Entry, body: msgspec.Struct, _verdict: Verdict) -> Call | None:
    """Return the call after an accepted entry."""
    if isinstance(body, CallRecorded):
        return call or _recorded(entry, body)
    if call is None:
        return None
    match body:
        case CallCorrected():
            return msgspec.structs.replace(call, **_given(call, entry, body), changed_at=entry.at)
        case CallLinked():
            return msgspec.structs.replace(
                call,
                incident=body.incident,
                call_class=CallClass.NORMAL,
                class_before=call.class_before if call.incident else call.call_class,
                changed_at=entry.at,
            )
        case CallUnlinked() if call.incident == body.incident:
            return msgspec.structs.replace(
                call, incident="", call_class=body.call_class, class_before=None, changed_at=entry.at
            )
    return call


def _recorded(entry: Entry, body: CallRecorded) -> Call:
    return Call(
        id=subject_key(entry.subject),
        call_class=body.call_class,
        channel=body.channel,
        note=body.note,
        taken_by=entry.actor,
        received_at=entry.happened_at,
        changed_at=entry.at,
        caller_entry=entry.id if body.caller else "",
        exercise=entry.exercise,
        exercise_ref=entry.exercise_ref,
    )


def _given(call: Call, entry: Entry, body: CallCorrected) -> dict[str, Any]:
    given = {name: getattr(body, name) for name in FIELDS if getattr(body, name) is not UNSET}
    if call.incident:
        given.pop("call_class", None)  # the author did not know of the link: a linked call is a normal one
    if body.caller is not UNSET:
        given["caller_entry"] = entry.id if body.caller else ""
    return given


CALL: Final = SubjectType(
    name="call",
    state=Call,
    kinds=(
        EntryKind(name="call.recorded", body=CallRecorded, writers=WORKERS, creates=True),
        EntryKind(name="call.corrected", body=CallCorrected, writers=WORKERS),
        EntryKind(name="call.linked", body=CallLinked, writers=WORKERS),
        EntryKind(name="call.unlinked", body=CallUnlinked, writers=WORKERS),
    ),
    decide=decide_call,
    fold=fold_call,
    key=UUID_KEY,
)
