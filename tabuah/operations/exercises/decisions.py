"""Decisions about worlds: an entry, its subject and the subjects that it names belong to the same one.

A world is the real one or an exercise. Applies from `PROVENANCE_VERSION` on.
"""

from collections.abc import Callable, Iterable
from typing import Final

import msgspec

from tabuah.operations.aid.aid_line import AidLine, AidValues
from tabuah.operations.aid.entry_bodies import AidCorrected, AidRecorded
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.entry_bodies import AlarmLinked, AlarmRaised
from tabuah.operations.bulletins.bulletin import KnownEarthquake, KnownWarning
from tabuah.operations.calls.call import Call
from tabuah.operations.calls.entry_bodies import CallLinked
from tabuah.operations.disruptions.disruption import Disruption
from tabuah.operations.disruptions.entry_bodies import DisruptionEdited, DisruptionReported
from tabuah.operations.entries import Entry, Verdict, subject_key, subject_kind, subject_of
from tabuah.operations.exercises.scope import SEPARATOR, SubjectWorld, exercise_of_code
from tabuah.operations.incidents.entry_bodies import (
    ConflictSettled,
    IncidentGrouped,
    IncidentMerged,
    IncidentReported,
)
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.settlements import settled_target
from tabuah.operations.lookups import Lookups
from tabuah.operations.maintenance.entry_bodies import MaintenancePlanned
from tabuah.operations.maintenance.window import MaintenanceWindow
from tabuah.operations.messages.entry_bodies import MessageLinked
from tabuah.operations.messages.message import Message
from tabuah.operations.notices.acknowledgement import NoticeAcknowledged, NoticeAcknowledgement
from tabuah.operations.parent_events.parent_event import ParentEvent
from tabuah.operations.people.authority import Authority
from tabuah.operations.people.roles import Role
from tabuah.operations.policy.policy import PROVENANCE_VERSION
from tabuah.operations.shelters.entry_bodies import ShelterAdded, ShelterEdited
from tabuah.operations.shelters.shelter import Shelter
from tabuah.operations.shifts.duty_shift import DutyShift
from tabuah.operations.shifts.entry_bodies import ShiftLogged, ShiftPromised
from tabuah.operations.stations.entry_bodies import StationEdited, StationRegistered
from tabuah.operations.stations.station import Station
from tabuah.operations.tasks.task import Task
from tabuah.operations.units.entry_bodies import (
    UnitCheckedIn,
    UnitCheckInWithdrawn,
    UnitEdited,
    UnitHelpAcknowledged,
    UnitHelpEnded,
    UnitHelpRequested,
    UnitMoved,
    UnitRegistered,
)
from tabuah.operations.units.unit import Unit

DIFFERS: Final = "exercise_differs"
ENDED: Final = "exercise_ended"
UNKNOWN: Final = "unknown_exercise"
UNNAMED_STATION: Final = "exercise_unnamed"
WORLD_REASONS: Final = frozenset({DIFFERS, ENDED, UNKNOWN, UNNAMED_STATION})

_NAMESPACED: Final = ("station", "unit")
_FIRST_KINDS: Final = (
    *("incident.reported", "alarm.raised", "shelter.added", "parent_event.opened"),
    *("aid.recorded", "disruption.reported"),
)
_OF_BOTH_WORLDS: Final = ("volcano",)  # its statements belong to worlds, not the volcano
_WITH_WORLD: Final = (
    *_NAMESPACED,
    *_OF_BOTH_WORLDS,
    "incident",
    "alarm",
    "maintenance",
    "earthquake",
    "warning",
    "shift",
    "task",
    "shelter",
    "disruption",
    "call",
    "parent_event",
    "aid",
    "message",
    "notice",
)


_IN_WORLD: Final = (
    *(Incident, Station, Unit, Alarm, MaintenanceWindow, KnownEarthquake, KnownWarning, DutyShift),
    *(Task, Shelter, Disruption, Call, ParentEvent, AidLine, Message, NoticeAcknowledgement),
)


_OF_INCIDENT: Final = (
    *(UnitMoved, AlarmLinked, CallLinked, MessageLinked, ShelterAdded, ShelterEdited),
    *(DisruptionReported, DisruptionEdited, UnitCheckedIn, UnitCheckInWithdrawn),
    *(UnitHelpRequested, UnitHelpAcknowledged, UnitHelpEnded),
)

# Bodies whose link may be an incident; see `linked_subjects`.
LINKS_TO_INCIDENTS: Final = (
    *(*_OF_INCIDENT, IncidentMerged, ConflictSettled, ShiftLogged, ShiftPromised),
    *(AidRecorded, AidCorrected, NoticeAcknowledged),
)


def world_of(value: msgspec.Struct | None) -> SubjectWorld | None:
    """Return the world of the state of a subject; None if it belongs to none."""
    if isinstance(value, _IN_WORLD):
        return SubjectWorld(value.exercise, value.exercise_id)
    return None


def world_of_entry(entry: Entry) -> SubjectWorld | None:
    """Return the world of an entry; None if its subject belongs to all worlds, such as a rule or a person."""
    if subject_kind(entry.subject) not in _WITH_WORLD:
        return None
    return SubjectWorld(entry.exercise, entry.exercise_id)


def first_world(entry: Entry, verdict: Verdict | None) -> SubjectWorld | None:
    """Return the world that an entry gives its subject; None unless it begins an incident, alarm or event.

    A held one counts: a supervisor may release it.
    """
    if entry.kind not in _FIRST_KINDS or verdict is Verdict.REJECTED:
        return None
    return world_of_entry(entry)


