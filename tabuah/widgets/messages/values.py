"""Display values of incoming messages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tabuah.widgets.values import FactItem

Choices = tuple[tuple[str, str], ...]  # code and label


class MessageAct(StrEnum):
    """An act on the chosen message, or on the list."""

    REPORT = "report"
    REPORT_WITH_TEXT = "report_with_text"
    JOIN = "join"
    CLOSE = "close"
    REOPEN = "reopen"
    UNLINK = "unlink"
    INCIDENT = "incident"
    EXPORT = "export"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFilters:
    """The choices of the filters. The first ones are shown at first."""

    states: Choices = ()
    channels: Choices = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageView:
    """The chosen message; `reasons` says why an act is not possible."""

    title: str = ""
    facts: tuple[FactItem, ...] = ()
    text: str = ""
    reasons: Mapping[MessageAct, str] = field(default_factory=dict)
