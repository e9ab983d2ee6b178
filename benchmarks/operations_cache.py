"""The data of a busy office for benchmarks: 10,000 incidents with 100,000 notes, and a million readings."""

import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from bench_search import INCIDENTS, NOTES, fill
from support.console_stores import report_incident_at

from tabuah.operations.readings.reading import Reading
from tabuah.storage.cache.cache_session import CacheSession
from tabuah.storage.cache.incident_index import rebuild_index
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore

SERIES, READINGS_OF_SERIES = 100, 10_000  # one a minute: of the last week


def write_operations_cache(directory: Path) -> None:
    """Write incidents, notes, their index and readings to a data directory."""
    with closing(ConsoleStore(directory)) as store:
        template = report_incident_at(store)
    with closing(CacheSession(directory)) as session:
        fill(session, template, incidents=INCIDENTS, notes=NOTES)
        with session.writing():
            rebuild_index(session.connection)
    write_readings(directory)


def write_readings(directory: Path) -> None:
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    with ReadingsStore(directory / FILE_NAME) as store:
        for number in range(SERIES):
            code = f"SLK-AWLR-{number:03d}"
            store.store(
                [
                    Reading(code, "stage_m", now - timedelta(minutes=minute), 1.0 + minute % 60 / 100)
                    for minute in range(READINGS_OF_SERIES, 0, -1)
                ]
            )