def find_first_world(entries: Iterable[tuple[Entry, Verdict | None]]) -> SubjectWorld | None:
    """Return the `first_world` of the entries of one subject, in the order of the journal."""
    worlds = (first_world(entry, verdict) for entry, verdict in entries)
    return next((world for world in worlds if world is not None), None)


def world_of_subject(
    subject: str, value: msgspec.Struct | None, find_first: Callable[[], SubjectWorld | None]
) -> SubjectWorld | None:
    """Return the world of a subject, also of one whose state is gone because its exercise was wiped.

    Args:
        subject: the subject.
        value: its state.
        find_first: returns the `first_world` of its entries.

    Returns:
        The world; None if the subject is not known or belongs to none.
    """
    if value is not None:
        return world_of(value)
    if subject_kind(subject) in _NAMESPACED:
        exercise_id = exercise_of_code(subject_key(subject))
        return SubjectWorld(True, exercise_id) if exercise_id else None
    return find_first()


def find_world_fault(
    value: msgspec.Struct | None,
    authority: Authority,
    entry: Entry,
    body: msgspec.Struct,
    role: Role,
    lookups: Lookups,
) -> str:
    """Return the reason to reject an entry because of its exercise; empty if there is none."""
    if authority.decide_version < PROVENANCE_VERSION:
        return ""
    world = SubjectWorld(entry.exercise, entry.exercise_id)
    return (
        _fault_of_exercise(authority, entry, role)
        or _fault_of_code(entry, body, role)
        or _fault_of_links(world, (world_of(value),))
        or _fault_of_links(world, map(lookups.world, linked_subjects(value, body)))
    )


def has_namespaced_code(body: msgspec.Struct) -> bool:
    """Return whether a body has a code of an exercise, which was malformed before the third version."""
    match body:
        case StationRegistered() | StationEdited():
            return SEPARATOR in body.station.code
        case UnitRegistered():
            return SEPARATOR in f"{body.id}{body.tracker}"
        case UnitEdited():
            return isinstance(body.tracker, str) and SEPARATOR in body.tracker
        case MaintenancePlanned():
            return any(SEPARATOR in code for code in body.stations)
    return False


def linked_subjects(value: msgspec.Struct | None, body: msgspec.Struct) -> tuple[str, ...]:
    """Return the subjects that a body names, or puts into force as a link of the state `value`."""
    if isinstance(body, _OF_INCIDENT):
        return (subject_of("incident", body.incident),) if body.incident else ()  # UNSET is false, too
    match body:
        case IncidentMerged():
            return (subject_of("incident", body.into),)
        case IncidentGrouped() if body.parent_event:
            return (subject_of("parent_event", body.parent_event),)
        case ConflictSettled() if isinstance(value, Incident) and (target := settled_target(value, body)):
            return (subject_of("incident", target),)
        case IncidentReported() if body.alarm:
            return (subject_of("alarm", body.alarm),)
        case AlarmRaised() if body.station:
            return (subject_of("station", body.station),)
        case ShiftLogged() | ShiftPromised() if body.about:
            return (body.about,)
        case AidRecorded() | AidCorrected() if body.values is not None:
            return _aid_links(body.values)
        case MaintenancePlanned() | NoticeAcknowledged():
            return _listed_links(body)
    return ()


def _listed_links(body: MaintenancePlanned | NoticeAcknowledged) -> tuple[str, ...]:
    if isinstance(body, NoticeAcknowledged):
        return (*(subject_of("alarm", alarm) for alarm in body.alarms), *body.subjects)
    return tuple(subject_of("station", code) for code in body.stations)


def _aid_links(values: AidValues) -> tuple[str, ...]:
    place = values.place
    named = (("shelter", place.shelter), ("incident", place.incident))
    return tuple(subject_of(kind, key) for kind, key in named if key)


def _fault_of_exercise(authority: Authority, entry: Entry, role: Role) -> str:
    if not entry.exercise:
        return DIFFERS if entry.exercise_id else ""
    if subject_kind(entry.subject) not in _WITH_WORLD:
        return DIFFERS
    if not entry.exercise_id:
        return ""
    exercise = authority.exercises.get(entry.exercise_id)
    if exercise is None:
        return "" if authority.is_partial else UNKNOWN
    # The server still ends the alarms of an exercise that has ended.
    return ENDED if exercise.is_wiped or (not exercise.is_running and role is not Role.SERVER) else ""


def _fault_of_code(entry: Entry, body: msgspec.Struct, role: Role) -> str:
    """Codes of stations, units and trackers carry their exercise, so that a drill never uses a real one."""
    if subject_kind(entry.subject) not in _NAMESPACED:
        return ""
    tracker = body.tracker if isinstance(body, UnitRegistered | UnitEdited) else ""
    codes = [subject_key(entry.subject), *([tracker] if isinstance(tracker, str) and tracker else [])]
    if any(exercise_of_code(code) != entry.exercise_id for code in codes):
        return DIFFERS
    is_new = isinstance(body, StationRegistered | UnitRegistered)
    is_unnamed = entry.exercise and not entry.exercise_id
    return UNNAMED_STATION if is_new and is_unnamed and role is not Role.SERVER else ""


def _fault_of_links(world: SubjectWorld, others: Iterable[SubjectWorld | None]) -> str:
    for other in others:  # once for each entry, and usually of one subject
        if other is not None and other != world:
            return DIFFERS
    return ""
