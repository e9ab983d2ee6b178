"""Drafts of the entries of the call log."""

from datetime import datetime
from typing import Any, Final

import msgspec

from tabuah.operations.calls.call import UNREPORTED, Call
from tabuah.operations.calls.conflict_policy import FIELDS
from tabuah.operations.calls.entry_bodies import CallCorrected, CallLinked, CallRecorded, CallUnlinked
from tabuah.operations.codes import CallClass, Channel
from tabuah.operations.entries import Draft, PersonalValue, subject_of
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.scope import SubjectWorld
from tabuah.operations.personal_values import commitment_to

_REAL: Final = SubjectWorld()


def record_call(
    call_id: str,
    call_class: CallClass,
    *,
    channel: Channel = Channel.PHONE,
    note: str = "",
    caller: PersonalValue | None = None,
    received_at: datetime | None = None,
    world: SubjectWorld = _REAL,
) -> Draft:
    """Record a call that ended without a report; `caller` is the `caller_value` with name and number, if known."""
    commitment = commitment_to(caller.value, caller.salt) if caller is not None else ""
    body = CallRecorded(call_class=call_class, channel=channel, note=note.strip(), caller=commitment)
    return Draft(
        subject=subject_of("call", call_id),
        kind="call.recorded",
        body=encode_body(body),
        occurred_at=received_at,
        exercise=world.exercise,
        exercise_id=world.exercise_id,
        personal=(caller,) if caller is not None else (),
    )


def correct_call(
    call: Call,
    *,
    call_class: CallClass | None = None,
    channel: Channel | None = None,
    note: str | None = None,
    caller: PersonalValue | None = None,
) -> Draft:
    """Change the fields that are given and differ; a `caller` with an empty value removes the caller.

    Raises:
        NotPossible: nothing differs, or the class of a call that is about an incident would change.
    """
    given = {"call_class": call_class, "channel": channel, "note": note if note is None else note.strip()}
    changes: dict[str, Any] = {
        name: given[name] for name in FIELDS if given[name] is not None and given[name] != getattr(call, name)
    }
    if call.incident and "call_class" in changes:
        raise NotPossible("call_is_linked")
    sealed = (caller,) if caller is not None and caller.value else ()
    if caller is not None and (sealed or call.caller_entry):
        changes["caller"] = commitment_to(caller.value, caller.salt) if sealed else ""
    if not changes:
        raise NotPossible("nothing_changed")
    return _draft(call, "call.corrected", CallCorrected(**changes), sealed)


def link_call(call: Call, incident_id: str) -> Draft:
    """Link a call to the incident that it was about; its class becomes normal.

    Raises:
        NotPossible: it is linked to this incident already.
    """
    if call.incident == incident_id:
        raise NotPossible("nothing_changed")
    return _draft(call, "call.linked", CallLinked(incident=incident_id))


def unlink_call(call: Call, *, call_class: CallClass | None = None) -> Draft:
    """Take a call off its incident; it gets the class that it had, or the given one.

    Raises:
        NotPossible: it is not linked, or the class is that of a call about an incident.
    """
    if not call.incident:
        raise NotPossible("call_not_linked")
    chosen = call_class or call.class_before or CallClass.INFORMATION
    if chosen not in UNREPORTED:
        raise NotPossible("call_class_of_a_report")
    return _draft(call, "call.unlinked", CallUnlinked(incident=call.incident, call_class=chosen))


def _draft(call: Call, kind: str, body: msgspec.Struct, sealed: tuple[PersonalValue, ...] = ()) -> Draft:
    return Draft(
        subject=subject_of("call", call.id),
        kind=kind,
        body=encode_body(body),
        exercise=call.exercise,
        exercise_id=call.exercise_id,
        personal=sealed,
    )
