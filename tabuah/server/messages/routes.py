"""The route by which gateways deliver messages."""

import asyncio

from litestar import post
from litestar.handlers import HTTPRouteHandler

from tabuah.operations.messages.message_document import MAX_DOCUMENT_BYTES
from tabuah.operations.people.roles import GATEWAYS
from tabuah.server.messages.intake import MessageIntake
from tabuah.server.people.access import AccessControl, AnyRequest, check_approved, guarded_by
from tabuah.storage.journal.messages_protocol import MessagesReply


def message_routes(intake: MessageIntake, access: AccessControl) -> list[HTTPRouteHandler]:
    """Build the route `POST /v1/messages`."""

    @post(
        "/v1/messages",
        status_code=200,
        tags=["messages"],
        request_max_body_size=MAX_DOCUMENT_BYTES,
        guards=guarded_by(lambda connection: access.user_with(connection, GATEWAYS)),
    )
    async def take_messages(request: AnyRequest) -> MessagesReply:
        """Deliver a JSON document of a messenger, a form or a mail program, or a CAP alert as XML.

        The mapping of the account says how the document is read.

        The response follows when the messages are on disk. A repeated document changes nothing.
        """
        caller = access.caller_with(request, GATEWAYS)
        check_approved(caller)
        body = await request.body()
        return MessagesReply(messages=await asyncio.to_thread(intake.take, caller.user.name, body))

    return [take_messages]
