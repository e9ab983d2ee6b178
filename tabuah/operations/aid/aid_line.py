"""The line of the aid ledger with all its versions; quantities are whole thousandths of a unit."""

from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import UNSET, Meta

from tabuah.operations.bounds import IdText, LabelText, StoredMoment, bounded
from tabuah.operations.entries import ExerciseRef
from tabuah.operations.hidden_characters import LINE_PATTERN
from tabuah.operations.subject_type import UUID_KEY

LARGEST_MILLI: Final = 1_000_000_000_000  # a thousand million units
MAX_CORRECTIONS: Final = 50

QuantityMilli = Annotated[int, Meta(ge=0, le=LARGEST_MILLI)]
ItemName = Annotated[str, Meta(min_length=1, max_length=80, pattern=LINE_PATTERN)]
UnitName = Annotated[str, Meta(min_length=1, max_length=20, pattern=LINE_PATTERN)]
ShortText = Annotated[str, Meta(max_length=120, pattern=LINE_PATTERN)]
NoteText = Annotated[str, Meta(max_length=400, pattern=LINE_PATTERN)]
SubjectRef = Annotated[str, Meta(max_length=36, pattern=rf"\A({UUID_KEY.pattern})?\Z")]
AreaCode = Annotated[str, Meta(max_length=20, pattern=r"\A[0-9.]{0,20}\Z")]


class AidKind(StrEnum):
    """What a line states."""

    NEEDED = "needed"
    RECEIVED = "received"
    DISTRIBUTED = "distributed"
    COUNTED = "counted"  # the stock that somebody counted


class AidPlace(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a line belongs: a shelter or post, else a nagari, else an incident, else the store of the regency."""

    shelter: SubjectRef = ""
    nagari_code: AreaCode = ""
    nagari: ShortText = ""
    incident: SubjectRef = ""

    @property
    def key(self) -> str:
        """Return the key under which balances add lines up."""
        parts = (("shelter", self.shelter), ("nagari", self.nagari_code), ("incident", self.incident))
        return next((f"{kind}/{value}" for kind, value in parts if value), "")


class AidValues(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The content of a line.

    Attributes:
        quantity_milli: thousandths of the unit; only a counted stock may be zero.
        place: where it is needed, arrived, was given out from, or was counted.
        partner: the office or organisation that asked, gave, received or counted; no personal name.
    """

    kind: AidKind
    item: ItemName
    unit: UnitName
    quantity_milli: QuantityMilli
    place: AidPlace = AidPlace()
    partner: ShortText = ""
    note: NoteText = ""


class AidVersion(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One version of a line: as it was recorded, or after a correction; without values it is cancelled.

    Attributes:
        at: the time that it is about.
        written_at: when it was written.
        corrects: the entry of the version that its author corrected.
    """

    entry: IdText
    by: IdText
    at: StoredMoment
    written_at: StoredMoment
    values: AidValues | None
    reason: LabelText = ""
    corrects: IdText = ""


class AidLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="aid"):
    """A line of the ledger; the last version counts, and all others stay visible."""

    id: IdText
    versions: Annotated[tuple[AidVersion, ...], bounded(max_length=MAX_CORRECTIONS + 1)]
    exercise: bool = False
    exercise_ref: ExerciseRef = msgspec.field(default=UNSET, name="exercise_id")

    @property
    def exercise_id(self) -> str:
        """Return the id of its exercise; empty for the real world and for drills of no named exercise."""
        return self.exercise_ref or ""

    @property
    def current(self) -> AidVersion:
        return self.versions[-1]

    @property
    def values(self) -> AidValues | None:
        """Return the values in force; None if the line is cancelled."""
        return self.current.values

    @property
    def shown(self) -> AidValues:
        """Return the values in force; of a cancelled line the last ones that it had."""
        return next(each.values for each in reversed(self.versions) if each.values is not None)

    @property
    def is_overtaken(self) -> bool:
        """Return whether a correction was written in view of another version than the one before it."""
        pairs = zip(self.versions, self.versions[1:], strict=False)
        return any(later.corrects != former.entry for former, later in pairs)


def has_valid_quantity(values: AidValues) -> bool:
    """Return whether a quantity is possible: only a counted stock is zero."""
    return values.quantity_milli > 0 or values.kind is AidKind.COUNTED
