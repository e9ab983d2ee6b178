"""Records of the HTTP interface for gateways: messages that yielded no reading, and the text of the mappings."""

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from tabuah.operations.gateways.recorded_message import RecordedMessage

MAX_MAPPINGS_LENGTH: Final = 256 * 1024


class GatewayMessagesReply(msgspec.Struct, frozen=True, kw_only=True):
    """The last messages that yielded no reading, the newest first; `payload` is Base64."""

    messages: tuple[RecordedMessage, ...] = ()


class GatewayMappingsReply(msgspec.Struct, frozen=True, kw_only=True):
    """`gateways.toml` of the server.

    Attributes:
        text: its content; empty where there is no file.
        digest: the SHA-256 of the file.
        previous: the content before the last change through the server.
        receives: whether the server receives messages by MQTT.
    """

    text: str
    digest: str
    previous: str = ""
    receives: bool = False


class GatewayMappingsPut(msgspec.Struct, frozen=True, kw_only=True):
    """Another content of `gateways.toml`; `replaces` is the digest of the one that the author has seen."""

    text: Annotated[str, Meta(max_length=MAX_MAPPINGS_LENGTH)]
    replaces: Annotated[str, Meta(max_length=64)]
