"""Display values of incoming messages."""

from enum import StrEnum

import msgspec

Choices = tuple[tuple[str, str], ...]  # code and label


class MessageAct(StrEnum):
    """An act on the chosen message, or on the list."""

    REPORT = "report"
    REPORT_WITH_TEXT = "report_with_text"
    ANSWER = "answer"
    WITHDRAW = "withdraw"
    JOIN = "join"
    EVENT = "event"
    CLOSE = "close"
    REOPEN = "reopen"
    UNLINK = "unlink"
    INCIDENT = "incident"
    MAP = "map"
    EXPORT = "export"


class MessageFilters(msgspec.Struct, frozen=True, kw_only=True):
    """The choices of the filters. The first ones are shown at first."""

    states: Choices = ()
    channels: Choices = ()
