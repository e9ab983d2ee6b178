"""The route by which consoles say which incident they edit, and which message they answer."""

import asyncio
from typing import Final

from litestar import post
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody

from tabuah.operations.entries import subject_of
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.messages.message import Message
from tabuah.operations.people.roles import WORKERS
from tabuah.server.errors import Refusal
from tabuah.server.incidents.presence import PresenceBoard
from tabuah.server.journal import ServerJournal
from tabuah.server.people.access import AccessControl, AnyRequest, check_approved, guarded_by
from tabuah.server.stream import Broadcaster
from tabuah.storage.journal.presence_protocol import PresenceReply, PresenceRequest

MAX_BODY_BYTES: Final = 1_000


def presence_routes(
    journal: ServerJournal, access: AccessControl, broadcaster: Broadcaster, board: PresenceBoard
) -> list[HTTPRouteHandler]:
    """Build the route `/v1/presence`."""
    worker = guarded_by(lambda connection: access.caller_with(connection, WORKERS))

    @post("/v1/presence", status_code=200, tags=["journal"], request_max_body_size=MAX_BODY_BYTES, guards=worker)
    async def presence(request: AnyRequest, data: JSONBody[PresenceRequest]) -> PresenceReply:
        """Say which incident this console has open in a form, and which message it answers.

        The reply and the live stream name all people who do so.
        """
        caller = access.caller_with(request, WORKERS)
        check_approved(caller)
        for kind, key, shape in (("incident", data.incident, Incident), ("message", data.message, Message)):
            state = await asyncio.to_thread(journal.state_of, subject_of(kind, key)) if key else None
            if state is not None and not isinstance(state.value, shape):
                raise Refusal(404, "not_found", f"no such {kind}")
        user = caller.user.name
        if not board.announce(device=caller.device, user=user, incident=data.incident, message=data.message):
            raise Refusal(429, "too_many_requests", "too many messages of this device", headers={"Retry-After": "1"})
        found = board.present()
        broadcaster.publish_presence(found)
        return found

    return [presence]
