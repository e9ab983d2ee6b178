"""The shelter: a place of the response on the map, with its counts of evacuees."""

from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import UNSET, Meta

from tabuah.operations.bounds import IdText, LabelText, StoredMoment, bounded
from tabuah.operations.entries import ExerciseRef
from tabuah.operations.incidents.place import IncidentPlace
from tabuah.operations.stations.station import Retirement

MAX_COUNTS: Final = 100  # kept in the state, the newest ones; all are in the journal
MOST_PEOPLE: Final = 1_000_000

People = Annotated[int, Meta(ge=0, le=MOST_PEOPLE)]


class ShelterKind(StrEnum):
    """What a place is used for."""

    EVACUATION = "evacuation"  # people sleep here
    COMMAND_POST = "command_post"
    FIELD_POST = "field_post"
    HEALTH_POST = "health_post"
    KITCHEN = "kitchen"
    STORE = "store"  # of aid


class Evacuees(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """People in a shelter by one source; None if the source gives no number.

    The groups overlap: an elderly woman counts in `women`, in `elderly` and in `people`.
    """

    people: People
    households: People | None = None
    men: People | None = None
    women: People | None = None
    infants: People | None = None
    children: People | None = None
    elderly: People | None = None
    disabled: People | None = None
    pregnant: People | None = None


GROUPS: Final = Evacuees.__struct_fields__[1:]


class EvacueeCount(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A count of the evacuees by `source` at `at`."""

    entry: IdText
    at: StoredMoment
    actor: IdText
    source: LabelText
    evacuees: Evacuees


class Shelter(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="shelter"):
    """One shelter or post.

    Attributes:
        id: the key of its subject.
        capacity: for how many people it has room; None if unknown.
        owner: the office or organisation that runs it.
        contact: a radio channel or office number; every console receives it, so it has no private number.
        incident: id of the incident that it serves; empty if it serves none in particular.
        counts: the newest counts, oldest first.
        closed: who closed it, when and why; None while it is open.
    """

    id: IdText
    name: LabelText
    kind: ShelterKind
    place: IncidentPlace
    opened_at: StoredMoment
    changed_at: StoredMoment
    capacity: Annotated[int, bounded(ge=0, le=MOST_PEOPLE)] | None = None
    owner: LabelText = ""
    contact: LabelText = ""
    incident: IdText = ""
    note: LabelText = ""
    counts: Annotated[tuple[EvacueeCount, ...], bounded(max_length=MAX_COUNTS)] = ()
    closed: Retirement | None = None
    exercise: bool = False
    exercise_ref: ExerciseRef = msgspec.field(default=UNSET, name="exercise_id")

    @property
    def exercise_id(self) -> str:
        """Return the id of its exercise; empty for the real world and for drills of no named exercise."""
        return self.exercise_ref or ""

    @property
    def is_open(self) -> bool:
        return self.closed is None

    @property
    def latest(self) -> EvacueeCount | None:
        """Return the newest count of any source."""
        return self.counts[-1] if self.counts else None

    @property
    def people(self) -> int | None:
        """Return the number of people by the newest count; None if nobody has counted."""
        return self.latest.evacuees.people if self.latest else None
