"""Wire formats of presence: who is editing an incident just now. It is never stored, and no entry."""

from typing import Annotated

import msgspec
from msgspec import Meta

from tabuah.operations.subject_type import UUID_KEY

MAX_EDITORS = 200  # in one event or reply

IncidentText = Annotated[str, Meta(max_length=36, pattern=rf"\A({UUID_KEY.pattern})?\Z")]


class PresenceRequest(msgspec.Struct, frozen=True, kw_only=True):
    """The incident that this console has open in a form; empty for none any more."""

    incident: IncidentText


class Editor(msgspec.Struct, frozen=True, kw_only=True):
    """A person who edits an incident, for `valid_s` seconds from now on unless the console says so again."""

    incident: Annotated[str, Meta(max_length=36)]
    user: Annotated[str, Meta(max_length=120)]
    device: Annotated[str, Meta(max_length=120)]
    valid_s: Annotated[float, Meta(ge=0, le=600)]


class PresenceReply(msgspec.Struct, frozen=True, kw_only=True):
    """All people who edit incidents just now; also the data of the event `presence`."""

    editors: Annotated[tuple[Editor, ...], Meta(max_length=MAX_EDITORS)] = ()
