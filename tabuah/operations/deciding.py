"""`decide`: what the server, the audit and a console's own forecast say about an authentic entry. Pure."""

from typing import Final

import msgspec

from tabuah.operations.alarms import bodies as alarm_bodies
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.escalation_policy import POLICY_KEY
from tabuah.operations.authority import bodies as authority_bodies
from tabuah.operations.authority.authority import Authority
from tabuah.operations.authority.roles import Role, may_write, may_write_in_exercise
from tabuah.operations.bodies import BODIES, CROSS_KINDS, decode_body
from tabuah.operations.bulletins import deciding as bulletins
from tabuah.operations.bulletins.rule_bodies import BulletinRuleWritten
from tabuah.operations.entries import ACCEPT, Decision, Entry, Verdict, subject_key, subject_kind
from tabuah.operations.errors import MalformedBody
from tabuah.operations.identifying import NumberOwner, is_well_named, no_numbers
from tabuah.operations.incidents.bodies import EntryRefused, EntryReleased, IncidentReported
from tabuah.operations.incidents.deciding import decide_incident
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.maintenance.bodies import MaintenanceEnded, MaintenancePlanned
from tabuah.operations.maintenance.window import MaintenanceWindow
from tabuah.operations.repeating import ALREADY_THERE, is_there_already
from tabuah.operations.rules.bodies import RuleWritten
from tabuah.operations.stations.bodies import StationAttachmentRemoved, StationEdited, StationRegistered
from tabuah.operations.stations.filing import refusal_of_removal
from tabuah.operations.stations.station import Station
from tabuah.operations.subjects import SubjectState
from tabuah.operations.units.deciding import decide_unit
from tabuah.operations.units.unit import Unit
from tabuah.operations.waiting import held_entry, wait_or_refuse

# For want of these a held entry would be released into nothing.
_NO_GROUND: Final = frozenset({"unknown_subject", "unknown_conflict"})
_TAKES_EFFECT: Final = frozenset({Verdict.ACCEPTED, Verdict.CONFLICT})


def rejected(reason: str) -> Decision:
    """A refusal with its stable code."""
    return Decision(Verdict.REJECTED, reason)


def decide(
    state: SubjectState, authority: Authority, entry: Entry, *, number_owner: NumberOwner = no_numbers
) -> Decision:
    """Judge an authentic entry.

    Args:
        state: the subject's state after all earlier entries.
        authority: users, devices and grants after all earlier entries.
        entry: the entry.
        number_owner: which incident has a number already, by all earlier entries that were not rejected.

    Returns:
        The verdict with a stable reason code unless accepted.
    """
    standing = authority.standing_of(entry)
    body = _body_or_reason(entry)
    if isinstance(body, str):
        return rejected(body)
    if is_there_already(state, authority, entry):
        return rejected(ALREADY_THERE)
    if not _is_genesis(authority, entry, body):
        if standing.doubt:
            return Decision(Verdict.HELD, standing.doubt)
        allowed = may_write_in_exercise if entry.exercise else may_write
        if not allowed(standing.role, entry.kind):
            return rejected("role_forbids")
    decision = _judge(state, authority, entry, body, standing.role)
    if isinstance(body, IncidentReported) and decision == ACCEPT and _is_taken(body.number, entry, number_owner):
        return rejected("number_taken")
    return decision


def judge_held(state: SubjectState, authority: Authority, entry_id: str) -> Decision:
    """What is to be said of a held entry once nobody doubts its author's right."""
    entry = held_entry(state, entry_id)
    body = _body_or_reason(entry)
    if isinstance(body, str):
        return rejected(body)
    return _judge(state, authority, entry, body, authority.standing_of(entry).role)


def _judge(state: SubjectState, authority: Authority, entry: Entry, body: msgspec.Struct, role: Role) -> Decision:
    """What the rules say; people's work that lacks only what may still come waits for it."""
    decision = _decide_on_subject(state, authority, entry, body, role)
    if decision.verdict is not Verdict.REJECTED or role is Role.SERVER:
        return decision
    return wait_or_refuse(state, entry, body, decision)


def _is_taken(number: str, entry: Entry, number_owner: NumberOwner) -> bool:
    return number_owner(number) not in ("", entry.subject)


def _body_or_reason(entry: Entry) -> msgspec.Struct | str:
    if entry.kind not in BODIES:
        return "unknown_kind"
    if entry.schema != 1:
        return "unknown_schema"
    kind = entry.kind.partition(".")[0]
    if not subject_key(entry.subject) or (kind != subject_kind(entry.subject) and kind not in CROSS_KINDS):
        return "subject_of_another_kind"
    try:
        body = decode_body(entry)
    except MalformedBody:
        return "malformed_body"
    creates = isinstance(body, IncidentReported | alarm_bodies.AlarmRaised | MaintenancePlanned)
    return "subject_malformed" if creates and not is_well_named(entry.subject) else body


