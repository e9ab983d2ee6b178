"""Bodies of roster entries. Each writes one shift of one week, so that changes of different shifts merge."""

from datetime import UTC, datetime, time, timedelta, timezone
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from tabuah.operations.bounds import IdText
from tabuah.operations.roster.iso_week import IsoWeek

LONGEST_SHIFT_MIN: Final = 48 * 60
MAX_MEMBERS: Final = 50
MAX_REASON: Final = 400

Day = Annotated[int, Meta(ge=1, le=7)]
StartTime = Annotated[str, Meta(max_length=5, pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
CrewName = Annotated[str, Meta(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f]+$")]
ShiftName = Annotated[str, Meta(max_length=80, pattern=r"^[^\x00-\x1f\x7f]*$")]
UserName = Annotated[IdText, Meta(min_length=1)]
Note = Annotated[str, Meta(max_length=400)]
Reason = Annotated[str, Meta(min_length=1, max_length=MAX_REASON)]


class ShiftTime(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """When a shift of a week begins, in local time, and how long it is.

    `zone_min` is the offset of the local time to UTC, which Indonesia's zones never change.
    """

    day: Day
    start: StartTime
    minutes: Annotated[int, Meta(ge=30, le=LONGEST_SHIFT_MIN)] = 24 * 60
    zone_min: Annotated[int, Meta(ge=-14 * 60, le=14 * 60)] = 7 * 60

    @property
    def key(self) -> str:
        """The name of the shift in its week: its day and start."""
        return f"{self.day}T{self.start}"

    def starts_at(self, week: IsoWeek) -> datetime:
        """Return its start in UTC."""
        zone = timezone(timedelta(minutes=self.zone_min))
        return datetime.combine(week.day(self.day), time.fromisoformat(self.start), zone).astimezone(UTC)

    def ends_at(self, week: IsoWeek) -> datetime:
        return self.starts_at(week) + timedelta(minutes=self.minutes)


class Crew(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A crew (regu) on duty: its name, the supervisor who leads it, and its other members, as user names."""

    name: CrewName
    supervisor: UserName
    members: Annotated[tuple[UserName, ...], Meta(max_length=MAX_MEMBERS)] = ()

    @property
    def people(self) -> tuple[str, ...]:
        """The supervisor, then the members."""
        return tuple(dict.fromkeys((self.supervisor, *self.members)))


class ShiftPlanned(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A crew is on duty in a shift; guarded by `base[shift.key]`."""

    shift: ShiftTime
    crew: Crew
    label: ShiftName = ""
    note: Note = ""


class ShiftSwapped(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Another crew or person takes over a planned shift, for a reason (tukar piket)."""

    shift: ShiftTime
    crew: Crew
    reason: Reason
    label: ShiftName = ""
    note: Note = ""


class ShiftCleared(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Nobody is planned for a shift any more."""

    shift: ShiftTime
    reason: Annotated[str, Meta(max_length=MAX_REASON)] = ""


ShiftWritten = ShiftPlanned | ShiftSwapped | ShiftCleared
