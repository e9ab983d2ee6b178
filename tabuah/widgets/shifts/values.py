"""Display values of the shift on duty."""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from tabuah.widgets.values import FactItem, Level


class DutyAct(StrEnum):
    """An act on the shift on duty or its handover."""

    START = "start"
    JOIN = "join"
    CORRECT = "correct"
    PROMISE = "promise"
    END_PROMISE = "end_promise"
    LIST = "list"
    PREPARE = "prepare"
    WITHDRAW = "withdraw"
    CONFIRM = "confirm"
    LOG_IN = "log_in"
    EXPORT = "export"
    CLOSE_SHIFT = "close_shift"


class ShiftListAct(StrEnum):
    """An act on a shift of the list."""

    SHOW = "show"
    REOPEN = "reopen"
    EXPORT = "export"


class ListedShift(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the list of shifts; `reasons` says why an act on it is not possible."""

    id: str
    text: str  # crew and time
    about: str  # people
    at: str  # state
    author: str  # lines and promises
    level: Level
    reasons: Mapping[ShiftListAct, str] = msgspec.field(default_factory=dict)

    @property
    def spoken(self) -> str:
        return ", ".join(filter(None, (self.text, self.about, self.at, self.author)))

    @property
    def names(self) -> tuple[str, ...]:
        return ()


class DutyLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the log, of the promises or of the facts."""

    text: str
    level: Level | None = None
    is_heading: bool = False
    is_faint: bool = False  # corrected later


class DutyShiftView(msgspec.Struct, frozen=True, kw_only=True):
    """The shift on duty: log and promises on one page, facts and notes of the handover on the other.

    `reasons` says why an act is not possible; `subject` names the selected incident, which a line may be about.
    """

    title: str
    state: str
    exercise: str = ""  # mark of the exercise
    people: str = ""
    level: Level | None = None
    log: tuple[DutyLine, ...] = ()
    promises: tuple[DutyLine, ...] = ()
    facts: tuple[DutyLine, ...] = ()
    notes: tuple[FactItem, ...] = ()
    subject: str = ""
    can_write: bool = False
    shifts: tuple[ListedShift, ...] = ()
    reasons: Mapping[DutyAct, str] = msgspec.field(default_factory=dict)
