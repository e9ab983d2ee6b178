"""Routes of gateways for administrators: recorded messages, and the mappings by which messages are read."""

import asyncio
from typing import Final

from litestar import delete, get, put
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody

from tabuah.server.errors import StorageFailed
from tabuah.server.gateways.mapping_file import MappingFile
from tabuah.server.journal import ServerJournal
from tabuah.server.mqtt.status import MqttSource
from tabuah.server.people.access import AccessControl, AnyRequest, guarded_by
from tabuah.storage.journal.gateways_protocol import GatewayMappingsPut, GatewayMappingsReply, GatewayMessagesReply

MAX_BODY_BYTES: Final = 1024 * 1024


def gateway_routes(
    journal: ServerJournal, access: AccessControl, source: MqttSource | None
) -> list[HTTPRouteHandler]:
    """Build the routes; `source` is None where the server receives nothing by MQTT."""
    file = MappingFile(journal.directory.path, source.use_mappings if source is not None else None)

    @get("/v1/gateways/messages", tags=["gateways"])
    async def messages(request: AnyRequest) -> GatewayMessagesReply:
        """The last messages of each mapping and account that yielded no reading, for administrators."""
        access.administrator_of(request)
        found = await asyncio.to_thread(source.unread.newest) if source is not None else ()
        return GatewayMessagesReply(messages=tuple(found))

    @delete("/v1/gateways/messages", tags=["gateways"], status_code=200)
    async def forget(request: AnyRequest) -> GatewayMessagesReply:
        """Delete the recorded messages, which may contain personal data."""
        access.administrator_of(request)
        if source is not None:
            try:
                await asyncio.to_thread(source.unread.forget)
            except OSError as error:
                raise StorageFailed(f"the messages were not deleted: {error.strerror}") from error
        return GatewayMessagesReply()

    @get("/v1/gateways/mappings", tags=["gateways"])
    async def mappings(request: AnyRequest) -> GatewayMappingsReply:
        """The text of `gateways.toml`, and of the one before it."""
        access.administrator_of(request)
        return await asyncio.to_thread(file.read)

    @put(
        "/v1/gateways/mappings",
        tags=["gateways"],
        request_max_body_size=MAX_BODY_BYTES,
        guards=guarded_by(access.administrator_of),
    )
    async def replace(request: AnyRequest, data: JSONBody[GatewayMappingsPut]) -> GatewayMappingsReply:
        """Check another text of `gateways.toml` and take it into force at once, without a restart."""
        user = access.administrator_of(request)
        reply = await asyncio.to_thread(file.replace, data.text, replaces=data.replaces)
        journal.security_log.record("mappings_changed", user=user.name)
        return reply

    return [messages, forget, mappings, replace]
