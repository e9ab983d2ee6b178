"""The usual shifts and crews of a regency, from its profile; one shift of 24 hours from 08.00 where it names none."""

from typing import Final, NamedTuple

from tabuah.operations.roster.entry_bodies import ShiftTime
from tabuah.operations.roster.iso_week import DAYS
from tabuah.resources.regency import current_regency
from tabuah.resources.regency_profile import ShiftSettings

USUAL_START: Final = "08:00"
USUAL_CREWS: Final = ("Regu A", "Regu B", "Regu C")


class UsualShift(NamedTuple):
    """A shift of the pattern: its name, which may be empty, local start and length."""

    label: str
    start: str
    minutes: int

    def on(self, day: int) -> ShiftTime:
        """Return the shift on a day of the week, in the regency's time zone."""
        return ShiftTime(day=day, start=self.start, minutes=self.minutes, zone_min=home_zone_min())


def usual_shifts() -> tuple[UsualShift, ...]:
    """Return the shifts of a day, in order of their start."""
    settings = current_regency().shifts or (ShiftSettings(start=USUAL_START, hours=24),)
    found = (UsualShift(each.name, each.start, each.hours * 60) for each in settings)
    return tuple(sorted(found, key=lambda shift: shift.start))


def usual_crews() -> tuple[str, ...]:
    return current_regency().crews or USUAL_CREWS


def shifts_of_week() -> tuple[ShiftTime, ...]:
    """Return the shifts of a week by the pattern."""
    return tuple(shift.on(day) for day in range(1, DAYS + 1) for shift in usual_shifts())


def home_zone_min() -> int:
    """Return the offset of the regency's time zone to UTC in minutes."""
    offset = current_regency().zone.utcoffset(None)
    return int(offset.total_seconds() // 60)
