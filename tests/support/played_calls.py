"""The calls of a played shift: invented people and events in real nagari, and how a shift of them runs."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final

from tabuah.operations.codes import Hazard

SHIFT_STARTS_AT: Final = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)  # 19.00 WIB
WINDOW, DESK, POSKO, SUPERVISOR, NEXT_SUPERVISOR, GATEWAY = "ani", "budi", "posko", "rina", "yusuf", "gerbang"
DISPATCH_AFTER_MIN, CLOSE_AFTER_MIN, ROUND_MIN, READINGS_MIN = 2, 10, 10, 5


class Act(StrEnum):
    """What a player does."""

    START = "start"
    TAKE = "take"
    DISPATCH = "dispatch"
    CONTAIN = "contain"
    CLOSE = "close"
    ROUND = "round"
    PROMISE = "promise"
    LEAVE = "leave"
    RETURN = "return"
    REVIEW = "review"
    READINGS = "readings"
    HAND_OVER = "hand_over"
    TAKE_OVER = "take_over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call: minute of the shift, who takes it, and the words of the caller.

    `same_as` is the key of the call about the same event; `ends` is the minute at which its incident is contained.
    """

    key: str
    minute: int
    taker: str
    nagari: str
    hazard: Hazard
    title: str
    note: str
    caller: str
    people: int
    same_as: str = ""
    east_m: float = 0.0
    north_m: float = 0.0
    ends: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One act of one player at a minute."""

    minute: int
    player: str
    act: Act
    call: Call | None = None

    @property
    def at(self) -> datetime:
        return SHIFT_STARTS_AT + timedelta(minutes=self.minute)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftPlan:
    """A shift: its minutes, those in which the posko is offline, and those of the storm."""

    first: int
    last: int
    away: tuple[int, int]
    storm: tuple[int, int]

    @property
    def calls(self) -> tuple[Call, ...]:
        return tuple(call for call in read_calls() if self.first <= call.minute < self.last)

    @property
    def steps(self) -> list[Step]:
        """All steps in their order; those of one minute in the order of `Act`."""
        order = list(Act)
        return sorted(self._steps(), key=lambda step: (step.minute, order.index(step.act)))

    def _steps(self) -> Iterator[Step]:
        yield Step(minute=self.first, player=SUPERVISOR, act=Act.START)
        for call in self.calls:
            yield from _steps_of(call, self.last)
        for minute in range(self.first + ROUND_MIN, self.last, ROUND_MIN):
            yield from (Step(minute=minute, player=who, act=Act.ROUND) for who in (DESK, POSKO, SUPERVISOR))
        for minute in range(self.storm[0] + READINGS_MIN, self.storm[1] + 1, READINGS_MIN):
            yield Step(minute=minute, player=GATEWAY, act=Act.READINGS)
        for minute in range(self.first + 30, self.last, 120):
            yield Step(minute=minute, player=SUPERVISOR, act=Act.PROMISE)
        yield Step(minute=self.away[0], player=POSKO, act=Act.LEAVE)
        yield Step(minute=self.away[1], player=POSKO, act=Act.RETURN)
        yield Step(minute=self.away[1] + 5, player=SUPERVISOR, act=Act.REVIEW)
        yield Step(minute=self.last, player=SUPERVISOR, act=Act.HAND_OVER)
        yield Step(minute=self.last + 1, player=NEXT_SUPERVISOR, act=Act.TAKE_OVER)


WHOLE_SHIFT: Final = ShiftPlan(first=0, last=720, away=(200, 440), storm=(270, 450))
WORST_HOUR: Final = ShiftPlan(first=298, last=375, away=(300, 362), storm=(298, 348))


def read_calls() -> tuple[Call, ...]:
    """Return all calls, oldest first."""
    with Path(__file__).with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        return tuple(map(_call, csv.DictReader(file)))


def event_of(call: Call, calls: Sequence[Call]) -> Call:
    """Return the first call about the same event."""
    return next((first for first in calls if first.key == call.same_as), call)


def _call(row: Mapping[str, str]) -> Call:
    return Call(
        key=row["key"],
        minute=int(row["minute"]),
        taker=row["taker"],
        nagari=row["nagari"],
        hazard=Hazard(row["hazard"]),
        title=row["title"],
        note=row["note"],
        caller=row["caller"],
        people=int(row["people"]),
        same_as=row["same_as"],
        east_m=float(row["east_m"]),
        north_m=float(row["north_m"]),
        ends=int(row["ends"]) if row["ends"] else None,
    )


def _steps_of(call: Call, last: int) -> Iterator[Step]:
    yield Step(minute=call.minute, player=call.taker, act=Act.TAKE, call=call)
    if call.same_as:
        return
    yield Step(minute=call.minute + DISPATCH_AFTER_MIN, player=call.taker, act=Act.DISPATCH, call=call)
    if call.ends is not None and call.ends + CLOSE_AFTER_MIN < last:
        yield Step(minute=call.ends, player=DESK, act=Act.CONTAIN, call=call)
        yield Step(minute=call.ends + CLOSE_AFTER_MIN, player=SUPERVISOR, act=Act.CLOSE, call=call)
