"""Backfill compares counts, fetches only what differs, and asks for nothing twice."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from support.readings_fixture import gateway_account
from support.running_server import RunningServer
from support.window_fixture import GAUGE, log_in_and_sync, open_second_store, register_gauge

from tabuah.console.window.shared.server_readings import fetch_values
from tabuah.console.window.stations.series_backfill import BackfillGrain, BackfillRequest, backfill_series
from tabuah.operations.readings.reading import PostedReading, Quality, Reading
from tabuah.storage.readings.store import ReadingsStore
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.session import ConsoleSession

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
UNTIL = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
SINCE = UNTIL - 7 * DAY


class BackfillCancelledError(Exception):
    """The backfill was cancelled."""


def measured(hours_ago: float, value: float = 1.0, quality: int = 0) -> Reading:
    return Reading(GAUGE.code, "stage_m", UNTIL - hours_ago * HOUR, value, quality)


def send(server: RunningServer, *readings: Reading) -> None:
    server.service.readings.submit(gateway_account(), [PostedReading(reading) for reading in readings]).result()


def wanted(grain: BackfillGrain = BackfillGrain.VALUES, since: datetime = SINCE) -> BackfillRequest:
    return BackfillRequest(GAUGE.code, ("stage_m",), since, UNTIL, grain)


@pytest.fixture
def client(server: RunningServer, data: Path) -> Iterator[ServerClient]:
    """Return a client of a server that has a value every half hour of the last week."""
    register_gauge(server, exercise=True)  # the server takes older readings of it
    send(server, *(measured(n / 2) for n in range(1, 2 * 7 * 24 + 1)))
    log_in_and_sync(data, server, "ani")
    with open_second_store(data) as store, ConsoleSession(store).client as client:
        yield client


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[ReadingsStore]:
    with ReadingsStore(tmp_path / "kept.db") as store:
        yield store


@pytest.fixture
def requested_paths(client: ServerClient, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Record the requested paths."""
    paths: list[str] = []
    real = ServerClient.call

    def call(self: ServerClient, method: str, path: str, *args: Any, **options: Any) -> Any:
        paths.append(path.removeprefix("/v1/readings/"))
        return real(self, method, path, *args, **options)

    monkeypatch.setattr(ServerClient, "call", call)
    return paths


def ignore_progress(_done: int, _of: int) -> None:
    """Ignore progress."""


def values(kept: ReadingsStore) -> list[Reading]:
    return list(kept.between(GAUGE.code, "stage_m", SINCE, UNTIL))


def test_backfill_of_week_requests_each_day_once(
    client: ServerClient, kept: ReadingsStore, requested_paths: list[str]
) -> None:
    told: list[tuple[int, int]] = []
    assert backfill_series(client, kept, wanted(), lambda done, of: told.append((done, of))).stored == 336
    assert len(values(kept)) == 336
    assert requested_paths.count("values") == 7
    assert told == [(0, 1), *((n, 7) for n in range(7))]
    requested_paths.clear()
    assert backfill_series(client, kept, wanted(), ignore_progress).stored == 0
    assert requested_paths == ["aside", "summaries", "corrections"]


def test_backfill_fetches_only_incomplete_hours(
    client: ServerClient, kept: ReadingsStore, requested_paths: list[str]
) -> None:
    kept.store([measured(n / 2, quality=Quality.SIMULATED) for n in range(1, 337) if n not in (20, 21, 200)])
    assert backfill_series(client, kept, wanted(), ignore_progress).stored == 3
    assert requested_paths.count("values") == 2
    assert len(values(kept)) == 336


def test_backfill_finds_readings_that_arrived_late(
    client: ServerClient, kept: ReadingsStore, server: RunningServer
) -> None:
    backfill_series(client, kept, wanted(), ignore_progress)
    send(server, measured(100.25, 2.5))
    assert backfill_series(client, kept, wanted(), ignore_progress).stored == 1
    assert measured(100.25, 2.5, Quality.SIMULATED) in values(kept)


def test_backfill_takes_corrected_values(client: ServerClient, kept: ReadingsStore, server: RunningServer) -> None:
    backfill_series(client, kept, wanted(), ignore_progress)
    (before,) = [reading for reading in values(kept) if reading.at == measured(3).at]
    send(server, measured(3, before.value + 0.5))
    assert backfill_series(client, kept, wanted(), ignore_progress).stored == 1
    (after,) = [reading for reading in values(kept) if reading.at == before.at]
    assert after.value == before.value + 0.5
    (found,) = kept.corrections.between(GAUGE.code, "stage_m", SINCE, UNTIL)
    assert (found.old_value, found.new_account != "") == (before.value, True)


def test_backfill_stores_quality_flags(client: ServerClient, kept: ReadingsStore, server: RunningServer) -> None:
    send(server, measured(3.25, 2.5, Quality.TYPED_IN))
    backfill_series(client, kept, wanted(), ignore_progress)
    (typed,) = [reading for reading in values(kept) if reading.value == 2.5]
    assert Quality(typed.quality) == Quality.TYPED_IN | Quality.SIMULATED


def test_cancelled_backfill_keeps_and_resumes(
    client: ServerClient, kept: ReadingsStore, requested_paths: list[str]
) -> None:
    def end(done: int, of: int) -> None:
        if of == 7 and done == 3:
            raise BackfillCancelledError

    with pytest.raises(BackfillCancelledError):
        backfill_series(client, kept, wanted(), end)
    assert len(values(kept)) == 3 * 48
    requested_paths.clear()
    backfill_series(client, kept, wanted(), ignore_progress)
    assert requested_paths.count("values") == 4
    assert len(values(kept)) == 336


def test_backfill_of_months_fetches_hours(
    client: ServerClient, kept: ReadingsStore, server: RunningServer, requested_paths: list[str]
) -> None:
    send(server, *(measured(24 * 200 + n / 10, 3.0) for n in range(240)))
    since = UNTIL - 365 * DAY
    stored = backfill_series(client, kept, wanted(BackfillGrain.HOURS, since), ignore_progress).stored
    hours = kept.summaries(GAUGE.code, "stage_m", since, UNTIL, HOUR)
    assert sum(hour.count for hour in hours) == 240 + 336
    assert len(hours) == stored
    assert values(kept) == []
    requested_paths.clear()
    assert backfill_series(client, kept, wanted(BackfillGrain.HOURS, since), ignore_progress).stored == 0


def test_backfill_fetches_hour_despite_own_value(client: ServerClient, kept: ReadingsStore) -> None:
    kept.store([measured(50)])
    since = UNTIL - 30 * DAY
    backfill_series(client, kept, wanted(BackfillGrain.HOURS, since), ignore_progress)
    assert sum(hour.count for hour in kept.summaries(GAUGE.code, "stage_m", since, UNTIL, HOUR)) == 336
    assert backfill_series(client, kept, wanted(BackfillGrain.HOURS, since), ignore_progress).stored == 0


def test_fetch_values_reads_all_pages(
    client: ServerClient, monkeypatch: pytest.MonkeyPatch, requested_paths: list[str]
) -> None:
    monkeypatch.setattr("tabuah.server.readings.history_routes.MOST_VALUES", 100)
    assert len(fetch_values(client, GAUGE.code, "stage_m", SINCE, UNTIL)) == 336
    assert requested_paths.count("values") == 4
