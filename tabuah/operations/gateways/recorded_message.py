"""Recorded gateway messages, and the trial of mappings on one: the readings that they yield."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from tabuah.operations.gateways.mapping import GatewayMapping, TopicPlaces, read_topic
from tabuah.operations.gateways.payloads import read_payload
from tabuah.operations.readings.reading import PostedReading

MAX_KEPT_OF_MAPPING: Final = 5  # and account
KEPT_FOR: Final = timedelta(days=7)
MAX_KEPT_BYTES: Final = 64 * 1024  # of one message; a longer one is cut


class RecordedMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A message as it arrived.

    Attributes:
        mapping: the mapping that its topic matched; empty for none.
        account: the account that published it; empty where the broker does not name it.
        is_cut: whether only the beginning is kept.
    """

    mapping: str
    topic: str
    payload: bytes
    received_at: datetime
    account: str = ""
    is_cut: bool = False


class MappingTrial(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a trial: the mapping that matched, empty for none, and what it read."""

    mapping: str
    posted: tuple[PostedReading, ...] = ()

    @property
    def is_read(self) -> bool:
        """Return whether the message yields at least one reading, and nothing that cannot be read."""
        return bool(self.posted) and all(each.reading is not None for each in self.posted)


def match_mapping(mappings: Sequence[GatewayMapping], topic: str) -> tuple[GatewayMapping | None, TopicPlaces]:
    """Return the first mapping that matches a topic, and the values of its placeholders."""
    for mapping in mappings:
        places = read_topic(mapping, topic)
        if places is not None:
            return mapping, places
    return None, TopicPlaces()


def try_mappings(mappings: Sequence[GatewayMapping], message: RecordedMessage) -> MappingTrial:
    """Read a message by mappings, as ingest would; nothing is stored."""
    mapping, places = match_mapping(mappings, message.topic)
    if mapping is None:
        return MappingTrial(mapping="")
    posted = read_payload(mapping, places, message.payload, message.received_at)
    return MappingTrial(mapping=mapping.name, posted=posted)


def record_message(
    topic: str, payload: bytes, *, mapping: str, received_at: datetime, account: str
) -> RecordedMessage:
    """Return a message to keep, cut to `MAX_KEPT_BYTES`."""
    return RecordedMessage(
        mapping=mapping,
        topic=topic[:500],
        payload=bytes(payload[:MAX_KEPT_BYTES]),
        received_at=received_at,
        account=account,
        is_cut=len(payload) > MAX_KEPT_BYTES,
    )
