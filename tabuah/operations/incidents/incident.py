"""The incident as the fold of its entries."""

from datetime import datetime

import msgspec

from tabuah.operations.codes import Channel, Hazard, Severity, Status
from tabuah.operations.incidents.bodies import Figures, IncidentAttached, Ring
from tabuah.operations.places import IncidentPlace


class Writing(msgspec.Struct, frozen=True, kw_only=True):
    """One value that a guarded field had: who wrote it, when, and the value as JSON text."""

    entry: str
    device: str
    actor: str
    at: datetime
    value: str


class Settlement(msgspec.Struct, frozen=True, kw_only=True):
    """How a conflict ended."""

    entry: str
    actor: str
    at: datetime
    take: str


class Conflict(msgspec.Struct, frozen=True, kw_only=True):
    """Two people wrote one guarded field from the same base; a person settles it.

    `id` is `<entry>.<field>` of the entry that opened it; `members` are the entries that joined it since, the last
    of them being what is proposed.
    """

    id: str
    field: str
    base: Writing | None
    current: Writing
    proposed: Writing
    members: tuple[str, ...]
    settled: Settlement | None = None


class Observation(msgspec.Struct, frozen=True, kw_only=True):
    """Casualties and damage as `source` stated them at `at`."""

    entry: str
    at: datetime
    actor: str
    source: str
    figures: Figures


class Incident(msgspec.Struct, frozen=True, kw_only=True, tag="incident"):
    """One incident.

    `writings` holds every value of each guarded field, the last one in force. `moves` holds where each moving
    entry wanted to go, effective or not: later moves of the same author rest on it.
    """

    id: str
    number: str
    hazard: Hazard
    title: str
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
    writings: dict[str, tuple[Writing, ...]] = {}
    conflicts: tuple[Conflict, ...] = ()
    observations: tuple[Observation, ...] = ()
    attachments: tuple[IncidentAttached, ...] = ()
    merge_target: str = ""
    deleted: bool = False
    last_entry: str = ""  # the entry that last changed anything, and its device
    last_device: str = ""
    note_count: int = 0

    @property
    def is_open(self) -> bool:
        """Whether there is still something to do about it."""
        return self.status.is_open and not self.deleted

    @property
    def merged_into(self) -> str:
        """The id of the incident that this one is; empty when the merge was undone or is not settled."""
        return self.merge_target if self.status is Status.MERGED else ""

    @property
    def open_conflicts(self) -> tuple[Conflict, ...]:
        """The conflicts that nobody has settled yet."""
        return tuple(c for c in self.conflicts if c.settled is None)

    def last_writer(self, field: str) -> str:
        """The id of the entry that last wrote a guarded field; empty when none did."""
        writings = self.writings.get(field)
        return writings[-1].entry if writings else ""

    @property
    def figures(self) -> Figures:
        """The latest statement on each figure, whichever source made it."""
        known: dict[str, int] = {}
        for observation in sorted(self.observations, key=lambda o: (o.at, o.entry)):
            for name in observation.figures.__struct_fields__:
                value = getattr(observation.figures, name)
                if value is not None:
                    known[name] = value
        return Figures(**known)
