"""Push of manual readings: each waits in the console's store until the server has answered for it."""

import logging
from pathlib import Path
from typing import Final

from tabuah.operations.readings.reading import ManualReading, ReadingBatch
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.protocol import ReadingsReply
from tabuah.storage.readings.manual_readings import NO_MANUAL_READINGS, ManualReadingCounts
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.errors import RequestRefused

log = logging.getLogger(__name__)

_BATCH: Final = 200  # days of manual work, in a request that a slow connection sends in a second


def count_manual_readings(directory: Path) -> ManualReadingCounts:
    """Count a console's manual readings, also those that still wait."""
    path = directory / FILE_NAME
    if not path.is_file():
        return NO_MANUAL_READINGS
    with ReadingsStore(path) as readings:
        return readings.count_manual_readings()


def push_manual_readings(store: ConsoleStore, client: ServerClient) -> int:
    """Push all waiting manual readings, the oldest first; refused ones are kept with their reason.

    Returns:
        The number of readings answered.

    Raises:
        Offline: the connection is lost; unanswered readings still wait, and sending them twice is harmless.
    """
    path = store.directory / FILE_NAME
    if not path.is_file():
        return 0
    sent = 0
    with ReadingsStore(path) as readings:
        try:
            while waiting := readings.pending_manual_readings(_BATCH):
                readings.settle_manual_readings(_send(client, waiting))
                sent += len(waiting)
        except RequestRefused as refusal:  # for example, the role may not send readings; entries must not wait
            log.warning("readings that were typed in still wait: %s", refusal)
    return sent


def _send(client: ServerClient, waiting: list[ManualReading]) -> list[tuple[ManualReading, str]]:
    reasons = tuple(each.reason for each in waiting)
    batch = ReadingBatch(
        readings=tuple(each.reading for each in waiting),
        sources=tuple(each.source for each in waiting),
        reasons=reasons if any(reasons) else (),
    )
    reply = client.call("POST", "/v1/readings", ReadingsReply, body=batch)
    refused = {aside.index: aside.reason for aside in reply.set_aside}
    return [(each, refused.get(index, "")) for index, each in enumerate(waiting)]
