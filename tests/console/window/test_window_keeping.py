"""How long readings are kept is set in the window: what that takes is shown, and what goes is said before it goes."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from running_server import RunningServer
from window_room import GAUGE, OpenWindow, log_in_and_sync, texts_of

from tabuah.console.window.panels import Page
from tabuah.operations.stations.keeping import Keeping
from tabuah.operations.stations.readings import Reading
from tabuah.storage.readings.keeping_file import FILE_NAME, read_keeping
from tabuah.storage.readings.store import FILE_NAME as READINGS
from tabuah.storage.readings.store import ReadingsStore

DAY = timedelta(days=1)
CONTROL_SHIFT = (Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier)


@pytest.fixture
def full(data: Path, server: RunningServer) -> Path:
    """A directory of somebody who is logged in, with a value every hour of the last 60 days."""
    log_in_and_sync(data, server, "ani")
    now = datetime.now(UTC)
    with ReadingsStore(data / READINGS) as store:
        store.store([Reading(GAUGE.code, "stage_m", now - n * DAY / 24, 1.0) for n in range(60 * 24)])
        store.roll_up(now)
    return data


@pytest.fixture
def opened(open_console, full: Path) -> OpenWindow:
    window = open_console(full)
    open_form(window)
    return window


def open_form(window: OpenWindow) -> None:
    window.key(Qt.Key.Key_K, *CONTROL_SHIFT)
    window.until(lambda: window.shell.parts.side.page is Page.KEEPING)


def set_days(window: OpenWindow, days: str) -> None:
    window.edit("keeping_values_days").setText(days)
    window.edit("keeping_values_days").setFocus()
    window.key(Qt.Key.Key_Return)


def test_the_form_shows_what_is_set_and_what_that_takes(opened: OpenWindow) -> None:
    assert opened.edit("keeping_values_days").text() == "30"
    words = texts_of(opened.shell.parts.keeping_form)
    assert "1.440 nilai tersimpan, sejak" in words
    assert "di disk" in words


def test_keeping_more_is_saved_at_once(opened: OpenWindow, full: Path) -> None:
    set_days(opened, "90")
    opened.until((full / FILE_NAME).exists)
    assert read_keeping(full) == Keeping(values_days=90)
    opened.until_toast("90 hari")
    assert opened.shell.parts.side.page is Page.DETAILS


def test_keeping_less_says_what_goes_and_asks_first(opened: OpenWindow, full: Path) -> None:
    set_days(opened, "8")
    opened.until(opened.shell.parts.confirm.isVisible)
    assert "nilai sebelum" in texts_of(opened.shell.parts.confirm)
    assert not (full / FILE_NAME).exists()
    opened.key(Qt.Key.Key_Escape)
    opened.until(lambda: not opened.shell.parts.confirm.isVisible())
    assert not (full / FILE_NAME).exists()
    set_days(opened, "8")
    opened.until(opened.shell.parts.confirm.isVisible)
    opened.key(Qt.Key.Key_Return)
    opened.until((full / FILE_NAME).exists)
    assert read_keeping(full) == Keeping(values_days=8)


@pytest.mark.parametrize("days", ["7", "3661", "", "tiga", "²", "9" * 40, "-30"])
def test_what_cannot_be_is_told_at_its_field(opened: OpenWindow, full: Path, days: str) -> None:
    set_days(opened, days)
    assert "Bilangan bulat dari 8 sampai 3.660" in texts_of(opened.shell.parts.keeping_form)
    assert opened.shell.parts.side.page is Page.KEEPING
    assert not (full / FILE_NAME).exists()


def test_a_file_that_cannot_be_used_is_told_and_put_right_by_saving(open_console, full: Path) -> None:
    (full / FILE_NAME).write_text("values_days = 1\n", "utf-8")
    window = open_console(full)
    open_form(window)
    window.until_toast("keeping.toml", "sampai diperbaiki")
    set_days(window, "80")
    window.until(lambda: "80" in (full / FILE_NAME).read_text("utf-8"))
    assert read_keeping(full) == Keeping(values_days=80)
