"""Display values of parent events."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

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
    EXPORT = "export"
    CHAT = "chat"
    AFTER_ACTION = "after_action"
    DELETE = "delete"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDetails:
    """The chosen event: facts, how they were counted, and its incidents."""

    title: str = ""
    state: str = ""
    facts: tuple[FactItem, ...] = ()
    note: str = ""
    incidents: tuple[LevelLine, ...] = ()
    close_label: str = ""  # of the button that closes it, or opens it again


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedIncidents:
    """The event of an incident and the other incidents of it; empty without an event."""

    title: str = ""
    incidents: tuple[LevelLine, ...] = ()  # the most urgent first; `author` is the number


@dataclass(frozen=True, slots=True, kw_only=True)
class EventView:
    """The chosen event; `reasons` says why an act is not possible."""

    details: EventDetails = EventDetails()
    reasons: Mapping[EventAct, str] = field(default_factory=dict)
