"""Bodies of disruption entries."""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from tabuah.operations.disruptions.disruption import DisruptionExtent, DisruptionKind, Line
from tabuah.operations.entries import Moment
from tabuah.operations.hidden_characters import LINE_PATTERN
from tabuah.operations.incidents.place import IncidentPlace
from tabuah.operations.subject_type import UUID_KEY

DisruptionName = Annotated[str, Meta(min_length=1, max_length=160, pattern=LINE_PATTERN)]
SourceName = Annotated[str, Meta(min_length=1, max_length=120, pattern=LINE_PATTERN)]
NoteText = Annotated[str, Meta(max_length=400, pattern=LINE_PATTERN)]
IncidentRef = Annotated[str, Meta(max_length=36, pattern=rf"\A({UUID_KEY.pattern})?\Z")]
Reason = Annotated[str, Meta(min_length=1, max_length=400, pattern=LINE_PATTERN)]


class DisruptionReported(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A new disruption, which is open until its end is reported."""

    kind: DisruptionKind
    name: DisruptionName
    place: IncidentPlace
    began_at: Moment
    source: SourceName
    extent: DisruptionExtent = DisruptionExtent.FULL
    line: Line = ()
    expected_end: Moment | None = None
    incident: IncidentRef = ""
    note: NoteText = ""


class DisruptionEdited(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Changed fields; each is taken from the last entry in server order."""

    kind: DisruptionKind | UnsetType = UNSET
    name: DisruptionName | UnsetType = UNSET
    place: IncidentPlace | UnsetType = UNSET
    began_at: Moment | UnsetType = UNSET
    source: SourceName | UnsetType = UNSET
    extent: DisruptionExtent | UnsetType = UNSET
    line: Line | UnsetType = UNSET
    expected_end: Moment | None | UnsetType = UNSET
    incident: IncidentRef | UnsetType = UNSET
    note: NoteText | UnsetType = UNSET


class DisruptionEnded(msgspec.Struct, frozen=True, kw_only=True):
    """The road is open or the supply works again, from the time of the entry; `reason` names the source."""

    reason: Reason


class DisruptionResumed(msgspec.Struct, frozen=True, kw_only=True):
    """The disruption continues: its end was reported by mistake, or it began again."""

    reason: Reason
