"""Weeks of ISO 8601, such as 2026-W49: Monday to Sunday."""

import contextlib
import re
from datetime import date, timedelta
from typing import Final, NamedTuple

FIRST_YEAR: Final = 1970
LAST_YEAR: Final = 2099
DAYS: Final = 7
WEEK_KEY: Final = re.compile(r"(?:19[7-9][0-9]|20[0-9]{2})-W(?:0[1-9]|[1-4][0-9]|5[0-3])")


class IsoWeek(NamedTuple):
    """A week of a year; its text is 2026-W49."""

    year: int
    week: int

    def __str__(self) -> str:
        return f"{self.year:04}-W{self.week:02}"

    @property
    def monday(self) -> date:
        return self.day(1)

    def day(self, number: int) -> date:
        """Return a day: 1 is Monday, 7 Sunday."""
        return date.fromisocalendar(self.year, self.week, number)

    def plus(self, weeks: int) -> "IsoWeek":
        """Return the week that many weeks later.

        Raises:
            ValueError: it lies outside of the years that a roster may have.
        """
        return week_of(self.monday + timedelta(weeks=weeks))

    def neighbours(self) -> tuple["IsoWeek", ...]:
        """Return the weeks before and after this one, as far as a roster may have them."""
        found = []
        for weeks in (-1, 1):
            with contextlib.suppress(ValueError):
                found.append(self.plus(weeks))
        return tuple(found)


def week_of(day: date) -> IsoWeek:
    """Return the week of a day.

    Raises:
        ValueError: its year lies outside of `FIRST_YEAR` to `LAST_YEAR`.
    """
    year, week, _weekday = day.isocalendar()
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"no week between {FIRST_YEAR} and {LAST_YEAR}: {day}")
    return IsoWeek(year, week)


def parse_week(text: str) -> IsoWeek:
    """Return the week of a text such as 2026-W49.

    Raises:
        ValueError: it names no week; not every year has a week 53.
    """
    clean = text.strip().upper()
    if not WEEK_KEY.fullmatch(clean):
        raise ValueError(f"no week: {text[:40]!r}")
    week = IsoWeek(int(clean[:4]), int(clean[-2:]))
    date.fromisocalendar(*week, 1)
    return week
