"""Bodies of the entries of the call log."""

from typing import Annotated, Final

import msgspec
from msgspec import UNSET, Meta, UnsetType

from tabuah.operations.codes import CallClass, Channel
from tabuah.operations.hidden_characters import LINES_PATTERN
from tabuah.operations.subject_type import UUID_KEY

MAX_NOTE: Final = 2_000

NoteText = Annotated[str, Meta(max_length=MAX_NOTE, pattern=LINES_PATTERN)]
Commitment = Annotated[str, Meta(max_length=64)]  # to the caller's name and number; empty without a caller
IncidentId = Annotated[str, Meta(max_length=36, pattern=rf"\A{UUID_KEY.pattern}\Z")]


class CallRecorded(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A call that ended without a report."""

    call_class: CallClass
    channel: Channel = Channel.PHONE
    note: NoteText = ""
    caller: Commitment = ""


class CallCorrected(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Changed fields; each is taken from the last entry in server order. An empty `caller` removes the caller."""

    call_class: CallClass | UnsetType = UNSET
    channel: Channel | UnsetType = UNSET
    note: NoteText | UnsetType = UNSET
    caller: Commitment | UnsetType = UNSET


class CallLinked(msgspec.Struct, frozen=True, kw_only=True):
    """The call was about an incident after all; its class becomes normal."""

    incident: IncidentId


class CallUnlinked(msgspec.Struct, frozen=True, kw_only=True):
    """The call was not about this incident: a link to another one stays. It gets a class, not the normal one."""

    incident: IncidentId
    call_class: CallClass
