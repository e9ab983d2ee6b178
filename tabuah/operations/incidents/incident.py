"""The incident: the fold of its entries."""

from datetime import datetime
from typing import Final

import msgspec
from msgspec import UNSET, UnsetType

from tabuah.operations.bounds import IdText, LineText
from tabuah.operations.codes import Channel, Hazard, Severity, Status
from tabuah.operations.entries import ExerciseRef
from tabuah.operations.incidents.entry_bodies import (
    AnswerValue,
    Count,
    FigureGroups,
    Figures,
    IncidentAttached,
    Ring,
)
from tabuah.operations.incidents.place import IncidentPlace

ParentEventRef = IdText | UnsetType  # not encoded where no person has named an event


class FieldWrite(msgspec.Struct, frozen=True, kw_only=True):
    """One value of a guarded field: author, time and the value as JSON text."""

    entry: str
    device: str
    actor: str
    at: datetime
    value: str


class Settlement(msgspec.Struct, frozen=True, kw_only=True):
    """How a conflict was settled."""

    entry: str
    actor: str
    at: datetime
    take: str


class Conflict(msgspec.Struct, frozen=True, kw_only=True):
    """Two people wrote one guarded field from the same base; a person settles it.

    `id` is `<entry>.<field>` of the entry that opened it. `members` are the entries that joined it;
    the last one is the proposed value.
    """

    id: str
    field: str
    base: FieldWrite | None
    current: FieldWrite
    proposed: FieldWrite
    members: tuple[str, ...]
    settled: Settlement | None = None


class Observation(msgspec.Struct, frozen=True, kw_only=True):
    """Casualties and damage stated by `source` at `at`."""

    entry: str
    at: datetime
    actor: str
    source: str
    figures: Figures
    groups: FigureGroups | UnsetType = UNSET  # not encoded where the source states none


class AnswerStatement(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a question in force: its entry, author and time."""

    entry: str
    at: datetime
    actor: str
    value: AnswerValue


class IntakeFacts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Answers of callers by the code of the question, and people at risk: 0 for none, None where not known.

    `caller_entry` is the entry with the caller: empty for no caller, None for that of the report.
    """

    answers: dict[str, AnswerStatement] = {}
    people_at_risk: Count | None = None
    caller_entry: IdText | None = None


NO_INTAKE: Final = IntakeFacts()


class Incident(msgspec.Struct, frozen=True, kw_only=True, tag="incident"):
    """One incident.

    `writings` holds all values of each guarded field, the one in force last. `moves` holds the status
    that each moving entry asked for, effective or not: later moves of its author depend on it.
    """

    id: str
    number: str
    hazard: Hazard
    title: LineText
    severity: Severity
    status: Status
    channel: Channel
    place: IncidentPlace | None
    description: str
    occurred_at: datetime
    reported_at: datetime
    updated_at: datetime
    reporter: str
    device: str
    exercise: bool = False
    alarm: str = ""
    assignment: tuple[str, ...] = ()
    area: Ring | None = None
    status_times: dict[str, datetime] = {}
    status_actors: dict[str, str] = {}
    moves: dict[str, Status] = {}
    writings: dict[str, tuple[FieldWrite, ...]] = {}
    conflicts: tuple[Conflict, ...] = ()
    observations: tuple[Observation, ...] = ()
    attachments: tuple[IncidentAttached, ...] = ()
    merge_target: str = ""
    deleted: bool = False
    last_entry: str = ""  # the last entry that changed anything; below its device
    last_device: str = ""
    note_count: int = 0
    exercise_ref: ExerciseRef = msgspec.field(default=UNSET, name="exercise_id")
    # Left out while nothing was stated, so that the states of older journals stay the same.
    intake_facts: IntakeFacts | UnsetType = msgspec.field(default=UNSET, name="intake")

    @property
    def intake(self) -> IntakeFacts:
        """Return what callers have answered."""
        return self.intake_facts or NO_INTAKE

    parent_event_ref: ParentEventRef = msgspec.field(default=UNSET, name="parent_event")

    @property
    def parent_event(self) -> str:
        """Return the id of the parent event that it names; empty for none."""
        return self.parent_event_ref or ""

    @property
    def exercise_id(self) -> str:
        """Return the id of its exercise; empty for the real world and for drills of no named exercise."""
        return self.exercise_ref or ""

    @property
    def is_open(self) -> bool:
        return self.status.is_open and not self.deleted

    @property
    def merged_into(self) -> str:
        """Return the id of the incident it was merged into; empty if undone or not settled."""
        return self.merge_target if self.status is Status.MERGED else ""

    @property
    def open_conflicts(self) -> tuple[Conflict, ...]:
        return tuple(c for c in self.conflicts if c.settled is None)

    def last_writer(self, field: str) -> str:
        """Return the id of the entry that last wrote a guarded field; empty if none."""
        writings = self.writings.get(field)
        return writings[-1].entry if writings else ""

    @property
    def figures(self) -> Figures:
        """Return the latest statement on each figure from any source."""
        known: dict[str, int] = {}
        for observation in sorted(self.observations, key=lambda o: (o.at, o.entry)):
            for name in observation.figures.__struct_fields__:
                value = getattr(observation.figures, name)
                if value is not None:
                    known[name] = value
        return Figures(**known)
