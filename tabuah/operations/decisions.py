"""`decide`: the decision on an authentic entry, for the server, the audit and the console. Pure."""

from typing import Final

import msgspec

from tabuah.operations.alarms import entry_bodies as alarm_bodies
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.escalation_policy import POLICY_KEY
from tabuah.operations.bulletins import decisions as bulletins
from tabuah.operations.bulletins.rule_entry_bodies import BulletinRuleWritten
from tabuah.operations.deferred import defer_or_reject, held_entry
from tabuah.operations.entries import ACCEPT, Decision, Entry, Verdict, subject_key, subject_kind
from tabuah.operations.entry_kinds import BODIES, CROSS_SUBJECT_KINDS, decode_body
from tabuah.operations.errors import MalformedBody
from tabuah.operations.identifiers import NumberOwner, has_valid_id, no_number_owner
from tabuah.operations.incidents.decisions import decide_incident
from tabuah.operations.incidents.entry_bodies import EntryRefused, EntryReleased, IncidentReported
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.maintenance.entry_bodies import MaintenanceEnded, MaintenancePlanned
from tabuah.operations.maintenance.window import MaintenanceWindow
from tabuah.operations.people import entry_bodies as authority_bodies
from tabuah.operations.people.authority import Authority
from tabuah.operations.people.roles import Role, may_write, may_write_in_exercise
from tabuah.operations.reissued_entries import ALREADY_THERE, is_duplicate
from tabuah.operations.rules.entry_bodies import RuleWritten
from tabuah.operations.stations.entry_bodies import StationAttachmentRemoved, StationEdited, StationRegistered
from tabuah.operations.stations.file_entries import check_file_removal
from tabuah.operations.stations.station import Station
from tabuah.operations.subjects import SubjectState
from tabuah.operations.units.decisions import decide_unit
from tabuah.operations.units.unit import Unit

# A held entry that would be rejected for one of these reasons must not be released.
_NO_GROUND: Final = frozenset({"unknown_subject", "unknown_conflict"})
_TAKES_EFFECT: Final = frozenset({Verdict.ACCEPTED, Verdict.CONFLICT})


def rejected(reason: str) -> Decision:
    return Decision(Verdict.REJECTED, reason)


def decide(
    state: SubjectState, authority: Authority, entry: Entry, *, number_owner: NumberOwner = no_number_owner
) -> Decision:
    """Decide on an authentic entry.

    Args:
        state: the subject's state after all earlier entries.
        authority: users, devices and grants after all earlier entries.
        entry: the entry.
        number_owner: returns the subject that has an incident number, by all earlier entries that
            were not rejected.

    Returns:
        The verdict, with a stable reason code unless accepted.
    """
    standing = authority.authorise(entry)
    body = _body_or_reason(entry)
    if isinstance(body, str):
        return rejected(body)
    if is_duplicate(state, authority, entry):
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
    """Return the decision on a held entry, ignoring doubts about its author."""
    entry = held_entry(state, entry_id)
    body = _body_or_reason(entry)
    if isinstance(body, str):
        return rejected(body)
    return _judge(state, authority, entry, body, authority.authorise(entry).role)


def _judge(state: SubjectState, authority: Authority, entry: Entry, body: msgspec.Struct, role: Role) -> Decision:
    """Apply the rules; an entry that only lacks another entry is deferred."""
    decision = _decide_on_subject(state, authority, entry, body, role)
    if decision.verdict is not Verdict.REJECTED or role is Role.SERVER:
        return decision
    return defer_or_reject(state, entry, body, decision)


def _is_taken(number: str, entry: Entry, number_owner: NumberOwner) -> bool:
    return number_owner(number) not in ("", entry.subject)


def _body_or_reason(entry: Entry) -> msgspec.Struct | str:
    if entry.kind not in BODIES:
        return "unknown_kind"
    if entry.schema != 1:
        return "unknown_schema"
    kind = entry.kind.partition(".")[0]
    if not subject_key(entry.subject) or (kind != subject_kind(entry.subject) and kind not in CROSS_SUBJECT_KINDS):
        return "subject_of_another_kind"
    try:
        body = decode_body(entry)
    except MalformedBody:
        return "malformed_body"
    creates = isinstance(body, IncidentReported | alarm_bodies.AlarmRaised | MaintenancePlanned)
    return "subject_malformed" if creates and not has_valid_id(entry.subject) else body


def _is_genesis(authority: Authority, entry: Entry, body: msgspec.Struct) -> bool:
    """Return whether the entry enrols the server itself, as the first entry of a journal must."""
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
    if subject_kind(entry.subject) in bulletins.BULLETIN_KINDS:
        key, is_known = subject_key(entry.subject), state.value is not None
        refusal = bulletins.check_bulletin_entry(key, body, is_known=is_known)
        return rejected(refusal) if refusal else ACCEPT
    if isinstance(body, StationAttachmentRemoved):
        station = state.value if isinstance(state.value, Station) else None
        refusal = check_file_removal(station, entry, body, role)
        return rejected(refusal) if refusal else ACCEPT
    return _decide_record(state, entry, body)


def _decide_about_held(
    state: SubjectState, authority: Authority, body: EntryReleased | EntryRefused, role: Role
) -> Decision:
    """A supervisor may release what can take effect, and may reject anything.

    The server may only end a deferral.
    """
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
    """Accept each step once, whichever server is first, and only while the alarm is unanswered."""
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
    """Decide on stations, rules, users and devices.

    They are created once, then changed; the name in the body must be the subject's key.
    """
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
