"""Pruning runs while the window works: by the settings, in steps, and never without a server."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.running_server import RunningServer
from support.window_fixture import GAUGE, log_in_and_sync, register_gauge

from tabuah.operations.readings.reading import Reading
from tabuah.storage.readings.retention_file import FILE_NAME as KEEPING
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore

DAY = timedelta(days=1)


@pytest.fixture
def full_directory(data: Path) -> Path:
    """Return a directory with a value every hour of the last 60 days."""
    data.mkdir()
    now = datetime.now(UTC)
    with ReadingsStore(data / FILE_NAME) as store:
        store.store([Reading(GAUGE.code, "stage_m", now - n * DAY / 24, 1.0) for n in range(60 * 24)])
    return data


def oldest(data: Path) -> timedelta:
    """Return the age of the oldest stored value."""
    now = datetime.now(UTC)
    with ReadingsStore(data / FILE_NAME) as store:
        values = store.between(GAUGE.code, "stage_m", now - 100 * DAY, now)
    return now - values[0].at


def hours(data: Path) -> int:
    now = datetime.now(UTC)
    with ReadingsStore(data / FILE_NAME) as store:
        return len(store.summaries(GAUGE.code, "stage_m", now - 100 * DAY, now, DAY / 24))


def test_pruning_removes_old_readings_between_queries(
    open_console, full_directory: Path, server: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tabuah.console.window.stations.pruning._PAUSE_MS", 0)
    register_gauge(server)
    log_in_and_sync(full_directory, server, "ani")
    (full_directory / KEEPING).write_text("values_days = 40\n", "utf-8")
    window = open_console(full_directory)
    answered: list[int] = []
    pruning = window.console.services.pruning
    pruning.begin()
    window.until(lambda: pruning.pruned_rows > 3)
    window.console.services.readings.query(lambda store: len(store.latest()), answered.append)
    window.until(lambda: bool(answered))
    assert pruning.is_busy
    window.until(lambda: not pruning.is_busy)
    assert 40 * DAY <= oldest(full_directory) + DAY / 12 < 40 * DAY + DAY / 6
    assert hours(full_directory) >= 60 * 24 - 1


def test_pruning_keeps_everything_without_server(open_console, full_directory: Path) -> None:
    window = open_console(full_directory)
    window.console.services.pruning.begin()
    assert not window.console.services.pruning.is_busy
    assert oldest(full_directory) > 59 * DAY


def test_pruning_reports_bad_settings_once(open_console, full_directory: Path, server: RunningServer) -> None:
    log_in_and_sync(full_directory, server, "ani")
    (full_directory / KEEPING).write_text("values_days = 1\n", "utf-8")
    window = open_console(full_directory)
    window.console.services.pruning.begin()
    window.wait_for_toast("keeping.toml", "sampai berkas diperbaiki")
    window.console.services.pruning.begin()
    assert window.toasts.count("keeping.toml") == 1
    assert oldest(full_directory) > 59 * DAY
