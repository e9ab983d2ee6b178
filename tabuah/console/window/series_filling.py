"""Fetching what the server has of a few series and this console has not: hours or days are counted, then compared."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from tabuah.operations.stations.missing import Stretch, missing_stretches
from tabuah.operations.stations.readings import Reading
from tabuah.storage.journal.protocol import AsideReply, SummariesReply, ValuesReply
from tabuah.storage.readings.store import ReadingsStore

if TYPE_CHECKING:  # it loads the HTTP client, and the window must not when it starts
    from tabuah.storage.sync.client import ServerClient

_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
_A_MOMENT: Final = timedelta(milliseconds=1)  # as fine as moments are kept

Tell = Callable[[int, int], None]


class Grain(StrEnum):
    """What is fetched: every value, or whole hours."""

    VALUES = "values"
    HOURS = "hours"


class _Measure(NamedTuple):
    """In what the two places are compared, and how long one answer may be."""

    span_name: str
    span: timedelta
    longest: timedelta


_MEASURES: Final = {
    Grain.VALUES: _Measure("hour", _HOUR, _DAY),
    Grain.HOURS: _Measure("day", _DAY, 31 * _DAY),
}


class Wanted(NamedTuple):
    """One station's series from a moment until another, UTC."""

    station: str
    parameters: tuple[str, ...]
    since: datetime
    until: datetime
    grain: Grain


class Filled(NamedTuple):
    """How many values or hours came, and what the server has set aside of the station."""

    came: int
    asides: Mapping[str, int]


class _Lack(NamedTuple):
    parameter: str
    stretch: Stretch


def fill(client: "ServerClient", kept: ReadingsStore, wanted: Wanted, tell: Tell) -> Filled:
    """Fetch what is missing here, in stretches that are each kept at once; a fill that is broken off loses nothing.

    Args:
        client: the line to the server.
        kept: this console's readings.
        wanted: which series, and how much of their past.
        tell: called with how many stretches are here, of how many; what it raises ends the fill.
    """
    tell(0, 1)
    asides = client.call("GET", "/v1/readings/aside", AsideReply, params={"station": wanted.station}).counts
    kept.roll_up(wanted.until)  # hours are compared with hours
    lacks = [lack for parameter in wanted.parameters for lack in _lacks(client, kept, wanted, parameter)]
    came = 0
    for done, lack in enumerate(lacks):
        tell(done, len(lacks))
        came += _fetch(client, kept, wanted, lack)
    return Filled(came, asides)


def values_between(
    client: "ServerClient", station: str, parameter: str, since: datetime, until: datetime
) -> tuple[Reading, ...]:
    """The server's values of one series between two moments, both included, as it keeps them."""
    found: list[Reading] = []
    more = True
    while more:
        params = _params(station, parameter, since, until)
        reply = client.call("GET", "/v1/readings/values", ValuesReply, params=params)
        found += reply.values
        more = reply.more and bool(reply.values)
        since = found[-1].at + _A_MOMENT if more else since
    return tuple(found)


def _lacks(client: "ServerClient", kept: ReadingsStore, wanted: Wanted, parameter: str) -> list[_Lack]:
    measure = _MEASURES[wanted.grain]
    since = _floor(wanted.since, measure.span)
    params = _params(wanted.station, parameter, since, wanted.until) | {"span": measure.span_name}
    theirs = client.call("GET", "/v1/readings/summaries", SummariesReply, params=params).summaries
    ours = kept.summaries(wanted.station, parameter, since, wanted.until, measure.span)
    found = missing_stretches(theirs, ours, span=measure.span, longest=measure.longest)
    return [_Lack(parameter, stretch) for stretch in found]


def _fetch(client: "ServerClient", kept: ReadingsStore, wanted: Wanted, lack: _Lack) -> int:
    since, until = lack.stretch.since, min(lack.stretch.until - _A_MOMENT, wanted.until)
    if wanted.grain is Grain.VALUES:
        values = values_between(client, wanted.station, lack.parameter, since, until)
        return kept.store(values).stored
    params = _params(wanted.station, lack.parameter, since, until) | {"span": "hour"}
    hours = client.call("GET", "/v1/readings/summaries", SummariesReply, params=params).summaries
    kept.keep_hours(wanted.station, lack.parameter, hours)
    return len(hours)


def _params(station: str, parameter: str, since: datetime, until: datetime) -> dict[str, str]:
    return {"station": station, "parameter": parameter, "from": since.isoformat(), "to": until.isoformat()}


def _floor(moment: datetime, span: timedelta) -> datetime:
    """The start of the span of UTC that a moment is in."""
    since = moment.replace(minute=0, second=0, microsecond=0)
    return since if span < _DAY else since.replace(hour=0)
