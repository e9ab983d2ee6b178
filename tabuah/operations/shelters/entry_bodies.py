"""Bodies of shelter entries."""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from tabuah.operations.bounds import IdText
from tabuah.operations.hidden_characters import LINE_PATTERN
from tabuah.operations.incidents.place import IncidentPlace
from tabuah.operations.shelters.shelter import Evacuees, People, ShelterKind
from tabuah.operations.subject_type import UUID_KEY

ShelterName = Annotated[str, Meta(min_length=1, max_length=120, pattern=LINE_PATTERN)]
ShortText = Annotated[str, Meta(max_length=120, pattern=LINE_PATTERN)]
NoteText = Annotated[str, Meta(max_length=400, pattern=LINE_PATTERN)]
SourceName = Annotated[str, Meta(min_length=1, max_length=120, pattern=LINE_PATTERN)]
IncidentRef = Annotated[str, Meta(max_length=36, pattern=rf"\A({UUID_KEY.pattern})?\Z")]
Reason = Annotated[str, Meta(min_length=1, max_length=400, pattern=LINE_PATTERN)]


class ShelterAdded(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A new shelter, open from the time of the entry on."""

    name: ShelterName
    kind: ShelterKind
    place: IncidentPlace
    capacity: People | None = None
    owner: ShortText = ""
    contact: ShortText = ""
    incident: IncidentRef = ""
    note: NoteText = ""


class ShelterEdited(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Changed fields; each is taken from the last entry in server order."""

    name: ShelterName | UnsetType = UNSET
    kind: ShelterKind | UnsetType = UNSET
    place: IncidentPlace | UnsetType = UNSET
    capacity: People | None | UnsetType = UNSET
    owner: ShortText | UnsetType = UNSET
    contact: ShortText | UnsetType = UNSET
    incident: IncidentRef | UnsetType = UNSET
    note: NoteText | UnsetType = UNSET


class ShelterCounted(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The evacuees by `source` at the time of the entry."""

    source: SourceName
    evacuees: Evacuees


class ShelterCountWithdrawn(msgspec.Struct, frozen=True, kw_only=True):
    """A count was wrong and no longer counts; `count` is its entry, which stays in the journal."""

    count: IdText
    reason: Reason


class ShelterClosed(msgspec.Struct, frozen=True, kw_only=True):
    """The shelter is closed; its history stays."""

    reason: Reason


class ShelterReopened(msgspec.Struct, frozen=True, kw_only=True):
    """A closed shelter is open again."""

    reason: Reason
