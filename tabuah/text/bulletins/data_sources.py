"""Text of the data sources: origin and age of each list, empty lists, and the stations as one source."""

from collections.abc import Sequence
from datetime import datetime

from tabuah.resources.localisation import _, format_age
from tabuah.text.facts import Facts


def describe_bmkg_origin(failing_feeds: Sequence[str]) -> str:
    """Name the agency of the bulletins, and the titles of feeds that do not work."""
    origin = _("Source: BMKG")
    if not failing_feeds:
        return origin
    return origin + " · " + _("incomplete; feeds not working: {feeds}").format(feeds=", ".join(failing_feeds))


def describe_volcano_origin() -> str:
    return _("PVMBG's levels are entered by hand")


def describe_report_age(problem: str, asked_at: datetime | None, now: datetime) -> str:
    """Describe the age of the server's report on its sources, after the problem of the last request."""
    age = ""
    if asked_at is not None:
        age = _("as reported by the server {age} ago").format(age=format_age(now - asked_at))
    return " · ".join(part for part in (problem, age) if part)


def no_earthquakes_text() -> str:
    return _("No earthquakes in the last 30 days")


def no_warnings_text() -> str:
    return _("No weather warnings in the last 30 days")


def no_feeds_hint() -> str:
    """Return the warning under an empty list of bulletins when no feed is asked."""
    return _("The server has no feeds or cannot be reached: an empty list does not mean that nothing happened.")


def no_volcano_levels_texts() -> tuple[str, str]:
    """Return the text of the empty list of volcanoes, and the next step."""
    return _("No level entered yet"), _("Look it up at PVMBG (MAGMA Indonesia) and enter it here: V.")


def no_sources_texts(problem: str) -> tuple[str, str]:
    """Return the text of the empty list of sources, and the reason."""
    return _("The sources are unknown"), problem or _("The server has no feeds and no gateways.")


def describe_reporting_stations(reporting: int, count: int) -> str:
    return _("{heard} of {all} stations are reporting").format(heard=reporting, all=count)


def describe_newest_value(newest: datetime | None, now: datetime) -> str:
    if newest is None:
        return _("no station data yet")
    return _("newest value {age} ago").format(age=format_age(now - newest))


def describe_stations_source(*, complete: bool) -> str:
    """Return the state of all stations as one source."""
    return _("works") if complete else _("some stations are silent")


def describe_lost_link() -> str:
    return _("lost")


def list_silent_stations(names: Sequence[str]) -> Facts:
    """Return the fact that names the stations without data; empty without one."""
    return ((_("Without data"), ", ".join(names)),) if names else ()
