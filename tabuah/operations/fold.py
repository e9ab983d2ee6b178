"""`fold`: the state of a subject after a decided entry, the same on every machine. Pure."""

import msgspec

from tabuah.operations.alarms.alarm import Alarm, fold_alarm
from tabuah.operations.alarms.entry_bodies import EscalationWritten
from tabuah.operations.bulletins.bulletin import fold_bulletin
from tabuah.operations.bulletins.rule_entry_bodies import BulletinRuleRetired, BulletinRuleWritten
from tabuah.operations.bulletins.rules import BulletinRule
from tabuah.operations.deferred import held_entry, hold_entry, release_entry, remember_rejected
from tabuah.operations.entries import Entry, Verdict, subject_kind
from tabuah.operations.entry_kinds import BODIES, decode_body
from tabuah.operations.errors import MalformedBody
from tabuah.operations.incidents.entry_bodies import EntryRefused, EntryReleased
from tabuah.operations.incidents.fold import fold_incident
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.maintenance.window import MaintenanceWindow, fold_maintenance
from tabuah.operations.people.records import Device, User, fold_people_record
from tabuah.operations.reissued_entries import record_received
from tabuah.operations.rules.entry_bodies import RuleRetired, RuleWritten
from tabuah.operations.rules.rule import Rule
from tabuah.operations.stations.entry_bodies import StationEdited, StationRegistered
from tabuah.operations.stations.file_entries import fold_station_file
from tabuah.operations.stations.files import NO_FILES
from tabuah.operations.stations.station import Station
from tabuah.operations.subjects import SubjectState, SubjectValue
from tabuah.operations.units.fold import fold_unit
from tabuah.operations.units.unit import Unit


def fold(state: SubjectState, entry: Entry, verdict: Verdict, *, text: str, reason: str = "") -> SubjectState:
    """Return the state after an entry.

    Args:
        state: the subject's state before.
        entry: the entry.
        verdict: the decision on it.
        text: the entry's own text, kept while it is held.
        reason: reason code of the verdict; a held entry waits for a supervisor or is deferred.
    """
    if verdict is Verdict.REJECTED:
        return remember_rejected(state, entry)
    state = record_received(state, entry)
    if verdict is Verdict.HELD:
        return hold_entry(state, entry, text=text, reason=reason)
    return _take_effect(state, entry, verdict)


def _take_effect(state: SubjectState, entry: Entry, verdict: Verdict) -> SubjectState:
    if entry.kind not in BODIES or entry.schema != 1:
        return _remember_unknown(state, entry.kind)
    try:
        body = decode_body(entry)
    except MalformedBody:
        return _remember_unknown(state, entry.kind)
    if isinstance(body, EntryReleased | EntryRefused):
        return _unhold(state, body)
    return msgspec.structs.replace(state, value=_fold_value(state.value, entry, body, verdict))


def _remember_unknown(state: SubjectState, kind: str) -> SubjectState:
    if kind in state.unknown_kinds:
        return state
    return msgspec.structs.replace(state, unknown_kinds=(*state.unknown_kinds, kind))


def _unhold(state: SubjectState, body: EntryReleased | EntryRefused) -> SubjectState:
    """Apply a released entry now, as if it had just arrived; conflicts are checked now, too."""
    if body.entry not in state.held:
        return state
    held = held_entry(state, body.entry)
    state = release_entry(state, body.entry)
    if isinstance(body, EntryRefused):
        return remember_rejected(state, held)
    return _take_effect(state, held, Verdict.ACCEPTED)


def _fold_value(
    value: SubjectValue | None, entry: Entry, body: msgspec.Struct, verdict: Verdict
) -> SubjectValue | None:
    match subject_kind(entry.subject):
        case "incident":
            return fold_incident(value if isinstance(value, Incident) else None, entry, body, verdict)
        case "alarm":
            return fold_alarm(value if isinstance(value, Alarm) else None, entry, body)
        case "maintenance":
            return fold_maintenance(value if isinstance(value, MaintenanceWindow) else None, entry, body)
        case "earthquake" | "warning" | "volcano":
            return fold_bulletin(value, entry, body)
        case "unit":
            return fold_unit(value if isinstance(value, Unit) else None, entry, body)
        case "user" | "device":
            return fold_people_record(value if isinstance(value, User | Device) else None, entry, body)
    return _fold_record(value, entry, body)


def _fold_record(value: SubjectValue | None, entry: Entry, body: msgspec.Struct) -> SubjectValue | None:
    """Fold the records that are always written as a whole."""
    match body:
        case StationRegistered() | StationEdited():
            files = value.files if isinstance(value, Station) else NO_FILES
            return msgspec.structs.replace(body.station, exercise=entry.exercise, files=files)
        case RuleWritten() | BulletinRuleWritten():
            return body.rule
        case EscalationWritten():
            return body.policy
        case RuleRetired() if isinstance(value, Rule):
            return msgspec.structs.replace(value, active=False)
        case BulletinRuleRetired() if isinstance(value, BulletinRule):
            return msgspec.structs.replace(value, active=False)
    return fold_station_file(value, entry, body) if isinstance(value, Station) else value
