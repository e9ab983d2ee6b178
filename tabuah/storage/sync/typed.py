"""Sending what people typed in: readings wait in the console's readings until the server has answered for each."""

import logging
from pathlib import Path
from typing import Final

from tabuah.operations.stations.readings import ReadingBatch
from tabuah.operations.stations.typing_in import TypedReading
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.protocol import ReadingsReply
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore
from tabuah.storage.readings.typed import NOTHING_TYPED, TypedCounts
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.errors import Refused

log = logging.getLogger(__name__)

_BATCH: Final = 200  # a person's work of days in a request that a slow line carries in a second


def count_typed(directory: Path) -> TypedCounts:
    """What was typed in at a console: how much still waits."""
    path = directory / FILE_NAME
    if not path.is_file():
        return NOTHING_TYPED
    with ReadingsStore(path) as readings:
        return readings.count_typed()


def push_typed(store: ConsoleStore, client: ServerClient) -> int:
    """Send all that waits, the oldest first; what the server sets aside is kept here with its reason.

    Returns:
        How many were answered for.

    Raises:
        Offline: the line is gone; what was not answered for still waits, and coming twice does no harm.
    """
    path = store.directory / FILE_NAME
    if not path.is_file():
        return 0
    sent = 0
    with ReadingsStore(path) as readings:
        try:
            while waiting := readings.waiting_typed(_BATCH):
                readings.settle_typed(_send(client, waiting))
                sent += len(waiting)
        except Refused as refusal:  # such as of a role that may no longer send; entries must not wait for that
            log.warning("readings that were typed in still wait: %s", refusal)
    return sent


def _send(client: ServerClient, waiting: list[TypedReading]) -> list[tuple[TypedReading, str]]:
    batch = ReadingBatch(
        readings=tuple(each.reading for each in waiting), sources=tuple(each.source for each in waiting)
    )
    reply = client.call("POST", "/v1/readings", ReadingsReply, body=batch)
    refused = {aside.index: aside.reason for aside in reply.set_aside}
    return [(each, refused.get(index, "")) for index, each in enumerate(waiting)]
