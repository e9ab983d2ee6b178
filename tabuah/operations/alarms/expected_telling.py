"""What the alarm of a forecast is called: which level, when it is expected, and how sure that is."""

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.forecast.expectation import Expectation
from tabuah.resources.catalogue import _
from tabuah.resources.formats import format_time


def expected_title(alarm: Alarm, expected: Expectation, *, place: str, reached: str) -> str:
    """One line: "Batang Lembang: Siaga 2 diperkirakan pukul 15.10 WIB, antara 14.50 WIB dan 15.40 WIB".

    Args:
        alarm: of a rule about forecasts.
        expected: when its limit will be reached.
        place: what the station goes by.
        reached: the level or limit in words.
    """
    told = _("{place}: {level} is expected at {time}, between {earliest} and {latest}")
    if expected.latest_at is None:
        told = _("{place}: {level} is expected at {time}, at {earliest} at the earliest")
    return told.format(
        place=place or alarm.title,
        level=reached,
        time=format_time(expected.at),
        earliest=format_time(expected.earliest_at),
        latest=format_time(expected.latest_at or expected.at),
    )
