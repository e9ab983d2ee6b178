"""A supervisor replays a past day into an exercise from the window: by keyboard, against a real server."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QPushButton, QWidget
from support.readings_fixture import gauge
from support.running_server import RunningServer, start_server
from support.wait import wait_for_notification
from support.window_fixture import OpenWindow, log_in_and_sync, open_second_store, visible_texts

from tabuah.console.exercises.replay_file import ReplayFile
from tabuah.console.window.exercises.replay_task import ReplayTask
from tabuah.operations.entries import subject_of
from tabuah.operations.exercises.drafts import end_exercise, start_exercise
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.people.roles import Role
from tabuah.operations.readings.reading import Reading, ReadingBatch
from tabuah.operations.stations.drafts import register_station
from tabuah.resources.time_zone import home_zone
from tabuah.text.exercises import replay_text
from tabuah.widgets.exercises.exercises_dialog import REAL_WORLD_ROW, ExercisesDialog

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
EXERCISE = "galodo-1"
STATION = msgspec.structs.replace(gauge(), gateway="gerbang")
DAY = (datetime.now(home_zone()) - timedelta(days=2)).replace(hour=0, minute=0, second=0, microsecond=0)
NOON = DAY + timedelta(hours=12)
COPY = f"station/{EXERCISE}~{STATION.code}"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    """Run a server with a gauge that has two hours of readings around noon, and a running exercise."""
    with start_server(tmp_path / "server") as running:
        running.add_user("kalaksa", Role.SUPERVISOR)
        running.add_user("ani")
        running.add_user("gerbang", Role.GATEWAY)
        running.journal.append_drafts([start_exercise("Galodo", known=(), suffix="1"), register_station(STATION)])
        wait_for_notification(running.journal)
        running.service.readings.check_silence()
        times = (NOON + timedelta(minutes=n) for n in range(-60, 60))
        readings = tuple(Reading(STATION.code, "stage_m", at.astimezone(UTC), 1.0) for at in times)
        with running.client("gerbang") as client:
            client.post("/v1/readings", content=msgspec.json.encode(ReadingBatch(readings=readings)))
        yield running


@pytest.fixture
def window(server: RunningServer, data: Path, open_console: Callable[..., OpenWindow]) -> OpenWindow:
    log_in_and_sync(data, server, "kalaksa")
    window = open_console()
    window.until(lambda: EXERCISE in exercises(window))
    return window


def exercises(window: OpenWindow) -> dict[str, Exercise]:
    return dict(window.console.services.state.everything.exercises)


def task(window: OpenWindow) -> ReplayTask:
    return window.console.services.day_replay


def open_form(window: OpenWindow, row_id: str = EXERCISE) -> ExercisesDialog:
    """Open the form of a replay for a row of the exercises."""
    dialog = open_list(window, row_id)
    window.key(Qt.Key.Key_P)
    window.until(lambda: field(dialog, "name").hasFocus())
    return dialog


def open_list(window: OpenWindow, row_id: str) -> ExercisesDialog:
    window.shell.activateWindow()
    window.until(window.shell.isActiveWindow)
    window.key(Qt.Key.Key_L, CTRL, SHIFT)
    dialog = window.commands.exercises.dialog
    assert dialog is not None
    window.until(dialog.isActiveWindow)
    while dialog.list.chosen != row_id:
        before = dialog.list.chosen
        window.key(Qt.Key.Key_Down)
        assert dialog.list.chosen != before
    return dialog


def field(dialog: ExercisesDialog, code: str) -> QLineEdit:
    found = dialog.findChild(QLineEdit, f"day_replay_{code}")
    assert isinstance(found, QLineEdit)
    return found


def card(dialog: ExercisesDialog) -> QWidget:
    found = dialog.findChild(QWidget, "confirm_card")
    assert isinstance(found, QWidget)
    return found


def fill_period(window: OpenWindow, dialog: ExercisesDialog, since: str, until: str, day: datetime = DAY) -> None:
    """Type the period from the focused name on; Tab moves to the next field."""
    for text in (f"{day:%d-%m-%Y}", since, until):
        window.key(Qt.Key.Key_Tab)
        window.write(text)
    assert (field(dialog, "since").text(), field(dialog, "until").text()) == (since, until)


def count(window: OpenWindow, dialog: ExercisesDialog) -> str:
    """Count the day; return the question."""
    window.key(Qt.Key.Key_Return)
    window.until(card(dialog).isVisible)
    return visible_texts(card(dialog))


def start(window: OpenWindow, since: str, until: str) -> None:
    """Start a replay of the noon in the exercise."""
    dialog = open_form(window)
    fill_period(window, dialog, since, until)
    count(window, dialog)
    window.key(Qt.Key.Key_Return)
    window.until(lambda: window.console.services.state.scope.exercise_id == EXERCISE)


def plays(window: OpenWindow) -> bool:
    status = task(window).status
    return status is not None and status.progress is not None


def banner_text(window: OpenWindow) -> str:
    return visible_texts(window.shell.parts.exercise_banner)


def error_of(dialog: ExercisesDialog, code: str) -> str:
    return field(dialog, code).accessibleDescription()


def note_of(dialog: ExercisesDialog) -> str:
    found = dialog.findChild(QLabel, "day_replay_note")
    assert isinstance(found, QLabel)
    return found.text()


def test_question_shows_content_of_day_before_anything_is_sent(window: OpenWindow, server: RunningServer) -> None:
    dialog = open_form(window)
    fill_period(window, dialog, "12.00", "13.00")
    question = count(window, dialog)
    content = replay_text.describe_replay_content(stations=1, readings=60, incidents=0)
    for words in (content, "Galodo", replay_text.left_out_text(), replay_text.window_closing_text()):
        assert words in question
    window.key(Qt.Key.Key_Escape)
    assert card(dialog).isHidden()
    assert dialog.isVisible()
    assert task(window).status is None
    assert COPY not in server.journal.states_of_kind("station")


def test_supervisor_replays_part_of_day(window: OpenWindow, server: RunningServer) -> None:
    dialog = open_form(window)
    fill_period(window, dialog, "12.00", "12.01")
    speed = dialog.findChild(QAbstractButton, "choice_60")
    assert isinstance(speed, QAbstractButton)
    speed.click()
    count(window, dialog)
    window.key(Qt.Key.Key_Return)
    window.until(lambda: COPY in server.journal.states_of_kind("station"))
    window.wait_for_toast(replay_text.replay_finished_text("Galodo"))
    assert task(window).status is None
    progress = ReplayFile(window.console.services.directory).find(EXERCISE)
    assert progress is not None
    assert (progress.is_finished, progress.speed, progress.incidents) == (True, 60, True)
    assert not window.find(QPushButton, "exercise_stop_replay").isVisible()


def test_replay_starts_new_exercise(window: OpenWindow, server: RunningServer) -> None:
    dialog = open_form(window, REAL_WORLD_ROW)
    window.write("Banjir Lembang")
    fill_period(window, dialog, "12.00", "13.00")
    count(window, dialog)
    assert len(exercises(window)) == 1
    window.key(Qt.Key.Key_Return)
    window.until(lambda: plays(window))
    (new,) = (each for each in exercises(window).values() if each.id != EXERCISE)
    assert new.name == "Banjir Lembang"
    window.until(lambda: f"station/{new.id}~{STATION.code}" in server.journal.states_of_kind("station"))
    window.until(lambda: window.console.services.state.scope.exercise_id == new.id)


def test_stopped_replay_goes_on(window: OpenWindow) -> None:
    start(window, "12.00", "13.00")
    window.until(lambda: plays(window))
    window.until(lambda: "12.00–13.00" in banner_text(window))
    window.find(QPushButton, "exercise_stop_replay").click()
    window.wait_for_toast(replay_text.replay_stopped_text("Galodo"))
    stopped = task(window).unfinished(EXERCISE)
    assert stopped is not None
    assert "terhenti" in banner_text(window)
    dialog = open_form(window)
    assert (field(dialog, "since").text(), field(dialog, "until").text()) == ("12.00", "13.00")
    assert "12.00–13.00" in count(window, dialog)
    window.key(Qt.Key.Key_Return)
    window.until(lambda: plays(window))
    status = task(window).status
    assert status is not None
    assert status.progress is not None
    assert status.progress.begins_at == stopped.begins_at


def test_list_shows_and_stops_replay(window: OpenWindow) -> None:
    start(window, "12.00", "13.00")
    window.until(lambda: plays(window))
    dialog = open_list(window, EXERCISE)
    assert "12.00–13.00" in dialog.list.currentIndex().data(Qt.ItemDataRole.AccessibleTextRole)
    assert dialog.replay_button.text() == "Hentikan putar ulang"
    window.key(Qt.Key.Key_P)
    window.until(lambda: task(window).status is None)
    window.until(lambda: dialog.replay_button.text() == "Putar ulang hari …")


def test_other_exercise_waits_for_running_replay(window: OpenWindow) -> None:
    start(window, "12.00", "13.00")
    dialog = open_list(window, REAL_WORLD_ROW)
    reason = replay_text.other_replay_reason("Galodo")
    assert dialog.replay_button.accessibleDescription() == reason
    window.key(Qt.Key.Key_P)
    assert not dialog.replay_form.isVisible()


def test_replay_stops_with_window_and_is_offered_at_next_start(
    window: OpenWindow, open_console: Callable[..., OpenWindow]
) -> None:
    start(window, "12.00", "13.00")
    window.until(lambda: plays(window))
    window.console.close()
    second = open_console()
    second.until(lambda: task(second).unfinished(EXERCISE) is not None)
    assert task(second).status is None
    dialog = open_list(second, EXERCISE)
    second.until(lambda: "terhenti" in dialog.list.currentIndex().data(Qt.ItemDataRole.AccessibleTextRole))


def test_replay_survives_change_of_language(window: OpenWindow) -> None:
    start(window, "12.00", "13.00")
    window.until(lambda: plays(window))
    window.key(Qt.Key.Key_F10)
    window.until(lambda: window.console.objects.has_controls)
    window.until(lambda: "12.00–13.00" in banner_text(window))
    assert plays(window)


def test_replay_stops_when_exercise_ends(window: OpenWindow) -> None:
    start(window, "12.00", "13.00")
    window.until(lambda: plays(window))
    with open_second_store(window.console.services.directory) as store:
        store.save(end_exercise(store.state(subject_of("exercise", EXERCISE)).value))
    window.until(lambda: task(window).status is None)


def test_faulty_fields_are_named(window: OpenWindow) -> None:
    dialog = open_form(window)
    fill_period(window, dialog, "12.30", "12.00")
    window.key(Qt.Key.Key_Return)
    assert error_of(dialog, "until")
    assert field(dialog, "until").hasFocus()
    field(dialog, "until").setText("12.40")
    window.key(Qt.Key.Key_Return)
    window.until(card(dialog).isVisible)
    assert error_of(dialog, "until") == ""


def test_day_without_readings_is_refused_at_field(window: OpenWindow) -> None:
    dialog = open_form(window)
    fill_period(window, dialog, "12.00", "13.00", DAY - timedelta(days=40))
    window.key(Qt.Key.Key_Return)
    window.until(lambda: bool(error_of(dialog, "day")))
    assert card(dialog).isHidden()


def test_count_without_server_says_so(window: OpenWindow, server: RunningServer) -> None:
    dialog = open_form(window)
    fill_period(window, dialog, "12.00", "13.00")
    server.stop()
    window.until(lambda: not any(thread.name == "server-under-test" for thread in threading.enumerate()))
    window.key(Qt.Key.Key_Return)
    counting = (replay_text.counting_text(0, 0), replay_text.counting_text(0, 1))
    window.until(lambda: note_of(dialog) not in (*counting, replay_text.window_closing_text()))
    assert card(dialog).isHidden()


def test_escape_returns_to_list(window: OpenWindow) -> None:
    dialog = open_form(window)
    window.key(Qt.Key.Key_Escape)
    assert dialog.isVisible()
    window.until(dialog.list.hasFocus)
    window.key(Qt.Key.Key_E)
    assert card(dialog).isVisible(), "the keys of the list work again"


def test_operator_sees_why_there_is_no_replay(
    server: RunningServer, tmp_path: Path, open_console: Callable[..., OpenWindow]
) -> None:
    log_in_and_sync(tmp_path / "ani", server, "ani")
    window = open_console(tmp_path / "ani")
    window.until(lambda: EXERCISE in exercises(window))
    dialog = open_list(window, EXERCISE)
    assert dialog.replay_button.accessibleDescription() == replay_text.replay_role_reason()
