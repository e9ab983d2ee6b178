"""Lines about the entries of units on a mission, for timelines and after-action reports."""

from tabuah.operations.entries import Entry, subject_key
from tabuah.operations.exercises.scope import plain_code
from tabuah.operations.units.entry_bodies import (
    UnitCheckedIn,
    UnitCheckInWithdrawn,
    UnitHelpAcknowledged,
    UnitHelpEnded,
    UnitHelpRequested,
    UnitMoved,
)
from tabuah.operations.units.missions import MissionBody, read_mission_body
from tabuah.resources.localisation import _
from tabuah.text.code_labels import code_label


def describe_unit_event(entry: Entry) -> str:
    """Return what a crew did, such as "TRC-1: Tiba di lokasi (jalan licin)"; empty for other entries."""
    body = read_mission_body(entry)
    if body is None:
        return ""
    text = f"{plain_code(subject_key(entry.subject))}: {_event_label(body)}"
    note = _note_of(body)
    return f"{text} ({note})" if note else text


def _event_label(body: MissionBody) -> str:
    match body:
        case UnitMoved():
            return code_label(body.to)
        case UnitCheckedIn():
            return _("check-in")
        case UnitCheckInWithdrawn():
            return _("check-in withdrawn")
        case UnitHelpRequested():
            return _("HELP NEEDED")
        case UnitHelpAcknowledged():
            return _("request for help acknowledged")
        case UnitHelpEnded():
            return _("request for help ended")


def _note_of(body: MissionBody) -> str:
    match body:
        case UnitCheckInWithdrawn() | UnitHelpEnded():
            return body.reason
        case UnitHelpAcknowledged():
            return ""
    return body.note
