"""Bodies of incident entries."""

from typing import Annotated, Final

import msgspec
from msgspec import UNSET, Meta, UnsetType

from tabuah.operations.attachments.attachment import Attachment
from tabuah.operations.bounds import IdText, LabelText, LatitudeDeg, LongitudeDeg, Quantity, bounded
from tabuah.operations.codes import Channel, Hazard, Severity, Status
from tabuah.operations.entries import Moment
from tabuah.operations.hidden_characters import LINE_PATTERN
from tabuah.operations.incidents.place import IncidentPlace
from tabuah.resources.hazard_questions import MAX_ANSWER, QuestionCode

MAX_ANSWERS: Final = 30  # of one entry
MAX_DESCRIPTION: Final = 20_000  # characters
MAX_COUNT: Final = 100_000_000
MAX_RUPIAH: Final = 1_000_000_000_000_000  # a thousand trillion, a third of a year's state budget
MAX_AREA_M2: Final = 100_000_000_000  # 10 million hectares

Title = Annotated[str, Meta(min_length=1, max_length=200), bounded(max_length=200, is_line=True)]
LongText = Annotated[str, Meta(max_length=MAX_DESCRIPTION)]
ShortText = Annotated[str, Meta(max_length=400)]
Ring = Annotated[tuple[tuple[LongitudeDeg, LatitudeDeg], ...], Meta(min_length=4, max_length=10_000)]
Offices = Annotated[tuple[ShortText, ...], bounded(max_length=200)]
Count = Annotated[int, Meta(ge=0, le=MAX_COUNT)]
Rupiah = Annotated[int, Meta(ge=0, le=MAX_RUPIAH)]
SquareMetres = Annotated[int, Meta(ge=0, le=MAX_AREA_M2)]


class IncidentReported(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A new incident. `number` is `<prefix of the regency>-<tag of the device's key>-<counter>` and never changes."""

    number: Annotated[str, Meta(pattern=r"^[A-Z]{2,5}-[0-9A-Z]{4}-\d{4,}$"), bounded(max_length=40)]
    hazard: Hazard
    title: Title
    severity: Severity = Severity.MODERATE
    channel: Channel = Channel.PHONE
    place: IncidentPlace | None = None
    description: LongText = ""
    caller: IdText = ""  # commitment to the caller's name and number
    alarm: IdText = ""  # id of the alarm this came from


class IncidentEdited(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Changed fields; severity, assignment, place and area are guarded."""

    title: Title | UnsetType = UNSET
    description: LongText | UnsetType = UNSET
    hazard: Hazard | UnsetType = UNSET
    channel: Channel | UnsetType = UNSET
    occurred_at: Moment | UnsetType = UNSET
    severity: Severity | UnsetType = UNSET
    assignment: Offices | UnsetType = UNSET
    place: IncidentPlace | UnsetType = UNSET
    area: Ring | None | UnsetType = UNSET


class IncidentMoved(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A status change.

    Forward moves merge to the furthest; closing, reopening and false report are guarded.
    """

    to: Status
    reason: ShortText = ""


class IncidentNoted(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A note; restricted text is a separate personal value, and `text` is then empty."""

    text: LongText = ""
    restricted: IdText = ""  # commitment


class IncidentAttached(Attachment, frozen=True, kw_only=True, omit_defaults=True):
    """An attached photo or file."""


class Figures(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Casualties and damage stated by one source; None if the source gives no number."""

    deaths: Count | None = None
    missing: Count | None = None
    injured_severe: Count | None = None
    injured_minor: Count | None = None
    displaced_people: Count | None = None
    displaced_households: Count | None = None
    houses_severe: Count | None = None
    houses_moderate: Count | None = None
    houses_minor: Count | None = None
    public_facilities: Count | None = None
    schools: Count | None = None
    worship_places: Count | None = None
    health_facilities: Count | None = None
    bridges: Count | None = None
    roads_m: Count | None = None
    irrigation_m: Count | None = None
    farmland_m2: SquareMetres | None = None
    livestock: Count | None = None
    loss_idr: Rupiah | None = None


class PeopleGroups(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """People of one figure by sex, age and vulnerable group; None if the source gives no number.

    The sexes exclude each other, and so do the ages; the vulnerable groups overlap with both and with each other.
    Ages are those of Indonesian law: under five (balita), under 18 (UU 35/2014), 60 and more (UU 13/1998). The
    vulnerable groups are those of UU 24/2007, article 55, that are no ages.
    """

    male: Count | None = None
    female: Count | None = None
    infants: Count | None = None  # under 5 years
    children: Count | None = None  # 5 to 17 years
    adults: Count | None = None  # 18 to 59 years
    elderly: Count | None = None  # 60 years and more
    pregnant: Count | None = None
    breastfeeding: Count | None = None
    disabled: Count | None = None


class FigureGroups(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The groups of each figure that counts people; the names are those of `Figures`."""

    deaths: PeopleGroups | None = None
    missing: PeopleGroups | None = None
    injured_severe: PeopleGroups | None = None
    injured_minor: PeopleGroups | None = None
    displaced_people: PeopleGroups | None = None


class IncidentCounted(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Casualties and damage stated by `source` at a time, with the groups of people that it states."""

    source: Annotated[str, Meta(min_length=1, max_length=200)]
    figures: Figures
    groups: FigureGroups | UnsetType = UNSET


AnswerText = Annotated[str, Meta(max_length=MAX_ANSWER, pattern=LINE_PATTERN)]
AnswerValue = bool | Quantity | AnswerText | None


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """An answer to a question about the hazard; `value` is None where it is taken back."""

    question: QuestionCode
    value: AnswerValue


class IncidentAnswered(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Answers of a caller; each is taken from the last entry in server order.

    `people_at_risk` is 0 for none, and None where it is not known.
    """

    answers: Annotated[tuple[Answer, ...], Meta(max_length=MAX_ANSWERS)] = ()
    people_at_risk: Count | None | UnsetType = UNSET


class IncidentCallerChanged(msgspec.Struct, frozen=True, kw_only=True):
    """Another caller of the report: the commitment to name and number, None for no caller."""

    caller: Annotated[str, Meta(max_length=64)] | None


class IncidentMerged(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """This incident duplicates another one; moving it back undoes the merge."""

    into: IdText
    reason: ShortText = ""


class IncidentGrouped(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The incident belongs to a parent event, or to none if `parent_event` is empty."""

    parent_event: Annotated[str, Meta(max_length=36, pattern=r"^([0-9a-f-]{36})?$")] = ""


class IncidentDeleted(msgspec.Struct, frozen=True, kw_only=True):
    """A deletion mark; the data stay in the journal."""

    reason: Annotated[str, Meta(min_length=1, max_length=400)]


class ConflictSettled(msgspec.Struct, frozen=True, kw_only=True):
    """A person's choice of the current, the proposed or the base value of a conflict."""

    conflict: LabelText
    take: Annotated[str, Meta(pattern="^(current|proposed|base)$"), bounded(max_length=20)]
