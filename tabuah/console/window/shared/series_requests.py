"""Requests for the values of one series."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from tabuah.operations.readings.reading import Reading
from tabuah.storage.journal.protocol import ValuesReply

if TYPE_CHECKING:
    from tabuah.storage.sync.client import ServerClient

TIME_RESOLUTION: Final = timedelta(milliseconds=1)  # the resolution of stored times


def fetch_values(
    client: "ServerClient", station: str, parameter: str, since: datetime, until: datetime
) -> tuple[Reading, ...]:
    """Fetch the server's values of one series between two times, both included."""
    found: list[Reading] = []
    more = True
    while more:
        params = series_params(station, parameter, since, until)
        reply = client.call("GET", "/v1/readings/values", ValuesReply, params=params)
        found += reply.values
        more = reply.more and bool(reply.values)
        since = found[-1].at + TIME_RESOLUTION if more else since
    return tuple(found)


def series_params(station: str, parameter: str, since: datetime, until: datetime) -> dict[str, str]:
    return {"station": station, "parameter": parameter, "from": since.isoformat(), "to": until.isoformat()}
