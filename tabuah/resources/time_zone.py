"""The time zone of the regency: WIB, UTC+7 without daylight saving."""

from datetime import timedelta, timezone
from typing import Final

WIB: Final = timezone(timedelta(hours=7), "WIB")
