"""Display values of parent events."""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from tabuah.widgets.controls.level_list import LevelLine
from tabuah.widgets.values import FactItem


class EventAct(StrEnum):
    """An act on a parent event, or on the chosen incident of it."""

    OPEN = "open"
    CHANGE = "change"
    ADD = "add"
    REMOVE = "remove"
    CLOSE = "close"
    MAP = "map"
    LIST = "list"
    EXPORT = "export"
    CHAT = "chat"
    AFTER_ACTION = "after_action"
    DELETE = "delete"


class EventDetails(msgspec.Struct, frozen=True, kw_only=True):
    """The chosen event: facts, how they were counted, its incidents, and the messages about it."""

    title: str = ""
    state: str = ""
    facts: tuple[FactItem, ...] = ()
    note: str = ""
    incidents: tuple[LevelLine, ...] = ()
    messages: tuple[LevelLine, ...] = ()
    close_label: str = ""  # of the button that closes it, or opens it again


class RelatedIncidents(msgspec.Struct, frozen=True, kw_only=True):
    """The event of an incident and the other incidents of it; empty without an event."""

    title: str = ""
    incidents: tuple[LevelLine, ...] = ()  # the most urgent first; `author` is the number


class EventView(msgspec.Struct, frozen=True, kw_only=True):
    """The chosen event; `reasons` says why an act is not possible."""

    details: EventDetails = EventDetails()
    reasons: Mapping[EventAct, str] = msgspec.field(default_factory=dict)
