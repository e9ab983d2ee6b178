"""The table of subjects, and the tables that are derived from it.

To add a subject, declare it in a folder of its own and list it here (docs/contributing/add-a-subject.md).
"""

from typing import Any, Final

from tabuah.operations.aid.subject import AID
from tabuah.operations.alarms.subject import ALARM, ESCALATION
from tabuah.operations.bulletins.subject import BULLETIN_RULE, EARTHQUAKE, VOLCANO, WARNING
from tabuah.operations.calls.subject import CALL
from tabuah.operations.contacts.subject import CONTACT
from tabuah.operations.disruptions.subject import DISRUPTION
from tabuah.operations.exercises.subject import EXERCISE
from tabuah.operations.held_entry_kinds import HELD_ENTRY_KINDS
from tabuah.operations.incidents.subject import CONFLICT_KINDS, INCIDENT
from tabuah.operations.maintenance.subject import MAINTENANCE
from tabuah.operations.messages.subject import MESSAGE
from tabuah.operations.notices.subject import NOTICE
from tabuah.operations.parent_events.subject import PARENT_EVENT
from tabuah.operations.people.subject import DEVICE, ERASURE, USER
from tabuah.operations.policy.subject import POLICY
from tabuah.operations.regency.subject import PROFILE
from tabuah.operations.roster.subject import ROSTER
from tabuah.operations.rules.subject import RULE
from tabuah.operations.shelters.subject import SHELTER
from tabuah.operations.shifts.subject import SHIFT
from tabuah.operations.stations.subject import STATION
from tabuah.operations.subject_type import EntryKind, SubjectType
from tabuah.operations.tasks.subject import TASK
from tabuah.operations.units.subject import UNIT

SUBJECTS: Final[tuple[SubjectType[Any], ...]] = (
    INCIDENT,
    STATION,
    UNIT,
    RULE,
    ALARM,
    USER,
    DEVICE,
    ESCALATION,
    MAINTENANCE,
    EARTHQUAKE,
    WARNING,
    VOLCANO,
    BULLETIN_RULE,
    POLICY,
    EXERCISE,
    PROFILE,
    ERASURE,
    ROSTER,
    CONTACT,
    SHIFT,
    CALL,
    TASK,
    SHELTER,
    DISRUPTION,
    PARENT_EVENT,
    AID,
    MESSAGE,
    NOTICE,
)

# Kinds that are about another entry and are written on the subject of that entry.
CROSS_SUBJECT_KINDS: Final[tuple[EntryKind, ...]] = (*CONFLICT_KINDS, *HELD_ENTRY_KINDS)

SUBJECT_TYPES: Final[dict[str, SubjectType[Any]]] = {subject.name: subject for subject in SUBJECTS}
ENTRY_KINDS: Final[dict[str, EntryKind]] = {
    kind.name: kind for kinds in (*(subject.kinds for subject in SUBJECTS), CROSS_SUBJECT_KINDS) for kind in kinds
}
