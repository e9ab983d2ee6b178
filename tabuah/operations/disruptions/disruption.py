"""The disruption: a closed road or bridge, or an outage, from its beginning to its end."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import UNSET, Meta

from tabuah.operations.bounds import IdText, LabelText, LatitudeDeg, LongitudeDeg, StoredMoment
from tabuah.operations.entries import ExerciseRef
from tabuah.operations.incidents.place import IncidentPlace
from tabuah.operations.stations.station import Retirement

MAX_CORNERS: Final = 500  # of the line of a road

Line = Annotated[tuple[tuple[LongitudeDeg, LatitudeDeg], ...], Meta(max_length=MAX_CORNERS)]


class DisruptionKind(StrEnum):
    """The kind of the disrupted thing: a road, a bridge, or a supply."""

    ROAD = "road"
    BRIDGE = "bridge"
    POWER = "power"
    WATER = "water"
    TELECOM = "telecom"

    @property
    def blocks_traffic(self) -> bool:
        return self in (DisruptionKind.ROAD, DisruptionKind.BRIDGE)


class DisruptionExtent(StrEnum):
    """Full: a road is closed, a supply is down. Partial: a part of it is still passable or works."""

    FULL = "full"
    PARTIAL = "partial"


class Disruption(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="disruption"):
    """One disruption.

    Attributes:
        id: the key of its subject.
        name: the road, bridge or area, as people call it.
        place: where it is; of a line, a point on it.
        line: the closed part of a road; empty where only the place is known.
        expected_end: the expected end, as the source states it; None without a statement.
        source: the office or organisation that stated it.
        incident: id of the incident that caused it; empty if there is none.
        ended: the user who reported the end, its time, and a remark; None while the disruption is open.
    """

    id: IdText
    kind: DisruptionKind
    name: LabelText
    place: IncidentPlace
    began_at: StoredMoment
    changed_at: StoredMoment
    extent: DisruptionExtent = DisruptionExtent.FULL
    line: Line = ()
    expected_end: StoredMoment | None = None
    source: LabelText = ""
    incident: IdText = ""
    note: LabelText = ""
    ended: Retirement | None = None
    exercise: bool = False
    exercise_ref: ExerciseRef = msgspec.field(default=UNSET, name="exercise_id")

    @property
    def exercise_id(self) -> str:
        """Return the id of its exercise; empty for the real world and for drills of no named exercise."""
        return self.exercise_ref or ""

    @property
    def is_open(self) -> bool:
        return self.ended is None

    def is_overdue(self, now: datetime) -> bool:
        """Return whether it is open after its expected end."""
        return self.is_open and self.expected_end is not None and self.expected_end < now
