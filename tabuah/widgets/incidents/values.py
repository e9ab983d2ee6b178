"""Display values of incidents: the board, the details, duplicates and conflicts; translated, formatted and frozen."""

import msgspec

from tabuah.widgets.contacts.values import ContactItem
from tabuah.widgets.parent_events.values import RelatedIncidents
from tabuah.widgets.tasks.values import TaskItem
from tabuah.widgets.values import ActionState, AttachmentItem, Choice, FactItem, Level


class BoardGroup(msgspec.Struct, frozen=True, kw_only=True):
    """One heading of the board: a status, or several statuses as a group."""

    code: str
    label: str


class IncidentCard(msgspec.Struct, frozen=True, kw_only=True):
    """One incident on the board and in the table; the owner sorts them worst first."""

    id: str
    number: str
    title: str
    place: str
    group: str  # code of its BoardGroup
    status: str  # shown
    level: Level
    severity: str  # shown
    letter: str = ""  # of the hazard, as on the map
    age: str = ""  # such as "12 mnt"
    age_s: int = 0  # for sorting by age
    note: str = ""  # such as "Damkar · 11 dari 15 mnt"
    note_name: str = ""  # the part of the note that a narrow card shortens, such as "Damkar"
    overdue: bool = False
    pending: bool = False  # not yet synced
    held: bool = False  # an entry about it waits for a supervisor
    conflict: bool = False
    exercise: str = ""  # mark of its exercise; empty in the real world


class IncidentStep(msgspec.Struct, frozen=True, kw_only=True):
    """One step of an incident from report to closure."""

    label: str
    at: str = ""  # when it was reached, such as "14.27 WIB"


class FigureTile(msgspec.Struct, frozen=True, kw_only=True):
    """One figure, such as 86 evacuated, with its change and source."""

    value: str
    label: str
    change: str = ""  # such as "+24"
    source: str = ""
    differs: bool = False  # sources give different figures


NO_TOPIC = Choice(code="", label="")


class TimelineItem(msgspec.Struct, frozen=True, kw_only=True):
    """One event of the timeline; `pending` means not yet synced. `topic` and `person` are for its filter."""

    title: str
    meta: str
    level: Level | None = None
    pending: bool = False
    topic: Choice = NO_TOPIC
    person: str = ""


class IncidentDetails(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the details panel shows of one incident."""

    id: str
    number: str
    title: str
    place: str
    certainty: str = ""  # such as "perkiraan"
    origin: str = ""  # such as "dilaporkan 14.18 WIB lewat 112"
    level: Level = Level.NO_DATA
    severity: str = ""
    steps: tuple[IncidentStep, ...] = ()
    step: int = 0  # index of the current step
    facts: tuple[FactItem, ...] = ()
    figures: tuple[FigureTile, ...] = ()
    figure_notes: tuple[str, ...] = ()  # where sources differ, one sentence each
    conflicts: tuple[str, ...] = ()  # one sentence each
    held: tuple[str, ...] = ()  # entries held for a supervisor, one sentence each
    timeline: tuple[TimelineItem, ...] = ()  # newest first
    attachments: tuple[AttachmentItem, ...] = ()
    contacts: tuple[ContactItem, ...] = ()  # for its place and hazard, nearest first
    tasks: tuple[TaskItem, ...] = ()  # open ones, the first due first
    related: RelatedIncidents = msgspec.field(default_factory=RelatedIncidents)
    call_reason: str = ""  # why a call cannot be noted; empty if it can
    actions: tuple[ActionState, ...] = ()
    moves: tuple[ActionState, ...] = ()  # allowed status changes
    reports: tuple[ActionState, ...] = ()
    notice: str = ""  # such as "perlu versi baru"
    editing: str = ""  # who edits it on other consoles
    exercise: str = ""  # mark of its exercise; empty in the real world
    pending: bool = False


class QuestionItem(msgspec.Struct, frozen=True, kw_only=True):
    """A question about a hazard; without choices the answer is typed."""

    code: str
    label: str
    choices: tuple[Choice, ...] = ()
    is_number: bool = False


class DuplicateItem(msgspec.Struct, frozen=True, kw_only=True):
    """An incident that may be the reported event."""

    id: str
    number: str
    title: str
    detail: str = ""  # such as "jenis sama · berjarak 0,4 km"


class ConflictSide(msgspec.Struct, frozen=True, kw_only=True):
    """One side of a conflict: the value, its author, device and time."""

    value: str
    author: str = ""
    device: str = ""
    at: str = ""  # local time
    detail: str = ""  # such as coordinates and the distance to the current value
    reason: str = ""  # why this user may not choose it; empty when they may


class ConflictCase(msgspec.Struct, frozen=True, kw_only=True):
    """A conflict: two people changed the same guarded field concurrently."""

    id: str
    incident: str  # number and title
    field: str  # shown
    base: ConflictSide
    current: ConflictSide
    proposed: ConflictSide
    reason: str = ""  # why this user may not settle it; empty when they may
    on_map: bool = False  # the map shows the sides under the numbers of their columns
    members: tuple[str, ...] = ()  # what the proposed side depends on and is settled with it, one sentence each
