"""Working days of the regency: Monday to Friday without the holidays of its profile."""

from datetime import date
from typing import Final

from tabuah.resources.regency import current_regency
from tabuah.resources.regency_profile import RegencyProfile

_SATURDAY: Final = 5


class _Cached:
    """The holidays of the profile in use: a limit of 60 working days asks for 84 days."""

    days: tuple[RegencyProfile, frozenset[date]] | None = None


def is_working_day(day: date) -> bool:
    """Return whether limits in working days count a local day."""
    profile, cached = current_regency(), _Cached.days
    if cached is None or cached[0] is not profile:
        _Cached.days = cached = profile, frozenset(each.date for each in profile.holidays)
    return day.weekday() < _SATURDAY and day not in cached[1]
