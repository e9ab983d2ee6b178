"""The route of the live stream."""

from collections.abc import Callable
from typing import Annotated, Any

from litestar import Request, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import HeaderParameter, QueryParameter
from litestar.response import Stream

from tabuah.server.errors import Refusal
from tabuah.server.journal import ServerJournal
from tabuah.server.sessions.gate import PEOPLE, Gate
from tabuah.server.stream import Broadcaster, Wishes, events_for

AnyRequest = Request[Any, Any, Any]
MAX_STATIONS_LENGTH = 8_000
AbortConnection = Callable[[tuple[str, int]], None]


def stream_routes(
    journal: ServerJournal, gate: Gate, broadcaster: Broadcaster, abort_connection: AbortConnection
) -> list[HTTPRouteHandler]:
    """`/v1/stream`; `abort_connection` closes the connection from an address."""

    @get("/v1/stream", media_type="text/event-stream", tags=["journal"])
    async def stream(
        request: AnyRequest,
        last_event_id: Annotated[str | None, HeaderParameter(name="Last-Event-ID", max_length=20)] = None,
        brief: Annotated[bool, QueryParameter()] = False,
        stations: Annotated[str | None, QueryParameter(max_length=MAX_STATIONS_LENGTH)] = None,
    ) -> Stream:
        """Entries, readings and signs of life as server-sent events; `Last-Event-ID` is the last known seq.

        With `brief` an entry's event tells only its seq. `stations` names those whose readings come, with commas.
        """
        user = gate.user_with(request, PEOPLE)
        address = (request.client.host, request.client.port) if request.client else ("", 0)
        events = events_for(
            broadcaster,
            journal,
            after=_seq_in(last_event_id),
            is_welcome=lambda: gate.still_admits(user),
            abort=lambda: abort_connection(address),
            wishes=Wishes(brief=brief, stations=_stations_in(stations)),
        )
        return Stream(events, headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})

    return [stream]


def _stations_in(text: str | None) -> frozenset[str] | None:
    return None if text is None else frozenset(filter(None, text.split(",")))


def _seq_in(last_event_id: str | None) -> int | None:
    if not last_event_id:
        return None
    if not (last_event_id.isascii() and last_event_id.isdigit() and len(last_event_id) <= 15):
        raise Refusal(400, "malformed_request", "Last-Event-ID is no seq")
    return int(last_event_id)
