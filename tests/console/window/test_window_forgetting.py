"""Old readings go while the window works: by what is set, in steps, and never where nobody else has them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from running_server import RunningServer
from window_room import GAUGE, log_in_and_sync, register_gauge

from tabuah.operations.stations.readings import Reading
from tabuah.storage.readings.keeping_file import FILE_NAME as KEEPING
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore

DAY = timedelta(days=1)


@pytest.fixture
def full(data: Path) -> Path:
    """A directory with a value every hour of the last 60 days."""
    data.mkdir()
    now = datetime.now(UTC)
    with ReadingsStore(data / FILE_NAME) as store:
        store.store([Reading(GAUGE.code, "stage_m", now - n * DAY / 24, 1.0) for n in range(60 * 24)])
    return data


def oldest(data: Path) -> timedelta:
    """How old the oldest value is that is kept."""
    now = datetime.now(UTC)
    with ReadingsStore(data / FILE_NAME) as store:
        values = store.between(GAUGE.code, "stage_m", now - 100 * DAY, now)
    return now - values[0].at


def hours(data: Path) -> int:
    now = datetime.now(UTC)
    with ReadingsStore(data / FILE_NAME) as store:
        return len(store.summaries(GAUGE.code, "stage_m", now - 100 * DAY, now, DAY / 24))


def test_what_is_older_than_is_set_goes_while_other_questions_are_answered(
    open_console, full: Path, server: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tabuah.console.window.forgetting._PAUSE_MS", 0)
    register_gauge(server)
    log_in_and_sync(full, server, "ani")
    (full / KEEPING).write_text("values_days = 40\n", "utf-8")
    window = open_console(full)
    answered: list[int] = []
    forgetting = window.console.services.forgetting
    forgetting.begin()
    window.until(lambda: forgetting.forgotten > 3)
    window.console.services.readings.ask(lambda store: len(store.latest()), answered.append)
    window.until(lambda: bool(answered))
    assert forgetting.is_busy
    window.until(lambda: not forgetting.is_busy)
    assert 40 * DAY <= oldest(full) + DAY / 12 < 40 * DAY + DAY / 6
    assert hours(full) >= 60 * 24 - 1


def test_a_console_that_knows_no_server_keeps_everything(open_console, full: Path) -> None:
    window = open_console(full)
    window.console.services.forgetting.begin()
    assert not window.console.services.forgetting.is_busy
    assert oldest(full) > 59 * DAY


def test_a_setting_that_cannot_be_followed_is_told_once_and_nothing_goes(
    open_console, full: Path, server: RunningServer
) -> None:
    log_in_and_sync(full, server, "ani")
    (full / KEEPING).write_text("values_days = 1\n", "utf-8")
    window = open_console(full)
    window.console.services.forgetting.begin()
    window.until_toast("keeping.toml", "sampai diperbaiki")
    window.console.services.forgetting.begin()
    assert window.toasts.count("keeping.toml") == 1
    assert oldest(full) > 59 * DAY
