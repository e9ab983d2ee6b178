"""Display values of the roster: a week of shifts, and one of them."""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from tabuah.widgets.values import FactItem, Level


class RosterAct(StrEnum):
    """An act on the selected shift or the week."""

    PLAN = "plan"
    SWAP = "swap"
    CLEAR = "clear"
    UNDO = "undo"
    SETTLE = "settle"
    COPY = "copy"
    IMPORT = "import"
    EXPORT = "export"


class RosterCell(msgspec.Struct, frozen=True, kw_only=True):
    """One shift of the week; without a crew nobody is planned."""

    id: str
    time: str
    crew: str = ""
    supervisor: str = ""
    about: str = ""  # the other members, or the name of the shift
    mark: str = ""  # a swap or a problem, in a few words
    level: Level = Level.NO_DATA
    is_now: bool = False
    spoken: str = ""


class RosterWeekView(msgspec.Struct, frozen=True, kw_only=True):
    """A week: its title, the days, and rows of cells, one for each day."""

    title: str
    days: tuple[str, ...] = ()
    today: int = -1  # the column of today; -1 in another week
    rows: tuple[tuple[RosterCell, ...], ...] = ()
    refusal: str = ""  # why the roster cannot be changed; empty if it can
    copy_reason: str = ""  # why the last week cannot be copied
    export_reason: str = ""  # why the week cannot be exported


class RosterShiftView(msgspec.Struct, frozen=True, kw_only=True):
    """The selected shift: facts, problems, and why acts are not possible."""

    id: str
    heading: str
    facts: tuple[FactItem, ...] = ()
    problems: tuple[str, ...] = ()
    reasons: Mapping[RosterAct, str] = msgspec.field(default_factory=dict)
