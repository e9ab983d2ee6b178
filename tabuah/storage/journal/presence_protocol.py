"""Wire formats of presence: who edits an incident or answers a message just now. It is never stored, and no entry."""

from typing import Annotated

import msgspec
from msgspec import Meta

from tabuah.operations.subject_type import UUID_KEY

MAX_EDITORS = 200  # in one event or reply

KeyText = Annotated[str, Meta(max_length=36, pattern=rf"\A({UUID_KEY.pattern})?\Z")]


class PresenceRequest(msgspec.Struct, frozen=True, kw_only=True):
    """The incident that this console has open in a form, and the message that it answers; empty for none any more."""

    incident: KeyText
    message: KeyText = ""


class Editor(msgspec.Struct, frozen=True, kw_only=True):
    """A person who edits an incident or answers a message.

    It is so for `valid_s` seconds from now on, unless the console says so again. One of `incident` and `message` may
    be empty.
    """

    incident: Annotated[str, Meta(max_length=36)]
    user: Annotated[str, Meta(max_length=120)]
    device: Annotated[str, Meta(max_length=120)]
    valid_s: Annotated[float, Meta(ge=0, le=600)]
    message: Annotated[str, Meta(max_length=36)] = ""


class PresenceReply(msgspec.Struct, frozen=True, kw_only=True):
    """All people who edit incidents or answer messages just now; also the data of the event `presence`."""

    editors: Annotated[tuple[Editor, ...], Meta(max_length=MAX_EDITORS)] = ()
