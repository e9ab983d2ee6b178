"""Retention settings in the window: current size, and what a change would delete."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from support.running_server import RunningServer
from support.window_fixture import GAUGE, OpenWindow, log_in_and_sync, visible_texts

from tabuah.console.window.shared.panels import SidePage
from tabuah.operations.readings.reading import Reading
from tabuah.operations.readings.retention import Retention
from tabuah.storage.readings.retention_file import FILE_NAME, read_retention
from tabuah.storage.readings.store import FILE_NAME as READINGS
from tabuah.storage.readings.store import ReadingsStore

DAY = timedelta(days=1)
CONTROL_SHIFT = (Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier)


@pytest.fixture
def full_directory(data: Path, server: RunningServer) -> Path:
    """Return the directory of a logged-in console with a value every hour of the last 60 days."""
    log_in_and_sync(data, server, "ani")
    now = datetime.now(UTC)
    with ReadingsStore(data / READINGS) as store:
        store.store([Reading(GAUGE.code, "stage_m", now - n * DAY / 24, 1.0) for n in range(60 * 24)])
        store.roll_up(now)
    return data


@pytest.fixture
def opened(open_console, full_directory: Path) -> OpenWindow:
    window = open_console(full_directory)
    open_form(window)
    return window


def open_form(window: OpenWindow) -> None:
    window.key(Qt.Key.Key_K, *CONTROL_SHIFT)
    window.until(lambda: window.shell.parts.side.page is SidePage.KEEPING)


def set_days(window: OpenWindow, days: str) -> None:
    window.edit("keeping_values_days").setText(days)
    window.edit("keeping_values_days").setFocus()
    window.key(Qt.Key.Key_Return)


def test_retention_form_shows_settings_and_size(opened: OpenWindow) -> None:
    assert opened.edit("keeping_values_days").text() == "30"
    words = visible_texts(opened.shell.parts.keeping_form)
    assert "1.440 nilai tersimpan, sejak" in words
    assert "di disk" in words


def test_longer_retention_is_saved_at_once(opened: OpenWindow, full_directory: Path) -> None:
    set_days(opened, "90")
    opened.until((full_directory / FILE_NAME).exists)
    assert read_retention(full_directory) == Retention(values_days=90)
    opened.wait_for_toast("90 hari")
    assert opened.shell.parts.side.page is SidePage.DETAILS


def test_shorter_retention_asks_first(opened: OpenWindow, full_directory: Path) -> None:
    set_days(opened, "8")
    opened.until(opened.shell.parts.confirm.isVisible)
    assert "nilai sebelum" in visible_texts(opened.shell.parts.confirm)
    assert not (full_directory / FILE_NAME).exists()
    opened.key(Qt.Key.Key_Escape)
    opened.until(lambda: not opened.shell.parts.confirm.isVisible())
    assert not (full_directory / FILE_NAME).exists()
    set_days(opened, "8")
    opened.until(opened.shell.parts.confirm.isVisible)
    opened.key(Qt.Key.Key_Return)
    opened.until((full_directory / FILE_NAME).exists)
    assert read_retention(full_directory) == Retention(values_days=8)


@pytest.mark.parametrize("days", ["7", "3661", "", "tiga", "²", "9" * 40, "-30"])
def test_retention_form_reports_errors_by_field(opened: OpenWindow, full_directory: Path, days: str) -> None:
    set_days(opened, days)
    assert "Bilangan bulat dari 8 sampai 3.660" in visible_texts(opened.shell.parts.keeping_form)
    assert opened.shell.parts.side.page is SidePage.KEEPING
    assert not (full_directory / FILE_NAME).exists()


def test_retention_form_replaces_bad_file(open_console, full_directory: Path) -> None:
    (full_directory / FILE_NAME).write_text("values_days = 1\n", "utf-8")
    window = open_console(full_directory)
    open_form(window)
    window.wait_for_toast("keeping.toml", "sampai berkas diperbaiki")
    set_days(window, "80")
    window.until(lambda: "80" in (full_directory / FILE_NAME).read_text("utf-8"))
    assert read_retention(full_directory) == Retention(values_days=80)
