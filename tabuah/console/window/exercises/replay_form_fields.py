"""The fields of the form that replays a past day, and the reading of their values."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

import msgspec

from tabuah.console.exercises.replay_file import ReplayProgress
from tabuah.resources.localisation import _
from tabuah.resources.moment_parser import parse_day, parse_moment
from tabuah.resources.time_zone import home_zone, zone_label
from tabuah.widgets.controls.edit_form import EditField
from tabuah.widgets.values import Choice

NAME: Final = "name"
DAY: Final = "day"
SINCE: Final = "since"
UNTIL: Final = "until"
SPEED: Final = "speed"
INCIDENTS: Final = "incidents"
_SPEEDS: Final = (1, 2, 4, 10, 60)
_END_OF_DAY: Final = frozenset({"", "24", "24.00", "24:00", "2400"})
_DAY_LENGTH: Final = timedelta(days=1)


class FieldError(Exception):
    """A field has a value that cannot be used; the message says what to write."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class ReplayInput(msgspec.Struct, frozen=True, kw_only=True):
    """The values of the form, read: times in UTC."""

    name: str
    since: datetime
    until: datetime
    speed: float
    incidents: bool


def replay_fields() -> tuple[EditField, ...]:
    """Return the fields in display order, empty."""
    return (
        EditField(
            code=NAME,
            label=_("Name of the exercise"),
            value="",
            hint=_("With a new name the exercise is started."),
        ),
        EditField(code=DAY, label=_("Past day"), value="", hint=_("Such as 24-11-2026, or yesterday.")),
        EditField(code=SINCE, label=_("From ({zone})").format(zone=zone_label()), value=""),
        EditField(code=UNTIL, label=_("To ({zone})").format(zone=zone_label()), value=""),
        EditField(
            code=SPEED,
            label=_("Speed"),
            value="",
            choices=tuple(Choice(code=str(n), label=f"{n}×") for n in _SPEEDS),
            hint=_("Readings keep their intervals; a faster replay begins in the past."),
        ),
        EditField(
            code=INCIDENTS,
            label=_("Report the incidents of that day too"),
            value="",
            choices=(Choice(code="yes", label=_("Yes")), Choice(code="no", label=_("No"))),
            hint=_("Hazard, first severity and nagari only."),
        ),
    )


def first_values(name: str, now: datetime, unfinished: ReplayProgress | None) -> dict[str, str]:
    """Return the initial values of the form: those of the stopped replay, or yesterday."""
    if unfinished is not None:
        since, until = unfinished.since.astimezone(home_zone()), unfinished.until.astimezone(home_zone())
        return {
            NAME: name,
            DAY: f"{since:%d-%m-%Y}",
            SINCE: f"{since:%H.%M}",
            UNTIL: f"{until:%H.%M}" if until.date() == since.date() else "24.00",
            SPEED: f"{unfinished.speed:g}",
            INCIDENTS: "yes" if unfinished.incidents else "no",
        }
    yesterday = now.astimezone(home_zone()) - _DAY_LENGTH
    values = {NAME: name, DAY: f"{yesterday:%d-%m-%Y}", SINCE: "00.00", UNTIL: "24.00"}
    return {**values, SPEED: "1", INCIDENTS: "yes"}


def read_input(values: Mapping[str, str], now: datetime) -> ReplayInput:
    """Return the values of the form.

    Raises:
        FieldError: one of them cannot be used.
    """
    midnight = datetime.combine(_read_day(values.get(DAY, ""), now), time(), tzinfo=home_zone()).astimezone(UTC)
    since = _read_clock(values.get(SINCE, "") or "00.00", SINCE, midnight)
    until_text = values.get(UNTIL, "")
    until = midnight + _DAY_LENGTH if until_text in _END_OF_DAY else _read_clock(until_text, UNTIL, midnight)
    if not midnight <= since < midnight + _DAY_LENGTH:
        raise FieldError(SINCE, _("Write a time of this day, such as 13.00"))
    if not since < until <= midnight + _DAY_LENGTH:
        raise FieldError(UNTIL, _("Write a later time of this day, or 24.00"))
    if until > now:
        raise FieldError(UNTIL, _("This period is not over yet: only the past can be replayed."))
    return ReplayInput(
        name=" ".join(values.get(NAME, "").split()),
        since=since,
        until=until,
        speed=float(values.get(SPEED) or 1),
        incidents=values.get(INCIDENTS) == "yes",
    )


def _read_day(text: str, now: datetime) -> date:
    try:
        return parse_day(text, now=now)
    except ValueError as error:
        raise FieldError(DAY, str(error)) from error


def _read_clock(text: str, code: str, midnight: datetime) -> datetime:
    try:
        return parse_moment(text, now=midnight)
    except ValueError as error:
        raise FieldError(code, str(error)) from error
