"""Routes of stations: their list, registration by administrators, and stations that send and are not registered."""

import asyncio
from typing import Annotated, Final

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody, QueryParameter

from tabuah.server.compression import json_response
from tabuah.server.journal import ServerJournal
from tabuah.server.people.access import PEOPLE, AccessControl, AnyRequest, guarded_by
from tabuah.server.readings.service import ReadingsService
from tabuah.server.stations.registration import known_stations, post_stations
from tabuah.storage.journal.stations_protocol import (
    StationsPost,
    StationsPostReply,
    StationsReply,
    UnregisteredReply,
)

MAX_BODY_BYTES: Final = 4 * 1024 * 1024
MOST_STATIONS: Final = 500  # in a reply
MOST_SERIES: Final = 1_000
_Code = Annotated[str, QueryParameter(max_length=100)]
_Flag = Annotated[bool, QueryParameter()]


def station_routes(
    journal: ServerJournal, access: AccessControl, readings: ReadingsService
) -> list[HTTPRouteHandler]:
    """Build the routes below `/v1/stations`."""

    @post(
        "/v1/stations",
        status_code=200,
        tags=["stations"],
        request_max_body_size=MAX_BODY_BYTES,
        guards=guarded_by(access.administrator_of),
    )
    async def register(request: AnyRequest, data: JSONBody[StationsPost]) -> StationsPostReply:
        """Register or change at most 500 stations of the real world, for administrators.

        Each station is checked as a whole, and the reply has its problems by field. All are written or none; with
        `valid_only` those that are valid.
        """
        user = access.administrator_of(request)
        return await asyncio.to_thread(post_stations, journal, data, by=user.name)

    @get("/v1/stations", tags=["stations"])
    async def stations(
        request: AnyRequest,
        after: _Code = "",
        exercise: _Code = "",
        retired: _Flag = False,
    ) -> Response[bytes]:
        """Stations of the real world, or of the exercise `exercise`, by code; at most 500 that follow `after`."""
        access.user_with(request, PEOPLE)
        reply = await asyncio.to_thread(_list_stations, journal, after, exercise, with_retired=retired)
        return await asyncio.to_thread(json_response, reply, request.headers.get("accept-encoding", ""))

    @get("/v1/stations/unregistered", tags=["stations"])
    async def unregistered(request: AnyRequest, station: _Code = "") -> UnregisteredReply:
        """Stations that send readings and are not registered, with what they sent; at most 1,000 series."""
        access.user_with(request, PEOPLE)
        return await asyncio.to_thread(_list_unregistered, journal, readings, station)

    return [register, stations, unregistered]


def _list_stations(journal: ServerJournal, after: str, exercise: str, *, with_retired: bool) -> StationsReply:
    found = [
        station
        for station in known_stations(journal)
        if station.code > after
        and station.exercise_id == exercise
        and station.exercise == bool(exercise)
        and (with_retired or station.retired is None)
    ]
    return StationsReply(stations=tuple(found[:MOST_STATIONS]), more=len(found) > MOST_STATIONS)


def _list_unregistered(journal: ServerJournal, readings: ReadingsService, station: str) -> UnregisteredReply:
    """List unknown senders; readings of another account for a station registered since then stay in quarantine."""
    known = {each.code for each in known_stations(journal)}
    found = readings.read(lambda store: store.quarantine.unregistered(station or None, most=MOST_SERIES))
    return UnregisteredReply(stations=tuple(each for each in found if each.code not in known))
