"""Recorded messages and mappings of gateways at the server; as a client."""

from tabuah.operations.gateways.recorded_message import RecordedMessage
from tabuah.storage.journal.gateways_protocol import GatewayMappingsPut, GatewayMappingsReply, GatewayMessagesReply
from tabuah.storage.sync.client import ServerClient


class GatewayAdministration:
    """The routes for administrators. The methods raise like `ServerClient.call`."""

    def __init__(self, client: ServerClient) -> None:
        self._client = client

    def messages(self) -> tuple[RecordedMessage, ...]:
        """Return the last messages that yielded no reading, the newest first."""
        return self._client.call("GET", "/v1/gateways/messages", GatewayMessagesReply).messages

    def forget_messages(self) -> None:
        """Delete the recorded messages."""
        self._client.call("DELETE", "/v1/gateways/messages", GatewayMessagesReply)

    def mappings(self) -> GatewayMappingsReply:
        """Return the text of `gateways.toml`."""
        return self._client.call("GET", "/v1/gateways/mappings", GatewayMappingsReply)

    def replace_mappings(self, text: str, *, replaces: str) -> GatewayMappingsReply:
        """Take another text of `gateways.toml` into force; `replaces` is the digest of the present one."""
        body = GatewayMappingsPut(text=text, replaces=replaces)
        return self._client.call("PUT", "/v1/gateways/mappings", GatewayMappingsReply, body=body)
