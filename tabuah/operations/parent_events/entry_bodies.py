"""Bodies of the entries of parent events. Which incidents belong to one is written on the incidents."""

from typing import Annotated, Final

import msgspec
from msgspec import UNSET, Meta, UnsetType

from tabuah.operations.codes import Hazard
from tabuah.operations.entries import Moment
from tabuah.operations.hidden_characters import LINES_PATTERN

MAX_EVENT_TITLE: Final = 200
MAX_EVENT_TEXT: Final = 4_000
MAX_EVENT_REASON: Final = 400

EventTitle = Annotated[str, Meta(min_length=1, max_length=MAX_EVENT_TITLE, pattern=LINES_PATTERN)]
EventText = Annotated[str, Meta(max_length=MAX_EVENT_TEXT, pattern=LINES_PATTERN)]
EventReason = Annotated[str, Meta(max_length=MAX_EVENT_REASON, pattern=LINES_PATTERN)]


class EventOpened(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A new parent event; `began_at` is when the flood or earthquake began."""

    title: EventTitle
    hazard: Hazard
    began_at: Moment
    description: EventText = ""


class EventChanged(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Changed fields; each is taken from the last entry in server order. An empty `ended_at` removes the end."""

    title: EventTitle | UnsetType = UNSET
    hazard: Hazard | UnsetType = UNSET
    began_at: Moment | UnsetType = UNSET
    ended_at: Moment | None | UnsetType = UNSET
    description: EventText | UnsetType = UNSET


class EventClosed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The event is over; `ended_at` is when it ended, perhaps long before this entry."""

    ended_at: Moment | None = None
    reason: EventReason = ""


class EventReopened(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A closed event goes on."""

    reason: EventReason = ""


class EventDeleted(msgspec.Struct, frozen=True, kw_only=True):
    """The event was opened by mistake: its incidents belong to none as long as it is deleted."""

    reason: Annotated[EventReason, Meta(min_length=1)]


class EventRestored(msgspec.Struct, frozen=True, kw_only=True):
    """The deletion is undone, and its incidents belong to it again."""
