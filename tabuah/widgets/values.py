"""The display-ready values that widgets show: already translated, already formatted, frozen."""

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtGui import QImage


class Level(StrEnum):
    """How bad something is, from the worst to the quietest; each has its own colour and its own shape."""

    CRITICAL = "critical"
    HIGH = "high"
    ATTENTION = "attention"
    NORMAL = "normal"
    INFORMATION = "information"
    NO_DATA = "no_data"

    @property
    def rank(self) -> int:
        """0 for the worst, so that sorting by it puts the worst first."""
        return list(Level).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncState:
    """What the sync badge tells: `level` colours it, `text` says it, `details` explain it line by line."""

    level: Level
    text: str  # such as "Tersinkron · 0 menunggu"
    details: tuple[str, ...] = ()
    can_sync: bool = True
    actions: tuple["ActionState", ...] = ()  # what can be done about what waits, such as opening a tray


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmItem:
    """One alarm as the strip shows it."""

    id: str
    level: Level
    word: str  # such as "Kritis"
    title: str
    details: tuple[str, ...] = ()  # trend, since, source, age of the data
    acknowledged: bool = False
    incident: str = ""  # number of the incident made from it, if any
    escalated: str = ""  # who was asked as nobody answered, such as "Penyelia piket diminta 2 mnt lalu"
    asked: str = ""  # the same in the fewest words, where room is short
    step: int = 0  # of the escalation; the more, the louder
    exercise: bool = False  # from a drill or a simulation

    @property
    def rank(self) -> tuple[bool, int]:
        """What comes first has the lowest: no drill ever stands before what is real."""
        return self.exercise, self.level.rank


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmBanner:
    """All open alarms: what is real first, the worst of it before all."""

    alarms: tuple[AlarmItem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardGroup:
    """One heading of the board: a status or several that belong together."""

    code: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentCard:
    """One incident on the board and in the list; the owner gives them worst first."""

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
    held: bool = False  # something of it waits for a supervisor
    conflict: bool = False
    exercise: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of an incident's way from report to close."""

    label: str
    at: str = ""  # when it was reached, such as "14.27 WIB"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One line of the facts grid; a level other than None makes the value stand out."""

    label: str
    value: str
    level: Level | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureTile:
    """One figure, such as 86 mengungsi, with its change and source."""

    value: str
    label: str
    change: str = ""  # such as "+24"
    source: str = ""
    differs: bool = False  # sources say different things


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineItem:
    """One thing that happened; `pending` is not yet synced."""

    title: str
    meta: str
    level: Level | None = None
    pending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentItem:
    """One attachment; without a picture its name stands in its place."""

    id: str
    name: str
    note: str = ""  # such as "322 kB · belum diunduh"
    picture: QImage | None = None
    waits: str = ""  # such as "↑ 40 %"; empty when it is where it should be
    level: Level | None = None  # of what it waits for


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionState:
    """An action that can be taken, with its key, or the reason why it cannot be taken now."""

    code: str
    label: str
    key: str = ""
    reason: str = ""  # why it is not available; empty when it is


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentDetails:
    """Everything the details panel shows of one incident."""

    id: str
    number: str
    title: str
    place: str
    certainty: str = ""  # such as "perkiraan"
    origin: str = ""  # such as "dilaporkan 14.18 WIB lewat 112"
    level: Level = Level.NO_DATA
    severity: str = ""
    steps: tuple[Step, ...] = ()
    step: int = 0  # index of the current step
    facts: tuple[Fact, ...] = ()
    figures: tuple[FigureTile, ...] = ()
    figure_notes: tuple[str, ...] = ()  # where sources differ, one sentence each
    conflicts: tuple[str, ...] = ()  # one sentence each
    asides: tuple[str, ...] = ()  # what is held for a supervisor, one sentence each
    timeline: tuple[TimelineItem, ...] = ()  # newest first
    attachments: tuple[AttachmentItem, ...] = ()
    actions: tuple[ActionState, ...] = ()
    moves: tuple[ActionState, ...] = ()  # statuses it can go to
    reports: tuple[ActionState, ...] = ()
    notice: str = ""  # such as "perlu versi baru"
    exercise: bool = False
    pending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of a few codes, with the words and the key it goes by."""

    code: str
    label: str
    key: str = ""
    level: Level | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceSuggestion:
    """A place that may be meant; degrees are WGS 84, None where only the name is known."""

    id: str
    name: str
    detail: str = ""  # such as "Nagari · Kecamatan Kubung"
    lon_deg: float | None = None
    lat_deg: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictSide:
    """One side of a conflict: the value and who wrote it, where and when."""

    value: str
    author: str = ""
    device: str = ""
    at: str = ""  # in WIB
    detail: str = ""  # such as coordinates, and how far it is from what stands


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictCase:
    """Two people wrote the same guarded field without knowing of each other."""

    id: str
    incident: str  # number and title
    field: str  # shown
    base: ConflictSide
    current: ConflictSide
    proposed: ConflictSide
    reason: str = ""  # why this user may not settle it; empty when they may
    on_map: bool = False  # the map shows the sides under the numbers of their columns
    members: tuple[str, ...] = ()  # what the proposed side rests on and is settled with it, one sentence each


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusItem:
    """One statement of the status bar; a level other than None puts its shape before the text."""

    text: str
    level: Level | None = None
    details: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusSummary:
    """The status bar: services at the left, audit and version at the right."""

    services: tuple[StatusItem, ...] = ()
    trust: tuple[StatusItem, ...] = ()
