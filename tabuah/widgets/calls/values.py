"""Display values of the call log."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tabuah.widgets.values import FactItem

Choices = tuple[tuple[str, str], ...]  # code and label


class CallAct(StrEnum):
    """An act on the chosen call, or on the list."""

    CHANGE = "change"
    REPORT = "report"
    LINK = "link"
    UNLINK = "unlink"
    INCIDENT = "incident"
    EXPORT = "export"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFilters:
    """The choices of the filters. The first class and channel are shown at first, and the period `period`."""

    classes: Choices = ()
    periods: Choices = ()
    channels: Choices = ()
    period: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallView:
    """The chosen call; `reasons` says why an act is not possible."""

    title: str = ""
    facts: tuple[FactItem, ...] = ()
    note: str = ""
    reasons: Mapping[CallAct, str] = field(default_factory=dict)
