"""Pull of the newest reading of every series, for a console without a window."""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from tabuah.operations.readings.reading import Reading
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.protocol import LatestReply
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.data_saver import DataSaverFile
from tabuah.storage.sync.errors import RequestRefused

log = logging.getLogger(__name__)


def pull_newest_readings(store: ConsoleStore, client: ServerClient) -> int:
    """Pull the newest readings, with the data saver only those of its stations.

    Returns:
        The number of readings that were not stored here yet.

    Raises:
        Offline: the connection is lost.
    """
    wanted = DataSaverFile(store.directory).read().live_stations
    if wanted is not None and not wanted:
        return 0
    asked = datetime.now(UTC)
    try:
        found = client.call("GET", "/v1/readings/latest", LatestReply).readings
    except RequestRefused as refusal:  # for example, the role may not read readings; the sync itself is complete
        log.warning("no readings were pulled: %s", refusal)
        return 0
    wanted_readings = [each for each in found if wanted is None or each.station in wanted]
    return store_readings(store.directory, wanted_readings, asked=asked)


def store_readings(directory: Path, readings: Sequence[Reading], *, asked: datetime) -> int:
    """Store readings that the server sent in a console's directory; return how many are new or corrected.

    `asked` is the time of the request, or of the arrival where none was made.
    """
    if not readings:
        return 0
    with ReadingsStore(directory / FILE_NAME) as kept:
        return kept.store_received(readings, asked=asked).stored
