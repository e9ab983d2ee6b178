"""Routes of the server's status: `/health` for people and monitors, `/metrics` for Prometheus."""

from collections import Counter
from collections.abc import Callable

from litestar import MediaType, get
from litestar.handlers import HTTPRouteHandler

from tabuah.operations.entries import Verdict
from tabuah.resources.fault_isolation import fault_counts
from tabuah.server.health import HealthSources, health_of
from tabuah.server.readings.service import ReadingsService
from tabuah.server.stream import Broadcaster
from tabuah.storage.journal.protocol import Health
from tabuah.storage.journal.wire import Record


class AdmittedCounter:
    """Counts of committed entries by verdict since the start."""

    def __init__(self) -> None:
        self._counts: Counter[Verdict] = Counter()

    def count(self, records: tuple[Record, ...]) -> None:
        """Count records; the journal calls this after each commit."""
        self._counts.update(record.verdict for record in records)

    def of(self, verdict: Verdict) -> int:
        """Return the number of entries with this verdict."""
        return self._counts[verdict]


def status_routes(
    sources: HealthSources, broadcaster: Broadcaster, admitted: AdmittedCounter, readings: ReadingsService
) -> list[HTTPRouteHandler]:
    """Build the routes `/health` and `/metrics`; they need no session and return no names of people."""
    journal = sources.journal

    @get("/health", sync_to_thread=True, tags=["status"])
    def health() -> Health:
        """Whether the server and its jobs run, which journal it serves, its time, disk and backups."""
        return health_of(sources)

    @get("/metrics", sync_to_thread=False, media_type=MediaType.TEXT, tags=["status"])
    def metrics() -> str:
        """Metrics in the text format of Prometheus."""
        return "".join(_metric(name, kind, text, read) for name, kind, text, read in _figures())

    def _figures() -> list[tuple[str, str, str, Callable[[], int]]]:
        return [
            ("tabuah_journal_head", "gauge", "Newest seq of the journal.", lambda: journal.head().seq),
            ("tabuah_writer_waiting", "gauge", "Requests that wait for the writer.", journal.queued_requests),
            ("tabuah_stream_clients", "gauge", "Consoles on the live stream.", broadcaster.count),
            ("tabuah_stream_dropped_total", "counter", "Consoles too slow.", lambda: broadcaster.dropped),
            ("tabuah_readings_stored_total", "counter", "Readings stored.", lambda: readings.counters()["stored"]),
            (
                "tabuah_readings_set_aside_total",
                "counter",
                "Readings set aside.",
                lambda: readings.counters()["set_aside"],
            ),
            (
                "tabuah_readings_quarantined",
                "gauge",
                "Readings in quarantine.",
                lambda: sum(readings.quarantined().values()),
            ),
            (
                "tabuah_isolated_faults_total",
                "counter",
                "Items that could not be handled and were left out.",
                lambda: sum(fault_counts().values()),
            ),
            *(
                (f"tabuah_entries_{v.value}_total", "counter", f"Entries {v.value}.", lambda v=v: admitted.of(v))
                for v in Verdict
            ),
        ]

    return [health, metrics]


def _metric(name: str, kind: str, text: str, read: Callable[[], int]) -> str:
    return f"# HELP {name} {text}\n# TYPE {name} {kind}\n{name} {read()}\n"
