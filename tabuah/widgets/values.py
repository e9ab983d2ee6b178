"""Display values of the widgets: translated, formatted and frozen."""

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtGui import QImage


class Level(StrEnum):
    """Severity of something, from the worst down; each level has its own colour and shape."""

    CRITICAL = "critical"
    HIGH = "high"
    ATTENTION = "attention"
    NORMAL = "normal"
    INFORMATION = "information"
    NO_DATA = "no_data"

    @property
    def rank(self) -> int:
        """0 for the worst, so that sorting by rank puts the worst first."""
        return list(Level).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncBadgeState:
    """State of the sync badge; `details` explain it line by line."""

    level: Level
    text: str  # such as "Tersinkron · 0 menunggu"
    details: tuple[str, ...] = ()
    can_sync: bool = True
    actions: tuple["ActionState", ...] = ()  # what the user can do about pending work, such as opening a tray
    click: str = ""  # code of the action that a click runs instead of showing the details


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmItem:
    """One alarm in the alarm strip."""

    id: str
    level: Level
    word: str  # such as "Kritis"
    title: str
    details: tuple[str, ...] = ()  # values at raising and now, trend, since, source
    names: tuple[str, ...] = ()  # the parts of title and details that may be cut: never a value
    acknowledged: bool = False
    incident: str = ""  # number of the incident made from it, if any
    incident_reason: str = ""  # why no incident can be made of it; empty if one can
    escalated: str = ""  # to whom it was escalated, such as "Penyelia piket diminta 2 mnt lalu"
    escalated_short: str = ""  # the same, abbreviated for a narrow strip
    escalation_step: int = 0  # of the escalation; raises the emphasis
    exercise: str = ""  # mark of its exercise; empty in the real world
    unacknowledged: int = 1  # alarms of its group that an acknowledgement covers
    pending_s: int = 0  # seconds until its acknowledgement is written; 0 if none is pending

    @property
    def rank(self) -> tuple[bool, int]:
        """Sort key, lowest first: real alarms before exercises, then by level."""
        return bool(self.exercise), self.level.rank


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmBanner:
    """All open alarms: real ones before exercises, the worst first."""

    alarms: tuple[AlarmItem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardGroup:
    """One heading of the board: a status, or several statuses as a group."""

    code: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentCard:
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
    overdue: bool = False
    pending: bool = False  # not yet synced
    held: bool = False  # an entry about it waits for a supervisor
    conflict: bool = False
    exercise: str = ""  # mark of its exercise; empty in the real world


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentStep:
    """One step of an incident from report to closure."""

    label: str
    at: str = ""  # when it was reached, such as "14.27 WIB"


@dataclass(frozen=True, slots=True, kw_only=True)
class FactItem:
    """One row of the facts grid; a level makes the value stand out."""

    label: str
    value: str
    level: Level | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureTile:
    """One figure, such as 86 evacuated, with its change and source."""

    value: str
    label: str
    change: str = ""  # such as "+24"
    source: str = ""
    differs: bool = False  # sources give different figures


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineItem:
    """One event of the timeline; `pending` means not yet synced."""

    title: str
    meta: str
    level: Level | None = None
    pending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentItem:
    """One attachment; its name is shown where there is no picture."""

    id: str
    name: str
    note: str = ""  # such as "322 kB · belum diunduh"
    picture: QImage | None = None
    waits: str = ""  # transfer state such as "↑ 40 %"; empty when the transfer is complete
    level: Level | None = None  # of the transfer state


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionState:
    """An action with its key, or with the reason why it is disabled."""

    code: str
    label: str
    key: str = ""
    reason: str = ""  # why it is not available; empty when it is


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentDetails:
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
    actions: tuple[ActionState, ...] = ()
    moves: tuple[ActionState, ...] = ()  # allowed status changes
    reports: tuple[ActionState, ...] = ()
    notice: str = ""  # such as "perlu versi baru"
    exercise: str = ""  # mark of its exercise; empty in the real world
    pending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One choice with its label and key."""

    code: str
    label: str
    key: str = ""
    level: Level | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceSuggestion:
    """A suggested place; degrees are WGS 84, None where only the name is known."""

    id: str
    name: str
    detail: str = ""  # such as "Nagari · Kecamatan Kubung"
    lon_deg: float | None = None
    lat_deg: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateItem:
    """An incident that may be the reported event."""

    id: str
    number: str
    title: str
    detail: str = ""  # such as "jenis sama · berjarak 0,4 km"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictSide:
    """One side of a conflict: the value, its author, device and time."""

    value: str
    author: str = ""
    device: str = ""
    at: str = ""  # in WIB
    detail: str = ""  # such as coordinates and the distance to the current value
    reason: str = ""  # why this user may not choose it; empty when they may


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictCase:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusItem:
    """One text of the status bar; a level puts its shape before the text."""

    text: str
    level: Level | None = None
    details: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusSummary:
    """The status bar: services at the left, audit trail and version at the right."""

    services: tuple[StatusItem, ...] = ()
    trust: tuple[StatusItem, ...] = ()