def _is_genesis(authority: Authority, entry: Entry, body: msgspec.Struct) -> bool:
    """The first entry of a journal enrols the server itself: the anchor of all trust."""
    if authority.devices or not isinstance(body, authority_bodies.DeviceEnrolled):
        return False
    return body.is_server and subject_key(entry.subject) == entry.device


def _decide_on_subject(
    state: SubjectState, authority: Authority, entry: Entry, body: msgspec.Struct, role: Role
) -> Decision:
    if isinstance(body, EntryReleased | EntryRefused):
        return _decide_about_held(state, authority, body, role)
    if subject_kind(entry.subject) == "incident":
        incident = state.value if isinstance(state.value, Incident) else None
        device = authority.devices.get(entry.device)
        return decide_incident(incident, entry, body, role, device.tag if device else "")
    if subject_kind(entry.subject) == "alarm":
        return _decide_alarm(state, body)
    if subject_kind(entry.subject) == "unit":
        unit = state.value if isinstance(state.value, Unit) else None
        return decide_unit(unit, subject_key(entry.subject), body, role=role, opd=authority.opd_of(entry))
    if subject_kind(entry.subject) == "maintenance":
        return _decide_maintenance(state, body)
    if subject_kind(entry.subject) in bulletins.KINDS:
        key, is_known = subject_key(entry.subject), state.value is not None
        refusal = bulletins.refusal_of_bulletin(key, body, is_known=is_known)
        return rejected(refusal) if refusal else ACCEPT
    if isinstance(body, StationAttachmentRemoved):
        station = state.value if isinstance(state.value, Station) else None
        refusal = refusal_of_removal(station, entry, body, role)
        return rejected(refusal) if refusal else ACCEPT
    return _decide_record(state, entry, body)


def _decide_about_held(
    state: SubjectState, authority: Authority, body: EntryReleased | EntryRefused, role: Role
) -> Decision:
    """A supervisor releases what can take effect and refuses what they like; the server only ends a wait."""
    if body.entry not in state.held:
        return rejected("not_held")
    if held_entry(state, body.entry).kind.startswith("entry."):
        return ACCEPT if role is not Role.SERVER else rejected("not_held")
    due = judge_held(state, authority, body.entry)
    if role is Role.SERVER:
        ends = due.verdict is Verdict.REJECTED if isinstance(body, EntryRefused) else due.verdict in _TAKES_EFFECT
        return ACCEPT if body.entry in state.waiting and ends else rejected("not_held")
    if isinstance(body, EntryReleased) and (due.verdict is Verdict.HELD or due.reason in _NO_GROUND):
        return rejected(due.reason)
    return ACCEPT


def _decide_alarm(state: SubjectState, body: msgspec.Struct) -> Decision:
    alarm = state.value if isinstance(state.value, Alarm) else None
    if isinstance(body, alarm_bodies.AlarmRaised):
        return rejected("already_raised") if alarm else ACCEPT
    if alarm is None:
        return rejected("unknown_subject")
    if isinstance(body, alarm_bodies.AlarmEscalated):
        return _decide_escalation(alarm, body)
    return ACCEPT


def _decide_escalation(alarm: Alarm, body: alarm_bodies.AlarmEscalated) -> Decision:
    """Each step once, whichever server says so first; and never after somebody has answered."""
    if alarm.acknowledged_at is not None or not alarm.is_active:
        return rejected("no_longer_waiting")
    return rejected("already_escalated") if body.step <= alarm.escalated else ACCEPT


def _decide_maintenance(state: SubjectState, body: msgspec.Struct) -> Decision:
    window = state.value if isinstance(state.value, MaintenanceWindow) else None
    if isinstance(body, MaintenancePlanned):
        return rejected("already_exists") if window else ACCEPT
    if window is None:
        return rejected("unknown_subject")
    if isinstance(body, MaintenanceEnded) and window.ended_at is not None:
        return rejected("already_ended")
    return ACCEPT


def _decide_record(state: SubjectState, entry: Entry, body: msgspec.Struct) -> Decision:
    """Stations, rules, users and devices: created once, then changed; the name in the body is the subject's."""
    key = subject_key(entry.subject)
    match body:
        case StationRegistered() | StationEdited():
            named = body.station.code
        case RuleWritten() | BulletinRuleWritten():
            named = body.rule.id
        case alarm_bodies.EscalationWritten():
            named = POLICY_KEY
        case authority_bodies.UserCreated():
            named = body.name
        case _:
            named = key
    if named != key:
        return rejected("subject_of_another_name")
    renews = isinstance(body, RuleWritten | BulletinRuleWritten | alarm_bodies.EscalationWritten)
    creates = isinstance(body, StationRegistered | authority_bodies.UserCreated | authority_bodies.DeviceEnrolled)
    if creates or renews:
        return rejected("already_exists") if state.value is not None and not renews else ACCEPT
    return ACCEPT if state.value is not None else rejected("unknown_subject")
