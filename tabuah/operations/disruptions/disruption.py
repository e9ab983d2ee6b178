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
    """What is disrupted."""

    ROAD = "road"
    BRIDGE = "bridge"
    POWER = "power"
    WATER = "water"
    TELECOM = "telecom"

    @property
    def blocks_traffic(self) -> bool:
        return self in (DisruptionKind.ROAD, DisruptionKind.BRIDGE)


class DisruptionExtent(StrEnum):
    """Whether nothing passes or works any more, or a part of it still does."""

    FULL = "full"
    PARTIAL = "partial"


class Disruption(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="disruption"):
    """One disruption.

    Attributes:
        id: the key of its subject.
        name: the road, bridge or area, as people call it.
        place: where it is; of a line, a point on it.
        line: the closed part of a road; empty where only the place is known.
        expected_end: when it should end, as the source says; None if nobody has said.
        source: who stated it.
        incident: id of the incident that caused it; empty if there is none.
        ended: who reported the end, when it was, and a remark; None while it goes on.
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
        """Return whether it goes on after its expected end."""
        return self.is_open and self.expected_end is not None and self.expected_end < now
