"""Records of the HTTP interface for gateways: messages that yielded no reading."""

import msgspec

from tabuah.operations.gateways.recorded_message import RecordedMessage


class GatewayMessagesReply(msgspec.Struct, frozen=True, kw_only=True):
    """The last messages of each mapping that yielded no reading, the newest first; `payload` is Base64."""

    messages: tuple[RecordedMessage, ...] = ()
