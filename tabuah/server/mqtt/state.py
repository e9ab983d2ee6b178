"""How readings by MQTT fare, as it is shown to people: whether the way is open, what came by it, what waits."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from tabuah.operations.gateways.mapping import GatewayMapping
from tabuah.storage.journal.protocol import GatewayHealth, GatewaysReply


class ReadingsLink(Protocol):
    """The way by which readings come by MQTT: a link to a broker, or a broker of our own."""

    def health(self) -> GatewaysReply:
        """How it is, for people; from any thread."""


@dataclass(slots=True)
class GatewayCount:
    """What has come by one mapping since the start."""

    messages: int = 0
    readings: int = 0
    set_aside: int = 0
    last_message_at: datetime | None = None


@dataclass(slots=True)
class LinkState:
    """How the link is; `error` says why it is down, `waits` why what has come cannot be saved just now."""

    connected: bool = False
    since: datetime | None = None
    error: str = ""
    waits: str = ""
    unmatched: int = 0
    counts: dict[str, GatewayCount] = field(default_factory=dict)


def begin_state(mappings: Sequence[GatewayMapping], now: datetime) -> LinkState:
    """The state before anything has come."""
    return LinkState(since=now, counts={mapping.name: GatewayCount() for mapping in mappings})


def health_of(state: LinkState, broker: str, mappings: Sequence[GatewayMapping]) -> GatewaysReply:
    """The state as an answer; may be asked from any thread."""
    return GatewaysReply(
        broker=broker,
        connected=state.connected,
        since=state.since,
        error=state.error or state.waits,
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
