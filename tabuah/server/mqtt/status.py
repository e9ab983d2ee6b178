"""Status of the MQTT connection: its state, the received messages, and those that could not be saved."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from tabuah.operations.gateways.mapping import GatewayMapping
from tabuah.server.gateways.message_recorder import MessageRecorder
from tabuah.storage.journal.protocol import GatewayHealth, GatewaysReply


class MqttSource(Protocol):
    """A source of MQTT readings: a client of an external broker, or the embedded broker."""

    def health(self) -> GatewaysReply:
        """Return the health of the source; callable from any thread."""

    @property
    def unread(self) -> MessageRecorder:
        """The last messages that yielded no reading."""

    def use_mappings(self, mappings: Sequence[GatewayMapping]) -> None:
        """Read messages by other mappings from now on; callable from any thread."""


@dataclass(slots=True)
class GatewayCount:
    """Counts of one mapping since the start."""

    messages: int = 0
    readings: int = 0
    set_aside: int = 0
    last_message_at: datetime | None = None


@dataclass(slots=True)
class MqttStatus:
    """State of the connection; `error` is why it is down, `save_error` why messages cannot be saved now.

    `unread` has the last messages that yielded no reading.
    """

    connected: bool = False
    since: datetime | None = None
    error: str = ""
    save_error: str = ""
    unmatched: int = 0
    counts: dict[str, GatewayCount] = field(default_factory=dict)
    unread: MessageRecorder = field(default_factory=MessageRecorder)

    def count_mappings(self, mappings: Sequence[GatewayMapping]) -> None:
        """Count the messages of these mappings, too; the counts of others stay."""
        self.counts.update({each.name: GatewayCount() for each in mappings if each.name not in self.counts})


def initial_status(
    mappings: Sequence[GatewayMapping], now: datetime, unread: MessageRecorder | None = None
) -> MqttStatus:
    """Return the status of a connection that has not received a message yet."""
    state = MqttStatus(since=now, unread=unread or MessageRecorder())
    state.count_mappings(mappings)
    return state


def health_of(state: MqttStatus, broker: str, mappings: Sequence[GatewayMapping]) -> GatewaysReply:
    """Return the status as a reply; callable from any thread."""
    return GatewaysReply(
        broker=broker,
        connected=state.connected,
        since=state.since,
        error=state.error or state.save_error,
        unmatched=state.unmatched,
        gateways=tuple(_health_of_one(mapping, state.counts[mapping.name]) for mapping in mappings),
    )


def _health_of_one(mapping: GatewayMapping, count: GatewayCount) -> GatewayHealth:
    return GatewayHealth(
        name=mapping.name,
        topic=mapping.filter,
        messages=count.messages,
        readings=count.readings,
        set_aside=count.set_aside,
        last_message_at=count.last_message_at,
    )
