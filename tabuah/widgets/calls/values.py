"""Display values of the call log."""

from enum import StrEnum

import msgspec

Choices = tuple[tuple[str, str], ...]  # code and label


class CallAct(StrEnum):
    """An act on the chosen call, or on the list."""

    CHANGE = "change"
    REPORT = "report"
    LINK = "link"
    UNLINK = "unlink"
    INCIDENT = "incident"
    EXPORT = "export"


class CallFilters(msgspec.Struct, frozen=True, kw_only=True):
    """The choices of the filters. The first class and channel are shown at first, and the period `period`."""

    classes: Choices = ()
    periods: Choices = ()
    channels: Choices = ()
    period: str = ""
